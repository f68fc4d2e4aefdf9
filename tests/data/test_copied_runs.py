"""Facts carry over from the documents; sentences do not."""

import csv
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, parse

from tests.data.conftest import ROOT
from tests.data.copied_runs import copied, runs

ROOMS = ("data", "ontology", "shapes")
DOCUMENT = "The cat who sat on the old mat's edge was, I think, well-fed and quite content."


def texts() -> Iterator[tuple[str, str]]:
    """Every literal and every cell of the three rooms, with the file that holds it."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            name = str(path.relative_to(ROOT))
            if path.suffix in {".ttl", ".trig"}:
                for quad in parse(path=str(path)):
                    if isinstance(quad.object, Literal):
                        yield name, quad.object.value
            elif path.suffix == ".csv":
                with path.open(encoding="utf-8", newline="") as file:
                    yield from ((name, cell) for row in csv.reader(file) for cell in row)


def test_a_run_of_eight_words_is_found_across_punctuation_and_case() -> None:
    text = "They say that the OLD mat’s edge was - I think - well fed, as cats are."
    assert copied(text, [DOCUMENT]) == {
        "the old mats edge was i think well",
        "old mats edge was i think well fed",
    }


def test_a_run_of_seven_words_is_left_alone() -> None:
    assert not copied("The cat who sat on the old rug", [DOCUMENT])


def test_a_text_shorter_than_a_run_shares_none() -> None:
    assert not copied("The cat who sat", [DOCUMENT])


def test_no_text_of_data_ontology_or_shapes_shares_a_run_with_a_document(sources: Path) -> None:
    documents = [p.read_text(encoding="utf-8") for p in sorted(sources.glob("*.txt"))]
    assert len(documents) == 5
    known = {run for document in documents for run in runs(document)}
    faults = {(name, run) for name, text in texts() for run in runs(text) & known}
    assert not faults
