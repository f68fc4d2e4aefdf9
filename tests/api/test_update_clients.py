"""Clients that researchers have write to the seed graph, by update, and read it back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError

import orjson
import pytest
from rdflib import Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDFS
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from SPARQLWrapper import JSON, POST, POSTDIRECTLY, URLENCODED, SPARQLWrapper

from cepgraph.history import History
from cepgraph.settings import Settings
from cepgraph.terms import CEP, GRAPH, ID
from cepgraph.tokens import Tokens
from cli.home import Home
from tests.api.conftest import ROOT, free_port, started, wait_ready

pytestmark = pytest.mark.slow

EXAMPLE = ROOT / "docs" / "examples" / "partnership.ttl"
OWN = GRAPH + "example/partnerships"
CEP_ = Namespace(CEP)
SCHOOL = URIRef(ID + "education-setting/example-school")
TRUST = URIRef(ID + "organisation/example-trust")
PREFIXES = f"PREFIX cep: <{CEP}> PREFIX id: <{ID}> PREFIX rdfs: <{RDFS}>\n"


@dataclass(frozen=True)
class Running:
    """The service over the seed graph and the example, and a token for the example's graphs."""

    url: str
    data: Path
    token: str

    @property
    def head(self) -> int:
        """Version of the log."""
        return History(self.data).head()

    @property
    def headers(self) -> dict[str, str]:
        """Those of the token."""
        return {"Authorization": f"Bearer {self.token}"}

    def store(self, **options: bool) -> SPARQLUpdateStore:
        """The store of rdflib."""
        return SPARQLUpdateStore(
            f"{self.url}/sparql", f"{self.url}/update", headers=self.headers, **options
        )

    def wrapper(self, method: str = URLENCODED) -> SPARQLWrapper:
        """SPARQLWrapper, with the token."""
        made = SPARQLWrapper(f"{self.url}/sparql", updateEndpoint=f"{self.url}/update")
        made.setMethod(POST)
        made.setRequestMethod(method)
        made.addCustomHttpHeader("Authorization", f"Bearer {self.token}")
        made.setReturnFormat(JSON)
        return made

    def update(self, text: str, method: str = URLENCODED) -> dict[str, object]:
        """What SPARQLWrapper makes of the answer to an update."""
        wrapper = self.wrapper(method)
        wrapper.setQuery(PREFIXES + text)
        assert wrapper.isSparqlUpdateRequest()
        told: dict[str, object] = wrapper.queryAndConvert()
        return told

    def ask(self, pattern: str) -> bool:
        """What SPARQLWrapper makes of the answer to a question."""
        wrapper = self.wrapper()
        wrapper.setQuery(f"{PREFIXES} ASK {{ {pattern} }}")
        return bool(wrapper.queryAndConvert()["boolean"])

    def problem(self, text: str) -> dict[str, object]:
        """The problem that an update ends with."""
        with pytest.raises(HTTPError) as raised:
            self.update(text)
        with raised.value as answer:
            problem: dict[str, object] = orjson.loads(answer.read())
        return problem


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("clients") / "data"
    Home(Settings(data=data)).prepare()
    _, token = Tokens(data).create("example")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with started(data, port, submission_per_minute=10_000):
        wait_ready(url)
        running = Running(url, data, token)
        store = running.store(autocommit=False)
        example = Graph(identifier=OWN).parse(EXAMPLE)
        store.addN((*triple, example) for triple in example)
        store.commit()
        yield running


def test_store_of_rdflib_published_a_graph_and_reads_it_back(service: Running) -> None:
    read = Graph(service.store(), identifier=OWN)
    example = Graph().parse(EXAMPLE)
    assert {str(s) for s in read.subjects()} == {str(s) for s in example.subjects()}
    assert read.value(TRUST, RDFS.label) == Literal("Example Arts Trust")


def test_store_of_rdflib_adds_and_removes_single_triples(service: Running) -> None:
    graph = Graph(service.store(), identifier=OWN)
    alias = (TRUST, URIRef("http://www.w3.org/2004/02/skos/core#altLabel"), Literal("The Trust"))
    before = service.head
    graph.add(alias)
    assert alias in graph
    graph.remove(alias)
    assert alias not in graph
    assert service.head == before + 2


def test_store_of_rdflib_sends_several_updates_with_their_prefixes_at_once(
    service: Running,
) -> None:
    # committed together these have PREFIX after a semicolon
    store = service.store(autocommit=False)
    graph = Graph(store, identifier=OWN)
    for text in ("one", "two"):
        graph.update(
            "DELETE { ?s rdfs:label ?l } INSERT { ?s rdfs:label ?new } WHERE { ?s rdfs:label ?l }",
            initNs={"rdfs": RDFS, "cep": CEP_},
            initBindings={"s": SCHOOL, "new": Literal(f"Example School {text}")},
        )
    before = service.head
    store.commit()
    assert service.head == before + 1
    assert Graph(service.store(), identifier=OWN).value(SCHOOL, RDFS.label) == Literal(
        "Example School two"
    )


def test_dataset_of_rdflib_reads_what_was_written(service: Running) -> None:
    dataset = Dataset(service.store(), default_union=True)
    assert URIRef(OWN) in {graph.identifier for graph in dataset.graphs()}


@pytest.mark.parametrize("method", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper_writes_and_reads_back(service: Running, method: str) -> None:
    name = f"Example Trust, {method}"
    told = service.update(
        f"WITH <{OWN}> DELETE {{ id:organisation\\/example-trust rdfs:label ?l }} "
        f"INSERT {{ id:organisation\\/example-trust rdfs:label '{name}' }} "
        f"WHERE {{ id:organisation\\/example-trust rdfs:label ?l }}",
        method,
    )
    assert told == {
        "version": service.head,
        "changed": True,
        "graphs": [{"graph": OWN, "triplesAdded": 1, "triplesRemoved": 1}],
    }
    assert service.ask(f"GRAPH <{OWN}> {{ ?s rdfs:label '{name}' }}")


def test_update_that_breaks_a_shape_is_refused_with_the_report_and_changes_nothing(
    service: Running,
) -> None:
    before = service.head
    told = service.problem(
        f"WITH <{OWN}> DELETE {{ ?s cep:settingKind ?kind }} WHERE {{ ?s cep:settingKind ?kind }}"
    )
    assert (told["status"], told["title"]) == (422, "The data does not conform")
    report = str(told["report"])
    assert str(SCHOOL) in report
    assert "Kind of setting: choose one value" in report
    assert service.head == before
    assert service.ask(f"<{SCHOOL}> cep:settingKind ?kind")


def test_graph_of_others_is_read_and_not_written(service: Running) -> None:
    before = service.head
    told = service.problem(
        "DELETE { GRAPH ?g { ?s rdfs:label ?l } } WHERE { GRAPH ?g { ?s a cep:Programme ; "
        "rdfs:label ?l } }"
    )
    assert told["status"] == 403
    assert GRAPH + "example/*" in str(told["detail"])
    assert service.head == before
    copied = service.update(
        f"INSERT {{ GRAPH <{OWN}> {{ id:education-setting\\/example-school rdfs:comment ?l }} }} "
        "WHERE { ?s a cep:Programme ; rdfs:label ?l }"
    )
    assert copied["changed"]


def test_what_was_entailed_follows_and_is_not_written(service: Running) -> None:
    entailed = f"GRAPH <{OWN}/entailed>"
    assert service.ask(f"{entailed} {{ ?partnership cep:hasMember <{SCHOOL}> }}")
    service.update(
        f"WITH <{OWN}> DELETE {{ ?m ?p ?o }} WHERE {{ ?m cep:member <{SCHOOL}> ; ?p ?o }}"
    )
    assert not service.ask(f"{entailed} {{ ?partnership cep:hasMember <{SCHOOL}> }}")


def test_updates_that_count_the_same_number_up_at_once_lose_none(service: Running) -> None:
    clients, times = 3, 4
    service.update(f"INSERT DATA {{ GRAPH <{OWN}> {{ <{SCHOOL}> cep:numberOnRoll 100 }} }}")
    before = service.head
    one_more = (
        f"WITH <{OWN}> DELETE {{ ?s cep:numberOnRoll ?n }} INSERT {{ ?s cep:numberOnRoll ?more }} "
        "WHERE { ?s cep:numberOnRoll ?n BIND(?n + 1 AS ?more) }"
    )

    def count(_client: int) -> None:
        for _ in range(times):
            service.update(one_more)

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(count, range(clients)))
    assert service.ask(f"<{SCHOOL}> cep:numberOnRoll {100 + clients * times}")
    assert service.head == before + clients * times
