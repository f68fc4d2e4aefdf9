"""The Graph Store Protocol in OpenAPI: what is sent, what is answered, what can go wrong."""

from typing import Any, Final

from api.graph_store.target import DESCRIPTION, PATH
from api.problems import MEDIA_TYPE as PROBLEM
from api.reading import JSON
from api.submissions.description import SCHEME
from api.submissions.form import MEDIA_TYPE as FORM
from cepgraph.formats import RDF_FORMATS
from cepgraph.terms import GRAPH

Json = dict[str, Any]

TAG: Final = "Graphs"
_TEXT: Final[Json] = {"type": "string"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_IRI: Final[Json] = {"type": "string", "format": "uri"}
_RDF: Final[Json] = {form.media_type: {"schema": _TEXT} for form in RDF_FORMATS}
_FILES: Final[Json] = {
    FORM: {
        "schema": {
            "type": "object",
            "properties": dict.fromkeys(DESCRIPTION, _TEXT),
            "additionalProperties": {"type": "string", "format": "binary"},
            "description": "RDF files, under any names.",
        }
    }
}
_HELP: Final = {
    "title": "Name of the graph, where the body says none.",
    "publisher": "Who publishes it, likewise; that of the token if left out.",
    "licence": 'An IRI, or words such as "not stated", likewise.',
    "source": "IRI of what it was made from, likewise.",
    "why": "Why, for the log.",
}


def paths() -> Json:
    """The paths at and below ``/graphs``."""
    one: Json = {"get": _get(), "put": _put(), "post": _post(), "delete": _delete()}
    for operation in one.values():
        operation["parameters"] += [_part("publisher"), _part("dataset")]
    return {
        PATH: {"get": _list(), "post": _make()},
        f"{PATH}/{{publisher}}/{{dataset}}": one,
    }


def schemas() -> Json:
    """The list, and what a write did."""
    named = {
        "type": "object",
        "properties": {
            "iri": _IRI,
            "label": {"type": ["string", "null"]},
            "publisher": {
                "type": ["object", "null"],
                "properties": {"iri": _IRI, "label": {"type": ["string", "null"]}},
            },
            "triples": _COUNT,
            "changed": {
                "type": ["object", "null"],
                "properties": {
                    "version": _COUNT,
                    "when": {"type": "string", "format": "date-time"},
                },
            },
            "links": {"type": "object", "properties": {"self": _IRI}},
        },
        "required": ["iri", "label", "publisher", "triples", "changed", "links"],
    }
    written = {
        "graph": _IRI,
        "version": _COUNT,
        "changed": {"type": "boolean"},
        "triplesAdded": _COUNT,
        "triplesRemoved": _COUNT,
    }
    return {
        "GraphList": {
            "type": "object",
            "properties": {"version": _COUNT, "graphs": {"type": "array", "items": named}},
            "required": ["version", "graphs"],
        },
        "GraphWritten": {"type": "object", "properties": written, "required": list(written)},
    }


def _list() -> Json:
    return {
        "operationId": "listGraphs",
        "tags": [TAG],
        "summary": "The named graphs",
        "description": "As RDF: with `default`, which takes no value, all graphs as one; with "
        "`graph` the graph of that IRI.",
        "parameters": [
            {"name": "graph", "in": "query", "schema": _IRI},
            {"name": "default", "in": "query", "allowEmptyValue": True, "schema": _TEXT},
            _version(),
        ],
        "responses": {
            "200": {
                "description": "The list, or a graph.",
                "content": {JSON: _schema("GraphList"), **_RDF},
            },
            "400": _problem("A parameter that is unknown, or no absolute IRI."),
            "404": _problem("There is no such graph, or no such version."),
            "406": {"$ref": "#/components/responses/NotAcceptable"},
        },
    }


def _make() -> Json:
    return {
        "operationId": "makeGraph",
        "tags": [TAG],
        "summary": "A new graph, with a name that is found for it",
        "security": [{SCHEME: []}],
        "parameters": _fields(),
        "requestBody": {"required": True, "content": {**_RDF, **_FILES}},
        "responses": {"201": _written("It was made; `Location` has its address."), **_refusals()},
    }


def _get() -> Json:
    return {
        "operationId": "getGraph",
        "tags": [TAG],
        "summary": "A graph",
        "parameters": [_version()],
        "responses": {
            "200": {"description": "Its triples.", "content": _RDF},
            "304": {"description": "It is as `If-None-Match` says."},
            "404": _problem("There is no such graph, or no such version."),
            "406": {"$ref": "#/components/responses/NotAcceptable"},
        },
    }


def _put() -> Json:
    return {
        "operationId": "putGraph",
        "tags": [TAG],
        "summary": "Make the body the whole content of a graph",
        "security": [{SCHEME: []}],
        "parameters": [*_conditions(), *_fields()],
        "requestBody": {"required": True, "content": _RDF},
        "responses": {
            "201": _written("A new graph."),
            "204": {"description": "It was replaced."},
            **_refusals(),
        },
    }


def _post() -> Json:
    return {
        "operationId": "postGraph",
        "tags": [TAG],
        "summary": "Add to a graph",
        "security": [{SCHEME: []}],
        "parameters": [*_conditions(), *_fields()],
        "requestBody": {"required": True, "content": {**_RDF, **_FILES}},
        "responses": {
            "200": _written("It was added."),
            "201": _written("A new graph."),
            **_refusals(),
        },
    }


def _delete() -> Json:
    refusals = _refusals()
    del refusals["415"]
    return {
        "operationId": "deleteGraph",
        "tags": [TAG],
        "summary": "Take a graph away",
        "security": [{SCHEME: []}],
        "parameters": [*_conditions(), *(f for f in _fields() if f["name"] == "why")],
        "responses": {
            "200": _written("It is gone; earlier versions keep it."),
            "404": _problem("There is no such graph."),
            **refusals,
        },
    }


def _refusals() -> Json:
    return {
        "400": _problem("The body cannot be read; with its line and column."),
        "401": _problem("No token, or one that is unknown, expired or revoked."),
        "403": _problem("A graph that is not the token's."),
        "412": _problem("The graph is not as a condition says."),
        "413": _problem("The body is too large."),
        "415": _problem("The body is of a type that is not read, or packed."),
        "422": _problem("The graph would not conform; with the report."),
        "429": _problem("Too many at once, or in a minute."),
    }


def _conditions() -> list[Json]:
    known = {
        "If-Match": "The `ETag` of what was seen: refused where the graph has changed since.",
        "If-None-Match": "`*`: refused where the graph is there already.",
    }
    return [
        {"name": name, "in": "header", "description": text, "schema": _TEXT}
        for name, text in known.items()
    ]


def _fields() -> list[Json]:
    return [
        {"name": name, "in": "query", "description": _HELP[name], "schema": _TEXT}
        for name in DESCRIPTION
    ]


def _part(name: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": f"As in {GRAPH}{{publisher}}/{{dataset}}.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]+$"},
    }


def _version() -> Json:
    return {
        "name": "version",
        "in": "query",
        "description": "As the graph stood then; the newest if left out.",
        "schema": _COUNT,
    }


def _schema(name: str) -> Json:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}


def _written(description: str) -> Json:
    return {"description": description, "content": {JSON: _schema("GraphWritten")}}


def _problem(description: str) -> Json:
    return {"description": description, "content": {PROBLEM: {"schema": {"type": "object"}}}}
