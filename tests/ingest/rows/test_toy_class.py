"""A class that exists as a term and a shape alone is read from tables like any other."""

from collections.abc import Iterator

import pytest
from pyoxigraph import NamedNode, Triple

from cepgraph.model import Model
from cepgraph.store import OxigraphStore
from ingest.report.remark import Remarks
from ingest.rows.header import Headers
from ingest.sheets.sheet import Limits
from ingest.tables import Tables
from tests import mini
from tests.ingest.rows.conftest import HOME, sheet_of

SHAPES = (
    mini.SHAPES
    + """
ceps:Owner sh:property ceps:Owner-since, ceps:Owner-keeps, ceps:Owner-likes .
ceps:Owner-since a sh:PropertyShape ; sh:path cep:born ; sh:order 21 ; sh:name "Keeper since" ;
    ceps:alias "First pet" ; sh:datatype xsd:date ; sh:maxCount 1 .
ceps:Owner-keeps a sh:PropertyShape ; sh:path cep:limit ; sh:order 22 ; sh:name "Keeps cats" ;
    ceps:field "keepsCats" ; sh:datatype xsd:boolean ; sh:maxCount 1 .
ceps:Owner-likes a sh:PropertyShape ; sh:path cep:friend ; sh:order 24 ; sh:name "Likes" ;
    ceps:field "likes" ; sh:or ( [ sh:class cep:Pet ] [ sh:class cep:Club ] ) .
"""
)


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return Model(mini.write_content(tmp_path_factory.mktemp("content"), shapes=SHAPES))


@pytest.fixture
def tables(toys: Model) -> Iterator[Tables]:
    made = Tables(toys, OxigraphStore(), Limits(), Remarks())
    yield made
    made.close()


def _read(tables: Tables, toys: Model, *sheets: list[list[str]]) -> set[Triple]:
    headers = Headers(toys.schema)
    for number, rows in enumerate(sheets):
        header = headers.find(sheet_of(rows, ("owners", "pets")[number]))
        assert header is not None
        tables.headers.append(header)
    tables.look_through(HOME, lambda _rows: None)
    return set(tables.triples())


def test_rows_of_a_toy_class_refer_to_those_of_another(tables: Tables, toys: Model) -> None:
    owners = [["Label", "FIRST PET", "Keeps cats", "Likes"], ["Ann", "3 May 2021", "yes", "Rex"]]
    pets = [["Key", "Label", "Owner"], ["rex", "Rex", "Ann"]]
    ours = "https://w3id.org/cepgraph/id"
    assert _read(tables, toys, owners, pets) == mini.turtle(
        f"""<{ours}/owner/tester-ann> a cep:Owner ; rdfs:label "Ann" ;
            cep:born "2021-05-03"^^xsd:date ; cep:limit true ; cep:friend <{ours}/pet/rex> .
        <{ours}/pet/rex> a cep:Pet ; rdfs:label "Rex" ; cep:owner <{ours}/owner/tester-ann> ."""
    )


def test_faults_of_a_toy_class_are_told_at_their_cells(toys: Model) -> None:
    remarks = Remarks()
    tables = Tables(toys, OxigraphStore(), Limits(), remarks)
    rows = [["Label", "Keeper since", "Keeps cats", "Likes"], ["Ann", "2021", "perhaps", "Felix"]]
    _read(tables, toys, rows)
    tables.close()
    assert [(r.code, r.place.cell) for r in remarks] == [
        ("not-a-whole-date", "B2"),
        ("not-yes-or-no", "C2"),
        ("unknown-reference", "D2"),
    ]


def test_columns_that_are_worked_out_cannot_be_given(toys: Model) -> None:
    headers = Headers(toys.schema)
    header = headers.find(sheet_of([["Label", "Pets"], ["Ann", "Rex"]], "owners"))
    assert header is not None
    assert [remark.code for remark in headers.remarks(header)] == ["unknown-column"]
    assert header.heading("pets") is None


def test_publisher_is_part_of_a_key_only_where_the_graph_names_one(toys: Model) -> None:
    tables = Tables(toys, OxigraphStore(), Limits(), Remarks())
    header = Headers(toys.schema).find(sheet_of([["Label"], ["Ann"]], "owners"))
    assert header is not None
    tables.headers.append(header)
    tables.look_through(NamedNode("urn:elsewhere"), lambda _rows: None)
    (triple, *_) = tables.triples()
    tables.close()
    assert triple.subject == NamedNode("https://w3id.org/cepgraph/id/owner/ann")
