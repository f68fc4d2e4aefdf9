"""Tables in JSON: every object is a row, every key a column.

A file is an object of collections (``{"findings": [{…}, …]}``), a page of the service
(``{"results": […]}``), a list of objects, or one object. A value is a scalar, a list of these, or a
reference (``{"id": …, "label": …}``), which becomes its ``id``. Other objects inside are cut into
columns of their own (``recipientOrganization/0/name``), as in 360Giving's flattened form.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from cepgraph.errors import BadInput, TooLarge
from cepgraph.resources.vocabulary import RESERVED
from ingest.octets import LONGEST_LINE, load, text_of
from ingest.report.remark import Place, Remark
from ingest.sheets.book import Book
from ingest.sheets.delimiter import squashed
from ingest.sheets.json_text import parsed
from ingest.sheets.sheet import Cell, Limits, Row, Sheet, is_blank

MOST_BYTES: Final = LONGEST_LINE
"""A JSON file is kept in memory whole, and often is one line."""
_IDENTIFIERS: Final = ("id", "@id")
_REFERENCE: Final = {*_IDENTIFIERS, "label", "type", "types", "@type", "notation"}
_OWN: Final = {*_REFERENCE, "key", "title", "name"}
"""Keys by which an object is a thing, and no envelope around lists of things."""
_OUTPUT: Final = {*RESERVED, "@context", "@type"} - {"id", "type", "results"}
"""What documents of the service say beside the fields, and what cannot be sent back."""
_ENVELOPE: Final = {"@context", "paging", "facets", "links"}
_UNIT: Final = "object"
_INSIDE: Final = "An object stands inside of this value where only its parts can be read."

Object = Mapping[str, Any]


def read_objects(
    path: Path, name: str, limits: Limits, sha256: str, *, nested: bool = False
) -> Book:
    """The objects of a JSON file, as sheets.

    With ``nested``, every object inside becomes columns, references too, as ``flattened`` gives
    them.

    Raises:
        BadInput: no JSON, in no form that has objects, or beyond the limits; with line and column
            where the text is wrong.
    """
    content = text_of(load(path, min(limits.bytes, MOST_BYTES)), name)
    document = parsed(content, name)
    remarks: list[Remark] = []
    collections = list(_collections(document, name, remarks))
    total = sum(len(objects) for _, objects in collections)
    if not any(one for _, objects in collections for one in objects):
        raise BadInput("the file holds no objects", file=name)
    if total > limits.rows:
        raise TooLarge(f"the file has more than {limits.rows:,} objects", file=name)
    sheets = [
        _sheet(name, collection, objects, limits, remarks, nested)
        for collection, objects in collections
        if objects
    ]
    return Book(tuple(sheets), "json", sha256, remarks)


def flattened(objects: Iterable[Object]) -> tuple[list[str], Callable[[], Iterator[list[Cell]]]]:
    """Objects in objects as a table: keys joined with ``/``, places in lists as numbers.

    ``{"recipientOrganization": [{"name": "X"}]}`` has the column ``recipientOrganization/0/name``.
    A list of scalars stays one cell. Returns the headers, in the order in which they first appear,
    and what gives the rows in the order of the objects.
    """
    kept = list(objects)
    return _table(kept, _flat)


def _table(
    objects: Sequence[Object], cells_of: Callable[[Object], Iterator[tuple[str, Cell]]]
) -> tuple[list[str], Callable[[], Iterator[list[Cell]]]]:
    places: dict[str, int] = {}
    for one in objects:
        for key, _ in cells_of(one):
            places.setdefault(key, len(places))

    def rows() -> Iterator[list[Cell]]:
        for one in objects:
            cells: list[Cell] = [None] * len(places)
            for key, cell in cells_of(one):
                cells[places[key]] = cell
            yield cells

    return list(places), rows


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Cell]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}/{key}" if path else key)
    elif isinstance(value, list):
        if any(isinstance(inner, dict | list) for inner in value):
            for index, inner in enumerate(value):
                yield from _flat(inner, f"{path}/{index}")
        else:
            yield path, tuple(value)
    else:
        yield path, value


def _collections(
    document: Any, name: str, remarks: list[Remark]
) -> Iterator[tuple[str, list[Object]]]:
    """Names of collections and their objects; the name is empty where it is not said."""
    if isinstance(document, list):
        yield "", _objects(document, "", name)
    elif not isinstance(document, dict):
        raise BadInput("an object, or a list of objects, is expected", file=name)
    elif isinstance(document.get("results"), list):
        _leave_out(document.keys() - _ENVELOPE - {"results"}, name, remarks)
        yield "", _objects(document["results"], "results", name)
    elif _is_envelope(document):
        lists = {key: value for key, value in document.items() if isinstance(value, list)}
        _leave_out(document.keys() - _ENVELOPE - lists.keys(), name, remarks)
        for key, value in lists.items():
            yield key, _objects(value, key, name)
    else:
        yield "", [document]


def _is_envelope(document: Object) -> bool:
    """Whether the lists in an object are collections, and not values of the one thing it is."""
    if document.keys() & _OWN:
        return False
    return any(
        isinstance(value, list) and any(isinstance(inner, dict) for inner in value)
        for value in document.values()
    )


def _objects(values: list[Any], collection: str, name: str) -> list[Object]:
    for number, value in enumerate(values, 1):
        if not isinstance(value, dict):
            problem = "an object in braces is expected here"
            raise BadInput(
                problem, file=name, sheet=collection or None, row=number, value=str(value)[:80]
            )
    return values


def _leave_out(keys: Iterable[str], name: str, remarks: list[Remark]) -> None:
    for key in sorted(keys):
        message = "This stands beside the collections, and is not read."
        remarks.append(Remark("note", "left-out", message, Place(file=name, column=key)))


def _sheet(
    name: str,
    collection: str,
    objects: list[Object],
    limits: Limits,
    remarks: list[Remark],
    nested: bool,
) -> Sheet:
    if nested:
        headers, cells = flattened(objects)
    else:
        own, collection = _without_output(name, collection, objects, remarks)
        whole = _of_references(own)
        headers, cells = _table(own, lambda one: _plain(one, whole))
    if len(headers) > limits.columns:
        problem = f"the objects have more than {limits.columns:,} different keys"
        raise BadInput(problem, file=name, sheet=collection or None)

    def rows() -> Iterator[Row]:
        yield Row(0, headers)
        for number, row in enumerate(cells(), 1):
            _refuse_long(row, headers, number, limits, name, collection)
            if not all(map(is_blank, row)):
                yield Row(number, row)

    return Sheet(name, collection, rows, lettered=False, unit=_UNIT)


def _without_output(
    name: str, collection: str, objects: list[Object], remarks: list[Remark]
) -> tuple[list[Object], str]:
    """The objects without what the service adds, and the name of the collection.

    The class that all of them say they are of names a collection that has no name.
    """
    left_out = {key for one in objects for key in one if key in _OUTPUT}
    only = objects[0].get("type")
    if isinstance(only, str) and only and all(one.get("type") == only for one in objects):
        collection = collection or only
        if squashed(collection).startswith(squashed(only)[:-1]):
            left_out.add("type")
    for key in sorted(left_out - {"@context", "type"}):
        message = "The service says this of what it holds; it cannot be sent, and was left out."
        place = Place(file=name, sheet=collection, column=key, unit=_UNIT)
        remarks.append(Remark("note", "left-out", message, place))
    if not left_out:
        return objects, collection
    return [{k: v for k, v in one.items() if k not in left_out} for one in objects], collection


def _of_references(objects: list[Object]) -> frozenset[str]:
    """Keys under which every object inside is a reference."""
    references: set[str] = set()
    others: set[str] = set()
    for one in objects:
        for key, value in one.items():
            for inner in value if isinstance(value, list) else (value,):
                if isinstance(inner, dict):
                    (references if _is_reference(inner) else others).add(key)
                elif isinstance(inner, list):
                    others.add(key)
    return frozenset(references - others)


def _is_reference(value: Object) -> bool:
    return value.keys() <= _REFERENCE and any(
        isinstance(value.get(key), str | int) for key in _IDENTIFIERS
    )


def _plain(one: Object, references: frozenset[str]) -> Iterator[tuple[str, Cell]]:
    for key, value in one.items():
        header = "id" if key == "@id" else key
        if key not in references:
            yield from _flat(value, header)
        elif isinstance(value, list):
            yield header, tuple(_identifier(inner) for inner in value)
        else:
            yield header, _identifier(value)


def _identifier(value: Any) -> Any:
    if isinstance(value, dict):
        return value["id"] if "id" in value else value["@id"]
    return value


def _refuse_long(
    row: list[Cell], headers: list[str], number: int, limits: Limits, name: str, collection: str
) -> None:
    for header, cell in zip(headers, row, strict=True):
        for value in cell if isinstance(cell, tuple) else (cell,):
            if isinstance(value, str) and len(value) > limits.characters:
                raise BadInput(
                    f"the value holds more than {limits.characters:,} characters",
                    file=name,
                    sheet=collection or None,
                    row=number,
                    column=header,
                    value=f"{value[:40]}…",
                )
