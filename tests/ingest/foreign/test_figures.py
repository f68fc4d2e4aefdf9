"""Which release a file is of."""

import pytest

from cepgraph.errors import BadParameter
from ingest.foreign.binding import bound
from ingest.foreign.figures import release_of
from ingest.foreign.shelf import parse_mapping
from tests.ingest.rows.conftest import sheet_of

MAPPING = parse_mapping(
    """
title: Example
mark: [[Year]]
columns: {year: Year}
releases:
  period: year
  known:
    old: {until: "2017", symbols: {x: {status: suppressed}}}
    new: {from: "2020", symbols: {x: {status: not-available}}}
things: {it: {class: Area, columns: {label: year}}}
""",
    "example.yaml",
)


def _status(*years: object, named: str = "") -> str:
    found = bound(sheet_of([["Year"], *([year] for year in years)]), MAPPING)
    assert found is not None
    release = release_of(MAPPING.releases, found, named, "example")
    assert release is not None
    return release.symbols["x"].status


@pytest.mark.parametrize(
    ("years", "status"),
    [
        (["2017"], "suppressed"),
        (["2016", "201617"], "suppressed"),
        ([2016, 2021], "not-available"),
        (["2020"], "not-available"),
    ],
)
def test_newest_period_tells_the_release(years: list[object], status: str) -> None:
    assert _status(*years) == status


def test_sender_tells_it_whatever_the_period() -> None:
    assert _status("2021", named="old") == "suppressed"


def test_period_of_no_known_release_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadParameter) as raised:
        _status("2019")
    assert (raised.value.value, "example/old, example/new" in raised.value.problem) == (
        "2019",
        True,
    )
