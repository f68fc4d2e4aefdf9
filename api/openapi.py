"""OpenAPI of the interface; of the collections from the schema, each with its own documents.

https://spec.openapis.org/oas/v3.1.0
"""

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import rest, sparql_description, templates, update_description
from api.citations import description as citations
from api.descriptions import description as descriptions
from api.graph_store import description as graphs
from api.json_schema import Json, schemas
from api.problems import MEDIA_TYPE as PROBLEM
from api.queries import description as queries
from api.reading import JSON, JSON_LD_TYPE, N_TRIPLES_TYPE, TURTLE_TYPE
from api.submissions import description as submissions
from cepgraph.model import Model
from cepgraph.schema import ClassSchema, Schema
from ingest.lists import Lists


def install(app: FastAPI, model: Model, lists: Lists) -> None:
    """Make ``app.openapi()`` describe collections and queries beside the app's own routes."""
    schema, catalogue = model.schema, model.catalogue

    def openapi() -> Json:
        if app.openapi_schema is None:
            told = get_openapi(
                title=app.title,
                version=app.version,
                description="Evidence, partnerships and funding in cultural education in England.",
                routes=app.routes,
            )
            components = told.setdefault("components", {})
            components["schemas"] = {
                **components.get("schemas", {}),
                **schemas(schema),
                **queries.schemas(catalogue),
                **citations.schemas(),
                **graphs.schemas(),
                **submissions.schemas(),
                **update_description.schemas(),
                **descriptions.schemas(),
            }
            components["securitySchemes"] = submissions.SECURITY
            components["responses"] = _responses()
            components["headers"] = _headers()
            told["paths"] = {
                **paths(schema),
                **queries.paths(catalogue, lists),
                **citations.paths(),
                **graphs.paths(),
                **templates.paths(),
                **submissions.paths(),
                **sparql_description.paths(),
                **update_description.paths(),
                **descriptions.paths(),
                **told.get("paths", {}),
            }
            app.openapi_schema = told
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def paths(schema: Schema) -> Json:
    """The paths of the REST interface."""
    found: Json = {
        f"{rest.PREFIX}/": {"get": _index()},
        f"{rest.PREFIX}/{rest.CONTEXT}": {"get": _context()},
    }
    for name, cls in schema.collections.items():
        found[f"{rest.PREFIX}/{name}"] = {"get": _listing(cls)}
        found[f"{rest.PREFIX}/{name}/{{key}}"] = {"get": _item(cls)}
    return found


def _listing(cls: ClassSchema) -> Json:
    return {
        "operationId": f"list{cls.name}",
        "tags": [cls.label],
        "summary": f"{cls.label}: all of them, by page",
        "description": f"{cls.description} Ordered by label and then by identifier.",
        "parameters": [
            _counting(rest.PAGE, "Which page, counted from 1.", 1, rest.LAST_PAGE),
            _counting(
                rest.PAGE_SIZE, "How many results a page has.", rest.USUAL_SIZE, rest.LARGEST_SIZE
            ),
        ],
        "responses": _answers(f"{cls.name}Page", "A page of the collection.", ("Link",)),
    }


def _item(cls: ClassSchema) -> Json:
    return {
        "operationId": f"get{cls.name}",
        "tags": [cls.label],
        "summary": f"{cls.label}: one of them",
        "description": cls.description,
        "parameters": [
            {
                "name": "key",
                "in": "path",
                "required": True,
                "description": f"What follows {cls.iri_prefix} in its permanent address. "
                "Slashes in it stay as they are.",
                "schema": {"type": "string", "minLength": 1},
            }
        ],
        "responses": _answers(cls.name, cls.label, ())
        | {"404": {"$ref": "#/components/responses/NotFound"}},
    }


def _index() -> Json:
    listed = {
        "type": "object",
        "properties": {
            "collections": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        part: {"type": "string"}
                        for part in ("name", "label", "description", "href")
                    },
                },
            }
        },
    }
    return {
        "operationId": "listCollections",
        "tags": ["Index"],
        "summary": "All collections",
        "responses": {"200": {"description": "The index.", "content": {JSON: {"schema": listed}}}},
    }


def _context() -> Json:
    return {
        "operationId": "getContext",
        "tags": ["Index"],
        "summary": "The JSON-LD context of all documents",
        "responses": {
            "200": {
                "description": "What each name means.",
                "content": {JSON_LD_TYPE: {"schema": {"type": "object"}}},
            }
        },
    }


def _answers(schema: str, description: str, more_headers: tuple[str, ...]) -> Json:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    text = {"schema": {"type": "string"}}
    headers = ("Cepgraph-Version", "ETag", *more_headers)
    return {
        "200": {
            "description": description,
            "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
            "content": {
                JSON: {"schema": reference},
                JSON_LD_TYPE: {"schema": {"type": "object"}},
                TURTLE_TYPE: text,
                N_TRIPLES_TYPE: text,
            },
        },
        "304": {"description": "You have it already: If-None-Match named its entity tag."},
        "406": {"$ref": "#/components/responses/NotAcceptable"},
        "422": {"$ref": "#/components/responses/WrongParameter"},
        "503": {"$ref": "#/components/responses/NotReady"},
    }


def _counting(name: str, description: str, usual: int, most: int) -> Json:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "integer", "minimum": 1, "maximum": most, "default": usual},
    }


def _responses() -> Json:
    told = {
        "NotFound": "There is no such thing; `nearest` has keys that look like it.",
        "NotAcceptable": "None of the formats that the Accept header asks for.",
        "WrongParameter": "A parameter is unknown or not of its type; `parameter` names it.",
        "NotReady": "The graph is being loaded, or too many queries are waiting; try again.",
    }
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    return {name: {"description": text, "content": content} for name, text in told.items()}


def _headers() -> Json:
    told = {
        "Cepgraph-Version": "The version of the graph that the answer holds for.",
        "ETag": "For If-None-Match.",
        "Link": "The first, previous, next and last page (RFC 8288).",
    }
    return {
        name: {"description": text, "schema": {"type": "string"}} for name, text in told.items()
    }
