"""The manifests of the W3C's SPARQL 1.1 tests, as cases to run.

The tests are no part of this repository; they are looked for in ``../shared``. Vocabulary:
https://www.w3.org/2001/sw/DataAccess/tests/README.html
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from _pytest.mark import ParameterSet
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

FOLDER: Final = Path(__file__).parents[3] / "shared" / "reference" / "w3c" / "sparql11"
BASE: Final = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
"""What files are resolved against, as the manifests themselves name their tests."""

needs_the_tests = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="no folder ../shared/reference/w3c/sparql11"
)

MF: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT: Final = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT: Final = "http://www.w3.org/2009/sparql/tests/test-update#"
RDFS_LABEL: Final = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")

_ENTRIES: Final = f"""
PREFIX mf: <{MF}> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?test ?kind ?action ?result {{
    ?manifest mf:entries/rdf:rest*/rdf:first ?test .
    ?test a ?kind ; mf:action ?action .
    OPTIONAL {{ ?test mf:result ?result }}
}}
"""


@dataclass(frozen=True)
class State:
    """Files by their IRIs: those of the default graph, and those of named graphs by the name."""

    data: tuple[str, ...] = ()
    graphs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Case:
    """One test.

    ``name`` is folder and fragment, such as ``aggregates/agg01``; ``request`` is the IRI of the
    query or update. ``result`` is the IRI of the file with what must come out of a query, and
    ``after`` what an update must leave behind.
    """

    name: str
    kind: str
    request: str
    before: State
    result: str
    after: State

    @property
    def text(self) -> str:
        """The query or update as it stands in its file."""
        return path_of(self.request).read_text("utf-8")


def path_of(iri: str) -> Path:
    """Where the file with an IRI lies."""
    assert iri.startswith(BASE), iri
    return FOLDER / iri.removeprefix(BASE)


def quads_of(iri: str) -> list[Quad]:
    """What a file of data says, in the default graph; no other file has its blank nodes."""
    path = path_of(iri)
    form = RdfFormat.from_extension(path.suffix.removeprefix("."))
    assert form is not None, iri
    return list(parse(path.read_bytes(), format=form, base_iri=iri, rename_blank_nodes=True))


def in_graphs(iri: str) -> list[Quad]:
    """The same in the graph that has the name of the file."""
    return [Quad(*quad.triple, NamedNode(iri)) for quad in quads_of(iri)]


@cache
def cases(folder: str) -> tuple[Case, ...]:
    """The tests that the manifest of a folder lists; none where the tests are absent."""
    if not FOLDER.is_dir():
        return ()
    base = f"{BASE}{folder}/manifest.ttl"
    store = Store()
    store.extend(quads_of(base))
    entries = store.query(_ENTRIES)
    assert isinstance(entries, QuerySolutions)
    found = {}
    for entry in entries:
        test, action = entry["test"], entry["action"]
        assert isinstance(test, NamedNode)
        name = f"{folder}/{test.value.rpartition('#')[2]}"
        requests = [*_values(store, action, QT, "query"), *_values(store, action, UT, "request")]
        request = requests[0] if requests else action
        result = entry["result"]
        found[name] = Case(
            name=name,
            kind=_iri(entry["kind"]).removeprefix(MF),
            request=_iri(request),
            before=_state(store, action),
            result=result.value if isinstance(result, NamedNode) else "",
            after=_state(store, result),
        )
    return tuple(found[name] for name in sorted(found))


def of_kind(folders: tuple[str, ...], *kinds: str) -> list[Case]:
    """The tests of some kinds in some folders."""
    return [case for folder in folders for case in cases(folder) if case.kind in kinds]


def as_parameters(chosen: Iterable[Case]) -> list[ParameterSet]:
    """The tests to parametrise with; those that are excepted must fail."""
    why = exceptions()
    return [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(reason=why[case.name], raises=AssertionError, strict=True)]
            if case.name in why
            else [],
        )
        for case in chosen
    ]


@cache
def exceptions() -> dict[str, str]:
    """The names of tests that must fail, with the reason."""
    listed = tomllib.loads(Path(__file__).with_name("exceptions.toml").read_text("utf-8"))
    return {
        name: entry["reason"] for entry in listed.get("exception", ()) for name in entry["tests"]
    }


def _state(store: Store, node: object) -> State:
    data, graphs = [], []
    for vocabulary in (QT, UT):
        data += [_iri(value) for value in _values(store, node, vocabulary, "data")]
        for value in _values(store, node, vocabulary, "graphData"):
            files = [*_values(store, value, vocabulary, "graph")] or [value]
            names = [
                quad.object.value
                for quad in store.quads_for_pattern(value, RDFS_LABEL, None)  # type: ignore[arg-type]
                if isinstance(quad.object, Literal)
            ]
            graphs.append((names[0] if names else _iri(files[0]), _iri(files[0])))
    return State(tuple(data), tuple(graphs))


def _values(store: Store, node: object, vocabulary: str, name: str) -> Iterator[object]:
    if node is not None:
        pattern = store.quads_for_pattern(node, NamedNode(vocabulary + name), None)  # type: ignore[arg-type]
        yield from (quad.object for quad in pattern)


def _iri(term: object) -> str:
    assert isinstance(term, NamedNode), term
    return term.value
