"""The rows of a foreign table, and what working them out rests on."""

from collections.abc import Iterator
from collections.abc import Mapping as Table
from typing import Final

from pyoxigraph import NamedNode

from cepgraph.schema import Schema
from ingest.foreign.binding import Found
from ingest.foreign.figures import Symbols
from ingest.foreign.line import Line, Tell
from ingest.foreign.mapping import Mapping, Release, Rule, Thing
from ingest.rows.fault import Fault
from ingest.rows.header import Heading
from ingest.rows.references import References
from ingest.rows.squash import squash
from ingest.sheets.sheet import Row

_REMEMBERED: Final = 20_000
"""Names whose meaning is remembered."""


class Lines:
    """Works rows out. ``given`` holds what is known beside the rows, by names such as ``@graph``.

    A line that is given ``tell`` tells what is wrong with its cells: for one walk over the rows.
    """

    def __init__(
        self,
        found: Found,
        mapping: Mapping,
        release: Release | None,
        given: Table[str, str],
        references: References,
        schema: Schema,
    ) -> None:
        self.found = found
        self.mapping = mapping
        self.symbols = Symbols(release)
        self._given = given
        self._references = references
        self._classes = {cls.name: cls for cls in schema.classes}
        self._resolved: dict[tuple[str, str], NamedNode | Fault] = {}
        self._lookups: dict[int, dict[str, str]] = {}
        self._telling: dict[int, bool] = {}

    def resolve(self, text: str, cls: str) -> NamedNode | Fault:
        """The one thing of a class that is held and meant by a name, a code or a key."""
        key = (text, cls)
        if key not in self._resolved:
            if len(self._resolved) > _REMEMBERED:
                self._resolved.clear()
            self._resolved[key] = self._references.named(text, [self._classes[cls].iri])
        return self._resolved[key]

    def line(self, row: Row, tell: Tell | None = None) -> Line:
        """One row."""
        return Line(self, row, tell)

    def lookup(self, rule: Rule) -> dict[str, str]:
        """The table of a rule, by names as they are compared."""
        known = self._lookups.get(id(rule))
        if known is None:
            known = {squash(key): value for key, value in (rule.lookup or {}).items()}
            self._lookups[id(rule)] = known
        return known

    def given(self, name: str) -> str | None:
        """What is known beside the rows."""
        return self._given.get(name)

    def tells(self, rule: Rule) -> bool:
        """Whether working a rule out may have something to say of a cell."""
        known = self._telling.get(id(rule))
        if known is None:
            checks = (rule.lookup, rule.known, rule.matches, rule.figure, rule.status)
            inner = [*(rule.join or ()), *([rule.published] if rule.published else [])]
            values = self.mapping.values
            inner += [values[column] for column in rule.columns() if column in values]
            known = any(check is not None for check in checks) or any(map(self.tells, inner))
            self._telling[id(rule)] = known
        return known

    def origin(self, rule: Rule, thing: Thing, number: int) -> Heading | None:
        """The sender's heading that a rule reads first."""
        for column in self.traced(rule):
            index = self.found.index(column, number if column in thing.repeat else None)
            if index is not None:
                return self.found.heading(index)
        return None

    def origins(self, rule: Rule, thing: Thing, number: int) -> Iterator[int]:
        """The indices of all the sender's columns that a rule reads."""
        for column in self.traced(rule):
            index = self.found.index(column, number if column in thing.repeat else None)
            if index is not None:
                yield index

    def traced(self, rule: Rule) -> Iterator[str]:
        """The columns of the sender's that a rule comes from in the end."""
        for column in rule.columns():
            value = self.mapping.values.get(column)
            if value is None:
                yield column
            else:
                yield from self.traced(value)
