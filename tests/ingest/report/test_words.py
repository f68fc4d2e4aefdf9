"""Wording that all reports share."""

import pytest

from cepgraph.model import Model
from cepgraph.schema import Schema
from cepgraph.terms import ID
from ingest.report.remark import Remarks
from ingest.report.words import (
    clipped,
    column_of,
    counted,
    harmless,
    hint,
    sections,
    sentence,
    summary,
    things_counted,
)
from tests import mini
from tests.ingest.report.samples import HOME, faulty, outcome, remark, verdict


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    return Model(mini.write_content(tmp_path_factory.mktemp("content"))).schema


def test_refusal_counts_violations_rows_and_warnings() -> None:
    remarks = [remark(at="C7"), remark(at="D7", message="x"), remark("warning", at="C8")]
    assert sentence(verdict(remarks, outcome()), would=True) == (
        "does not conform",
        ": 2 violations in 1 row, 1 warning; nothing was written",
    )


def test_rows_of_which_not_all_were_kept_are_a_least_number() -> None:
    remarks = Remarks((remark(at=f"C{row}") for row in range(1, 10)), most_kept=4)
    assert "9 violations in 4 rows or more;" in sentence(verdict(remarks), would=True)[1]


def test_refusal_without_rows_counts_things() -> None:
    found = [remark(at="", focus=ID + name) for name in ("a", "b")]
    assert "2 violations on 2 things;" in sentence(verdict(found), would=True)[1]


def test_dry_run_says_what_would_change(schema: Schema) -> None:
    change = outcome(added=20, changed=2, removed=1)
    assert sentence(verdict([], change), would=True, schema=schema) == (
        "conforms",
        ", and would add 20 pets, change 2 pets and remove 1 pet (+246 −18 triples)",
    )


def test_published_says_its_version_and_what_changed(schema: Schema) -> None:
    told = sentence(verdict([], outcome(added=1), published=True), would=False, schema=schema)
    assert told == ("published", " as version 5: 1 pet added (+12 −0 triples)")


def test_unchanged_says_that_the_graph_holds_it() -> None:
    found = [remark("warning")]
    assert sentence(verdict(found, outcome(added=0)), would=True) == (
        "nothing changes",
        "; the graph holds this already; 1 warning",
    )


def test_files_that_became_no_change_are_no_success() -> None:
    assert sentence(verdict(), would=True) == (
        "could not be made into a graph",
        "; nothing was written",
    )


def test_things_are_counted_by_class_and_the_graph_is_none(schema: Schema) -> None:
    iris = [HOME, ID + "pet/a", ID + "owner/b", ID + "pet/c", "https://example.org/x"]
    assert things_counted(iris, (HOME,), schema) == "2 pets, 1 owner and 1 thing"
    assert things_counted(iris, (HOME,), None) == "4 things"


def test_change_of_the_description_alone_is_told_as_such(schema: Schema) -> None:
    change = outcome(added=0)
    change = type(change)(5, change.report, triples_added=1, subjects_changed=(HOME,))
    assert sentence(verdict([], change), would=True, schema=schema)[1].startswith(
        ", and would change the graph's description ("
    )


def test_sections_are_sheets_and_what_has_no_file_is_last() -> None:
    found = sections(faulty().remarks.groups())
    assert [section.title for section in found] == [
        "findings.xlsx, sheet Events",
        "findings.xlsx, sheet Findings",
        "The submission as a whole",
    ]
    assert [group.severity for group in found[1].groups] == [
        *["violation"] * 3,
        "warning",
        "note",
    ]
    assert found[1].count("violation") == 14


@pytest.mark.parametrize(
    ("at", "column", "shown"),
    [
        ("C7", "Theme", "Theme (column C)"),
        ("C7", "", "Column C"),
        ("7", "", "Whole row"),
        ("", "", "In general"),
    ],
)
def test_column_is_named_as_far_as_it_is_known(at: str, column: str, shown: str) -> None:
    assert column_of(Remarks([remark(at=at, column=column)]).groups()[0]) == shown


def test_steering_characters_and_line_ends_are_made_visible_or_blank() -> None:
    assert harmless("a\x1b[31m\nb\u202ec\udc80") == "a�[31m b�c?"


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert clipped("x" * 201) == "x" * 200 + "…"
    assert clipped("x" * 200) == "x" * 200


def test_candidates_are_asked_for_in_a_sentence() -> None:
    assert hint(("a", "b", "c")) == "did you mean a, b or c?"
    assert hint(()) == ""


def test_numbers_agree_with_their_nouns() -> None:
    assert counted(1, "enquiry", "enquiries") == "1 enquiry"
    assert counted(1234, "enquiry", "enquiries") == "1,234 enquiries"


def test_summary_names_only_what_there_is() -> None:
    assert summary(faulty().remarks.groups()) == "16 violations, 1 warning, 1 note"
    assert summary([]) == "No problems"
