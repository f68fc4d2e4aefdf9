"""Every public file of the sector that is at hand ends in a verdict, or in one clear error."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from cepgraph.errors import BadInput, CepgraphError
from cepgraph.graph import KnowledgeGraph
from ingest import submission
from ingest.description import Description
from ingest.report.verdict import Verdict
from ingest.sent import Sent, Upload, nothing
from ingest.sheets.sheet import Limits

REFERENCE: Final = Path(__file__).parents[4] / "shared" / "reference"
LLOYDS: Final = "grants/lloyds_bank_foundation_2010_2015.json"
INVESTMENT: Final = "culture/ace_investment_programme_2023_26.csv"
PROJECTS: Final = "culture/ace_project_grants_2018_19.xlsx"
LOOKED_AFTER: Final = "looked-after/cla_number_and_rate_per_10k_children.csv"
MAPPED: Final = (LLOYDS, INVESTMENT, PROJECTS, LOOKED_AFTER)
TEMPLATES: Final = "grants/360giving-standard/templates"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not REFERENCE.is_dir(), reason="no folder ../shared/reference"),
]


def _files() -> Iterator[str]:
    for path in sorted(REFERENCE.rglob("*")):
        name = path.relative_to(REFERENCE).as_posix()
        if path.is_file() and not name.startswith("w3c/"):
            yield name


OTHERS: Final = [name for name in _files() if name not in MAPPED]


def _check(graph: KnowledgeGraph, name: str, said: Description | None = None) -> Verdict:
    upload = Upload(REFERENCE / name, Path(name).name)
    sent = Sent((upload,), graph="tester/reference", description=said or Description())
    return submission.check(graph, sent, Limits(), nothing)


def _groups(verdict: Verdict, severity: str) -> dict[str, int]:
    """How many remarks there are of each code."""
    counts: dict[str, int] = {}
    for group in verdict.remarks.groups():
        if group.severity == severity:
            counts[group.code] = counts.get(group.code, 0) + group.count
    return counts


@pytest.mark.parametrize("name", OTHERS)
def test_file_ends_in_a_report_or_one_clear_error(graph: KnowledgeGraph, name: str) -> None:
    ending = _ending(graph, name)
    if isinstance(ending, Verdict):
        assert not ending.conforms
        assert ending.remarks.groups("violation")
    else:
        assert isinstance(ending, BadInput), ending
        assert ending.file == Path(name).name
        assert len(ending.detail()) > 20


def _ending(graph: KnowledgeGraph, name: str) -> Verdict | CepgraphError:
    try:
        return _check(graph, name)
    except CepgraphError as error:
        return error


def test_grants_of_360giving_conform(graph: KnowledgeGraph) -> None:
    said = Description(
        publisher="organisation/GB-CHC-327114",
        licence="https://creativecommons.org/licenses/by/4.0/",
    )
    verdict = _check(graph, LLOYDS, said)
    assert _groups(verdict, "violation") == {}
    assert verdict.conforms
    # two recipients of the Isle of Man give the numbers of another register
    warnings = _groups(verdict, "warning")
    assert warnings.pop("unfit-number") == 2
    assert set(warnings) == {"bad-web-address"}
    assert _groups(verdict, "note")["other-name"] == 5
    # 4,116 awards, 3,624 recipients, their one funder, its schemes, the source
    assert verdict.things == 4116 + 3624 + 1 + 46 + 1


def test_list_of_the_investment_programme_conforms(graph: KnowledgeGraph) -> None:
    verdict = _check(graph, INVESTMENT)
    assert _groups(verdict, "violation") == {}
    assert verdict.conforms
    warnings = _groups(verdict, "warning")
    assert warnings.pop("no-such-region") == 5
    assert set(warnings) <= {"min-count", "likely-duplicate"}


def test_workbook_of_project_grants_conforms_without_those_who_may_be_people(
    graph: KnowledgeGraph,
) -> None:
    verdict = _check(graph, PROJECTS)
    assert _groups(verdict, "violation") == {}
    assert verdict.conforms
    left_out = _groups(verdict, "warning")["may-be-a-person"]
    awards = [iri for iri in _added(verdict) if "/funding-award/" in iri]
    assert len(awards) + left_out == 4079


def test_statistics_of_children_looked_after_conform(graph: KnowledgeGraph) -> None:
    verdict = _check(graph, LOOKED_AFTER)
    assert _groups(verdict, "violation") == {}
    assert verdict.conforms
    assert _groups(verdict, "warning") == {"no-such-authority": 30}
    figures = [iri for iri in _added(verdict) if "/statistic/" in iri]
    assert len(figures) == 2 * (2505 - 30)


def _added(verdict: Verdict) -> tuple[str, ...]:
    assert verdict.outcome is not None
    return verdict.outcome.subjects_added


@pytest.mark.parametrize("name", [name for name in OTHERS if name.startswith(TEMPLATES)])
def test_empty_template_of_360giving_is_told_to_hold_no_rows(
    graph: KnowledgeGraph, name: str
) -> None:
    assert "no-rows" in _groups(_check(graph, name), "violation")
