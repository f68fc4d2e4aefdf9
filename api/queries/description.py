"""OpenAPI of the catalogue: every query with its own parameters and its own rows."""

from collections.abc import Mapping
from typing import Any, Final

from api.problems import MEDIA_TYPE as PROBLEM
from api.queries import links
from api.queries.asked import FORMAT, VERSION, formats, offered
from api.queries.executables import RDF_OFFERED
from api.queries.room import TAG, tags
from api.reading import JSON
from cepgraph.catalogue import Catalogue, Parameter, Query
from cepgraph.catalogue.parameter import LONGEST_VALUE
from cepgraph.terms import CONCEPT
from ingest.lists import Lists

Json = dict[str, Any]

GROUP: Final = "Queries"
MOST_OPTIONS: Final = 60
"""A list with more concepts is not written out."""

_TEXT: Final[Json] = {"type": "string"}
_IRI: Final[Json] = {"type": "string", "format": "iri"}
_IRI_OR_SHORT: Final = r"^((https?://|urn:)\S+|[a-z]+:[A-Za-z0-9/._-]+)$"
_KEY: Final = r"^([a-z-]+/)?[A-Za-z0-9][A-Za-z0-9._-]*$"
_PLAIN: Final[Mapping[str, Json]] = {
    "string": {"type": "string", "maxLength": LONGEST_VALUE},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": {"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}){0,2}$"},
    "iri": {"type": "string", "pattern": _IRI_OR_SHORT},
}
_ANY: Final[Json] = {"type": ["string", "number", "boolean", "null"]}


def paths(catalogue: Catalogue, lists: Lists) -> Json:
    """The paths of the list and of every query."""
    if not len(catalogue):
        return {}
    found: Json = {links.API: {"get": _list(catalogue)}}
    for query in catalogue:
        found[f"{links.API}/{query.name}"] = {"get": _run(query, lists)}
    found[f"{links.API}/{{name}}{links.ENDING}"] = {"get": _file(catalogue)}
    return found


def schemas(catalogue: Catalogue) -> Json:
    """What the list and each query's answer look like."""
    answers = {_answer_name(query): _answer(query) for query in catalogue if query.form != "graph"}
    return {"QueryList": _listed(), **answers}


def _list(catalogue: Catalogue) -> Json:
    reference = {"$ref": "#/components/schemas/QueryList"}
    return {
        "operationId": "listQueries",
        "tags": [GROUP],
        "summary": "Questions that are ready to ask",
        "description": "As RDF, each is a `sh:SPARQLExecutable`.",
        "parameters": [
            {
                "name": TAG,
                "in": "query",
                "description": "Only those with this tag.",
                "schema": {"type": "string", "enum": tags(catalogue)},
            }
        ],
        "responses": {
            "200": {
                "description": "The list.",
                "content": {JSON: {"schema": reference}}
                | {media_type: {"schema": _TEXT} for media_type in RDF_OFFERED},
            },
            "406": {"$ref": "#/components/responses/NotAcceptable"},
            "422": {"$ref": "#/components/responses/WrongParameter"},
        },
    }


def _run(query: Query, lists: Lists) -> Json:
    headers = ("Cepgraph-Version", "ETag")
    return {
        "operationId": f"query{_capital(query.name)}",
        "tags": [GROUP],
        "summary": query.summary,
        "description": f"{query.description}\n\nA row is {query.row}. "
        f"Tags: {', '.join(query.tags)}.",
        "parameters": [
            *(_parameter(parameter, lists) for parameter in query.parameters),
            {
                "name": VERSION,
                "in": "query",
                "description": "The version of the graph to ask; the newest unless it is given.",
                "schema": {"type": "integer", "minimum": 0},
            },
            {
                "name": FORMAT,
                "in": "query",
                "description": "The form of the answer, instead of the Accept header.",
                "schema": {"type": "string", "enum": list(formats(query))},
            },
        ],
        "responses": {
            "200": {
                "description": query.row[:1].upper() + query.row[1:] + " is a row.",
                "headers": {
                    **{name: {"$ref": f"#/components/headers/{name}"} for name in headers},
                    "Link": {
                        "description": "`bookmark`: the same answer for good, at its version; "
                        "`describedby`: the query with these values, as SPARQL.",
                        "schema": _TEXT,
                    },
                },
                "content": {
                    media_type: {"schema": _schema(query, media_type)}
                    for media_type in offered(query)
                },
            },
            "304": {"description": "You have it already: If-None-Match named its entity tag."},
            "404": _problem("There is no such version."),
            "406": {"$ref": "#/components/responses/NotAcceptable"},
            "422": {"$ref": "#/components/responses/WrongParameter"},
            "429": _problem("Too many queries of yours are under way; `Retry-After` tells when."),
            "503": {"$ref": "#/components/responses/NotReady"},
            "504": _problem("The query was ended at its deadline."),
        },
    }


def _file(catalogue: Catalogue) -> Json:
    names = [query.name for query in catalogue]
    return {
        "operationId": "getQueryText",
        "tags": [GROUP],
        "summary": "The text of a query",
        "description": "The file as it is. With parameters of the query, the query with these "
        "values in it, to run anywhere.",
        "parameters": [
            {
                "name": "name",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "enum": names},
            }
        ],
        "responses": {
            "200": {
                "description": "SPARQL.",
                "content": {links.MEDIA_TYPE: {"schema": _TEXT}},
            },
            "404": {"$ref": "#/components/responses/NotFound"},
            "422": {"$ref": "#/components/responses/WrongParameter"},
        },
    }


def _parameter(parameter: Parameter, lists: Lists) -> Json:
    schema = _type(parameter, lists)
    if parameter.default is not None:
        schema = {**schema, "default": _value(parameter, parameter.default)}
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.description,
        "schema": schema,
        "example": _value(parameter, parameter.example),
    }


def _type(parameter: Parameter, lists: Lists) -> Json:
    plain = _PLAIN.get(parameter.type)
    if plain is not None:
        return dict(plain)
    full: Json = {"type": "string", "pattern": _IRI_OR_SHORT}
    if parameter.scheme is None:
        return {"anyOf": [{"type": "string", "pattern": _KEY}, full]}
    keys = [entry.key for entry in lists.of(CONCEPT + parameter.scheme)]
    if 0 < len(keys) <= MOST_OPTIONS:
        return {"anyOf": [{"type": "string", "enum": keys}, full]}
    return {"anyOf": [{"type": "string", "pattern": _KEY}, full]}


def _value(parameter: Parameter, text: str) -> Any:
    match parameter.type:
        case "integer":
            return int(text)
        case "decimal":
            return float(text)
    return text


def _schema(query: Query, media_type: str) -> Json:
    if media_type == JSON and query.form != "graph":
        return {"$ref": f"#/components/schemas/{_answer_name(query)}"}
    return {"type": "object"} if media_type.endswith("json") else _TEXT


def _answer_name(query: Query) -> str:
    return f"{_capital(query.name)}Answer"


def _answer(query: Query) -> Json:
    told: Json = {
        "query": {"type": "string", "const": query.name},
        "parameters": {
            "type": "object",
            "description": "The values that were used, as they were understood.",
            "properties": {p.name: _understood(p) for p in query.parameters},
            "additionalProperties": False,
        },
        "version": {"type": "integer", "description": "The version that was asked."},
    }
    if query.form == "ask":
        told["boolean"] = {"type": "boolean"}
    else:
        told["columns"] = {"type": "array", "items": {"enum": list(query.columns)}}
        told["results"] = {"type": "array", "items": _row(query)}
    told["sparql"] = {
        "type": "string",
        "description": "The query with these values in it; it runs as it stands in any engine.",
    }
    told["links"] = {"type": "object", "additionalProperties": _TEXT}
    return {
        "type": "object",
        "title": query.summary,
        "properties": told,
        "required": list(told),
    }


def _row(query: Query) -> Json:
    return {
        "type": "object",
        "description": f"{query.row}. Every column is there, `null` where there is no value.",
        "properties": {column: _cell(query, column) for column in query.columns},
        "required": list(query.columns),
        "additionalProperties": False,
    }


def _cell(query: Query, column: str) -> Json:
    """What is known of a column without asking: a thing has its label beside it."""
    if f"{column}Label" in query.columns:
        return {"type": ["string", "null"], "format": "iri"}
    if column.endswith("Label"):
        return {"type": ["string", "null"]}
    return dict(_ANY)


def _understood(parameter: Parameter) -> Json:
    if parameter.type in ("string", "integer", "decimal", "date"):
        return dict(_PLAIN[parameter.type])
    return dict(_IRI)


def _listed() -> Json:
    texts = {"type": "array", "items": _TEXT}
    addresses = {"type": "object", "additionalProperties": _TEXT}
    parameter = {
        "type": "object",
        "properties": {
            **dict.fromkeys(("name", "type", "description", "example"), _TEXT),
            "required": {"type": "boolean"},
            "default": {"type": ["string", "null"]},
        },
    }
    query = {
        "type": "object",
        "properties": {
            **dict.fromkeys(("name", "summary", "description", "row"), _TEXT),
            "id": _IRI,
            "tags": texts,
            "form": {"enum": ["select", "ask", "graph"]},
            "columns": texts,
            "parameters": {"type": "array", "items": parameter},
            "links": addresses,
        },
    }
    return {
        "type": "object",
        "properties": {
            "title": _TEXT,
            "tags": texts,
            "queries": {"type": "array", "items": query},
            "links": addresses,
        },
        "required": ["title", "tags", "queries", "links"],
    }


def _problem(text: str) -> Json:
    reference = {"$ref": "#/components/schemas/ProblemDocument"}
    return {"description": text, "content": {PROBLEM: {"schema": reference}}}


def _capital(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))
