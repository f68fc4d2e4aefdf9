"""What the parser process can be asked."""

from typing import Final

from cepgraph.parsing.grammar import plain, read
from cepgraph.parsing.patterns import patterns_of
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
    assert task["do"] == "patterns"
    return {"patterns": patterns(task["query"])}


def patterns(query: str) -> list[tuple[str | None, ...]] | None:
    """The patterns of a query, or ``None`` where they cannot be told."""
    tree = read(plain(query))
    if tree is None:
        return None
    try:
        return [tuple(pattern) for pattern in patterns_of(tree)]
    except (SyntaxError, ValueError):
        return None


def warm() -> None:
    """Use everything once."""
    assert patterns(_EVERY_KIND)
