"""Whatever comes in, a reader gives a submission or one of our errors; nothing else."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, serialize

from cepgraph.errors import CepgraphError
from cepgraph.formats import RDF_FORMATS, Format
from ingest.rdf import read_bytes
from tests import mini
from tests.strategies import iris, literals

_BITS = [
    *(
        b"<<(",
        b")>>",
        b"{|",
        b"|}",
        b"[",
        b"]",
        b"(",
        b")",
        b"{",
        b"}",
        b'"',
        b"'''",
        b'"""',
        b"\\",
    ),
    *(b"\x00", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\n", b"\r", b"@", b"@en--ltr", b"^^", b"_:b "),
    *(b"<a:b>", b"<x", b"&amp;", b"&x;", b"<!DOCTYPE a>", b"<![CDATA[", b"<?x ?>", b"<!--", b"#"),
    *(b'"@context":', b'"@id":', b'"@graph":', b'"@list":', b"null", b",", b":", b"1e999", b"\\u"),
]
_triples = st.sets(
    st.builds(mini.Triple, iris, iris, st.one_of(iris, literals)), min_size=1, max_size=3
)


def _take(content: bytes, form: Format) -> None:
    with contextlib.suppress(CepgraphError):
        read_bytes(content, form, NamedNode("x:g"), name="x", who="", why="")


@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
@settings(deadline=None)
@given(content=st.lists(st.sampled_from([*_BITS, b" "]), max_size=12).map(b"".join))
def test_pieces_of_syntax_in_any_order_are_read_or_refused(form: Format, content: bytes) -> None:
    _take(content, form)


@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
@settings(deadline=None)
@given(triples=_triples, bit=st.sampled_from(_BITS), at=st.floats(0, 1), cut=st.integers(0, 9))
def test_damaged_files_are_read_or_refused(
    form: Format, triples: set[mini.Triple], bit: bytes, at: float, cut: int
) -> None:
    whole = serialize(triples, format=form.rdf) or b""
    place = int(at * len(whole))
    _take(whole[:place] + bit + whole[place + cut :], form)


@pytest.mark.parametrize("form", RDF_FORMATS, ids=lambda form: form.name)
@settings(deadline=None)
@given(content=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(form: Format, content: bytes) -> None:
    _take(content, form)
