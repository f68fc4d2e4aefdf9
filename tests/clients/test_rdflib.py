"""rdflib: its store of a SPARQL endpoint, and SERVICE in a query of its own."""

import subprocess
import sys

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import Namespace
from rdflib.plugins.stores.sparqlconnector import SPARQLConnector
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from tests.engine.support import PATIENCE_S

X = Namespace("urn:")
LABELS = "SELECT ?o { ?s <urn:label> ?o } ORDER BY ?o"
METHODS = ["GET", "POST", "POST_FORM"]
ASKS_BY_SERVICE = """
import sys
from rdflib import Graph, URIRef
local = Graph().add((URIRef("urn:here"), URIRef("urn:knows"), URIRef("urn:t")))
there = f"SERVICE <{sys.argv[1]}> {{ ?s <urn:label> ?o }}"
for row in local.query(f"SELECT ?o {{ ?here <urn:knows> ?s {there} }}"):
    print(row.o)
"""


@pytest.fixture(params=METHODS)
def store(endpoint: str, request: pytest.FixtureRequest) -> SPARQLStore:
    """The endpoint as a store."""
    return SPARQLStore(endpoint, method=request.param)


def test_select(store: SPARQLStore) -> None:
    rows = Graph(store).query(LABELS)
    assert {row.o for row in rows} == {
        Literal("one"), Literal("eins", lang="de"), Literal("two"), Literal("three")
    }  # fmt: skip


def test_ask(store: SPARQLStore) -> None:
    assert Graph(store).query("ASK { ?s ?p 'one' }").askAnswer is True
    assert Graph(store).query("ASK { ?s ?p 'none' }").askAnswer is False


def test_construct_and_describe(store: SPARQLStore) -> None:
    made = Graph(store).query("CONSTRUCT { ?s <urn:is> ?o } WHERE { ?s <urn:size> ?o }").graph
    assert made is not None
    assert list(made) == [(X.s, URIRef("urn:is"), Literal(4))]
    told = Graph(store).query("DESCRIBE <urn:u>").graph
    assert told is not None
    assert list(told) == [(X.u, X.label, Literal("three"))]


@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_select_in_every_format_of_rdflib(endpoint: str, form: str) -> None:
    connector = SPARQLConnector(endpoint, returnFormat=form)
    found = {str(row[0]) for row in connector.query(LABELS)}
    assert found == {"one", "eins", "two", "three"}


def test_variables_are_bound_beforehand(store: SPARQLStore) -> None:
    graph = Graph(store)
    rows = graph.query("SELECT ?o { ?s ?p ?o }", initBindings={"s": X.s, "p": X.size})
    assert [row.o for row in rows] == [Literal(4)]
    rows = graph.query("SELECT ?s { ?s ?p ?o }", initBindings={"o": Literal("eins", lang="de")})
    assert [row.s for row in rows] == [X.s]


def test_prefixes_of_the_graph_are_those_of_its_queries(store: SPARQLStore) -> None:
    rows = Graph(store).query("SELECT ?o { x:s x:size ?o }", initNs={"x": X})
    assert [row.o for row in rows] == [Literal(4)]


def test_graph_with_a_name_is_that_graph(store: SPARQLStore) -> None:
    graph = Graph(store, identifier=X.g)
    assert {str(row.o) for row in graph.query(LABELS)} == {"one", "eins"}
    assert {str(label) for label in graph.objects(None, X.label)} == {"one", "eins"}


def test_contexts_are_the_named_graphs(store: SPARQLStore) -> None:
    assert set(store.contexts()) >= {X.g, X.h}
    assert list(store.contexts((X.u, None, None))) == [X.h]


def test_named_graphs_are_counted_and_looked_into(store: SPARQLStore) -> None:
    first, second = Graph(store, identifier=X.g), Graph(store, identifier=X.h)
    assert len(first) == 3
    assert (X.t, X.knows, X.s) in second
    assert (X.t, X.knows, X.s) not in first


def test_store_is_walked_like_a_graph(store: SPARQLStore) -> None:
    graph = Graph(store)
    assert (X.s, X.size, Literal(4)) in graph
    assert graph.value(X.t, X.knows) == X.s
    assert set(graph.subjects(X.label)) == {X.s, X.t, X.u}


def test_query_of_a_version(endpoint: str) -> None:
    store = SPARQLStore(endpoint, params={"version": "1"})
    assert len(list(Graph(store).query(LABELS))) == 3


def test_service_of_rdflib(endpoint: str) -> None:
    # a client has a process of its own, and in this one our grammar may have changed rdflib's
    asked = [sys.executable, "-c", ASKS_BY_SERVICE, endpoint]
    told = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    assert told.stdout.split() == ["two"]
