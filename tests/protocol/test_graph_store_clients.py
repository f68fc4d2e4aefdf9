"""Clients that people have: rdflib, curl, and what Jena's scripts send."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic

from cepgraph.model import Model
from cepgraph.terms import GRAPH, ID, RDFS
from tests.protocol.world import by_granian, club, described

LABEL = URIRef(RDFS + "label")
CURL = shutil.which("curl")
needs_curl = pytest.mark.skipif(CURL is None, reason="curl is not installed")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, world: Model) -> Iterator[tuple[str, str]]:
    """The address of the store, and a token."""
    root = tmp_path_factory.mktemp("clients")
    with by_granian(root, world, submission_per_minute=10_000) as (url, _, token):
        yield url, token


def curl(*arguments: str) -> str:
    """What curl prints; an error where the status is one."""
    assert CURL is not None
    ended = subprocess.run([CURL, "-sS", *arguments], capture_output=True, text=True, check=True)
    return ended.stdout


def write(method: str, address: str, token: str, body: bytes | None, **headers: str) -> int:
    """A write by the standard library alone; its status."""
    told = {"Authorization": f"Bearer {token}", **headers}
    with urlopen(Request(address, body, told, method=method)) as answer:
        return int(answer.status)


def test_rdflib_puts_a_graph_and_parses_it_from_its_address(served: tuple[str, str]) -> None:
    url, token = served
    iri, address = f"{GRAPH}arts-connect/rdflib", f"{url}/graphs/arts-connect/rdflib"
    mine = Graph().parse(data=described(iri, club("rdflib")), format="turtle")
    body = mine.serialize(format="turtle", encoding="utf-8")
    assert write("PUT", address, token, body, **{"Content-Type": "text/turtle"}) == 201
    whole = Graph().parse(address)
    assert isomorphic(whole, mine)
    whole.add((URIRef(ID + "rdflib"), URIRef(RDFS + "comment"), Literal("from a notebook")))
    more = whole.serialize(format="xml", encoding="utf-8")
    kind = {"Content-Type": "application/rdf+xml"}
    assert write("PUT", f"{url}/graphs?graph={iri}", token, more, **kind) == 204
    assert isomorphic(Graph().parse(address), whole)


@needs_curl
def test_curl_uploads_a_file_without_saying_its_type(
    served: tuple[str, str], tmp_path: Path
) -> None:
    url, token = served
    file = tmp_path / "file.ttl"
    file.write_bytes(club("curl"))
    address = f"{url}/graphs/arts-connect/curl"
    sent = curl("-T", str(file), "-H", f"Authorization: Bearer {token}", f"{address}?title=Curl")
    assert json.loads(sent)["changed"]
    got = curl("-H", "Accept: application/n-triples", address)
    assert f'<{ID}curl> <{RDFS}label> "curl" .' in got.splitlines()


@needs_curl
def test_curl_sends_several_files_as_a_form(served: tuple[str, str], tmp_path: Path) -> None:
    url, token = served
    for name in "ab":
        (tmp_path / f"{name}.ttl").write_bytes(club(f"form-{name}"))
    address = f"{url}/graphs/arts-connect/form"
    files = [part for name in "ab" for part in ("-F", f"file=@{tmp_path / name}.ttl")]
    sent = curl(*files, "-F", "title=Form", "-H", f"Authorization: Bearer {token}", address)
    assert json.loads(sent)["triplesAdded"] == 7
    assert len(Graph().parse(address)) == 7


@needs_curl
def test_curl_fetches_again_only_what_has_changed(served: tuple[str, str], tmp_path: Path) -> None:
    url, token = served
    address, tag = f"{url}/graphs/arts-connect/tags", tmp_path / "tag"
    write("PUT", address, token, club("tags"), **{"Content-Type": "text/turtle"})
    status = ("-o", str(tmp_path / "out"), "-w", "%{http_code}")
    assert curl("--etag-save", str(tag), *status, address) == "200"
    assert curl("--etag-compare", str(tag), *status, address) == "304"
    write("POST", address, token, club("tags-more"), **{"Content-Type": "text/turtle"})
    assert curl("--etag-compare", str(tag), *status, address) == "200"


@pytest.mark.parametrize(
    ("script", "method", "kind", "status"),
    [
        ("s-put", "PUT", "text/turtle", 201),
        ("s-post", "POST", "text/turtle;charset=UTF-8", 201),
    ],
)
def test_jenas_scripts_name_the_graph_by_its_iri(
    served: tuple[str, str], script: str, method: str, kind: str, status: int
) -> None:
    """As the Ruby scripts of Fuseki send them, with their ``Accept`` headers."""
    url, token = served
    address = f"{url}/graphs?graph={GRAPH}arts-connect/{script}"
    accept = {"Accept": "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.8"}
    sent = {"Content-Type": kind, **accept}
    assert write(method, address, token, club(script), **sent) == status
    with urlopen(Request(address, headers=accept)) as answer:
        assert answer.headers.get_content_type() == "text/turtle"
        whole = Graph().parse(data=answer.read(), format="turtle")
    assert (URIRef(ID + script), LABEL, Literal(script)) in whole
    with urlopen(Request(address, method="HEAD")) as answer:
        assert answer.read() == b""
    assert write("DELETE", address, token, None) == 200
