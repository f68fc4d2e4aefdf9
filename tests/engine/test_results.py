"""Results as bytes, with a link to the version where it is asked for."""

import json
from itertools import product

import pytest
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, QueryTriples, Store

from cepgraph.engine.results import linked, written_as
from cepgraph.engine.wire import Question
from cepgraph.terms import CEP, VERSION_IRI

JSON = QueryResultsFormat.JSON
XML = QueryResultsFormat.XML
NAMES = ("x", "link", "head", "_0", "é", "vars")


def written(query: str, form: QueryResultsFormat) -> tuple[bytes, bytes]:
    """A result as Oxigraph writes it, and the same with its link."""
    store = Store()
    plain = store.query(query).serialize(format=form)
    results = store.query(query)
    assert isinstance(results, QueryBoolean | QuerySolutions)
    found = written_as(results, Question(query, (form.media_type,), linked=True), 7)
    assert plain is not None
    assert found is not None
    return plain, found[1]


@pytest.mark.parametrize("count", range(len(NAMES) + 1))
def test_link_is_all_that_is_added_to_json(count: int) -> None:
    values = " ".join(f"('] {name}' AS ?{name})" for name in NAMES[:count]) or "*"
    plain, found = written(f"SELECT {values} {{}}", JSON)
    body = json.loads(found)
    assert body["head"].pop("link") == [VERSION_IRI + "7"]
    assert body == json.loads(plain)


@pytest.mark.parametrize("count", range(len(NAMES) + 1))
def test_link_is_all_that_is_added_to_xml(count: int) -> None:
    values = " ".join(f"('</head>' AS ?{name})" for name in NAMES[:count]) or "*"
    plain, found = written(f"SELECT {values} {{}}", XML)
    link = f'<link href="{VERSION_IRI}7"/>'.encode()
    assert found.count(link + b"</head>") == 1
    assert found.replace(link, b"") == plain


@pytest.mark.parametrize(
    ("query", "form"), [*product(["ASK {}", "ASK { FILTER(false) }"], [JSON, XML])]
)
def test_booleans_are_linked_too(query: str, form: QueryResultsFormat) -> None:
    plain, found = written(query, form)
    assert (VERSION_IRI + "7").encode() in found
    assert plain.count(b"true") == found.count(b"true")


def test_questions_of_the_service_itself_have_no_link() -> None:
    results = Store().query("ASK {}")
    assert isinstance(results, QueryBoolean)
    found = written_as(results, Question("ASK {}"), 7)
    assert found == ("application/sparql-results+json", b'{"head":{},"boolean":true}')


def test_a_head_that_is_not_there_is_no_silent_loss() -> None:
    with pytest.raises(ValueError, match="not found"):
        linked(b"[]{}", XML, 7, boolean=False)


@pytest.mark.parametrize("media_type", ["text/turtle", "application/trig"])
def test_graphs_for_people_have_our_prefixes(media_type: str) -> None:
    query = f"CONSTRUCT {{ <{CEP}a> <{CEP}b> 1 }} WHERE {{}}"
    results = Store().query(query)
    assert isinstance(results, QueryTriples)
    found = written_as(results, Question(query, graphs=(media_type,)), 7)
    assert found is not None
    assert found[0] == media_type
    assert b"cep:a cep:b 1 ." in found[1]
