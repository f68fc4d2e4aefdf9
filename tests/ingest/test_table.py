"""Tables: what a row becomes, and every fault with file, line and column."""

from pathlib import Path

import pytest
from pyoxigraph import Triple

from cepgraph.content import Content
from cepgraph.errors import BadInput
from cepgraph.model import Model
from cepgraph.schema import Schema
from ingest.table import read_table
from tests import mini

_SHAPES = (
    mini.SHAPES
    + """
ceps:Owner sh:property ceps:Owner-age, ceps:Owner-since, ceps:Owner-artform, ceps:Owner-home,
    ceps:Owner-likes, ceps:Owner-body .
ceps:Owner-age a sh:PropertyShape ; sh:path cep:limit ; sh:order 20 ; sh:name "Age" ;
    sh:datatype xsd:integer ; sh:maxCount 1 ; sh:severity sh:Violation .
ceps:Owner-since a sh:PropertyShape ; sh:path cep:born ; sh:order 21 ; sh:name "Since" ;
    sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYearMonth ] [ sh:datatype xsd:gYear ] ) .
ceps:Owner-artform a sh:PropertyShape ; sh:path cep:tag ; sh:order 22 ; sh:name "Art form" ;
    ceps:field "artform" ; ceps:scheme <https://w3id.org/cepgraph/concept/artform> .
ceps:Owner-home a sh:PropertyShape ; sh:path foaf:homepage ; sh:order 23 ; sh:name "Home" ;
    sh:nodeKind sh:IRI .
ceps:Owner-likes a sh:PropertyShape ; sh:path cep:friend ; sh:order 24 ; sh:name "Likes" ;
    ceps:field "likes" ; sh:or ( [ sh:class cep:Pet ] [ sh:class cep:Club ] ) .
ceps:Owner-body a sh:PropertyShape ; sh:path cep:related ; sh:order 25 ; sh:name "Anything" ;
    ceps:field "anything" ; sh:class cep:Entity .
"""
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    return Model(mini.write_content(tmp_path_factory.mktemp("content"), shapes=_SHAPES)).schema


def _read(folder: Path, schema: Schema, text: str | bytes, name: str = "owners.csv") -> set[Triple]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path, schema)


def _expected(text: str) -> set[Triple]:
    ours = "https://w3id.org/cepgraph/"
    text = text.replace("id:", f"<{ours}id/").replace("§", ">")
    return mini.turtle(text.replace("concept:", f"<{ours}concept/"))


def test_row_becomes_a_thing_of_the_class_that_the_file_is_named_after(
    tmp_path: Path, schema: Schema
) -> None:
    found = _read(tmp_path, schema, "key,label,limit\nann,Ann,41\n")
    assert found == _expected('id:owner/ann§ a cep:Owner ; rdfs:label "Ann" ; cep:limit 41 .')


@pytest.mark.parametrize("name", ["owners.csv", "owner.csv", "Owner.csv"])
def test_file_may_be_named_after_the_collection_the_kind_or_the_class(
    tmp_path: Path, schema: Schema, name: str
) -> None:
    assert _read(tmp_path, schema, "key\nann\n", name)


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("limit", " 41 ", "cep:limit 41"),
        ("limit", "41|42", 'cep:limit "41|42"^^xsd:integer'),
        ("born", "2023-05-06", 'cep:born "2023-05-06"^^xsd:date'),
        ("born", "2023-05", 'cep:born "2023-05"^^xsd:gYearMonth'),
        ("born", "2023", 'cep:born "2023"^^xsd:gYear'),
        ("born", "2023-02-29", 'cep:born "2023-02-29"^^xsd:date'),
        ("born", "2023 | 2024", 'cep:born "2023"^^xsd:gYear, "2024"^^xsd:gYear'),
        ("artform", "music|dance", "cep:tag concept:artform/music§, concept:artform/dance§"),
        ("artform", "https://example.org/x", "cep:tag <https://example.org/x>"),
        ("homepage", "https://example.org/", "foaf:homepage <https://example.org/>"),
        ("likes", "pet/rex | club/1", "cep:friend id:pet/rex§, id:club/1§"),
        ("anything", "local-authority/E08000025", "cep:related id:local-authority/E08000025§"),
        ("label", "a|b", 'rdfs:label "a|b"'),
        ("label", '"a ""b"",\nc"', 'rdfs:label "a \\"b\\",\\nc"'),
        ("label", "=1+1", 'rdfs:label "=1+1"'),
    ],
)
def test_cell_becomes_what_the_field_takes(
    tmp_path: Path, schema: Schema, column: str, cell: str, expected: str
) -> None:
    found = _read(tmp_path, schema, f"key,{column}\nann,{cell}\n")
    assert found == _expected(f"id:owner/ann§ a cep:Owner ; {expected} .")


def test_empty_cells_say_nothing(tmp_path: Path, schema: Schema) -> None:
    found = _read(tmp_path, schema, "key,label,limit\nann,, \n")
    assert found == _expected("id:owner/ann§ a cep:Owner .")


def test_empty_rows_are_left_out(tmp_path: Path, schema: Schema) -> None:
    found = _read(tmp_path, schema, "\n \nkey,label\n\nann,Ann\n,\n  , \nbob,Bob\n\n")
    assert {t.subject for t in found} == {mini.thing("owner/ann"), mini.thing("owner/bob")}


@pytest.mark.parametrize("marks", [1, 2], ids=["one", "two"])
def test_byte_order_marks_are_left_out(tmp_path: Path, schema: Schema, marks: int) -> None:
    assert _read(tmp_path, schema, b"\xef\xbb\xbf" * marks + b"key,label\nann,Ann\n")


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"], ids=["DOS", "old Mac", "Unix"])
def test_lines_may_end_in_any_way(tmp_path: Path, schema: Schema, ending: str) -> None:
    assert len(_read(tmp_path, schema, ending.join(["key,label", "ann,Ann", "bob,Bob"]))) == 4


_FAULTS = {
    "no key column": ("name,label\nx,y\n", 1, None, "needs a column 'key'"),
    "unknown column": ("key,labl\nann,Ann\n", 1, "labl", "did you mean label?"),
    "column without a name": ("key,label,\nann,Ann,\n", 1, "", "there is no field"),
    "column twice": ("key,label,label\nann,A,B\n", 1, "label", "twice"),
    "key twice": ("key,label,key\nann,A,b\n", 1, "key", "twice"),
    "derived column": ("key,pets\nann,rex\n", 1, "pets", "worked out"),
    "row without key": ("key,label\nann,Ann\n ,Bob\n", 3, "key", "no key"),
    "key with a blank": ("key,label\nann lee,Ann\n", 2, "key", "letters, digits and hyphens"),
    "key with a slash": ("key\n../x\n", 2, "key", "'../x'"),
    "key that came before": ("key,label\nann,A\nbob,B\nann,C\n", 4, "key", "line 2 has"),
    "too few cells": ("key,label,limit\nann,Ann\n", 2, None, "2 cells under 3 columns"),
    "too many cells": ("key,label\nann,Ann,1\n", 2, None, "3 cells under 2 columns"),
    "reference without kind": ("key,likes\nann,rex\n", 2, "likes", "kind/key"),
    "reference to anything": ("key,anything\nann,x y/z\n", 2, "anything", "'x y/z'"),
    "concept with a blank": ("key,artform\nann,visual arts\n", 2, "artform", "'visual arts'"),
    "address that is none": ("key,homepage\nann,example.org\n", 2, "homepage", "address (IRI)"),
    "malformed address": ("key,homepage\nann,https://x y\n", 2, "homepage", "'https://x y'"),
    "quote not closed": ('key,label\nann,"Ann\nbob,Bob\n', 2, None, "not CSV"),
    "quote in mid cell": ('key,label\nann,"A"nn\n', 2, None, "not CSV"),
    "cell of a megabyte": ("key,label\nann,Ann\nbob," + "x" * 2**20 + "\n", 3, None, "not CSV"),
    "fault below a cell of several lines": (
        'key,label\nann,"a\nb\nc"\n\nbob lee,Bob\n', 6, "key", "'bob lee'"
    ),
    "fault in a row of several lines": ('key,label,homepage\nann,"a\nb",x\n', 2, "homepage", "IRI"),
    "empty": ("", None, None, "empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", _FAULTS)
def test_fault_is_told_with_file_line_and_column(tmp_path: Path, schema: Schema, case: str) -> None:
    text, line, column, says = _FAULTS[case]
    with pytest.raises(BadInput) as told:
        _read(tmp_path, schema, text)
    assert (told.value.file, told.value.line, told.value.column) == ("owners.csv", line, column)
    assert says in told.value.detail()


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("key,label\nann,Zoë\n".encode("cp1252"), 2, "would be ë"),
        ("key,label\nann,Zoë\n".encode("utf-16"), 1, "UTF-16"),
        (b"key,label\nann,A\x00\n", 2, "NUL"),
    ],
    ids=["Windows-1252", "UTF-16", "NUL"],
)
def test_bytes_that_are_no_text_are_told(
    tmp_path: Path, schema: Schema, content: bytes, line: int, says: str
) -> None:
    with pytest.raises(BadInput, match=says) as told:
        _read(tmp_path, schema, content)
    assert told.value.line == line


def test_file_that_is_named_after_no_class_is_told_with_the_nearest(
    tmp_path: Path, schema: Schema
) -> None:
    with pytest.raises(BadInput, match=r"'ownrs'; did you mean owners\?"):
        _read(tmp_path, schema, "key\nann\n", "ownrs.csv")


def test_missing_table_is_told(tmp_path: Path, schema: Schema) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_table(tmp_path / "owners.csv", schema)


def test_reference_tables_of_the_project_are_read() -> None:
    model = Model(Content.default())
    tables = sorted(model.content.reference().glob("*.csv"))
    assert tables
    for table in tables:
        rows = len(table.read_text(encoding="utf-8").splitlines()) - 1
        assert len({t.subject for t in read_table(table, model.schema)}) == rows
