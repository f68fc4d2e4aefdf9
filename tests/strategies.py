"""Hypothesis strategies for RDF terms, odd ones included."""

from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode

from cepgraph.terms import RDF, XSD

# fmt: off
_TYPES = [
    "string", "boolean", "integer", "decimal", "double", "float", "date", "dateTime", "time",
    "gYear", "gYearMonth", "gMonth", "gDay", "gMonthDay", "duration", "dayTimeDuration",
    "yearMonthDuration", "anyURI", "hexBinary", "base64Binary", "int", "long", "byte",
    "unsignedByte", "nonNegativeInteger", "positiveInteger", "token", "language",
]
# fmt: on
DATATYPES = [
    *(NamedNode(XSD + name) for name in _TYPES),
    NamedNode(RDF + "HTML"),
    NamedNode(RDF + "JSON"),
    NamedNode("https://example.org/own"),
]
SPELLINGS = [
    *("1", "+1", "01", "1.50", "-0", ".5", "1e400", "9" * 40, "1_000", "١٢", "NaN", "INF", "true"),
    *("TRUE", "2023-02-28", "2023-02-29", "2023-02-28Z", "2023-02-28+14:00", "0000-01-01"),
    *("2023", "-0044", "2023-13", "2023-05", "24:00:00", "2023-01-01T24:00:00", "P1Y", "PT0S"),
    *("--02-30", "---31", "", " 1 ", "abc", "0A", "0a", "YQ==", "<p>", '{"a": 1}', "en-GB"),
    *("2023-01-01T00:00:00.123456789123456789", "2023-01-01T00:00:00Z", "P1M2DT3H", "x" * 5000),
]
_ODD = '\x00\x01\x08\x0b\x0c\x1c\x1f\x7f\x85\xa0\u2028\u2029\ufeff\ufffe\uffff\r\n\t"\\<>\U0001f3ad'
_characters = st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(_ODD))
texts = st.text(_characters, max_size=20)
"""Text of any characters that UTF-8 can write, control characters and separators among them."""

literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(
        lambda value, tag: Literal(value, language=tag),
        texts,
        st.sampled_from(["en", "en-GB", "cy", "de-CH-1996", "zh-Hant"]),
    ),
    st.builds(
        lambda value, datatype: Literal(value, datatype=datatype),
        st.one_of(st.sampled_from(SPELLINGS), texts),
        st.sampled_from(DATATYPES),
    ),
)
"""Plain, tagged and typed literals; many of the typed ones are not of their type."""

iris = st.builds(
    lambda path: NamedNode(f"https://example.org/{path}"),
    st.text("abcXYZ019-._~éж漢/", max_size=12),
)
