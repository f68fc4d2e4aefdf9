"""DfE's statistics on children looked after: symbols, rounding, areas; in made-up figures."""

from collections.abc import Callable

import pytest
from pyoxigraph import Triple

from cepgraph.errors import BadParameter
from tests.ingest.foreign.conftest import CheckList, ReadList

Expected = Callable[[str], set[Triple]]

HEADER = [
    *("time_period", "time_identifier", "geographic_level", "country_code", "country_name"),
    *("region_code", "region_name", "old_la_code", "la_name", "new_la_code"),
    *("population_type", "population_estimate", "children_count", "rate_per_10000"),
]
LOOKED_AFTER = "Children looked after on 31 March each year"
AUTHORITY = ["Local authority", "E92000001", "England", "E12000005", "West Midlands"]
BIRMINGHAM = ["330", "Birmingham", "E08000025"]
NATION = ["National", "E92000001", "England", "", "", "", "", ""]
REGION = ["Regional", "E92000001", "England", "E12000005", "West Midlands", "", "", ""]


def _row(
    count: str = "2007",
    rate: str = "71",
    *,
    area: list[str] | None = None,
    period: str = "2025",
    population: str = LOOKED_AFTER,
) -> list[str]:
    where = [*AUTHORITY, *BIRMINGHAM] if area is None else area
    return [period, "Reporting year", *where, population, "280000", count, rate]


def _said(found: set[Triple], name: str) -> list[str]:
    values = [t.object.value for t in found if t.predicate.value.endswith(f"#{name}")]
    return [value.rpartition("/")[2] for value in values]


COUNT = "statistic/dfe-children-looked-after-e08000025-2025"
RATE = "statistic/dfe-children-looked-after-rate-e08000025-2025"


def test_figure_of_an_authority_is_published_as_it_was_counted(
    read: ReadList, expected: Expected
) -> None:
    found = read([HEADER, _row()])
    assert found.codes() == []
    assert found.of(COUNT) == expected(
        f"""<id/{COUNT}> a cep:Statistic ;
        rdfs:label "Children looked after on 31 March each year, Birmingham, 2025" ;
        cep:indicator <concept/indicator/children-looked-after> ;
        cep:population "Children looked after on 31 March each year" ;
        cep:area <id/local-authority/E08000025> ; cep:period "2025" ; cep:value 2007 ;
        cep:unit <concept/unit/children> ;
        cep:disclosureStatus <concept/disclosure-status/published> ;
        dcterms:source <id/source/tester-data> ."""
    )
    assert _said(found.of(RATE), "value") == ["71"]
    assert _said(found.of(RATE), "unit") == ["per-10-000-children"]


@pytest.mark.parametrize(
    ("area", "place"), [(NATION, "area/england"), (REGION, "region/E12000005")]
)
def test_national_and_regional_figures_are_marked_as_rounded(
    read: ReadList, area: list[str], place: str
) -> None:
    found = read([HEADER, _row("81770", "67", area=area)])
    assert found.codes() == []
    statuses = [t for t in found.triples if t.predicate.value.endswith("disclosureStatus")]
    assert {t.object.value.rpartition("/")[2] for t in statuses} == {"rounded"}
    areas = {t.object.value for t in found.triples if t.predicate.value.endswith("#area")}
    assert areas == {f"https://w3id.org/cepgraph/id/{place}"}


@pytest.mark.parametrize(
    ("symbol", "status"), [("z", "not-applicable"), ("c", "suppressed"), ("x", "not-available")]
)
def test_symbol_of_a_current_release_is_a_status_without_a_value(
    check: CheckList, read: ReadList, symbol: str, status: str
) -> None:
    rows = [HEADER, _row(symbol, symbol)]
    found = read(rows)
    assert _said(found.of(COUNT), "disclosureStatus") == [status]
    assert _said(found.of(COUNT), "value") == []
    assert check(rows).conforms


@pytest.mark.parametrize("symbol", ["k", "low"])
def test_figure_that_rounds_to_nought_is_nought_and_rounded(read: ReadList, symbol: str) -> None:
    found = read([HEADER, _row("40", symbol)])
    assert _said(found.of(RATE), "disclosureStatus") == ["rounded"]
    assert _said(found.of(RATE), "value") == ["0"]


def test_rate_of_a_suppressed_count_is_withheld_too(read: ReadList) -> None:
    found = read([HEADER, _row("c", "71")])
    assert _said(found.of(RATE), "value") == []
    assert _said(found.of(RATE), "disclosureStatus") == ["suppressed"]
    assert "71" not in {getattr(t.object, "value", "") for t in found.triples}


def test_same_symbol_means_another_thing_in_the_release_of_2017(read: ReadList) -> None:
    found = read([HEADER, _row("x", "x", period="2017")])
    statistic = found.of(COUNT.replace("2025", "2017"))
    assert _said(statistic, "disclosureStatus") == ["suppressed"]


def test_sender_says_which_release_it_is(read: ReadList) -> None:
    found = read([HEADER, _row("x", "x")], mapping="dfe-looked-after/2017")
    assert _said(found.of(COUNT), "disclosureStatus") == ["suppressed"]


def test_release_is_that_of_the_newest_period_in_the_file(read: ReadList) -> None:
    found = read([HEADER, _row("x", "x", period="2024"), _row()])
    statistic = found.of(COUNT.replace("2025", "2024"))
    assert _said(statistic, "disclosureStatus") == ["not-available"]


def test_release_whose_symbols_are_not_known_has_to_be_named(read: ReadList) -> None:
    with pytest.raises(BadParameter) as raised:
        read([HEADER, _row("x", "x", period="2019")])
    assert "dfe-looked-after/2017" in raised.value.detail()


@pytest.mark.parametrize(("symbol", "mapping"), [("?", ""), ("c", "dfe-looked-after/2017")])
def test_symbol_that_the_release_does_not_declare_is_told_once_and_nothing_is_taken(
    read: ReadList, symbol: str, mapping: str
) -> None:
    found = read([HEADER, _row(symbol, "7")], mapping=mapping)
    remark = found.only("unknown-symbol")
    assert (remark.severity, remark.place.cell, remark.value) == ("violation", "M2", symbol)
    assert not [t for t in found.triples if t.predicate.value.endswith("#value")]


def test_authority_that_is_not_held_is_left_out_and_told(read: ReadList) -> None:
    gone = [*AUTHORITY, "909", "Cumbria", "E10000006"]
    found = read([HEADER, _row(area=gone), _row()])
    remark = found.only("no-such-authority")
    assert (remark.severity, remark.place.row) == ("warning", 2)
    assert found.kinds()["Statistic"] == 2


def test_authority_with_a_superseded_code_is_found_by_its_dfe_code(read: ReadList) -> None:
    sheffield = [*AUTHORITY, "373", "Sheffield", "E08000019"]
    found = read([HEADER, _row(area=sheffield)])
    assert found.codes() == []
    areas = {t.object.value for t in found.triples if t.predicate.value.endswith("#area")}
    assert areas == {"https://w3id.org/cepgraph/id/local-authority/E08000039"}


def test_part_of_london_is_an_area_within_its_region(read: ReadList, expected: Expected) -> None:
    inner = ["Regional", "E92000001", "England", "E13000001", "Inner London", "", "", ""]
    found = read([HEADER, _row(area=inner)])
    assert found.codes() == []
    assert expected(
        """<id/area/E13000001> a cep:Area ; rdfs:label "Inner London" ;
        cep:gssCode "E13000001" ; cep:within <id/region/E12000007> ."""
    ) <= set(found.triples)


def test_unknown_population_is_told_with_what_is_near(read: ReadList) -> None:
    found = read([HEADER, _row(population="Children looked after on 31 March")])
    remark = found.only("value-not-in-mapping")
    assert remark.place.cell == "K2"
    assert LOOKED_AFTER in remark.candidates


def test_number_of_all_children_is_not_taken(read: ReadList) -> None:
    found = read([HEADER, _row()])
    assert "280000" not in {getattr(t.object, "value", "") for t in found.triples}


def test_publisher_that_nobody_holds_is_described_too(check: CheckList) -> None:
    from ingest.description import Description

    verdict = check([HEADER, _row()], description=Description())
    assert verdict.conforms, [r for r in verdict.remarks if r.severity == "violation"]
