"""A data folder and the content of a newer installation.

The seed enters an empty folder at first start. When ontology, shapes, lists or seed data are others
than those the folder was last filled from, the project's graphs are published anew, as entries of
the log like any change, and what the ontology entails is worked out again for every graph. A graph
that somebody has published since is theirs, and stays as it is.
"""

from dataclasses import replace
from pathlib import Path

from cepgraph.graph import KnowledgeGraph
from cepgraph.history import Provenance
from ingest.seed import WHO, content_digest, seed

_MARK = "content"


def is_current(graph: KnowledgeGraph, folder: Path) -> bool:
    """Whether the folder was last filled from the content that is installed."""
    mark = folder / _MARK
    known = mark.read_text(encoding="ascii", errors="replace").strip() if mark.exists() else ""
    return known == content_digest(graph.model)


def bring_up_to_date(graph: KnowledgeGraph, folder: Path) -> None:
    """Fill an empty folder, or bring a folder up to the installed content.

    Raises:
        GateRefused: what others have published does not conform with the new content.
    """
    submission = seed(graph.model)
    filled = graph.version > 0
    if filled:
        taken = _published_by_others(graph)
        kept = {name: ts for name, ts in submission.graphs.items() if name.value not in taken}
        why = Provenance(
            WHO, "content of a newer installation", "data/", content_digest(graph.model)
        )
        submission = replace(submission, graphs=kept, provenance=why)
    graph.publish(submission)
    if filled:
        graph.refresh(Provenance(WHO, "what the ontology entails, worked out again"))
    partial = folder / f"{_MARK}.partial"
    partial.write_text(content_digest(graph.model) + "\n", encoding="ascii")
    partial.rename(folder / _MARK)


def _published_by_others(graph: KnowledgeGraph) -> set[str]:
    """Graphs whose newest entry in the log is not the project's."""
    newest: dict[str, str] = {}
    for entry in graph.history.entries():
        newest |= dict.fromkeys(entry.graphs, entry.provenance.who)
    return {name for name, who in newest.items() if who != WHO}
