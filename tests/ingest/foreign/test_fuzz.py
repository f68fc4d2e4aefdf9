"""Whatever stands in the cells of a foreign list, it ends in triples, remarks or one error."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cepgraph.errors import CepgraphError
from cepgraph.graph import KnowledgeGraph
from cepgraph.model import Model
from ingest.foreign.shelf import known_mappings
from ingest.reading import Reading
from ingest.report.remark import Remarks
from ingest.sent import Sent, Upload, nothing
from ingest.sheets.sheet import Limits
from tests.ingest.foreign.conftest import HOME, SAID, csv_of

CELLS = st.one_of(
    st.sampled_from(["", " ", "0", "£1,000", "x", "c", "2025", "31/02/2020", "=1+1", "#REF!"]),
    st.sampled_from(["National", "Local authority", "E08000025", "GB-CHC-1", "360G-x", "http://["]),
    st.sampled_from(["Example Trust", "Theatre", "Music", "North", "Birmingham", "{name}"]),
    st.text(max_size=12),
)


def _headings(name: str) -> list[str]:
    """The first heading of every column; numbered ones twice."""
    last = [column.headings[-1] for column in known_mappings()[name].columns.values()]
    found = [
        heading.replace("#", number)
        for heading in last
        for number in (("0", "1") if "#" in heading else ("0",))
    ]
    marks = [heading for heading in known_mappings()[name].mark[-1] if heading not in found]
    return [*found, *marks, "Surprise"]


@pytest.mark.parametrize("name", ["360giving", *sorted(set(known_mappings()) - {"360giving"})])
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_cells_end_in_triples_and_remarks_or_an_error(
    project_model: Model, graph: KnowledgeGraph, tmp_path: Path, name: str, data: Any
) -> None:
    headings = _headings(name)
    row = st.lists(CELLS, min_size=len(headings), max_size=len(headings))
    rows = data.draw(st.lists(row, min_size=1, max_size=3))
    path = tmp_path / "list.csv"
    path.write_bytes(csv_of([headings, *rows]))
    sent = Sent((Upload(path, "list.csv"),), graph=HOME, description=SAID, mapping=name)
    ending = _ending(sent, project_model, graph)
    if isinstance(ending, CepgraphError):
        assert ending.detail()
    else:
        assert all(remark.message for remark in ending)


def _ending(sent: Sent, model: Model, graph: KnowledgeGraph) -> Remarks | CepgraphError:
    try:
        with Reading(sent, model, graph.store, Limits(), nothing) as reading:
            assert len(reading.triples()) == 1
            return reading.remarks
    except CepgraphError as error:
        return error
