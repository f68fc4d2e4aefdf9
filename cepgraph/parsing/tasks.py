"""What the parser process can be asked."""

from dataclasses import asdict
from typing import Final

from cepgraph.engine import guard
from cepgraph.parsing.grammar import plain, read
from cepgraph.parsing.patterns import patterns_of
from cepgraph.parsing.services import NotAnswered, services_of
from cepgraph.parsing.values import BadResult, values_of
from cepgraph.parsing.wire import Message

_EVERY_KIND: Final = """
BASE <http://example.org/> PREFIX e: <e#>
SELECT ?s (COUNT(*) AS ?n) {
  ?s a/(e:p|^e:q)*/!(e:r) [ e:t "x"@en, "y"^^e:d, 1, 1.5, 1e0, -1, true, (1 ?y) ] .
  OPTIONAL { GRAPH ?g { ?s ?p ?o } } MINUS { ?s ?p ?o FILTER EXISTS { ?s ?p "\\n" } }
  { SELECT * { VALUES ?s { e:a } BIND (STR(?s) AS ?z) } } UNION { SERVICE <e> { ?s ?p ?o } }
} GROUP BY ?s HAVING (COUNT(*) > 1) ORDER BY ?s LIMIT 1
"""


def do(task: Message) -> Message:
    """Answer one question."""
    match task["do"]:
        case "patterns":
            return {"patterns": patterns(task["query"])}
        case "services":
            return services(task["query"])
        case _:
            return values(task["variables"], task["result"])


def patterns(query: str) -> list[tuple[str | None, ...]] | None:
    """The patterns of a query, or ``None`` where they cannot be told."""
    tree = read(plain(query))
    if tree is None:
        return None
    try:
        return [tuple(pattern) for pattern in patterns_of(tree)]
    except (SyntaxError, ValueError):
        return None


def services(query: str) -> Message:
    """What a query asks of others, with the text in which it stands; or why that is not answered.

    Nothing where the query has no SERVICE, or is none: the engine says so better.
    """
    nothing: Message = {"text": query, "services": []}
    try:
        guard.read(query)
    except SyntaxError:
        return nothing
    if not guard.may_use(guard.SERVICE, query):
        return nothing
    text = plain(query)
    try:
        return {"text": text, "services": [asdict(service) for service in services_of(text)]}
    except NotAnswered as reason:
        return {"problem": str(reason)}


def values(variables: list[str], result: str) -> Message:
    """A result as VALUES, or what is wrong with it."""
    try:
        return {"values": values_of(variables, result.encode())}
    except BadResult as error:
        return {"problem": str(error)}


def warm() -> None:
    """Use everything once."""
    assert patterns(_EVERY_KIND)
    assert services(_EVERY_KIND)["services"]
    assert values(["x"], '{"head":{"vars":["x"]},"results":{"bindings":[]}}')
