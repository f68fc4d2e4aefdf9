"""The pages of a template: a class each, with its columns and the name of its sheet."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rdflib import Graph, URIRef
from rdflib.namespace import OWL

from cepgraph.schema import ClassSchema, Schema
from cepgraph.terms import CEPS, GRAPH
from ingest.columns import KEY, Column, columns_of

README: Final = "Read me"
LISTS: Final = "Lists"
_RESERVED: Final = frozenset({"read me", "lists", "history"})
"""Names of our own sheets, and the one that Excel keeps for itself; in lower case."""
_LONGEST: Final = 31
_NOT_IN_A_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_KEY_OF_A_GRAPH: Final = (
    "The name of your graph: your own short name, a slash and a name for this set of data, in "
    f"letters, digits and hyphens. Its permanent address is {GRAPH} and this name."
)
_SAME_AGAIN: Final = "A newer version of the same data is sent under the same name."


@dataclass(frozen=True)
class Page:
    """One class in a template; ``sheet`` is the name of its sheet in a workbook."""

    cls: ClassSchema
    sheet: str
    columns: tuple[Column, ...]

    @property
    def describes_graphs(self) -> bool:
        """Whether its rows describe graphs, and not what stands in them."""
        return self.cls.iri_prefix == GRAPH


def with_graph(classes: Sequence[ClassSchema], schema: Schema) -> tuple[ClassSchema, ...]:
    """The classes without repetition, and the one that describes the graph itself, if any."""
    graphs = (cls for cls in schema.collections.values() if cls.iri_prefix == GRAPH)
    return tuple(dict.fromkeys((*classes, *graphs)))


def pages_of(classes: Sequence[ClassSchema], schema: Schema) -> tuple[Page, ...]:
    """A page for each class, in the order given; names of sheets differ, whatever the case."""
    taken: set[str] = set(_RESERVED)
    made = []
    for cls in classes:
        title = cls.label if cls.iri_prefix == GRAPH else readable(cls.collection)
        sheet = _sheet_name(title, taken)
        taken.add(sheet.lower())
        made.append(Page(cls, sheet, tuple(_told(c, cls) for c in columns_of(cls, schema))))
    return tuple(made)


def readable(name: str) -> str:
    """``virtual-schools`` as ``Virtual schools``."""
    words = name.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def version_of(shapes: Graph) -> str:
    """The version that the shapes say they have; empty where they say none."""
    said = shapes.value(URIRef(CEPS.removesuffix("#")), OWL.versionInfo)
    return "" if said is None else str(said)


def _told(column: Column, cls: ClassSchema) -> Column:
    if column.name != KEY or cls.iri_prefix != GRAPH:
        return column
    return replace(column, description=f"{_KEY_OF_A_GRAPH} {_SAME_AGAIN}")


def _sheet_name(title: str, taken: Collection[str]) -> str:
    """The title as far as a sheet can be called so, with a number where the name is taken."""
    wanted = _NOT_IN_A_NAME.sub(" ", title).strip().strip("'").strip() or "Sheet"
    name = wanted[:_LONGEST].strip()
    number = 1
    while name.lower() in taken:
        number += 1
        ending = f" {number}"
        name = wanted[: _LONGEST - len(ending)].strip() + ending
    return name
