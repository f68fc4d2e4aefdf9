"""Every constraint has a fixture that breaks it and it alone, and every valid graph has no result."""

from pathlib import Path

import pytest

from tests.shapes import harness
from tests.shapes.harness import Constraint, Fixture


def _name(item: Path | Fixture) -> str:
    path = item if isinstance(item, Path) else item.path
    return f"{path.parent.name}/{path.stem}"


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


@pytest.mark.parametrize("path", harness.valid_graphs(), ids=_name)
def test_valid_graph_conforms_without_any_result(path: Path) -> None:
    assert harness.check(harness.triples_of(path)) == []


@pytest.mark.parametrize("fixture", harness.fixtures(), ids=_name)
def test_fixture_breaks_its_constraint_and_nothing_else(fixture: Fixture) -> None:
    found = harness.check(fixture.triples())
    assert [(f.constraint.shape, f.constraint.component) for f in found] == [
        (fixture.shape, fixture.component)
    ], found
    severity = {
        (constraint.shape, constraint.component): constraint.severity
        for constraint in harness.constraints()
    }
    assert found[0].constraint == Constraint(
        fixture.shape, fixture.component, severity[fixture.shape, fixture.component]
    )
