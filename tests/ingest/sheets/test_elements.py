"""XML parts are walked through, and never expanded."""

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
