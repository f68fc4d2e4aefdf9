"""Updates as the tests of the protocol send them."""

from typing import Any

import httpx

from cepgraph.terms import CEP, ID, PREFIXES
from tests.protocol.world import Place, Store, bearer

PATH = "/update"
FORM = {"content-type": "application/x-www-form-urlencoded"}
DIRECT = {"content-type": "application/sparql-update"}
DECLARED = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
DECLARED += f"PREFIX id: <{ID}>\n"


def described(graph: Place) -> str:
    """What a graph must say of itself, as quads."""
    return f"GRAPH <{graph.iri}> {{ <{graph.iri}> a cep:Dataset ; dcterms:publisher id:tester }}"


def club(graph: Place, key: str, label: str = "a club") -> str:
    """A thing that conforms, as quads."""
    return f"GRAPH <{graph.iri}> {{ id:{key} a cep:Club ; rdfs:label '{label}' }}"


def adding(graph: Place, key: str) -> str:
    """An update that adds a club to a graph, and the graph where it is new."""
    return f"{DECLARED} INSERT DATA {{ {described(graph)} {club(graph, key)} }}"


async def send(store: Store, update: str, **parameters: Any) -> httpx.Response:
    """An update as a form, with a token."""
    names = {name.replace("_", "-"): value for name, value in parameters.items()}
    return await store.client.post(
        PATH, data={"update": update, **names}, headers=bearer(store.token)
    )


async def keep(store: Store, graph: Place, *keys: str) -> None:
    """Put clubs into a graph."""
    for key in keys:
        answer = await send(store, adding(graph, key))
        assert answer.status_code == 200, answer.text


async def labels(graph: Place) -> set[str]:
    """The labels of the things in a graph."""
    query = f"SELECT ?label {{ GRAPH <{graph.iri}> {{ ?s <{PREFIXES['rdfs']}label> ?label }} }}"
    answer = await graph.store.client.get(
        "/sparql", params={"query": query}, headers={"accept": "text/csv"}
    )
    return set(answer.text.split("\r\n")[1:-1])


async def keys(graph: Place) -> set[str]:
    """The last parts of the names of the clubs in a graph."""
    query = f"SELECT ?s {{ GRAPH <{graph.iri}> {{ ?s a <{CEP}Club> }} }}"
    answer = await graph.store.client.get(
        "/sparql", params={"query": query}, headers={"accept": "text/csv"}
    )
    return {line.removeprefix(ID) for line in answer.text.split("\r\n")[1:-1]}


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    return told
