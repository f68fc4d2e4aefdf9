"""The sheet that says how a workbook is filled."""

from collections.abc import Callable

import pytest

from ingest.template.page import README
from tests.ingest.template.conftest import World, opened


def _lines(made: bytes) -> list[tuple[str, ...]]:
    rows = opened(made)[README].iter_rows(values_only=True)
    return [tuple("" if cell is None else str(cell) for cell in row) for row in rows]


@pytest.fixture(scope="module")
def lines(toys: World) -> list[tuple[str, ...]]:
    return _lines(toys.bytes("toys", "owners"))


@pytest.fixture(scope="module")
def prose(lines: list[tuple[str, ...]]) -> str:
    return " ".join(line[0] for line in lines)


@pytest.mark.parametrize(
    "told",
    [
        "Template: Toys, Owners",
        "Made by cepgraph from the shapes of its classes, version 9.8.7.",
        "1. On “Toys” and “Owners”, write one thing in each row, from row 3 on.",
        "On “Dataset”, say once who publishes all this",
        "by its label, an identifier, its kind and key, or its full address.",
        "For instance owner/ann, or https://w3id.org/cepgraph/id/owner/ann.",
        "with “ | ” between them",
        "cepgraph check toys.xlsx",
        "cepgraph publish toys.xlsx",
        "Columns of “Toys” Something to play with.",
        "List “Colours”",
    ],
)
def test_readme_says_how_it_is_done(prose: str, told: str) -> None:
    assert told in prose


def test_legend_names_every_colour(lines: list[tuple[str, ...]]) -> None:
    start = next(n for n, line in enumerate(lines) if line[0] == "What the colours mean")
    legend = [line[:2] for line in lines[start + 1 : start + 6]]
    assert [head for head, _ in legend] == ["Label *", "Label +", "Label", "Label", "Example"]
    assert all(meaning for _, meaning in legend)


def test_every_column_stands_in_the_table_with_its_need_and_example(
    toys: World, lines: list[tuple[str, ...]]
) -> None:
    start = next(n for n, line in enumerate(lines) if line[0] == "Columns of “Toys”")
    assert lines[start + 2] == ("Column", "Example", "What to write", "Needed", "Values")
    columns = toys.columns("toys")
    told = {line[0]: line[1:] for line in lines[start + 3 : start + 3 + len(columns)]}
    assert len(told) == len(columns)
    assert told["Code"] == ("e.g. 007", "Its code.", "Required", "one")
    assert told["Page"][2] == "Recommended"
    assert told["Other colours"][2:] == ("Optional", "several")
    assert told["Hair"][1] == "Only for: Doll."
    assert told["=1+1"][0].startswith("e.g. =HYPERLINK")


def test_lists_are_told_with_keys_and_definitions(lines: list[tuple[str, ...]]) -> None:
    assert ("Bright red", "red", "As a pillar box.") in [line[:3] for line in lines]


def test_without_a_sheet_for_the_graph_it_is_named_on_the_command_line(
    make: Callable[..., World],
) -> None:
    prose = "\n".join(line[0] for line in _lines(make().bytes("pets")))
    assert "cepgraph check pets.xlsx --graph IRI" in prose
    assert "Made by cepgraph from the shapes of its classes." in prose
    assert "Dataset" not in prose


def test_nothing_is_merged_and_no_line_runs_off_the_page(real: World) -> None:
    sheet = opened(real.bytes("findings", "claims"))[README]
    assert not sheet.merged_cells.ranges
    for row in sheet.iter_rows(values_only=True):
        if not any(row[1:]):
            assert len(str(row[0] or "")) <= 150


def test_long_text_has_a_row_that_is_high_enough(real: World) -> None:
    sheet = opened(real.bytes("findings"))[README]
    for row in sheet.iter_rows():
        told = row[2].value
        if isinstance(told, str) and len(told) > 200:
            assert (sheet.row_dimensions[row[0].row or 0].height or 0) >= 30
            return
    pytest.fail("no long text was found")
