"""The seed graph in memory, with its entailments, and a way to put a catalogue query to it."""

from collections.abc import Callable

import pytest
from pyoxigraph import Quad, QuerySolutions, RdfFormat, Store, Variable
from rdflib import Dataset, URIRef

from cepgraph.catalogue import Query
from cepgraph.content import Content
from cepgraph.model import Model
from cepgraph.terms import CONCEPT, ID, entailed_graph, shorten
from ingest.seed import seed

Row = dict[str, str]
Ask = Callable[..., list[Row]]


@pytest.fixture(scope="session")
def model() -> Model:
    return Model(Content.default())


@pytest.fixture(scope="session")
def seed_store(model: Model) -> Store:
    store = Store()
    for graph, triples in seed(model).graphs.items():
        companion = entailed_graph(graph)
        entailed = model.rules.closure(triples) - triples
        store.bulk_extend(Quad(t.subject, t.predicate, t.object, graph) for t in triples)
        store.bulk_extend(Quad(t.subject, t.predicate, t.object, companion) for t in entailed)
    return store


@pytest.fixture(scope="session")
def other_engine(seed_store: Store) -> Dataset:
    """The same graph in rdflib."""
    dataset = Dataset(default_union=True)
    for graph in seed_store.named_graphs():
        triples = seed_store.dump(format=RdfFormat.N_TRIPLES, from_graph=graph)
        dataset.graph(URIRef(graph.value)).parse(data=triples, format="nt")
    return dataset


def run(store: Store, query: Query, values: dict[str, str]) -> list[Row]:
    """Rows as text, unbound columns left out; our own IRIs as ``kind/key`` or ``scheme/key``."""
    results = store.query(
        query.text,
        use_default_graph_as_union=True,
        substitutions={Variable(name): term for name, term in query.bind(values).items()},
    )
    assert isinstance(results, QuerySolutions)
    return [
        {name: short(solution[name].value) for name in query.columns if solution[name] is not None}
        for solution in results
    ]


def short(value: str) -> str:
    """``id/…`` and ``concept/…`` without their base, other IRIs shortened by their prefix."""
    for base in (ID, CONCEPT):
        if value.startswith(base):
            return value.removeprefix(base)
    return shorten(value)


@pytest.fixture(scope="session")
def ask(model: Model, seed_store: Store) -> Ask:
    """``ask("findings-by-theme", theme="funding")`` gives rows."""

    def asked(name: str, **values: str) -> list[Row]:
        return run(seed_store, model.catalogue.query(name), values)

    return asked
