"""The SERVICE patterns of a query, each as a query of its own for the endpoint that it names.

https://www.w3.org/TR/sparql11-federated-query/ evaluates SERVICE on its own, as ``SELECT * WHERE``
its group, and joins the solutions to the rest. So the solutions, written in its place as VALUES,
give the same answer.
"""

from collections.abc import Iterator
from typing import Any, Final

from pyoxigraph import QuerySolutions, Store
from rdflib.plugins.sparql.parserutils import CompValue

from cepgraph.engine import guard
from cepgraph.parsing import grammar
from cepgraph.parsing.grammar import Tree, inside
from cepgraph.parsing.terms import Terms, header, is_variable
from cepgraph.parsing.wire import Service

NOT_READ: Final = (
    "this use of SERVICE is not understood: write plain SPARQL 1.1, keywords apart from what "
    "follows"
)


class NotAnswered(Exception):
    """Why a query cannot be answered, for whoever wrote it."""


def services_of(text: str) -> list[Service]:
    """Every SERVICE of a text in which ``plain`` has been at work, in their order.

    Raises:
        NotAnswered: there is more to it than can be asked beforehand.
    """
    tree = grammar.read(text)
    if tree is None:
        raise NotAnswered(NOT_READ)
    nodes = list(_services(tree.query))
    endpoints = _endpoints(tree, nodes)
    found = [
        _service(tree, text, node, endpoint)
        for node, endpoint in zip(nodes, endpoints, strict=True)
    ]
    rest = text
    for service in reversed(found):
        rest = f"{rest[: service.start]} {{}} {rest[service.end :]}"
    # the engine's own parser has the last word on whether that was all
    if not found or guard.may_use(guard.SERVICE, rest):
        raise NotAnswered(NOT_READ)
    return found


def _services(part: Any) -> Iterator[CompValue]:
    """The outermost nodes for SERVICE, as they stand in the text."""
    if isinstance(part, CompValue) and part.name == grammar.SERVICE:
        yield part
        return
    for inner in inside(part):
        yield from _services(inner)


def _endpoints(tree: Tree, nodes: list[CompValue]) -> list[str]:
    terms = Terms(tree.prologue)
    noted = []
    for node in nodes:
        if is_variable(node.term):
            raise NotAnswered(f"SERVICE ?{node.term} is not answered: name the endpoint by its IRI")
        if next(_services(node.graph), None) is not None:
            raise NotAnswered("a SERVICE within a SERVICE is not answered")
        noted.append(terms.note(node.term) or "")
    try:
        resolved = terms.resolved()
    except SyntaxError as error:
        raise NotAnswered(NOT_READ) from error
    return [resolved[name].removeprefix("<").removesuffix(">") for name in noted]


def _service(tree: Tree, text: str, node: CompValue, endpoint: str) -> Service:
    query = f"{header(tree.prologue)}SELECT * WHERE {text[node.open : node.end]}"
    if guard.may_use(guard.SERVICE, query):
        raise NotAnswered(f"what SERVICE <{endpoint}> asks is no query by itself")
    # an empty store: only the names of the columns are wanted
    results = Store().query(query)
    assert isinstance(results, QuerySolutions)
    return Service(
        start=node.start,
        end=node.end,
        endpoint=endpoint,
        silent=bool(node.silent),
        query=query,
        variables=tuple(variable.value for variable in results.variables),
    )
