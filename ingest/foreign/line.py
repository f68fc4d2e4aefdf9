"""What one row of a foreign table gives, by the rules of its mapping."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from ingest.foreign.mapping import PLACEHOLDER, Condition, Rule, Say, Symbol, Thing
from ingest.report.remark import Remark, Severity
from ingest.rows.fault import Fault
from ingest.rows.header import place_of
from ingest.rows.keys import short_of
from ingest.rows.names import nearest
from ingest.rows.squash import squash
from ingest.sheets.sheet import Cell, Row, Scalar, is_blank, shown

if TYPE_CHECKING:
    from ingest.foreign.lines import Lines

_THERE: Final = "there"
"""In a cell that points to a thing of the same row."""
_NOTHING: Final = Symbol(status="")
UNKNOWN_VALUE: Final = (
    "The mapping of this list does not know this value, so it was not read. Correct it, or have it "
    "added to the mapping."
)
UNFIT: Final = "The value does not have the form that is expected here, and was not read."

Tell = Callable[[Remark], None]


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


class Line:
    """One row, worked out as far as it is asked."""

    def __init__(self, lines: "Lines", row: Row, tell: Tell | None) -> None:
        self._lines = lines
        self._row = row
        self._tell = tell
        self._worked: dict[tuple[str, int], Cell] = {}
        self._said: set[tuple[str, str]] = set()

    def left_out(self) -> Say | None:
        """Why the whole row is left out, if it is; nothing is told."""
        for rule in self._lines.mapping.rows:
            if self._holds(rule.when, 0, ()):
                return rule.say
        return None

    def has(self, thing: Thing, number: int) -> bool:
        """Whether the row speaks of a thing."""
        return self._holds(thing.when, number, thing.repeat)

    def cell(self, rules: tuple[Rule, ...], thing: Thing, number: int) -> Cell:
        """What the first of the rules gives that gives anything."""
        for rule in rules:
            cell = self._value(rule, number, thing.repeat)
            if not is_blank(cell):
                return cell
        return None

    def _column(self, name: str, number: int, repeat: tuple[str, ...]) -> Cell:
        if name.startswith("@"):
            return self._lines.given(name)
        rule = self._lines.mapping.values.get(name)
        if rule is None:
            found = self._lines.found
            return found.cell(self._row, name, number if name in repeat else None)
        key = (name, number)
        if key not in self._worked:
            self._worked[key] = self._value(rule, number, repeat)
        return self._worked[key]

    def _holds(self, when: tuple[Condition, ...], number: int, repeat: tuple[str, ...]) -> bool:
        return all(self._one_holds(condition, number, repeat) for condition in when)

    def _one_holds(self, condition: Condition, number: int, repeat: tuple[str, ...]) -> bool:
        cell = self._column(condition.column, number, repeat)
        text = shown(cell).strip()
        tests = []
        if condition.filled is not None:
            tests.append((not is_blank(cell)) == condition.filled)
        if condition.is_ is not None:
            tests.append(squash(text) in map(squash, condition.is_))
        if condition.matches is not None:
            tests.append(_pattern(condition.matches).search(text) is not None)
        return all(tests) != condition.not_

    def _value(self, rule: Rule, number: int, repeat: tuple[str, ...]) -> Cell:
        if not self._holds(rule.when, number, repeat):
            return None
        if rule.longest is not None:
            return self._cut(rule, self._whole(rule, number, repeat))
        return self._whole(rule, number, repeat)

    @staticmethod
    def _cut(rule: Rule, cell: Cell) -> Cell:
        text = shown(cell).strip()
        if rule.longest is None or len(text) <= rule.longest:
            return cell
        return text[: rule.longest].rpartition(" ")[0].rstrip(" ,;:") + "…"

    def _whole(self, rule: Rule, number: int, repeat: tuple[str, ...]) -> Cell:
        if rule.join is not None:
            parts = [shown(self._value(part, number, repeat)).strip() for part in rule.join]
            return " ".join(part for part in parts if part)
        if rule.figure is not None:
            return self._figure(rule, rule.figure, number, repeat)
        if rule.status is not None:
            return self._status(rule, rule.status, number, repeat)
        return self._settled(rule, self._origins(rule, number, repeat))

    def _origins(self, rule: Rule, number: int, repeat: tuple[str, ...]) -> list[tuple[Cell, str]]:
        """The cells that a rule may take, each with its column."""
        if rule.value is not None:
            return [(rule.value, "")]
        if rule.thing is not None:
            return [(_THERE, "")]
        if rule.text is not None:
            return [(self._text(rule.text, number, repeat), "")]
        return [(self._column(name, number, repeat), name) for name in rule.from_ or ()]

    def _text(self, text: str, number: int, repeat: tuple[str, ...]) -> str | None:
        """The text with its columns filled in; nothing where one of them is empty."""
        whole = True

        def fill(match: re.Match[str]) -> str:
            nonlocal whole
            found = shown(self._column(match[1], number, repeat)).strip()
            whole = whole and bool(found)
            if match[2] == "slug":
                return short_of(found)
            return found.lower() if match[2] == "lower" else found

        filled = PLACEHOLDER.sub(fill, text)
        return filled if whole else None

    def _settled(self, rule: Rule, cells: list[tuple[Cell, str]]) -> Cell:
        """The first cell that the rule's table, pattern or list takes; or what is to happen."""
        filled = [(cell, name) for cell, name in cells if not is_blank(cell)]
        if not filled:
            return None
        if rule.lookup is None and rule.matches is None and rule.known is None:
            return self._parted(rule, filled[0][0])
        fault: Fault | None = None
        for cell, _ in filled:
            parts = self._parts(rule, cell)
            settled = [self._taken(rule, part) for part in parts]
            if not any(isinstance(one, Fault) for one in settled):
                kept = tuple(one for one in settled if isinstance(one, str) and one)
                return kept[0] if len(kept) == 1 else kept or None
            fault = fault or next(one for one in settled if isinstance(one, Fault))
        cell, name = filled[0]
        if rule.otherwise == "keep":
            return self._parted(rule, cell)
        if rule.otherwise == "report" and fault is not None:
            self._say("violation", fault, name, cell)
        elif rule.say is not None:
            said = Fault(rule.say.code, rule.say.message)
            self._say(rule.say.severity, said, name, cell)
        return None

    def _taken(self, rule: Rule, part: Scalar) -> str | Fault:
        text = shown(part).strip()
        if rule.matches is not None and not _pattern(rule.matches).search(text):
            return Fault("unfit-value", UNFIT)
        if rule.lookup is not None:
            table = self._lines.lookup(rule)
            found = table.get(squash(text))
            if found is None:
                names = {squash(key): key for key in rule.lookup}
                near = tuple(names[key] for key in nearest(text, names))
                return Fault("value-not-in-mapping", UNKNOWN_VALUE, near)
            text = found
        if rule.known is not None and text:
            thing = self._lines.resolve(text, rule.known)
            return thing if isinstance(thing, Fault) else thing.value
        return text

    def _parts(self, rule: Rule, cell: Cell) -> list[Scalar]:
        cell = self._parted(rule, cell)
        return list(cell) if isinstance(cell, tuple) else [cell]

    def _parted(self, rule: Rule, cell: Cell) -> Cell:
        if rule.split is None or not isinstance(cell, str):
            return cell
        return tuple(part.strip() for part in cell.split(rule.split) if part.strip())

    def _figure(self, rule: Rule, column: str, number: int, repeat: tuple[str, ...]) -> Cell:
        """A figure, unless a symbol stands for it, or withholds it from beside it."""
        beside = [self._symbol(other, number, repeat) for other in rule.withheld_by]
        if any(symbol is not None and symbol.value is None for symbol in beside):
            return None
        symbol = self._symbol(column, number, repeat)
        return self._column(column, number, repeat) if symbol is None else symbol.value

    def _status(
        self, rule: Rule, columns: tuple[str, ...], number: int, repeat: tuple[str, ...]
    ) -> Cell:
        """What was done to a figure: as the first symbol says, or as such figures are published."""
        for column in columns:
            symbol = self._symbol(column, number, repeat)
            if symbol is not None:
                return symbol.status
        assert rule.published is not None
        return self._value(rule.published, number, repeat)

    def _symbol(self, column: str, number: int, repeat: tuple[str, ...]) -> Symbol | None:
        """What stands in the place of a figure; one that is unknown is told, and withholds it."""
        cell = self._column(column, number, repeat)
        meaning = self._lines.symbols.meaning(cell)
        if isinstance(meaning, Fault):
            self._say("violation", meaning, column, cell)
            return _NOTHING
        return meaning

    def _say(self, severity: Severity, fault: Fault, column: str, cell: Cell) -> None:
        if self._tell is None or (column, fault.code) in self._said:
            return
        self._said.add((column, fault.code))
        found = self._lines.found
        indices = [found.index(column, None)]
        if column in self._lines.mapping.values:
            traced = self._lines.traced(self._lines.mapping.values[column])
            indices = [found.index(name, None) for name in traced]
        heading = next((found.heading(i) for i in indices if i is not None), None)
        place = place_of(found.sheet, self._row.number, heading)
        value = shown(cell).strip()
        self._tell(Remark(severity, fault.code, fault.message, place, value, fault.candidates))
