"""What the rows of a table become, and what is said of those that become nothing."""

from collections.abc import Callable
from datetime import date

import pytest
from pyoxigraph import Triple

from tests.ingest.rows.conftest import ReadTable, sheet_of

Expected = Callable[[str], set[Triple]]


def test_row_becomes_a_thing_with_its_values(read: ReadTable, expected: Expected) -> None:
    rows = [
        ["Key", "Label", "Funder", "Amount", "Currency", "Award date", "Eligible cost"],
        [
            "a1",
            "Grant",
            "Arts Council England",
            "£3,300.00",
            "GBP",
            date(2024, 7, 1),
            "Paint | Travel",
        ],
    ]
    found = read(rows, name="funding-awards")
    assert found.triples == expected(
        """<id/funding-award/a1> a cep:FundingAward ; rdfs:label "Grant" ;
        cep:funder <id/organisation/arts-council-england> ; cep:amount "3300"^^xsd:decimal ;
        cep:currency "GBP" ;
        cep:awardDate "2024-07-01"^^xsd:date ; cep:eligibleCost "Paint", "Travel" ."""
    )


def test_date_keeps_how_far_it_goes(read: ReadTable, expected: Expected) -> None:
    rows = [["Key", "Label", "From", "Until"], ["m", "M", "April 2023", 2025]]
    found = read(rows, name="memberships")
    assert found.triples == expected(
        """<id/membership/m> a cep:Membership ; rdfs:label "M" ;
        cep:from "2023-04"^^xsd:gYearMonth ; cep:until "2025"^^xsd:gYear ."""
    )


def test_kind_of_a_row_decides_its_class_and_address(read: ReadTable, expected: Expected) -> None:
    rows = [["Kind of finding", "Label", "How far it was tried"], ["solutions", "Ask", "proposed"]]
    found = read(rows, name="findings")
    assert found.triples == expected(
        """<id/solution/tester-ask> a cep:Solution ; rdfs:label "Ask" ;
        cep:trialStatus <concept/trial-status/proposed> ."""
    )


def test_kind_that_is_missing_or_unknown_is_told_at_its_cell(read: ReadTable) -> None:
    rows = [["Label", "Kind of finding"], ["A", ""], ["B", "Wish"]]
    found = read(rows, name="findings")
    told = [code for code in found.codes() if code[0] != "missing-column"]
    assert told == [("no-kind", "B2"), ("not-in-list", "B3")]


def test_value_in_a_column_that_another_kind_has_is_told(read: ReadTable) -> None:
    rows = [["Kind of finding", "Label", "How far it was tried"], ["Challenge", "A", "proposed"]]
    found = read(rows, name="findings")
    assert ("not-for-kind", "C2") in found.codes()


def test_every_fault_of_a_row_is_told_and_the_rest_of_it_read(
    read: ReadTable, expected: Expected
) -> None:
    rows = [
        ["Key", "Label", "From", "Until", "Role"],
        ["m", "=A1", "29/02/2023", "2024", "Chef"],
    ]
    found = read(rows, name="memberships")
    told = [code for code in found.codes() if code[0] != "missing-column"]
    assert told == [("formula", "B2"), ("no-such-day", "C2"), ("not-in-list", "E2")]
    assert found.triples == expected(
        '<id/membership/m> a cep:Membership ; cep:until "2024"^^xsd:gYear .'
    )


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('=HYPERLINK("http://example.org","x")', "formula"),
        ("#REF!", "spreadsheet-error"),
        ("x" * 200_000, "too-long"),
    ],
)
def test_cell_that_holds_no_text_is_told(read: ReadTable, cell: str, code: str) -> None:
    found = read([["Label", "Description"], ["A", cell]], name="areas")
    assert (code, "B2") in found.codes()


def test_formula_of_a_workbook_is_told_though_it_has_a_result(read: ReadTable) -> None:
    rows = [["Label", "Description"], ["A", "result"]]
    found = read(sheet_of(rows, "areas", formulas={(2, 1): "=A2"}))
    remark = found.only("formula")
    assert (remark.place.cell, remark.value) == ("B2", "=A2")


def test_row_that_explains_the_template_is_left_out_and_told(read: ReadTable) -> None:
    rows = [["Key", "Label"], ["(help)", "The name"], ["(example)", "Arena"], ["x", "Real"]]
    found = read(rows, name="regions")
    assert {str(t.subject).rsplit("/", 1)[1] for t in found.triples} == {"x>"}
    assert [r.place.row for r in found.remarks if r.code == "row-of-template"] == [2, 3]


def test_value_beyond_the_header_is_told(read: ReadTable) -> None:
    rows = [["Label", "", "Description"], ["A", "stray", "B", "beyond"]]
    found = read(rows, name="areas")
    told = [(r.place.cell, r.value) for r in found.remarks if r.code == "no-header"]
    assert told == [("B2", "stray"), ("D2", "beyond")]


def test_sign_that_contradicts_the_currency_is_told(read: ReadTable) -> None:
    rows = [["Label", "Amount", "Currency"], ["A", "€5", "GBP"], ["B", "£5", "GBP"]]
    found = read(rows, name="funding-awards")
    told = [code for code in found.codes() if code[0] != "missing-column"]
    assert told == [("sign-contradicts-currency", "B2")]


def test_several_values_where_one_is_expected_are_told(read: ReadTable) -> None:
    found = read(
        sheet_of([["label", "areaKind"], ["A", ("ward", "borough")]], "areas", lettered=False)
    )
    assert [r.code for r in found.remarks if r.severity == "violation"] == ["several-values"]


def test_second_row_of_a_thing_is_told_and_left_out(read: ReadTable) -> None:
    rows = [["Key", "Label", "GSS code"], ["a", "First", ""], ["a", "Second", ""]]
    found = read(rows, name="areas")
    remark = found.only("repeated-thing")
    assert (remark.place.cell, "row 2" in remark.value) == ("A3", True)
    labels = {t.object.value for t in found.triples if t.predicate.value.endswith("label")}
    assert labels == {"First"}


def test_thing_is_traced_to_its_row_and_its_columns(read: ReadTable) -> None:
    rows = [["Note", "Label"], ["", "A"], [], ["", "B"]]
    tables = read(rows, name="areas").tables
    place = tables.place("https://w3id.org/cepgraph/id/area/tester-b")
    assert place is not None
    assert (place.file, place.sheet, place.row) == ("table.csv", "areas", 4)
    assert tables.column("https://w3id.org/cepgraph/id/area/tester-b", "note") == ("Note", "A")
    assert [(o.row, o.sheet) for o in tables.origins()] == [(2, "areas"), (4, "areas")]
