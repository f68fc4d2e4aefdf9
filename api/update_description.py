"""SPARQL update in OpenAPI."""

from typing import Any, Final

from api.openapi_parts import COUNT, IRI, RETRY, TEXT, answer, given, problem, reference
from api.protocol import FORM
from api.protocol import UPDATE as DIRECT
from api.reading import JSON
from api.sparql_description import TAG
from api.submissions.description import SCHEME
from api.update import PATH

Json = dict[str, Any]

_IRIS: Final[Json] = {"type": "array", "items": IRI}
_UPDATE: Final = (
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
    "INSERT DATA { <https://w3id.org/cepgraph/id/organisation/arts-connect> rdfs:comment "
    '"Moved in spring."@en }'
)
_GRAPH: Final = "arts-connect/partnerships"
_HELP: Final[dict[str, tuple[str, Json]]] = {
    "using-graph-uri": ("Graphs that `WHERE` sees as its default graph.", _IRIS),
    "using-named-graph-uri": ("Graphs that `GRAPH` reaches in `WHERE`.", _IRIS),
    "graph": (
        "The graph, as an IRI or as publisher/dataset, that is the default graph of this update.",
        TEXT,
    ),
    "why": ("Why, for the log.", TEXT),
}


def paths() -> Json:
    """The path of the operation."""
    return {PATH: {"post": _post()}}


def schemas() -> Json:
    """What an update did."""
    done = {"graph": IRI, "triplesAdded": COUNT, "triplesRemoved": COUNT}
    return {
        "UpdateDone": {
            "type": "object",
            "properties": {
                "version": {**COUNT, "description": "That of the graph, which queries see."},
                "changed": {"type": "boolean"},
                "graphs": {
                    "type": "array",
                    "items": {"type": "object", "properties": done, "required": list(done)},
                },
                "note": {**TEXT, "description": "Where nothing changed."},
            },
            "required": ["version", "changed", "graphs"],
        }
    }


def _post() -> Json:
    form = {
        "type": "object",
        "properties": {
            "update": TEXT,
            **{name: {**schema, "description": told} for name, (told, schema) in _HELP.items()},
        },
        "required": ["update"],
    }
    return {
        "operationId": "update",
        "tags": [TAG],
        "summary": "A SPARQL 1.1 update of graphs of the token",
        "description": "Judged by the shapes, logged, all of it or nothing. Nothing is fetched: "
        "`LOAD` and `SERVICE` are refused.",
        "security": [{SCHEME: []}],
        "parameters": [given(name, *told) for name, told in _HELP.items()],
        "requestBody": {
            "required": True,
            "content": {
                DIRECT: {"schema": TEXT, "example": _UPDATE},
                FORM: {"schema": form, "example": {"update": _UPDATE, "graph": _GRAPH}},
            },
        },
        "responses": {
            "200": _done(),
            "400": problem("No update, or one that is refused or cannot be carried out."),
            "401": problem(
                "No token, or one that is unknown, expired or revoked.", "WWW-Authenticate"
            ),
            "403": problem("It changes a graph that is not the token's."),
            "408": problem("The body stopped coming."),
            "411": problem("The length of the body was not sent."),
            "413": problem("The update, or what it changes, is too large."),
            "415": problem("A body of another type, packed, or in another character set."),
            "422": problem("The graph would not conform; with the `report`."),
            "429": problem("Too many at once, or in a minute.", RETRY),
            "500": problem("A fault of the service; `detail` says whether anything was written."),
            "503": problem("Others published all the while, or no worker was free.", RETRY),
            "504": problem("It was ended at its deadline."),
        },
    }


def _done() -> Json:
    made = answer(
        "It was carried out, and queries see it.", {JSON: {"schema": reference("UpdateDone")}}
    )
    del made["headers"]["ETag"]
    return made
