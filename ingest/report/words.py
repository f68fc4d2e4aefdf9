"""Wording that the terminal, the page and the marked workbook share."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from cepgraph.graph import Outcome
from cepgraph.schema import ClassSchema, Schema
from cepgraph.terms import ID, shorten
from ingest.report.remark import SEVERITIES, Group, Remark, Remarks, Severity
from ingest.report.verdict import Verdict

LONGEST: Final = 200
"""Characters of a value that are shown."""
_MOST_KINDS: Final = 3
_MOST_NAMED: Final = 5
"""Things of a change that are named; all are counted."""
_THING: Final = ("thing", "things")
_UNSEEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and marks that turn the direction of text around them."""


@dataclass(frozen=True)
class Section:
    """What is said of one sheet, or of one file that has no sheets: groups, violations first."""

    file: str
    sheet: str
    groups: tuple[Group, ...]

    def count(self, severity: Severity) -> int:
        """How many remarks of a severity, those included that were not kept."""
        return sum(group.count for group in self.groups if group.severity == severity)

    @property
    def title(self) -> str:
        """``findings.xlsx, sheet Findings``."""
        sheet = f"sheet {self.sheet}" if self.sheet else ""
        known = ", ".join(part for part in (self.file, sheet) if part)
        return known or "The submission as a whole"


def sections(groups: Iterable[Group]) -> list[Section]:
    """Groups by file and sheet, in the order of both; what stands in no file comes last."""
    found: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        found.setdefault((group.file, group.sheet), []).append(group)
    ordered = sorted(found, key=lambda place: (not place[0], place))
    return [Section(*place, tuple(found[place])) for place in ordered]


def summary(groups: Iterable[Group]) -> str:
    """``5 violations, 1 warning``; ``No problems`` where nothing is said."""
    counts: Counter[Severity] = Counter()
    for group in groups:
        counts[group.severity] += group.count
    told = [counted(counts[severity], severity) for severity in SEVERITIES if counts[severity]]
    return ", ".join(told) or "No problems"


def counted(number: int, noun: str, nouns: str = "") -> str:
    """``1 row``, ``1,234 rows``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {nouns or noun + 's'}"


def clipped(text: str, most: int = LONGEST) -> str:
    """The text in whole characters, or its beginning with an ellipsis where it is longer."""
    whole = text.encode("utf-8", "replace").decode()
    return whole[:most] + "…" if len(whole) > most else whole


def harmless(text: str, most: int = LONGEST) -> str:
    """The same on one line, with a sign in the place of every character that cannot be seen."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", clipped(" ".join(text.split()), most))


def spot(remark: Remark) -> str:
    """Where a remark stands inside its group: ``C7``, ``row 7``, ``line 12``, or the thing."""
    place = remark.place
    if place.cell:
        return place.cell
    if place.row:
        return f"{place.unit} {place.row}"
    return f"line {place.line}" if place.line is not None else shorten(remark.focus)


def column_of(group: Group) -> str:
    """``Theme (column C)``, as much as is known; otherwise ``Whole row`` or ``In general``."""
    if group.column:
        return f"{group.column} (column {group.letter})" if group.letter else group.column
    place = group.first[0].place
    if group.letter:
        return f"Column {group.letter}"
    return "In general" if place.row is None else f"Whole {place.unit}"


def hint(candidates: Iterable[str]) -> str:
    """``did you mean funding or finding?``; nothing without candidates."""
    named = [harmless(candidate) for candidate in candidates]
    return f"did you mean {_listed(named, 'or')}?" if named else ""


def sentence(verdict: Verdict, *, would: bool, schema: Schema | None = None) -> tuple[str, str]:
    """The verdict, and the rest of its sentence.

    ``("does not conform", ": 5 violations in 4 rows, 1 warning; nothing was written")``. ``would``
    tells that it was a dry run; with a schema, things are counted by class.
    """
    outcome = verdict.outcome
    if not verdict.remarks.conforms:
        return "does not conform", f": {_faults(verdict.remarks)}; nothing was written"
    warned = _warned(verdict.remarks)
    if outcome is None:
        return "could not be made into a graph", f"{warned}; nothing was written"
    if not outcome.changed:
        holds = "the graphs hold" if len(verdict.graphs) > 1 else "the graph holds"
        return "nothing changes", f"; {holds} this already{warned}"
    triples = f" (+{outcome.triples_added:,} −{outcome.triples_removed:,} triples)"
    if verdict.published:
        told = changes(outcome, verdict.graphs, schema, ("added", "changed", "removed"))
        return "published", f" as version {outcome.version}: {told}{triples}{warned}"
    told = changes(outcome, verdict.graphs, schema, ("add", "change", "remove"), verb_first=True)
    nothing = "" if would else "; nothing was written"
    return "conforms", f", and would {told}{triples}{warned}{nothing}"


def changes(
    outcome: Outcome,
    graphs: Collection[str],
    schema: Schema | None,
    verbs: tuple[str, str, str],
    *,
    verb_first: bool = False,
) -> str:
    """``20 findings added and 1 event removed``, or ``add 20 findings and remove 1 event``."""
    lists = (outcome.subjects_added, outcome.subjects_changed, outcome.subjects_removed)
    told = []
    for verb, subjects in zip(verbs, lists, strict=True):
        things = things_counted(subjects, graphs, schema)
        if things:
            told.append(f"{verb} {things}" if verb_first else f"{things} {verb}")
    described = f"{verbs[1]} the graph's description"
    return _listed(told, "and") or (described if verb_first else f"the description {verbs[1]}")


def names_of_changed(verdict: Verdict, *, would: bool) -> list[str]:
    """Which things were changed and removed, the first of them: ``removed event/a, event/b``.

    What was added is in the file for everybody to see, and is not named.
    """
    outcome = verdict.outcome
    if outcome is None or not outcome.changed or not verdict.remarks.conforms:
        return []
    told = []
    for verb, iris in (("change", outcome.subjects_changed), ("remove", outcome.subjects_removed)):
        things = [harmless(iri.removeprefix(ID)) for iri in iris if iri not in verdict.graphs]
        if things:
            more = counted(len(things) - _MOST_NAMED, "other")
            named = [*things[:_MOST_NAMED], *([more] if len(things) > _MOST_NAMED else [])]
            told.append(f"{f'would {verb}' if would else f'{verb}d'} {_listed(named, 'and')}")
    return told


def things_counted(subjects: Iterable[str], graphs: Collection[str], schema: Schema | None) -> str:
    """``20 findings and 1 event``, the most frequent first; graphs are no things."""
    prefixes = class_prefixes(schema) if schema is not None else {}
    found: Counter[tuple[str, str]] = Counter()
    for iri in subjects:
        if iri not in graphs:
            cls = class_at(iri, prefixes)
            nouns = (_lowered(cls.label), cls.collection.replace("-", " ")) if cls else _THING
            found[nouns] += 1
    ranked = sorted(found.items(), key=lambda item: (item[0] == _THING, -item[1], item[0]))
    told = [counted(number, *nouns) for nouns, number in ranked[:_MOST_KINDS]]
    others = sum(number for _, number in ranked[_MOST_KINDS:])
    return _listed([*told, counted(others, "other thing")] if others else told, "and")


def class_prefixes(schema: Schema) -> dict[str, ClassSchema]:
    """The classes that have a collection, by what the IRIs of their instances begin with."""
    return {cls.iri_prefix: cls for cls in schema.collections.values()}


def class_at(iri: str, prefixes: Mapping[str, ClassSchema]) -> ClassSchema | None:
    """The class that an IRI was made for; ``None`` for one that was made elsewhere."""
    end = len(iri)
    while (end := iri.rfind("/", 0, end)) > 0:
        if iri[: end + 1] in prefixes:
            return prefixes[iri[: end + 1]]
    return None


def rows_of(remarks: Remarks, severity: Severity) -> str:
    """``4 rows``; ``500 rows or more`` where not all remarks were kept; nothing without rows."""
    groups = remarks.groups(severity)
    places = {
        (remark.place.file, remark.place.sheet, remark.place.row): remark.place.unit
        for group in groups
        for remark in group.first
        if remark.place.row is not None
    }
    if not places:
        return ""
    units = set(places.values())
    more = " or more" if any(group.count > len(group.first) for group in groups) else ""
    return counted(len(places), units.pop() if len(units) == 1 else "row") + more


def _faults(remarks: Remarks) -> str:
    count = counted(remarks.count("violation"), "violation")
    rows = rows_of(remarks, "violation")
    things = {
        remark.focus
        for group in remarks.groups("violation")
        for remark in group.first
        if remark.focus
    }
    where = f" in {rows}" if rows else f" on {counted(len(things), 'thing')}" if things else ""
    return f"{count}{where}{_warned(remarks, ', ')}"


def _warned(remarks: Remarks, joint: str = "; ") -> str:
    number = remarks.count("warning")
    return f"{joint}{counted(number, 'warning')}" if number else ""


def _listed(parts: list[str], word: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def _lowered(label: str) -> str:
    """A label inside a sentence; names keep their capitals."""
    first, _, rest = label.partition(" ")
    return label if rest and rest != rest.lower() else first.lower() + label[len(first) :]
