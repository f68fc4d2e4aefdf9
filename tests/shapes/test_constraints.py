"""Every constraint has a fixture that breaks it and it alone; every valid graph has no result."""

from pathlib import Path

import pytest

from tests.shapes import harness
from tests.shapes.harness import Fixture


def test_every_constraint_has_a_fixture_that_breaks_it() -> None:
    there = {(fixture.shape, fixture.component) for fixture in harness.fixtures()}
    missing = [
        f"{constraint.shape}.{constraint.component}.ru"
        for constraint in harness.constraints()
        if (constraint.shape, constraint.component) not in there
    ]
    assert not missing, "\n".join(missing)


def test_every_fixture_is_for_a_constraint_that_exists() -> None:
    known = {(constraint.shape, constraint.component) for constraint in harness.constraints()}
    stray = [f.path.name for f in harness.fixtures() if (f.shape, f.component) not in known]
    assert not stray, "\n".join(stray)


@pytest.mark.parametrize("path", harness.valid_graphs(), ids=harness.name)
def test_valid_graph_conforms_without_any_result(path: Path) -> None:
    assert harness.check(harness.triples_of(path)) == []


@pytest.mark.parametrize("fixture", harness.fixtures(), ids=harness.name)
def test_fixture_breaks_its_constraint_and_nothing_else(fixture: Fixture) -> None:
    found = harness.check(fixture.triples())
    assert [f.constraint for f in found] == [fixture.constraint], found
