"""Names, endings and media types of formats; which of them a client gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cepgraph.formats import (
    CSV_RESULTS,
    GRAPH_FORMATS,
    JSON_LD,
    JSON_RESULTS,
    N_QUADS,
    RDF_FORMATS,
    RDF_XML,
    RESULT_FORMATS,
    TRIG,
    TURTLE,
    Format,
    by_ending,
    by_name,
    negotiate,
    parse_accept,
)

_OFFERED = ["text/turtle", "application/ld+json", "text/html"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *(("x.ttl", TURTLE), ("x.TTL", TURTLE), ("a.b.trig", TRIG), ("x.nq", N_QUADS)),
        *(("x.rdf", RDF_XML), ("x.owl", RDF_XML), ("x.jsonld", JSON_LD), (".ttl", TURTLE)),
        *(("ttl", None), ("x", None), ("", None), ("x.", None), ("x.csv", None)),
        ("x.ttl.gz", None),
    ],
)  # fmt: skip
def test_ending_tells_the_format(name: str, expected: Format | None) -> None:
    assert by_ending(name) == expected


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.name)
def test_rdf_format_is_found_by_name_ending_and_media_type(form: Format) -> None:
    for word in (form.name, form.name.upper(), *form.endings, *form.media_types):
        assert by_name(word, GRAPH_FORMATS) == form
    assert form.rdf is not None
    assert form.rdf.media_type == form.media_type


@pytest.mark.parametrize("form", RESULT_FORMATS, ids=lambda form: form.name)
def test_result_format_is_found_by_name_ending_and_media_type(form: Format) -> None:
    for word in (form.name, *form.endings, *form.media_types):
        assert by_name(word, RESULT_FORMATS) == form
    assert form.results is not None
    assert form.results.media_type.split(";")[0] == form.media_type


@pytest.mark.parametrize(
    ("name", "form"),
    [
        *(("json-ld", JSON_LD), ("JSON-LD", JSON_LD), ("rdf/xml", RDF_XML), ("rdf+xml", RDF_XML)),
        *(("n-quads", N_QUADS), (" text/turtle ", TURTLE), ("text/turtle; charset=utf-8", TURTLE)),
        ("application/rdf xml", RDF_XML),
    ],
)  # fmt: skip
def test_names_are_understood_as_people_write_them(name: str, form: Format) -> None:
    assert by_name(name, GRAPH_FORMATS) == form


def test_what_is_only_written_is_not_read() -> None:
    assert by_ending("x.n3") is None


def test_unknown_name_is_no_format() -> None:
    assert by_name("docx", RDF_FORMATS) is None
    assert by_name("", RESULT_FORMATS) is None


def test_one_word_means_one_thing() -> None:
    for formats in (GRAPH_FORMATS, RESULT_FORMATS):
        endings = [ending for form in formats for ending in form.endings]
        media_types = [media_type for form in formats for media_type in form.media_types]
        assert len(endings) == len(set(endings))
        assert len(media_types) == len(set(media_types))


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, _OFFERED),
        ("", _OFFERED),
        ("  ", _OFFERED),
        ("*/*", _OFFERED),
        (",", _OFFERED),
        ("text/html", ["text/html"]),
        ("TEXT/HTML", ["text/html"]),
        ("text/*", ["text/turtle", "text/html"]),
        ("text/html, text/turtle", ["text/turtle", "text/html"]),
        ("text/turtle;q=0.5, text/html", ["text/html", "text/turtle"]),
        ("text/turtle; q=0.5 , text/html ; q = 0.9", ["text/html", "text/turtle"]),
        ("*/*;q=0.1, text/html", ["text/html", "text/turtle", "application/ld+json"]),
        ("text/*, text/html;q=0", ["text/turtle"]),
        ("*/*, text/*;q=0", ["application/ld+json"]),
        ("text/html;level=1", ["text/html"]),
        ("text/html;q=2", ["text/html"]),
        ("text/html;q=lots", []),
        ("application/pdf", []),
        ("text/html;q=0", []),
        ("html", []),
    ],
)
def test_client_gets_what_it_accepts_best_first(accept: str | None, expected: list[str]) -> None:
    assert negotiate(accept, _OFFERED) == expected


@given(accept=st.text("*/;=, qtexhml.019+-", max_size=40))
def test_any_accept_header_gives_some_of_what_is_offered(accept: str) -> None:
    chosen = negotiate(accept, _OFFERED)
    assert len(chosen) == len(set(chosen))
    assert set(chosen) <= set(_OFFERED)
    assert all(0 <= preference.quality <= 1 for preference in parse_accept(accept))


def test_results_are_preferred_in_the_order_offered() -> None:
    offered = [form.media_type for form in RESULT_FORMATS]
    assert negotiate("*/*", offered)[0] == JSON_RESULTS.media_type
    assert negotiate("text/*", offered)[0] == CSV_RESULTS.media_type
