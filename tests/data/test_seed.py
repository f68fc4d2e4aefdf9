"""The seed as a whole enters through the gate."""

from pathlib import Path

from cepgraph.content import Content
from cepgraph.graph import KnowledgeGraph
from cepgraph.model import Model
from cepgraph.terms import ID
from ingest.seed import seed


def test_seed_conforms_and_only_the_undated_grant_without_amount_is_remarked_on(
    tmp_path: Path,
) -> None:
    model = Model(Content.default())
    with KnowledgeGraph(tmp_path, model, in_memory=True) as graph:
        report = graph.check(seed(model)).report
    assert report.conforms
    assert {(r.focus, r.path) for r in report.results} == {
        (ID + "funding-award/collaborate-innovate-grant", "cep:amount"),
        (ID + "funding-award/collaborate-innovate-grant", "cep:awardDate"),
    }
