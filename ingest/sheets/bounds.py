"""The limits of a file of tables, held while its rows go by."""

from collections.abc import Iterator
from typing import Any

from cepgraph.errors import BadInput, TooLarge
from ingest.sheets.sheet import Limits, Row, is_blank, letter_of


class Tally:
    """Counts the rows of all sheets of a file, each sheet once however often it is read."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rows: dict[str, int] = {}

    def bounded(
        self, rows: Iterator[tuple[int, list[Any]]], file: str, sheet: str
    ) -> Iterator[Row]:
        """The rows that are not blank, with their numbers, while they keep within the limits.

        Raises:
            BadInput: more rows, filled columns, or characters in a cell than are read.
        """
        limits = self._limits
        others = sum(count for name, count in self._rows.items() if name != sheet)
        filled = 0
        columns: set[int] = set()
        for number, cells in rows:
            self._refuse_long(cells, number, file, sheet)
            if all(map(is_blank, cells)):
                continue
            filled += 1
            self._rows[sheet] = max(filled, self._rows.get(sheet, 0))
            narrow = cells
            # a narrow row cannot make the columns too many, unless others did nearly
            if len(cells) > limits.columns or columns:
                places = [index for index, cell in enumerate(cells) if not is_blank(cell)]
                narrow = cells[: places[-1] + 1]
                columns.update(places)
            if len(columns) > limits.columns:
                problem = f"more than {limits.columns:,} columns hold something"
                raise BadInput(problem, file=file, sheet=sheet, row=number)
            if filled + others > limits.rows:
                problem = f"the file has more than {limits.rows:,} rows; send it in parts"
                raise TooLarge(problem, file=file, sheet=sheet, row=number)
            yield Row(number, narrow)

    def _refuse_long(self, cells: list[Any], number: int, file: str, sheet: str) -> None:
        longest = self._limits.characters
        for index, cell in enumerate(cells):
            if isinstance(cell, str) and len(cell) > longest:
                raise BadInput(
                    f"the cell holds more than {longest:,} characters",
                    file=file,
                    sheet=sheet,
                    row=number,
                    column=letter_of(index),
                    value=f"{cell[:40]}…",
                )
