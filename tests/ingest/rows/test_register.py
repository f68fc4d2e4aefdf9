"""The register finds things by address and by name, and keeps the order of the file."""

from collections.abc import Iterator

import pytest

from ingest.rows.register import Register


@pytest.fixture
def register() -> Iterator[Register]:
    made = Register()
    yield made
    made.close()


def test_thing_is_found_by_address_and_by_name_in_any_spelling(register: Register) -> None:
    register.add("urn:a", "urn:cls", "Arena Théâtre & Co.", 0, 2)
    register.add("urn:b", "urn:cls", "Other", 0, 3)
    (by_iri,) = register.of("urn:a")
    (by_name,) = register.named("ARENA theatre and co")
    assert by_iri == by_name
    assert (by_iri.label, by_iri.row) == ("Arena Théâtre & Co.", 2)
    assert register.named("nobody") == []


def test_things_that_several_rows_describe_are_told_in_order(register: Register) -> None:
    for row, iri in enumerate(["urn:b", "urn:a", "urn:b", "urn:c", "urn:a"], start=2):
        register.add(iri, "urn:cls", iri, 0, row)
    assert [[r.row for r in rows] for rows in register.repeated()] == [[2, 4], [3, 6]]
    assert len(register) == 3


def test_rows_of_a_sheet_come_in_their_order_however_many(register: Register) -> None:
    for row in range(5000):
        register.add(f"urn:{row}", "urn:cls", "", row % 2, row)
    assert list(register.of_sheet(1)) == [(row, f"urn:{row}") for row in range(1, 5000, 2)]
    assert [r.row for r in register][:3] == [0, 2, 4]


def test_rows_that_give_an_identifier_are_set_apart(register: Register) -> None:
    register.add("urn:a", "urn:cls", "A", 0, 2, identified=True)
    register.add("urn:b", "urn:cls", "B", 0, 3)
    register.add("urn:c", "urn:other", "C", 0, 4)
    assert [r.iri for r in register.unidentified("urn:cls")] == ["urn:b"]
