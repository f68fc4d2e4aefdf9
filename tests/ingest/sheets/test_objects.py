"""JSON documents as sheets."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from cepgraph.errors import BadInput
from ingest.sheets.book import Book
from ingest.sheets.objects import flattened, read_objects
from ingest.sheets.sheet import Limits
from tests.ingest.sheets.making import LIMITS, rows_of

GRANTS = Path("../shared/reference/grants/lloyds_bank_foundation_2010_2015.json")


def read(tmp_path: Path, document: Any, limits: Limits = LIMITS, *, nested: bool = False) -> Book:
    path = tmp_path / "x.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return read_objects(path, "x.json", limits, "hash", nested=nested)


def refusal(tmp_path: Path, document: Any, limits: Limits = LIMITS) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_all(tmp_path, document, limits)
    return caught.value


def read_all(tmp_path: Path, document: Any, limits: Limits) -> None:
    for sheet in read(tmp_path, document, limits).sheets:
        list(sheet.rows())


def test_collections_are_sheets_with_their_names(tmp_path: Path) -> None:
    book = read(tmp_path, {"findings": [{"label": "A"}], "events": [{"label": "B"}, {"key": "c"}]})
    assert [sheet.name for sheet in book.sheets] == ["findings", "events"]
    assert rows_of(book, 0) == [(0, ["label"]), (1, ["A"])]
    assert rows_of(book, 1) == [(0, ["label", "key"]), (1, ["B", None]), (2, [None, "c"])]
    assert {(sheet.unit, sheet.lettered) for sheet in book.sheets} == {("object", False)}


@pytest.mark.parametrize(
    "document", [[{"label": "A"}], {"results": [{"label": "A"}], "paging": {}}, {"label": "A"}]
)
def test_list_page_and_single_object_are_one_sheet_without_name(
    tmp_path: Path, document: Any
) -> None:
    book = read(tmp_path, document)
    assert [sheet.name for sheet in book.sheets] == [""]
    assert rows_of(book) == [(0, ["label"]), (1, ["A"])]
    assert book.remarks == []


def test_references_become_their_identifiers(tmp_path: Path) -> None:
    book = read(
        tmp_path,
        [
            {"label": "A", "theme": {"id": "x:t", "label": "T", "type": "Concept"}},
            {"theme": None, "members": [{"id": "x:1"}, "x:2"], "tags": ["a", 1, True]},
            {"@id": "x:3", "members": [{"@id": "x:4"}]},
        ],
    )
    assert rows_of(book) == [
        (0, ["label", "theme", "members", "tags", "id"]),
        (1, ["A", "x:t", None, None, None]),
        (2, [None, None, ("x:1", "x:2"), ("a", 1, True), None]),
        (3, [None, None, ("x:4",), None, "x:3"]),
    ]


def test_document_of_the_service_can_be_sent_back(tmp_path: Path) -> None:
    document = {
        "@context": {"startDate": {}},
        "id": "https://w3id.org/cepgraph/id/challenge/x",
        "type": "Challenge",
        "types": ["Challenge", "Finding"],
        "label": "Late data",
        "theme": [{"id": "c:t", "label": "T", "type": "Concept", "notation": "t"}],
        "graphs": [{"id": "g:1", "label": "G"}],
        "alternatives": {"label": [{"value": "A", "graph": "g:1"}]},
        "other": {"http://x/y": [12, {"id": "x:y"}]},
    }
    book = read(tmp_path, document)
    assert book.sheets[0].name == "Challenge"
    assert rows_of(book) == [
        (0, ["id", "label", "theme"]),
        (1, [document["id"], "Late data", ("c:t",)]),
    ]
    left_out = [remark.place.column for remark in book.remarks if remark.code == "left-out"]
    assert left_out == ["alternatives", "graphs", "other", "types"]


def test_class_of_each_stays_where_objects_differ_in_it(tmp_path: Path) -> None:
    book = read(tmp_path, [{"type": "Challenge", "label": "A"}, {"type": "Idea", "label": "B"}])
    assert book.sheets[0].name == ""
    assert rows_of(book)[0] == (0, ["type", "label"])


@pytest.mark.parametrize(
    ("collection", "kind", "headers"),
    [
        ("local-authorities", "LocalAuthority", ["label"]),
        ("findings", "Challenge", ["type", "label"]),
    ],
)
def test_class_that_the_collection_does_not_tell_stays(
    tmp_path: Path, collection: str, kind: str, headers: list[str]
) -> None:
    book = read(tmp_path, {collection: [{"type": kind, "label": "A"}]})
    assert rows_of(book)[0] == (0, headers)


def test_lists_within_one_thing_are_no_collections(tmp_path: Path) -> None:
    book = read(tmp_path, {"label": "A", "members": [{"id": "x:1"}]})
    assert rows_of(book) == [(0, ["label", "members"]), (1, ["A", ("x:1",)])]


def test_what_stands_beside_collections_is_told(tmp_path: Path) -> None:
    book = read(tmp_path, {"@context": "x", "licence": "CC-BY", "findings": [{"label": "A"}]})
    assert [(remark.code, remark.place.column) for remark in book.remarks] == [
        ("left-out", "licence")
    ]


def test_objects_inside_are_flattened() -> None:
    headers, rows = flattened(
        [
            {"id": "1", "recipient": [{"name": "X", "ids": ["a", "b"]}, {"name": "Y"}]},
            {"recipient": [{"name": "Z"}], "dates": {"from": "2020", "until": None}},
            {},
        ]
    )
    assert headers == [
        *("id", "recipient/0/name", "recipient/0/ids", "recipient/1/name"),
        *("dates/from", "dates/until"),
    ]
    expected = [
        ["1", "X", ("a", "b"), "Y", None, None],
        [None, "Z", None, None, "2020", None],
        [None] * 6,
    ]
    assert list(rows()) == expected
    assert list(rows()) == expected


def test_nested_keeps_references_apart(tmp_path: Path) -> None:
    book = read(tmp_path, {"grants": [{"title": "A", "funder": [{"id": "x"}]}]}, nested=True)
    assert rows_of(book) == [(0, ["title", "funder/0/id"]), (1, ["A", "x"])]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("[]", "no objects"),
        ("{}", "no objects"),
        ('{"results": []}', "no objects"),
        ('"x"', "an object"),
        ('[{"a": 1}, 2]', "in braces"),
        ('{"findings": [{"a": 1}, [2]]}', "in braces"),
        ("x", "no JSON"),
        ('[{"a": 1, "a": 2}]', "twice"),
    ],
)
def test_what_has_no_objects_is_refused(tmp_path: Path, document: str, says: str) -> None:
    assert says in refusal(tmp_path, document).problem


def test_value_that_is_no_object_is_refused_with_its_place(tmp_path: Path) -> None:
    error = refusal(tmp_path, '{"findings": [{"a": 1}, "x"]}')
    assert (error.sheet, error.row, error.value) == ("findings", 2, "x")


@pytest.mark.parametrize("value", ["x" * 11, ["a", "x" * 11], [{"z": "x" * 11}]])
def test_value_beyond_the_limit_is_refused_with_its_place(tmp_path: Path, value: Any) -> None:
    limits = dataclasses.replace(LIMITS, characters=10)
    error = refusal(tmp_path, [{"a": "b"}, {"b": value}], limits)
    assert error.row == 2
    assert str(error.column).startswith("b")


def test_objects_and_keys_beyond_the_limits_are_refused(tmp_path: Path) -> None:
    limits = dataclasses.replace(LIMITS, rows=2, columns=3)
    assert "more than 2" in refusal(tmp_path, [{"a": 1}] * 3, limits).problem
    wide = [{"a": [{"b": i} for i in range(4)]}]
    assert "more than 3" in refusal(tmp_path, wide, limits).problem


def test_real_file_of_grants_goes_through() -> None:
    if not GRANTS.exists():
        pytest.skip("the reference files are not part of this repository")
    book = read_objects(GRANTS, GRANTS.name, LIMITS, "hash")
    rows = rows_of(book)
    assert len(rows) == 4117
    assert "recipientOrganization/0/name" in rows[0][1]
