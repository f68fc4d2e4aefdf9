"""The Arts Council's workbook of project grants, in made-up rows."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Triple

from tests.ingest.foreign.conftest import CheckList, ReadList, Rows, xlsx_of

Expected = Callable[[str], set[Triple]]

HEADER = [
    *("Recipient", "Activity name", "Award amount", "Award date", "Decision Month"),
    *("Decision quarter", "ACE Area", "Local authority", "Main discipline"),
]
DAY = datetime(2018, 4, 10)  # noqa: DTZ001


def _row(recipient: str = "Example Theatre Ltd", **changed: Any) -> list[Any]:
    row = {
        "recipient": recipient,
        "activity": "Tour",
        "amount": 14400,
        "date": DAY,
        "month": "April",
        "quarter": "Q1",
        "area": "South West",
        "authority": "Cornwall",
        "discipline": "Theatre",
    }
    return list({**row, **changed}.values())


def _book(tmp_path: Path, *rows: list[Any]) -> bytes:
    front: Rows = [["Project Grants"], ["List of awards"]]
    awards: Rows = [["Awards made in a year"], ["Use the menus"], HEADER, *rows]
    return xlsx_of(tmp_path / "made.xlsx", Front_Page=front, Awards=awards)


def test_award_is_read_below_the_titles_of_its_sheet(
    check: CheckList, read: ReadList, expected: Expected, tmp_path: Path
) -> None:
    book = _book(tmp_path, _row())
    found = read(book, "grants.xlsx")
    assert found.codes() == []
    award = "ace-pg-example-theatre-ltd-tour-2018-04-10"
    assert found.of(f"funding-award/{award}") == expected(
        f"""<id/funding-award/{award}> a cep:FundingAward ;
        rdfs:label "Example Theatre Ltd: Tour" ; dcterms:description "Tour" ;
        cep:funder <id/organisation/arts-council-england> ;
        cep:recipient <id/organisation/ace-example-theatre-ltd> ;
        cep:amount "14400"^^xsd:decimal ; cep:currency "GBP" ;
        cep:awardDate "2018-04-10"^^xsd:date ; cep:standing <concept/standing/reported> ;
        cep:scheme <id/funding-scheme/ace-national-lottery-project-grants> ;
        cep:note "Main discipline in the list: Theatre." ;
        dcterms:source <id/source/tester-data> ."""
    )
    assert check(book, "grants.xlsx").conforms


@pytest.mark.parametrize(
    "name",
    [
        *("Example CIC", "Example Council", "University of Example", "The Example Museum"),
        *("Example Community Interest Company", "EXAMPLE LIMITED", "Example Arts Trust"),
        *("Example Dance Company", "Example Festival", "Example Orchestra"),
    ],
)
def test_name_with_the_form_of_an_organisation_is_read(
    read: ReadList, tmp_path: Path, name: str
) -> None:
    assert read(_book(tmp_path, _row(name)), "grants.xlsx").kinds()["FundingAward"] == 1


@pytest.mark.parametrize(
    "name",
    ["Sam Sample", "Alex Trusty", "Jo Councillor", "Kim Hall", "Ali Church", "Ray Limitedson"],
)
def test_name_that_may_be_a_persons_is_left_out_and_nowhere_in_the_graph_or_report(
    read: ReadList, tmp_path: Path, name: str
) -> None:
    found = read(_book(tmp_path, _row(name), _row()), "grants.xlsx")
    assert found.kinds()["FundingAward"] == 1
    remark = found.only("may-be-a-person")
    assert (remark.severity, remark.place.row, remark.value) == ("warning", 4, "")
    surname = name.split()[1]
    assert surname not in " ".join(str(triple) for triple in found.triples)
    assert surname not in " ".join(r.message + r.value for r in found.remarks)


def test_people_are_counted_in_one_group(read: ReadList, tmp_path: Path) -> None:
    people = [_row(f"Person {number}") for number in range(7)]
    found = read(_book(tmp_path, *people, _row()), "grants.xlsx")
    (group,) = [g for g in found.remarks.groups("warning") if g.code == "may-be-a-person"]
    assert group.count == 7


def test_long_name_of_an_activity_is_cut_in_the_label_and_whole_in_the_description(
    read: ReadList, tmp_path: Path
) -> None:
    activity = "Many words " * 30
    found = read(_book(tmp_path, _row(activity=activity)), "grants.xlsx")
    texts = {
        t.predicate.value.rpartition("/")[2].rpartition("#")[2]: t.object.value
        for t in found.triples
        if "funding-award" in str(t.subject) and "Many words" in str(t.object)
    }
    assert len(texts["label"]) <= 200
    assert texts["label"].endswith("…")
    assert texts["description"] == activity.strip()


def test_places_outside_of_the_upper_tier_are_left_unsaid(read: ReadList, tmp_path: Path) -> None:
    found = read(_book(tmp_path, _row(authority="Overseas")), "grants.xlsx")
    said = found.of("organisation/ace-example-theatre-ltd")
    assert not [t for t in said if t.predicate.value.endswith("localAuthority")]
    assert [t for t in said if t.predicate.value.endswith("note")]


def test_same_recipient_in_two_rows_is_one(read: ReadList, tmp_path: Path) -> None:
    found = read(_book(tmp_path, _row(), _row(activity="Another")), "grants.xlsx")
    assert (found.kinds()["Organisation"], found.kinds()["FundingAward"]) == (1, 2)


def test_formula_in_a_cell_is_told_at_the_cell_of_the_sender(
    read: ReadList, tmp_path: Path
) -> None:
    found = read(_book(tmp_path, _row(amount="=7+7")), "grants.xlsx")
    assert ("formula", "C4") in found.codes()
