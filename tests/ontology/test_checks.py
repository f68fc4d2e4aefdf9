"""The hygiene checks find the faults that they are for, and none in the ontology.

A fixture is named after its check and is read on top of ``fixtures/clean.ttl``. Its lines
``#+ fault: IRI MESSAGE`` say which rows the check gives for it; no other check gives any.
"""

from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

ROOT = Path(__file__).resolve().parents[2]
CHECKS = sorted((ROOT / "ontology" / "checks").glob("*.rq"))
FIXTURES = Path(__file__).parent / "fixtures"
FAULTY = sorted(path for path in FIXTURES.glob("*.ttl") if path.stem != "clean")

Fault = tuple[str, str]


def loaded(*files: Path) -> Store:
    """A store with the files in one graph."""
    store = Store()
    for file in files:
        store.load(path=str(file))
    return store


def faults(check: Path, store: Store) -> set[Fault]:
    """The rows that a check gives."""
    rows = store.query(check.read_text(encoding="utf-8"))
    assert isinstance(rows, QuerySolutions)
    found: set[Fault] = set()
    for row in rows:
        term, message = row["term"], row["message"]
        assert isinstance(term, NamedNode), check.name
        assert isinstance(message, Literal), check.name
        found.add((term.value, message.value))
    return found


def expected(fixture: Path) -> set[Fault]:
    """The rows that a fixture announces."""
    mark = "#+ fault: "
    lines = fixture.read_text(encoding="utf-8").splitlines()
    announced = [line.removeprefix(mark) for line in lines if line.startswith(mark)]
    return {(term, message) for term, _, message in (line.partition(" ") for line in announced)}


@cache
def vocabulary() -> Store:
    """Ontology, alignments, schemes and shapes."""
    ontology = ROOT / "ontology"
    files = [*ontology.glob("*.ttl"), *ontology.glob("schemes/*.ttl"), *ROOT.glob("shapes/*.ttl")]
    return loaded(*sorted(files))


def test_every_check_has_a_fixture_and_every_fixture_a_check() -> None:
    assert CHECKS
    assert [check.stem for check in CHECKS] == [fixture.stem for fixture in FAULTY]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.stem)
def test_check_starts_with_its_summary(check: Path) -> None:
    first = check.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("#+ summary: ")
    assert first.endswith(".")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.stem)
def test_check_gives_no_row_for_a_clean_ontology(check: Path) -> None:
    assert faults(check, loaded(FIXTURES / "clean.ttl")) == set()


@pytest.mark.parametrize("fixture", FAULTY, ids=lambda fixture: fixture.stem)
def test_fixture_triggers_its_own_check_and_no_other(fixture: Path) -> None:
    store = loaded(FIXTURES / "clean.ttl", fixture)
    assert expected(fixture)
    found = {check.stem: rows for check in CHECKS if (rows := faults(check, store))}
    assert found == {fixture.stem: expected(fixture)}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.stem)
def test_check_gives_no_row_for_the_ontology_its_schemes_and_shapes(check: Path) -> None:
    assert faults(check, vocabulary()) == set()
