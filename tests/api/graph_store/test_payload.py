"""In which format a body is, where its type says it or nothing does."""

from pathlib import Path

import pytest

from api.graph_store.payload import guessed, kind_of, named, refuse_other_than_rdf
from api.problems import HttpProblem
from api.submissions.form import Received


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b'<?xml version="1.0"?><rdf:RDF/>', "rdfxml"),
        (b"\xef\xbb\xbf  <rdf:RDF xmlns:rdf='x'>", "rdfxml"),
        (b"<!-- a comment --><RDF xmlns='x'/>", "rdfxml"),
        (b"", "rdfxml"),
        (b' {"@id": "urn:a"}', "jsonld"),
        (b'[\n {"@id": "urn:a"}]', "jsonld"),
        (b"[ ] a <urn:a> .", "turtle"),
        (b"[ <urn:p> 1 ] .", "turtle"),
        (b"@prefix a: <urn:a> .", "turtle"),
        (b"<urn:a> <urn:b> <urn:c> .", "turtle"),
        (b"# a comment\n<urn:a> <urn:b> 1 .", "turtle"),
        (b"PREFIX a: <urn:a>", "turtle"),
    ],
)
def test_body_without_a_type_is_rdf_xml_unless_it_is_clearly_something_else(
    tmp_path: Path, start: bytes, name: str
) -> None:
    path = tmp_path / "body"
    path.write_bytes(start)
    assert guessed(path).name == name


@pytest.mark.parametrize("header", ["", " ", "application/octet-stream"])
def test_type_that_says_nothing_is_none(header: str) -> None:
    assert refuse_other_than_rdf(kind_of(header)) is None


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Text/Turtle; charset=UTF-8", "turtle"),
        ("text/plain", "ntriples"),
        ("application/json", "jsonld"),
        ("application/xml", "rdfxml"),
    ],
)
def test_every_name_of_a_format_is_known(header: str, name: str) -> None:
    form = refuse_other_than_rdf(kind_of(header))
    assert form is not None
    assert form.name == name


def test_type_of_a_part_counts_before_the_ending_of_its_name(tmp_path: Path) -> None:
    sent = Received(tmp_path / "0", "data.ttl", "application/n-triples")
    assert named(sent) == (tmp_path / "0", "data.ttl.nt")
    sent = Received(tmp_path / "0", "data.ttl", "application/octet-stream")
    assert named(sent) == (tmp_path / "0", "data.ttl")
    with pytest.raises(HttpProblem) as refused:
        named(Received(tmp_path / "0", "pets.csv", "text/csv"))
    assert refused.value.status == 415
