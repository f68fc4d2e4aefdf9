"""The mappings that come with the installation."""

import pytest

from cepgraph.errors import BadParameter
from ingest.foreign.shelf import known_mappings, mapping_named


def test_four_sources_are_known() -> None:
    assert set(known_mappings()) >= {
        "360giving",
        "ace-investment-programme",
        "ace-project-grants",
        "dfe-looked-after",
    }


@pytest.mark.parametrize("name", ["360Giving", "nothing", "/", "dfe-looked-after.yaml"])
def test_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(BadParameter) as raised:
        mapping_named(name)
    assert raised.value.parameter == "mapping"
    assert "ace-project-grants" in raised.value.problem


def test_release_is_named_behind_the_mapping() -> None:
    name, mapping, release = mapping_named("dfe-looked-after/2017")
    assert (name, release) == ("dfe-looked-after", "2017")
    assert mapping.releases is not None


@pytest.mark.parametrize(
    ("name", "problem"),
    [("dfe-looked-after/1066", "2017"), ("360giving/2017", "knows no releases")],
)
def test_release_that_is_not_known_is_refused(name: str, problem: str) -> None:
    with pytest.raises(BadParameter) as raised:
        mapping_named(name)
    assert problem in raised.value.problem
