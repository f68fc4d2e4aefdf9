"""Which graphs a citation names where they are many, and what it says of them."""

from pathlib import Path

import pytest

from api.citations.citation import GraphUsed, Publisher
from api.citations.graphs import described
from api.citations.needed import MOST_GRAPHS
from cepgraph.terms import CEP, DCTERMS, GRAPH, RDFS_LABEL
from tests.api.citations.support import BY, PETS, begin, serving

pytestmark = pytest.mark.anyio

FEW = [f"{GRAPH}many/{number:03d}" for number in range(3)]
MANY = [f"{GRAPH}many/{number:03d}" for number in range(MOST_GRAPHS + 1)]


def uri(value: str) -> dict[str, str]:
    """An IRI as SPARQL JSON has it."""
    return {"type": "uri", "value": value}


def text(value: str) -> dict[str, str]:
    """A text as SPARQL JSON has it."""
    return {"type": "literal", "value": value}


def test_graph_is_told_with_all_that_it_says() -> None:
    publisher, licence = uri(DCTERMS + "publisher"), uri(DCTERMS + "license")
    rows = [
        {"graph": uri("urn:g"), "property": uri(RDFS_LABEL.value), "value": text("First")},
        {"graph": uri("urn:g"), "property": uri(RDFS_LABEL.value), "value": text("Second")},
        {"graph": uri("urn:g"), "property": publisher, "value": uri("urn:a"), "name": text("A")},
        {"graph": uri("urn:g"), "property": publisher, "value": uri("urn:b")},
        {"graph": uri("urn:g"), "property": licence, "value": uri(BY)},
        {"graph": uri("urn:g"), "property": licence, "value": text("free")},
        {"graph": uri("urn:g"), "property": uri(CEP + "licenceStatement"), "value": text("ask us")},
    ]
    assert described(rows) == {
        "urn:g": GraphUsed(
            id="urn:g",
            title="First",
            publishers=(Publisher(id="urn:a", name="A"), Publisher(id="urn:b")),
            licences=(BY,),
            licence_statements=("free", "ask us"),
        )
    }


def test_graph_that_says_nothing_of_itself_is_told_all_the_same() -> None:
    rows = [{"graph": uri("urn:g")}, {"graph": uri("urn:h/entailed")}]
    assert described(rows) == {"urn:g": GraphUsed(id="urn:g"), "urn:h": GraphUsed(id="urn:h")}


async def test_of_many_graphs_those_that_fit_the_patterns_are_tried(tmp_path: Path) -> None:
    log = begin(tmp_path)
    log.publish("\n".join(f'<urn:s> <urn:other> "x" <{graph}>' for graph in MANY))
    log.publish("\n".join(f'<urn:s{graph[-3:]}> <urn:few> "x" <{graph}>' for graph in FEW))
    async with serving(log) as service:
        query = "SELECT ?s { ?s <urn:few> ?x FILTER(?s != <urn:s001>) }"
        told = (await service.cite(query=query)).json()
        assert told["graphsAreThose"] == "needed"
        assert [graph["id"] for graph in told["graphs"]] == [FEW[0], FEW[2]]


async def test_of_very_many_graphs_those_that_fit_the_patterns_are_told(tmp_path: Path) -> None:
    log = begin(tmp_path)
    log.publish("\n".join(f'<urn:s> <urn:name> "{graph}" <{graph}>' for graph in MANY))
    async with serving(log) as service:
        told = (await service.cite(query="SELECT ?n { <urn:s> <urn:name> ?n }")).json()
        assert told["graphsAreThose"] == "patterns"
        assert [graph["id"] for graph in told["graphs"]] == MANY
        told = (await service.cite(query="SELECT ?n { ?s <urn:name> ?n }")).json()
        assert [graph["id"] for graph in told["graphs"]] == sorted([PETS, *MANY])


async def test_all_graphs_are_told_where_nothing_else_can_be(tmp_path: Path) -> None:
    log = begin(tmp_path)
    log.publish("\n".join(f'<urn:s> <urn:name> "{graph}" <{graph}>' for graph in MANY))
    async with serving(log) as service:
        # SPARQL 1.2, which the parser of patterns does not read
        query = "SELECT ?n { ?s <urn:name> ?n FILTER(!isTRIPLE(?n)) }"
        told = (await service.cite(query=query)).json()
        assert told["graphsAreThose"] == "dataset"
        assert len(told["graphs"]) == len(MANY) + 2
        page = await service.page(told["url"])
        assert "these are all graphs that it may read" in page
