"""Which graph a request is about, and what is said beside it.

https://www.w3.org/TR/sparql11-http-rdf-update/#graph-identification
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import parse_qsl

from pyoxigraph import NamedNode

from api.problems import HttpProblem
from api.reading import address
from cepgraph.errors import NotFound
from cepgraph.terms import GRAPH

PATH: Final = "/graphs"
DESCRIPTION: Final = ("title", "publisher", "licence", "source", "why")
"""Parameters of a write: as the fields of a submission."""
MOST_PARAMETERS: Final = 20
MOST_DIGITS: Final = 18

Kind = Literal["store", "default", "graph"]
METHODS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "store": ("GET", "HEAD", "POST", "OPTIONS"),
    "default": ("GET", "HEAD", "OPTIONS"),
    "graph": ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"),
}


@dataclass(frozen=True)
class Target:
    """What a request is about: a named graph, the default graph, or the store itself."""

    kind: Kind
    graph: NamedNode | None = None
    version: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


def target_of(path: str, query: str, origin: str) -> Target:
    """The target of a request; ``path`` is what follows ``/graphs/``, decoded.

    Raises:
        HttpProblem: 400, for a parameter that is unknown, repeated, or no absolute IRI.
        NotFound: a path that names no graph, or a version that can never be.
    """
    given = _parameters(query)
    graph, default = given.pop("graph", None), given.pop("default", None)
    version = _version(given.pop("version", None))
    kind: Kind = "graph"
    node = None
    if path:
        if graph is not None or default is not None:
            raise HttpProblem(400, "the address names a graph already; leave the parameter out")
        node = _named(GRAPH + path)
        if node is None:
            raise NotFound("graph", path[:200])
    elif default is not None:
        if graph is not None or default:
            raise HttpProblem(400, "write either graph=IRI or default, which takes no value")
        kind = "default"
    elif graph is not None:
        node = _named(_meant(graph, origin))
        if node is None:
            problem = "graph is an absolute IRI, such as " + GRAPH + "publisher/dataset"
            raise HttpProblem(400, f"{problem} (found {graph[:200]!r})")
    else:
        kind = "store"
    return Target(kind, node, version, given)


def place_of(graph: str) -> str:
    """The address of a graph on this service, without the host."""
    if graph.startswith(GRAPH):
        return f"{PATH}/{address(graph.removeprefix(GRAPH))}"
    return f"{PATH}?graph={address(graph).replace('&', '%26').replace('+', '%2B')}"


def _meant(graph: str, origin: str) -> str:
    """The address of a graph here means the same as its IRI."""
    here = f"{origin}{PATH}/"
    return GRAPH + graph.removeprefix(here) if graph.startswith(here) else graph


def _named(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def _parameters(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS
        )
    except UnicodeDecodeError as error:
        raise HttpProblem(400, "a parameter is not UTF-8") from error
    except ValueError as error:
        raise HttpProblem(400, f"more than {MOST_PARAMETERS} parameters") from error
    known = ("graph", "default", "version", *DESCRIPTION)
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            problem = f"there is no parameter {name[:100]!r}; known here: {', '.join(known)}"
            raise HttpProblem(400, problem)
        if name in given:
            raise HttpProblem(400, f"the parameter {name} is given more than once")
        given[name] = value
    return given


def _version(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise HttpProblem(400, f"version is a whole number, such as 12 (found {text[:100]!r})")
    if len(text) > MOST_DIGITS:
        raise NotFound("version", f"{text[:MOST_DIGITS]}…")
    return int(text)
