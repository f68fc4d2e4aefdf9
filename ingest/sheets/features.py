"""What a sheet of a workbook has beside its values."""

from dataclasses import dataclass, field
from typing import Final

from cepgraph.errors import BadInput
from ingest.sheets.sheet import Range

MOST_KEPT: Final = 200_000
"""Formulas, merged ranges and error values of a sheet that are kept."""
MOST_TOLD: Final = 1_000
"""Formulas without a value that are told one by one."""
_FORMULA: Final = 250
"""Characters of a formula that are kept."""

Cellplace = tuple[int, int]
"""Row, counted from 1, and column, counted from 0."""


@dataclass
class Features:
    """Of one sheet.

    Attributes:
        filled: whether it holds anything, as far as is known before its rows are read.
        errors: error values (``#REF!``) by place; readers give blank cells for them.
        valueless: places of formulas without a stored value.
    """

    file: str
    name: str
    hidden: bool = False
    filled: bool = True
    formulas: dict[Cellplace, str] = field(default_factory=dict)
    formula_count: int = 0
    merged: list[Range] = field(default_factory=list)
    errors: dict[Cellplace, str] = field(default_factory=dict)
    valueless: list[Cellplace] = field(default_factory=list)

    def add_formula(self, place: Cellplace, text: str) -> None:
        """A cell holds a formula; of very many, the first are kept."""
        self.formula_count += 1
        if len(self.formulas) < MOST_KEPT:
            self.formulas[place] = text[:_FORMULA]

    def add_valueless(self, place: Cellplace) -> None:
        """A formula was never worked out; of very many, the first are kept."""
        if len(self.valueless) < MOST_TOLD:
            self.valueless.append(place)

    def add_merged(self, merged: Range) -> None:
        """Cells are merged; of very many, the first are kept."""
        if len(self.merged) < MOST_KEPT:
            self.merged.append(merged)

    def add_error(self, place: Cellplace, text: str) -> None:
        """A cell holds an error value.

        Raises:
            BadInput: too many.
        """
        if len(self.errors) >= MOST_KEPT:
            problem = f"more than {MOST_KEPT:,} cells hold an error such as {text}; mend them first"
            raise BadInput(problem, file=self.file, sheet=self.name)
        self.errors[place] = text
