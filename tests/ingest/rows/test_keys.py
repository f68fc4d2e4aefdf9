"""The address of a row's thing: given, that of its identifier, or made from its label."""

import pytest

from cepgraph.terms import ID
from tests.ingest.rows.conftest import ReadTable


def _address(read: ReadTable, name: str, **cells: str) -> set[str]:
    found = read([list(cells), list(cells.values())], name=name)
    return {str(t.subject)[1:-1].removeprefix(ID) for t in found.triples}


@pytest.mark.parametrize(
    "key", ["arena", "cultural-organisation/arena", f"{ID}cultural-organisation/arena"]
)
def test_key_is_the_last_part_of_the_address(read: ReadTable, key: str) -> None:
    assert _address(read, "cultural-organisations", key=key, label="Arena") == {
        "cultural-organisation/arena"
    }


def test_identifier_makes_the_key_of_a_new_thing(read: ReadTable) -> None:
    cells = {"label": "Arena", "orgId": "GB-CHC-1234567"}
    assert _address(read, "cultural-organisations", **cells) == {
        "cultural-organisation/GB-CHC-1234567"
    }


def test_identifier_of_a_thing_that_is_held_means_that_thing(read: ReadTable) -> None:
    assert _address(read, "local-authorities", label="Brum", dfeCode="330") == {
        "local-authority/E08000025"
    }


def test_label_makes_a_key_with_the_name_of_the_publisher(read: ReadTable) -> None:
    assert _address(read, "events", label="Annual  Conference 2024") == {
        "event/tester-annual-conference-2024"
    }


def test_labels_that_are_cut_or_hold_no_letters_make_keys_that_differ(read: ReadTable) -> None:
    start = "a very long name " * 5
    made = {
        *_address(read, "events", label=start + "one"),
        *_address(read, "events", label=start + "two"),
        *_address(read, "events", label="東京"),
        *_address(read, "events", label="大阪"),
    }
    assert len(made) == 4
    assert all(len(address) < 100 for address in made)


@pytest.mark.parametrize("key", ["with space", "a/b", "ä", "-x", "https://example.org/a"])
def test_key_that_cannot_be_part_of_an_address_is_told(read: ReadTable, key: str) -> None:
    found = read([["key", "label"], [key, "A"]], name="areas")
    assert ("bad-key", "A2") in found.codes()
    assert found.triples == set()


def test_row_with_nothing_to_make_a_key_from_is_told(read: ReadTable) -> None:
    found = read([["Label", "Description"], ["", "Something"]], name="areas")
    assert [c for c in found.codes() if c[0] == "no-key"] == [("no-key", "A2")]


def test_key_of_a_dataset_has_publisher_and_name(read: ReadTable) -> None:
    found = read([["key", "label"], ["arts-connect/findings", "F"]], name="datasets")
    assert {str(t.subject) for t in found.triples} == {
        "<https://w3id.org/cepgraph/graph/arts-connect/findings>"
    }


def test_key_of_another_kind_of_thing_is_told_as_such(read: ReadTable) -> None:
    found = read([["key", "label"], ["event/a", "A"], ["area/b", "B"]], name="areas")
    assert "another kind" in found.only("bad-key").message
    assert {str(t.subject)[1:-1].removeprefix(ID) for t in found.triples} == {"area/b"}
