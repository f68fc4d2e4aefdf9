"""The W3C's update tests as requests, among graphs that a token may write.

Names that begin with ``http://example.org/`` are ours instead, in the update and in all its data:
tokens are for graphs below one address. The default graph of a test is the graph that the parameter
``graph`` names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import httpx
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse, serialize

from cepgraph.terms import GRAPH, is_skolem
from tests.w3c.manifest import Case, State, of_kind, quads_of

THEIRS: Final = "http://example.org/"
OURS: Final = f"{GRAPH}w3c/"
DEFAULT: Final = f"{OURS}default"
EVALUATION: Final = (
    *("add", "basic-update", "clear", "copy", "delete", "delete-data", "delete-insert"),
    *("delete-where", "drop", "move", "update-silent"),
)
SYNTAX: Final = ("basic-update", "delete-insert", "syntax-update-1", "syntax-update-2")


@dataclass(frozen=True)
class Endpoint:
    """A running service with nothing in it, and a token for its graphs."""

    client: httpx.Client
    token: str

    def send(self, update: str, **parameters: str) -> httpx.Response:
        """An update, with the default graph that tests have."""
        return self.client.post(
            "/update",
            params={"graph": DEFAULT, **parameters},
            content=update.encode(),
            headers={
                "authorization": f"Bearer {self.token}",
                "content-type": "application/sparql-update",
            },
        )

    def begin(self, state: State) -> None:
        """Leave nothing but the data that a test begins with."""
        quads = list(quads_in(state))
        blocks = triples(quads, NamedNode(DEFAULT)) + "\n"
        blocks += "".join(
            f"GRAPH {name} {{ {triples(quads, name)} }}\n"
            for name in {quad.graph_name for quad in quads} - {NamedNode(DEFAULT)}
        )
        answer = self.send(f"DROP ALL ; INSERT DATA {{ {blocks} }}")
        assert answer.status_code == 200, answer.text

    def quads(self) -> list[Quad]:
        """All that there is; what stands for blank nodes as such."""
        answer = self.client.get(
            "/sparql",
            params={"query": "SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }"},
            headers={"accept": "application/sparql-results+json"},
        )
        assert answer.status_code == 200, answer.text
        return [
            Quad(*(_term(row[name]) for name in "spog"))  # type: ignore[arg-type]
            for row in answer.json()["results"]["bindings"]
        ]


def evaluation() -> list[Case]:
    """The tests that say what an update leaves behind."""
    return of_kind(EVALUATION, "UpdateEvaluationTest")


def text_of(case: Case) -> str:
    """The update with our names."""
    return case.text.replace(THEIRS, OURS)


def quads_in(state: State) -> Iterator[Quad]:
    """The data of a state, with our names; blank nodes of each file are its own."""
    named = [(DEFAULT, iri) for iri in state.data]
    named += [(name.replace(THEIRS, OURS), iri) for name, iri in state.graphs]
    for name, iri in named:
        text = serialize(quads_of(iri), format=RdfFormat.N_QUADS) or b""
        ours = text.replace(THEIRS.encode(), OURS.encode())
        for quad in parse(ours, format=RdfFormat.N_QUADS, rename_blank_nodes=True):
            yield Quad(quad.subject, quad.predicate, quad.object, NamedNode(name))


def triples(quads: list[Quad], name: object) -> str:
    """The triples of one graph."""
    return " .\n".join(str(quad.triple) for quad in quads if quad.graph_name == name)


def _term(told: dict[str, str]) -> NamedNode | BlankNode | Literal:
    value = told["value"]
    if told["type"] == "uri":
        if is_skolem(value):
            return BlankNode("b" + value.encode().hex())
        return NamedNode(value)
    datatype = told.get("datatype")
    return Literal(
        value,
        language=told.get("xml:lang"),
        datatype=None if datatype is None else NamedNode(datatype),
    )
