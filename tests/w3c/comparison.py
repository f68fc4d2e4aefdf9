"""Whether two results are the same: rows in any order, blank nodes by any name, numbers by value.

The store keeps numbers by their value, so ``2.0`` may come back as ``2``.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from io import StringIO
from typing import Final

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

Table = tuple[tuple[str, ...], list[tuple[object, ...]]]
"""Names of variables, and rows of terms; ``None`` where a variable is not bound."""


def table_of(body: bytes, form: QueryResultsFormat) -> Table | bool:
    """A result in JSON, XML or TSV."""
    results = parse_query_results(body, form)
    if isinstance(results, QueryBoolean):
        return bool(results)
    return _rows(results)


def table_in_rdf(quads: Iterable[Quad]) -> Table:
    """A result in the vocabulary of the tests."""
    store = Store()
    store.extend(quads)
    names = _rows(store.query(f"SELECT ?name {{ ?set <{RS}resultVariable> ?name }}"))[1]
    rows: dict[object, dict[str, object]] = {}
    for row, name, value in _rows(
        store.query(
            f"PREFIX rs: <{RS}> SELECT ?row ?name ?value"
            " { ?row rs:binding [ rs:variable ?name ; rs:value ?value ] }"
        )
    )[1]:
        assert isinstance(name, Literal)
        rows.setdefault(row, {})[name.value] = value
    variables = tuple(name.value for (name,) in names if isinstance(name, Literal))
    return variables, [tuple(row.get(name) for name in variables) for row in rows.values()]


def _rows(results: object) -> Table:
    assert isinstance(results, QuerySolutions)
    names = tuple(variable.value for variable in results.variables)
    return names, [tuple(row[name] for name in names) for row in results]


def table_of_csv(body: bytes) -> Table:
    """A result in CSV, whose values are texts; those that name blank nodes are such."""
    names, *rows = csv.reader(StringIO(body.decode("utf-8"), newline=""))
    return tuple(names), [tuple(_text(value) for value in row) for row in rows]


def same_tables(first: Table | bool, second: Table | bool) -> bool:
    """Whether two results have the same variables and the same rows as often."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return set(first[0]) == set(second[0]) and _canonical(_told(first)) == _canonical(_told(second))


def graph_of(body: bytes, form: RdfFormat, base: str | None = None) -> list[Triple]:
    """A graph in some syntax."""
    return [quad.triple for quad in parse(body, format=form, base_iri=base)]


def same_graphs(first: Iterable[Triple], second: Iterable[Triple]) -> bool:
    """Whether two graphs are isomorphic."""
    return _canonical(Quad(*triple) for triple in first) == _canonical(
        Quad(*triple) for triple in second
    )


def same_datasets(first: Iterable[Quad], second: Iterable[Quad]) -> bool:
    """Whether two datasets are isomorphic."""
    return _canonical(first) == _canonical(second)


def _canonical(quads: Iterable[Quad]) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def _told(table: Table) -> list[Quad]:
    """A table as a graph: a blank node for each row, with how often it is there."""
    names, rows = table
    quads = []
    for row, count in Counter(tuple(map(_by_value, row)) for row in rows).items():
        node = BlankNode()
        quads.append(Quad(node, NamedNode("urn:x:count"), Literal(count)))
        quads += [
            Quad(node, NamedNode(f"urn:x:variable:{name}"), term)  # type: ignore[arg-type]
            for name, term in zip(names, row, strict=True)
            if term is not None
        ]
    return quads


def _by_value(term: object) -> object:
    if isinstance(term, Literal):
        kind = term.datatype.value.removeprefix(XSD)
        try:
            if kind in ("integer", "decimal"):
                return Literal(f"{Decimal(term.value).normalize():f}", datatype=term.datatype)
            if kind in ("float", "double"):
                return Literal(repr(float(term.value)), datatype=term.datatype)
            if kind == "boolean" and term.value in ("0", "1"):
                return Literal(term.value == "1")
        except (InvalidOperation, ValueError):
            return term
    return term


def _text(value: str) -> BlankNode | Literal:
    """What a field of CSV says: numbers are written as such, and have no other mark."""
    if value.startswith("_:"):
        return BlankNode(value.removeprefix("_:"))
    try:
        return Literal(float(value))
    except ValueError:
        return Literal(value)
