"""Names of sheets, and which classes a template holds."""

from collections.abc import Callable

import pytest

from ingest.template.page import pages_of, readable, version_of, with_graph
from tests.ingest.template.conftest import World

_CLASS = (
    'ceps:X{n} a sh:NodeShape ; sh:targetClass cep:X{n} ; rdfs:label "X" ; ceps:kind "x{n}" ; '
    'ceps:collection "{collection}" .\n'
)


def _sheets(make: Callable[..., World], *collections: str) -> list[str]:
    shapes = "".join(_CLASS.format(n=n, collection=c) for n, c in enumerate(collections))
    world = make(shapes)
    classes = [world.cls(name) for name in collections]
    return [page.sheet for page in pages_of(classes, world.model.schema)]


def test_sheets_of_the_project_are_named_after_their_collections(real: World) -> None:
    schema = real.model.schema
    pages = pages_of(list(schema.collections.values()), schema)
    names = {page.cls.collection: page.sheet for page in pages}
    assert names["findings"] == "Findings"
    assert names["virtual-schools"] == "Virtual schools"
    assert names["cultural-education-partnerships"] == "Cultural education partnerships"
    assert names["datasets"] == "Dataset"


def test_long_names_are_cut_and_told_apart_whatever_their_case(
    make: Callable[..., World],
) -> None:
    long = "what-is-said-at-great-length-and-at"
    sheets = _sheets(make, f"{long}-one", f"{long}-two", f"{long.upper()}-three")
    assert len({sheet.lower() for sheet in sheets}) == 3
    assert all(0 < len(sheet) <= 31 for sheet in sheets)
    assert sheets[1].endswith(" 2")


@pytest.mark.parametrize("name", ["lists", "read-me", "history", "Lists"])
def test_name_that_is_taken_by_a_sheet_of_ours_gets_a_number(
    make: Callable[..., World], name: str
) -> None:
    assert _sheets(make, name) == [f"{readable(name)} 2"]


@pytest.mark.parametrize(
    ("name", "sheet"),
    [("a/b:c*d?e", "A b c d e"), ("[x]", "x"), ("'quoted'", "quoted"), ("***", "Sheet")],
)
def test_characters_that_a_sheet_name_may_not_have_are_left_out(
    make: Callable[..., World], name: str, sheet: str
) -> None:
    assert _sheets(make, name) == [sheet]


def test_class_that_is_named_twice_is_there_once_and_graphs_come_last(toys: World) -> None:
    schema = toys.model.schema
    chosen = with_graph([toys.cls("toys"), toys.cls("owners"), toys.cls("toys")], schema)
    assert [cls.collection for cls in chosen] == ["toys", "owners", "datasets"]


def test_version_is_that_of_the_shapes_or_none(toys: World, make: Callable[..., World]) -> None:
    assert version_of(toys.model.shapes) == "9.8.7"
    assert not version_of(make().model.shapes)
