"""Tables in text: one record a line, with a delimiter between the cells (CSV, TSV).

The file is never in memory as a whole: it is opened anew each time that its rows are asked for.
"""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cepgraph.errors import BadInput, TooLarge
from ingest.report.remark import Place, Remark
from ingest.sheets.book import Book
from ingest.sheets.delimiter import DELIMITERS, Known, delimiter_of
from ingest.sheets.encoding import Encoding
from ingest.sheets.examination import examine
from ingest.sheets.sheet import Limits, Row, Sheet

_SAMPLE: Final = 1 << 16
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)[\r\n]*", re.IGNORECASE)
"""What Excel writes and reads as a first line that is no row."""


def read_text(path: Path, name: str, limits: Limits, known: Known | None = None) -> Book:
    """The table in a text file; ``known`` tells the headers that are looked for.

    The rows are read when they are asked for, so that what is wrong in one of them is raised then.

    Raises:
        BadInput: too large, empty, or with NUL characters; with line and column.
    """
    examined = examine(path, name, limits.bytes)
    records = _Records(path, name, limits, examined.encoding)
    usual = "\t" if Path(name).suffix.lower() in (".tsv", ".tab") else ","
    records.find_delimiter(known, usual)
    said = f"The cells are delimited by the {DELIMITERS.get(records.delimiter, 'sign given')}."
    remarks = list(examined.remarks)
    if records.delimiter != usual:
        remarks.append(Remark("note", "delimiter", said, Place(file=name)))
    form = "tsv" if records.delimiter == "\t" else "csv"
    return Book((Sheet(name, "", records.rows),), form, examined.sha256, remarks)


@dataclass
class _Records:
    """A file, and how it is cut into records."""

    path: Path
    name: str
    limits: Limits
    encoding: Encoding
    delimiter: str = ","
    skipped: int = 0
    """Lines at the beginning that are no rows."""

    def find_delimiter(self, known: Known | None, usual: str) -> None:
        with self._open() as text:
            sample = text.read(_SAMPLE)
        lines = list(io.StringIO(sample, newline=""))
        given = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
        if given and given[1] in DELIMITERS:
            self.delimiter, self.skipped = given[1], 1
        else:
            self.delimiter = delimiter_of(lines, known, usual)

    def rows(self) -> Iterator[Row]:
        """The rows that are not blank.

        Raises:
            BadInput: no CSV, or beyond the limits; with the line.
        """
        with self._open() as text:
            lines = _Lines(text, self.skipped, self.limits.characters)
            reader = csv.reader(lines, strict=True, delimiter=self.delimiter, skipinitialspace=True)
            try:
                yield from self._rows(reader, lines)
            except csv.Error as error:
                raise self._fault(str(error), lines.record) from error
            except UnicodeDecodeError as error:
                problem = "the file changed while it was read; send it again"
                raise BadInput(problem, file=self.name) from error

    def _rows(self, reader: Iterator[list[str]], lines: "_Lines") -> Iterator[Row]:
        most_rows, most_columns = self.limits.rows, self.limits.columns
        strip, filled, line = str.strip, 0, 0
        columns: set[int] = set()
        for number, cells in enumerate(reader, 1):
            if any(map(strip, cells)):
                filled += 1
                narrow = (
                    cells if len(cells) <= most_columns else self._trimmed(cells, columns, number)
                )
                if lines.long or lines.number - line > 1:
                    self._refuse_long(cells, number)
                    lines.long = False
                if filled > most_rows:
                    problem = f"the file has more than {most_rows:,} rows; send it in parts"
                    raise TooLarge(problem, file=self.name, row=number)
                yield Row(number, narrow)
            line = lines.number
            lines.record = line + 1

    def _trimmed(self, cells: list[str], columns: set[int], number: int) -> list[str]:
        """A row without the blank cells at its end, if those that are filled are not too many."""
        filled = [index for index, cell in enumerate(cells) if cell.strip()]
        columns.update(filled)
        if len(columns) > self.limits.columns:
            problem = f"more than {self.limits.columns:,} columns hold something"
            raise BadInput(problem, file=self.name, row=number)
        return cells[: filled[-1] + 1]

    def _refuse_long(self, cells: list[str], number: int) -> None:
        for index, cell in enumerate(cells):
            if len(cell) > self.limits.characters:
                raise BadInput(
                    f"the cell holds more than {self.limits.characters:,} characters",
                    file=self.name,
                    row=number,
                    column=index + 1,
                    value=f"{cell[:40]}…",
                )

    def _fault(self, said: str, record: int) -> BadInput:
        """What the parser found wrong in the record that begins on a line."""
        opening = self._unclosed(record)
        if opening is not None and "field larger" in said:
            return BadInput(
                f"the cell that begins here holds more than {self.limits.characters:,} characters; "
                "is the quotation mark at its end missing?",
                file=self.name,
                line=opening,
            )
        if opening is not None and "unexpected end" in said:
            problem = "a quotation mark opens here, and is not closed before the file ends"
            return BadInput(problem, file=self.name, line=opening)
        if "field larger" in said:
            problem = f"a cell holds more than {self.limits.characters:,} characters"
            return BadInput(problem, file=self.name, line=record)
        return BadInput(
            "after a closing quotation mark there is more text in the cell; write quotation marks "
            'inside a quoted cell twice ("")',
            file=self.name,
            line=record,
        )

    def _unclosed(self, record: int) -> int | None:
        """The line with the quotation mark that is still open at the end of a record, if any."""
        opening: int | None = None
        closed: int | None = None
        fresh, read = True, 0
        most = max(self.limits.characters, csv.field_size_limit())
        with self._open() as text:
            for number, line in enumerate(itertools.islice(text, record - 1, None), record):
                read += len(line)
                for character in line[:most]:
                    if opening is not None:
                        if character == '"':
                            closed, opening = opening, None
                    elif character == '"' and (fresh or closed is not None):
                        # after a closing mark, another one says that both stand for one in the cell
                        opening, closed = closed or number, None
                    elif character != " ":
                        fresh, closed = character in (self.delimiter, "\n", "\r"), None
                if opening is None or read > most:
                    return opening
        return opening

    def _open(self) -> io.TextIOWrapper:
        raw = self.path.open("rb")
        raw.seek(self.encoding.skip)
        return io.TextIOWrapper(raw, encoding=self.encoding.codec, newline="")


class _Lines:
    """The lines of a text; knows how many came, and whether one is longer than a cell may be."""

    def __init__(self, text: io.TextIOWrapper, skipped: int, characters: int) -> None:
        self._text = text
        self._characters = characters
        self._skipped = skipped
        self.number = 0
        self.record = 1
        self.long = False

    def __iter__(self) -> Iterator[str]:
        characters = self._characters
        for number, line in enumerate(self._text, 1):
            self.number = number
            if len(line) > characters:
                self.long = True
            if number > self._skipped:
                yield line
