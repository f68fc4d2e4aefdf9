"""Questions as forms of a page, which work without scripts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from api.queries import links
from api.queries.asked import FORMAT, VERSION, formats
from api.variants import PAGE_HEADERS
from cepgraph.catalogue import Parameter, Query
from cepgraph.errors import BadParameter
from cepgraph.terms import CONCEPT
from ingest.lists import Lists

HEADERS: Final = [
    (name, value.replace("form-action 'none'", "form-action 'self'"))
    for name, value in PAGE_HEADERS
]
"""Those of all pages, but forms may be sent: they only read."""
SAVED_AS: Final = {"csv": "CSV", "tsv": "TSV", "turtle": "Turtle", "jsonld": "JSON-LD"}


@dataclass(frozen=True)
class Field:
    """A parameter in a form. ``options`` are keys and labels of a list, where there is one."""

    parameter: Parameter
    value: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Form:
    """A query with its form; ``fault`` is what is wrong with a value in it."""

    query: Query
    fields: tuple[Field, ...]
    editor: str
    version: str
    saved_as: tuple[tuple[str, str], ...]
    fault: BadParameter | None = None


class Forms:
    """Makes forms; ``lists`` has the values of those parameters that are concepts of one."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def form(
        self,
        query: Query,
        given: Mapping[str, str],
        root: str,
        fault: BadParameter | None = None,
    ) -> Form:
        """The form of a query, with the values that were given already, right or wrong."""
        values = {name: text for name, text in given.items() if name not in (VERSION, FORMAT)}
        complete = all(p.name in values or not p.required for p in query.parameters)
        text = query.sparql(query.bind(values) if complete and fault is None else {})
        version_fits = fault is None or fault.parameter != VERSION
        return Form(
            query=query,
            fields=tuple(self._fields(query.parameters, values)),
            editor=links.editor(root, text),
            version=given.get(VERSION, "") if version_fits else "",
            saved_as=tuple((name, SAVED_AS[name]) for name in formats(query) if name in SAVED_AS),
            fault=fault,
        )

    def _fields(
        self, parameters: Iterable[Parameter], values: Mapping[str, str]
    ) -> Iterator[Field]:
        for parameter in parameters:
            options: tuple[tuple[str, str], ...] = ()
            if parameter.scheme is not None:
                entries = self._lists.of(CONCEPT + parameter.scheme)
                options = tuple((entry.key, entry.label) for entry in entries)
            value = values.get(parameter.name, parameter.default or "")
            key = value.removeprefix(f"{CONCEPT}{parameter.scheme}/")
            yield Field(parameter, key, options if not value or key in dict(options) else ())
