"""What is sent to make a citation."""

from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from api.citations.citation import LONGEST_NOTE, LONGEST_QUERY, LONGEST_TITLE, MOST_GRAPHS
from api.citations.sent import FORM, JSON, Sent, sent
from api.problems import HttpProblem
from cepgraph.errors import BadInput, BadParameter

ASK = "ASK {}"


def as_json(**fields: Any) -> Sent:
    """Fields sent as JSON; underscores in names stand for hyphens."""
    body = {name.replace("_", "-"): value for name, value in fields.items()}
    return sent(JSON, orjson.dumps(body))


def as_form(*fields: tuple[str, str]) -> Sent:
    """Fields sent as a form."""
    return sent(FORM, urlencode(fields).encode())


def test_json_is_read() -> None:
    found = as_json(
        query=ASK,
        version=3,
        title=" A title ",
        note="two\r\nlines",
        default_graph_uri="urn:g",
        named_graph_uri=["urn:h", "urn:i"],
    )
    assert found == Sent(
        query=ASK,
        version=3,
        title="A title",
        note="two\nlines",
        default_graphs=("urn:g",),
        named_graphs=("urn:h", "urn:i"),
    )


def test_form_is_read() -> None:
    found = as_form(
        ("query", ASK),
        ("version", "3"),
        ("named-graph-uri", "urn:h"),
        ("named-graph-uri", "urn:i"),
        ("title", ""),
    )
    assert found == Sent(query=ASK, version=3, named_graphs=("urn:h", "urn:i"))


def test_query_is_kept_to_the_last_space() -> None:
    assert as_json(query=" ASK\r\n{} ").query == " ASK\r\n{} "


def test_query_of_the_catalogue_has_parameters() -> None:
    expected = Sent(name="findings", parameters={"theme": "a b", "least": "2"})
    assert as_json(name="findings", parameters={"theme": "a b", "least": 2}) == expected
    assert as_form(("name", "findings"), ("parameters", "theme=a+b&least=2")) == expected


def test_null_is_as_good_as_left_out() -> None:
    nothing = {"version": None, "title": None, "note": None, "parameters": None}
    assert as_json(query=ASK, default_graph_uri=None, **nothing) == Sent(query=ASK)


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({}, "query"),
        ({"query": " "}, "query"),
        ({"query": 1}, "query"),
        ({"query": ASK, "name": "findings"}, "query"),
        ({"query": "x" * (LONGEST_QUERY + 1)}, "query"),
        ({"query": "é" * (LONGEST_QUERY // 2 + 1)}, "query"),
        ({"query": ASK, "version": "x"}, "version"),
        ({"query": ASK, "version": -1}, "version"),
        ({"query": ASK, "version": 1.5}, "version"),
        ({"query": ASK, "version": True}, "version"),
        ({"query": ASK, "version": "1" * 10}, "version"),
        ({"query": ASK, "title": "x" * (LONGEST_TITLE + 1)}, "title"),
        ({"query": ASK, "title": "two\nlines"}, "title"),
        ({"query": ASK, "title": "back\u202ewards"}, "title"),
        ({"query": ASK, "note": "x" * (LONGEST_NOTE + 1)}, "note"),
        ({"query": ASK, "note": "\x00"}, "note"),
        ({"query": ASK, "note": ["x"]}, "note"),
        ({"query": ASK, "default_graph_uri": "no iri"}, "default-graph-uri"),
        ({"query": ASK, "default_graph_uri": {"a": 1}}, "default-graph-uri"),
        ({"query": ASK, "named_graph_uri": [1]}, "named-graph-uri"),
        ({"query": ASK, "named_graph_uri": ["urn:g"] * (MOST_GRAPHS + 1)}, "named-graph-uri"),
        ({"query": ASK, "parameters": {"a": "b"}}, "parameters"),
        ({"name": "x", "parameters": ["a"]}, "parameters"),
        ({"name": "x", "parameters": {"a": None}}, "a"),
        ({"name": "x", "parameters": {"a": True}}, "a"),
        ({"name": "x", "default_graph_uri": "urn:g"}, "name"),
        ({"query": ASK, "colour": "red"}, "colour"),
    ],
)
def test_wrong_field_is_named(fields: dict[str, Any], parameter: str) -> None:
    with pytest.raises(BadParameter) as caught:
        as_json(**fields)
    assert caught.value.parameter == parameter


def test_field_of_a_form_that_is_given_twice_is_named() -> None:
    with pytest.raises(BadParameter) as caught:
        as_form(("query", ASK), ("query", ASK))
    assert caught.value.parameter == "query"
    with pytest.raises(BadParameter) as caught:
        as_form(("name", "x"), ("parameters", "a=1&a=2"))
    assert caught.value.parameter == "a"


def test_broken_json_is_told_with_its_place() -> None:
    with pytest.raises(BadInput) as caught:
        sent(JSON, b'{"query":\n"ASK {}",}')
    assert (caught.value.line, caught.value.column) == (2, 9)


@pytest.mark.parametrize("body", [b"[]", b'"ASK {}"', b"", b"\xff", b'{"query": "\\ud800"}'])
def test_json_that_is_no_object_of_texts_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        sent(JSON, body)


@pytest.mark.parametrize("body", [b"query=%FF", b"\xff", b"&".join([b"a=b"] * 2000)])
def test_broken_form_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        sent(FORM, body)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/sparql-query", f"{JSON}; charset=latin-1"]
)
def test_other_types_are_415(content_type: str) -> None:
    with pytest.raises(HttpProblem) as caught:
        sent(content_type, b"{}")
    assert caught.value.status == 415
