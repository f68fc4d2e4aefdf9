"""XML parts are walked through, and never expanded."""

from collections.abc import Iterator

import pytest

from cepgraph.errors import BadInput
from ingest.sheets.elements import Elements

BILLION = b"""<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>"""
EXTERNAL = b"""<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>"""


@pytest.mark.parametrize("content", [BILLION, EXTERNAL, b"<!DOCTYPE html><x/>"])
def test_document_type_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="DOCTYPE"):
        Elements("x.xlsx", lambda _tag, _attributes: None).read([content])


@pytest.mark.parametrize("content", [b"", b"<x>", b"<x></y>", b"text", b"<x>&a;</x>", b"<x>\x00"])
def test_what_is_not_well_formed_is_refused(content: bytes) -> None:
    with pytest.raises(BadInput, match="well-formed"):
        Elements("x.xlsx", lambda _tag, _attributes: None).read([content])


def test_text_of_an_element_comes_when_it_ends_with_that_of_the_elements_inside() -> None:
    heard: list[str] = []

    def begin(tag: str, _: dict[str, str]) -> None:
        if tag == "f":
            elements.listen(heard.append)

    elements = Elements("x.xlsx", begin)
    elements.read([b"<x>no<f>on", b"e<p:b xmlns:p='u:p'>two</p:b>three</f>no<f/></x>"])
    assert heard == ["onetwothree", ""]


@pytest.mark.parametrize("tag", [b'<x a="', b'<x a=">>', b"<!-- "])
def test_tag_without_end_is_refused_before_all_of_it_is_read(tag: bytes) -> None:
    given = []

    def chunks() -> Iterator[bytes]:
        yield b"<r>" + tag
        for number in range(1000):
            given.append(number)
            yield b"y>" * (1 << 17)

    with pytest.raises(BadInput, match="has no end"):
        Elements("x.xlsx", lambda _tag, _attributes: None).read(chunks())
    assert len(given) < 40


def test_long_text_is_not_kept_whole() -> None:
    heard: list[str] = []
    elements = Elements("x.xlsx", lambda _tag, _attributes: elements.listen(heard.append))
    elements.read([b"<f>", *[b"x" * (1 << 16)] * 50, b"</f>"])
    assert len(heard[0]) < 1 << 18
