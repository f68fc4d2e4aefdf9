"""Queries on partnerships and places."""

from cepgraph.model import Model
from tests.queries.conftest import Ask, run
from tests.queries.test_bodies import members

PILOTS = {
    "Great Yarmouth: pilot Cultural Education Partnership",
    "Bristol: pilot Cultural Education Partnership",
    "Barking and Dagenham: pilot Cultural Education Partnership",
}


def test_pilots_are_partnerships_without_recorded_members(ask: Ask) -> None:
    rows = ask("partnership-members")
    assert {row["partnershipLabel"] for row in rows} >= PILOTS
    assert not any("member" in row for row in rows)


def test_members_are_listed_with_role_sector_and_time(model: Model) -> None:
    rows = run(members(), model.catalogue.query("partnership-members"), {})
    assert [
        (row["memberLabel"], row.get("roleLabel"), row.get("sectorLabel"), row.get("from"))
        for row in rows
    ] == [
        ("Abbey Library", "Chair", None, "2023"),
        ("Bright Dance", "Chair", "Culture", None),
        ("City School", None, None, None),
    ]
    assert rows[2]["until"] == "2024-05-01"


def test_partnerships_are_found_by_their_place(ask: Ask) -> None:
    [bristol] = ask("partnerships-by-area", place="local-authority/E06000023")
    assert bristol["partnershipLabel"] == "Bristol: pilot Cultural Education Partnership"
    assert bristol["kind"] == "cep:CulturalEducationPartnership"
    assert {row["partnershipLabel"] for row in ask("partnerships-by-area")} >= PILOTS


def test_authorities_of_the_pilots_are_not_among_those_without_a_partnership(ask: Ask) -> None:
    rows = ask("authorities-without-partnership")
    without = {row["authorityLabel"] for row in rows}
    assert len(rows) == len(without) == 150
    # Great Yarmouth lies in Norfolk
    assert not without & {"Bristol, City of", "Bristol", "Barking and Dagenham", "Norfolk"}


def test_no_authority_of_the_west_midlands_has_a_recorded_partnership(ask: Ask) -> None:
    rows = ask("authorities-without-partnership", region="E12000005")
    assert len(rows) == 14
    assert {row["regionLabel"] for row in rows} == {"West Midlands"}
    assert {"Birmingham", "Wolverhampton"} <= {row["authorityLabel"] for row in rows}


def test_each_authority_has_a_virtual_school_that_is_only_assumed(ask: Ask) -> None:
    rows = ask("virtual-schools-by-region")
    assert len(rows) == len({row["authority"] for row in rows}) == 153
    assert {row["dataStatus"] for row in rows} == {"data-status/assumed-from-statutory-duty"}
    assert len({row["region"] for row in rows}) == 9


def test_virtual_schools_of_both_midlands_are_counted(ask: Ask) -> None:
    assert len(ask("virtual-schools-by-region", region="E12000005")) == 14
    assert len(ask("virtual-schools-by-region", region="E12000004")) == 10
    assert ask("virtual-schools-by-region", region="E12000005", dataStatus="supplied") == []
