"""Rows of a result as JSON: which term becomes which value."""

import orjson
import pytest
from pyoxigraph import QueryResultsFormat, Store

from api.queries.rows import boolean, rows


def results(query: str) -> bytes:
    prefix = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
    return Store().query(prefix + query).serialize(format=QueryResultsFormat.JSON) or b""


@pytest.mark.parametrize(
    ("term", "written"),
    [
        ("7", "7"),
        ('"-007"^^xsd:integer', "-7"),
        ('"+7"^^xsd:long', "7"),
        ('"7"^^xsd:nonNegativeInteger', "7"),
        ('"7"^^xsd:unsignedByte', "7"),
        ("12345678901234567890123", "12345678901234567890123"),
        ("0.5", "0.5"),
        ('".5"^^xsd:decimal', "0.5"),
        ("3.14159265358979323846", "3.14159265358979323846"),
        ("1.5e3", "1500.0"),
        ('"INF"^^xsd:double', '"INF"'),
        ('"NaN"^^xsd:float', '"NaN"'),
        ('"many"^^xsd:integer', '"many"'),
        ('"1.5"^^xsd:integer', '"1.5"'),
        ('"x"^^xsd:decimal', '"x"'),
        ('"x"^^xsd:double', '"x"'),
        ("true", "true"),
        ('"0"^^xsd:boolean', "false"),
        ('"perhaps"^^xsd:boolean', '"perhaps"'),
        ('"2024-05"^^xsd:gYearMonth', '"2024-05"'),
        ('"2024-05-01"^^xsd:date', '"2024-05-01"'),
        ('"oui"@fr', '"oui"'),
        ('"7"', '"7"'),
        ('"say \\"x\\"\\n"', '"say \\"x\\"\\n"'),
        ("<urn:x>", '"urn:x"'),
        ("UNDEF", "null"),
    ],
)
def test_term_becomes_the_nearest_value_of_json(term: str, written: str) -> None:
    found = results(f"SELECT ?x {{ VALUES ?x {{ {term} }} }}")
    assert orjson.dumps(rows(found, ["x"])).decode() == f'[{{"x":{written}}}]'


def test_blank_node_is_text() -> None:
    (row,) = orjson.loads(orjson.dumps(rows(results("SELECT (BNODE() AS ?x) {}"), ["x"])))
    assert row["x"].startswith("_:")


def test_row_has_all_columns_in_their_order() -> None:
    found = results("SELECT ?b ?a { VALUES (?a ?b) { (1 UNDEF) (UNDEF 2) } }")
    assert orjson.dumps(rows(found, ["b", "a"])) == b'[{"b":null,"a":1},{"b":2,"a":null}]'


def test_no_rows_are_an_empty_list() -> None:
    assert orjson.dumps(rows(results("SELECT ?a { FILTER (false) }"), ["a"])) == b"[]"


@pytest.mark.parametrize(("filter_", "expected"), [("true", True), ("false", False)])
def test_boolean_is_read(filter_: str, expected: bool) -> None:
    assert boolean(results(f"ASK {{ FILTER ({filter_}) }}")) is expected
