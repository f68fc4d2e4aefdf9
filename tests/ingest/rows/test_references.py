"""What a cell refers to, and that nothing is taken which two things could be meant by."""

from collections.abc import Iterator
from typing import Any

import pytest

from cepgraph.terms import CONCEPT, ID
from ingest.rows import references
from ingest.rows.register import Register, Registered
from ingest.sheets.sheet import Sheet
from tests.ingest.rows.conftest import Read, ReadTable, sheet_of


def _filled(found: Read, field: str) -> set[str]:
    """The last parts of what a field refers to."""
    return {
        str(t.object)[1:-1].removeprefix(ID).removeprefix(CONCEPT)
        for t in found.triples
        if t.predicate.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1] == field
    }


@pytest.mark.parametrize(
    "written",
    [
        "Funding",
        "funding",
        "FUND-ING",
        "Fundraising",
        "https://w3id.org/cepgraph/concept/theme/funding",
    ],
)
def test_value_of_a_list_is_found_by_label_key_other_name_or_address(
    read: ReadTable, written: str
) -> None:
    found = read([["Label", "Theme"], ["A", written]], name="challenges")
    assert _filled(found, "theme") == {"theme/funding"}


@pytest.mark.parametrize(
    "written", ["Funding | Capacity", "funding; capacity", "Funding\nCapacity|"]
)
def test_several_values_are_set_apart_by_bars_semicolons_or_lines(
    read: ReadTable, written: str
) -> None:
    found = read([["Label", "Theme"], ["A", written]], name="challenges")
    assert _filled(found, "theme") == {"theme/funding", "theme/capacity"}


def test_value_that_the_list_does_not_have_is_told_with_the_nearest(read: ReadTable) -> None:
    found = read([["Label", "Theme"], ["A", "Funding | Goverance"]], name="challenges")
    remark = found.only("not-in-list")
    assert (remark.place.cell, remark.value, remark.candidates[0]) == (
        "B2",
        "Goverance",
        "Governance",
    )
    assert _filled(found, "theme") == {"theme/funding"}


@pytest.mark.parametrize(
    "written",
    [
        "Birmingham",
        "birmingham ",
        "E08000025",
        "330",
        "local-authority/E08000025",
        "Birmingham (local-authority/E08000025)",
        "https://w3id.org/cepgraph/id/local-authority/E08000025",
    ],
)
def test_thing_that_is_held_is_found_by_name_identifier_key_or_address(
    read: ReadTable, written: str
) -> None:
    rows = [["Label", "Local authority"], ["A", written]]
    found = read(rows, name="cultural-organisations")
    assert _filled(found, "localAuthority") == {"local-authority/E08000025"}
    assert found.codes() == []


def test_thing_of_another_class_is_not_taken(read: ReadTable) -> None:
    rows = [["Label", "Local authority"], ["A", "Arts Connect"]]
    found = read(rows, name="cultural-organisations")
    assert found.codes() == [("unknown-reference", "B2")]


def test_unknown_name_is_told_with_what_may_be_meant_as_it_can_be_typed(read: ReadTable) -> None:
    rows = [["Label", "Local authority"], ["A", "Birmingam"]]
    found = read(rows, name="cultural-organisations")
    (candidate, *_) = found.only("unknown-reference").candidates
    assert candidate == "Birmingham (local-authority/E08000025)"
    again = read([rows[0], ["A", candidate]], name="cultural-organisations")
    assert _filled(again, "localAuthority") == {"local-authority/E08000025"}


def test_thing_of_the_same_submission_is_found_whatever_the_order(read: ReadTable) -> None:
    challenges = sheet_of([["Label"], ["Money is short"]], "Challenges")
    solutions = sheet_of([["Label", "Addresses"], ["Ask", "Money is short"]], "Solutions")
    for order in ([challenges, solutions], [solutions, challenges]):
        found = read(*order)
        assert _filled(found, "addresses") == {"challenge/tester-money-is-short"}


def test_nearest_names_come_from_the_submission_too(read: ReadTable) -> None:
    challenges = sheet_of([["Label"], ["Zebra crossings are few"]], "Challenges")
    solutions = sheet_of([["Label", "Addresses"], ["Ask", "Zebra crossing are few"]], "Solutions")
    found = read(challenges, solutions)
    (candidate, *_) = found.only("unknown-reference").candidates
    assert candidate == "Zebra crossings are few (challenge/tester-zebra-crossings-are-few)"


def test_name_of_two_things_is_told_with_both_and_neither_is_taken(read: ReadTable) -> None:
    rows = [["Key", "Label"], ["one", "Twice"], ["two", "Twice"]]
    challenges = sheet_of(rows, "Challenges")
    solutions = sheet_of([["Label", "Addresses"], ["Ask", "Twice"]], "Solutions")
    found = read(challenges, solutions)
    assert found.only("ambiguous-reference").candidates == (
        "Twice (challenge/one)",
        "Twice (challenge/two)",
    )
    assert _filled(found, "addresses") == set()


def test_field_that_takes_anything_takes_a_class_by_its_name(read: ReadTable) -> None:
    found = read([["Label", "Kind of member"], ["A", "Virtual School"]], name="cohorts")
    assert _filled(found, "memberKind") == {"https://w3id.org/cepgraph/ontology#VirtualSchool"}


@pytest.mark.parametrize("written", ["www.example.org", "not given", "https://exa mple.org/"])
def test_web_address_that_is_none_is_told(read: ReadTable, written: str) -> None:
    found = read([["Label", "Web page"], ["A", written]], name="areas")
    assert ("not-an-address", "B2") in found.codes()


def test_address_with_a_script_is_left_to_the_gate_and_never_read_as_a_name(
    read: ReadTable,
) -> None:
    found = read([["Label", "Same as"], ["A", "javascript:alert(1)"]], name="areas")
    assert _filled(found, "sameAs") == {"javascript:alert(1)"}


def _unknown(*names: str, formulas: Any = None) -> Sheet:
    rows = [["Label", "Local authority"], *([f"A {n}", name] for n, name in enumerate(names))]
    return sheet_of(rows, "cultural-organisations", formulas=formulas or {})


def test_same_unknown_name_is_looked_for_once_even_beside_formulas(
    read: ReadTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def nearest(text: str, *_: object) -> list[str]:
        asked.append(text)
        return []

    monkeypatch.setattr(references, "nearest", nearest)
    found = read(_unknown(*["Birmingam"] * 50, formulas={(2, 0): "=B2"}))
    assert found.codes().count(("unknown-reference", "B51")) == 1
    assert asked == ["Birmingam"]


def test_rows_are_gathered_once_for_all_unknown_names(
    read: ReadTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    walks: list[int] = []
    walk = Register.__iter__

    def counted(register: Register) -> Iterator[Registered]:
        walks.append(1)
        return walk(register)

    monkeypatch.setattr(Register, "__iter__", counted)
    read(_unknown("Birmingam"))
    once = len(walks)
    found = read(_unknown(*(f"Birmingam {n}" for n in range(20))))
    assert len([code for code, _ in found.codes() if code == "unknown-reference"]) == 20
    assert len(walks) == 2 * once


def test_candidates_end_when_very_many_names_were_compared(
    read: ReadTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "_MOST_COMPARED", 1)
    found = read(_unknown("Birmingam", "Dudly"))
    told = [(r.value, bool(r.candidates)) for r in found.remarks if r.code == "unknown-reference"]
    assert told == [("Birmingam", True), ("Dudly", False)]
