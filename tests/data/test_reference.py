"""Regions, authorities and Virtual Schools of England."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, parse

from cepgraph.terms import CEP, GRAPH, ID

_SCHEMES = Path(__file__).resolve().parents[2] / "ontology" / "schemes"

Row = dict[str, str]

AUTHORITIES_PER_REGION = {
    "E12000001": ("North East", 12),
    "E12000002": ("North West", 24),
    "E12000003": ("Yorkshire and The Humber", 15),
    "E12000004": ("East Midlands", 10),
    "E12000005": ("West Midlands", 14),
    "E12000006": ("East of England", 11),
    "E12000007": ("London", 33),
    "E12000008": ("South East", 19),
    "E12000009": ("South West", 15),
}
KINDS = {
    "Unitary Authorities": "unitary",
    "Metropolitan Districts": "metropolitan-borough",
    "London Boroughs": "london-borough",
    "Counties": "county",
}


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def regions(data: Path) -> list[Row]:
    return rows(data / "reference/regions.csv")


@pytest.fixture(scope="module")
def local_authorities(data: Path) -> list[Row]:
    return rows(data / "reference/local-authorities.csv")


@pytest.fixture(scope="module")
def virtual_schools(data: Path) -> list[Row]:
    return rows(data / "reference/virtual-schools.csv")


def test_there_are_nine_regions_keyed_by_their_code(regions: list[Row]) -> None:
    assert {r["key"]: r["label"] for r in regions} == {
        code: name for code, (name, _) in AUTHORITIES_PER_REGION.items()
    }
    assert all(r["key"] == r["gssCode"] for r in regions)


def test_each_region_has_its_number_of_authorities(local_authorities: list[Row]) -> None:
    assert len(local_authorities) == 153
    assert Counter(r["region"] for r in local_authorities) == {
        code: number for code, (_, number) in AUTHORITIES_PER_REGION.items()
    }


def test_codes_of_authorities_are_unique(local_authorities: list[Row]) -> None:
    for column in ("key", "label", "gssCode", "dfeCode"):
        assert len({r[column] for r in local_authorities}) == 153, column
    assert all(r["key"] == r["gssCode"] for r in local_authorities)


@pytest.mark.parametrize(
    ("code", "name", "dfe_code", "kind", "region"),
    [
        ("E10000007", "Derbyshire", "830", "county", "E12000004"),
        ("E10000019", "Lincolnshire", "925", "county", "E12000004"),
        ("E08000038", "Barnsley", "370", "metropolitan-borough", "E12000003"),
        ("E08000039", "Sheffield", "373", "metropolitan-borough", "E12000003"),
        ("E08000025", "Birmingham", "330", "metropolitan-borough", "E12000005"),
        ("E08000031", "Wolverhampton", "336", "metropolitan-borough", "E12000005"),
        ("E06000016", "Leicester", "856", "unitary", "E12000004"),
        ("E06000019", "Herefordshire, County of", "884", "unitary", "E12000005"),
        ("E06000023", "Bristol, City of", "801", "unitary", "E12000009"),
        ("E09000001", "City of London", "201", "london-borough", "E12000007"),
        ("E09000002", "Barking and Dagenham", "301", "london-borough", "E12000007"),
    ],
)
def test_authority_stands_with_its_present_code_and_region(
    local_authorities: list[Row], code: str, name: str, dfe_code: str, kind: str, region: str
) -> None:
    (row,) = [r for r in local_authorities if r["label"] == name]
    assert row == {
        "key": code,
        "label": name,
        "gssCode": code,
        "dfeCode": dfe_code,
        "authorityKind": kind,
        "region": region,
    }


def test_superseded_codes_of_barnsley_and_sheffield_do_not_occur(
    local_authorities: list[Row],
) -> None:
    assert not {"E08000016", "E08000019"} & {r["gssCode"] for r in local_authorities}


def test_every_authority_has_one_virtual_school_under_its_own_code(
    local_authorities: list[Row], virtual_schools: list[Row]
) -> None:
    codes = [r["key"] for r in local_authorities]
    assert [r["key"] for r in virtual_schools] == codes
    assert [r["localAuthority"] for r in virtual_schools] == codes


def test_virtual_schools_say_that_they_are_assumed(virtual_schools: list[Row]) -> None:
    assert {r["dataStatus"] for r in virtual_schools} == {"assumed-from-statutory-duty"}
    scheme = (_SCHEMES / "data-status.ttl").read_text(encoding="utf-8")
    assert 'skos:prefLabel "Statutory; details not yet supplied"@en' in scheme
    # a description of the placeholder would stand beside the details of the school itself
    assert all("description" not in row for row in virtual_schools)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("E08000025", "Virtual School of Birmingham"),
        ("E06000023", "Virtual School of Bristol"),
        ("E06000019", "Virtual School of Herefordshire"),
        ("E06000046", "Virtual School of the Isle of Wight"),
        ("E09000001", "Virtual School of the City of London"),
    ],
)
def test_virtual_school_is_named_after_its_place(
    virtual_schools: list[Row], code: str, label: str
) -> None:
    assert [r["label"] for r in virtual_schools if r["key"] == code] == [label]


def test_every_row_equals_the_public_list(
    local_authorities: list[Row], regions: list[Row], authorities: Path
) -> None:
    listed = rows(authorities)
    names = {r["key"]: r["label"] for r in regions}
    expected = {
        (
            r["gss_code"],
            r["dfe_la_code"],
            r["name"],
            KINDS[r["type"]],
            r["region_code"],
            r["region_name"],
        )
        for r in listed
    }
    assert {
        (
            r["gssCode"],
            r["dfeCode"],
            r["label"],
            r["authorityKind"],
            r["region"],
            names[r["region"]],
        )
        for r in local_authorities
    } == expected


def test_reference_graph_has_its_description_and_the_midlands_cover_two_regions(
    data: Path,
) -> None:
    quads = set(parse(path=str(data / "reference/dataset.ttl")))
    graph = NamedNode(GRAPH + "cepgraph/reference")
    said = {q.predicate.value.rsplit("/", 1)[-1] for q in quads if q.subject == graph}
    assert {"publisher", "license", "source", "issued", "description"} <= said
    midlands = NamedNode(ID + "area/midlands")
    covered = {
        q.object.value
        for q in quads
        if q.subject == midlands and q.predicate.value == CEP + "covers"
    }
    assert covered == {ID + "region/E12000004", ID + "region/E12000005"}
