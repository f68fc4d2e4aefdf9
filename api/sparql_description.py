"""The SPARQL Protocol in OpenAPI: queries, and what the editor offers.

``QUERY``, which answers as ``POST`` does, has no place in OpenAPI 3.1.
"""

from typing import Any, Final

from api.openapi_parts import (
    COUNT,
    IRI,
    NOT_ACCEPTABLE,
    NOT_READY,
    RETRY,
    TEXT,
    UNCHANGED,
    answer,
    given,
    problem,
    texts,
)
from api.protocol import DIRECT, FORM
from api.reading import HTML, JSON
from api.sparql import PATH
from cepgraph.formats import GRAPH_FORMATS, RESULT_FORMATS

Json = dict[str, Any]

TAG: Final = "SPARQL"
EDITOR: Final = f"{PATH}/editor.json"
SERVICE: Final = "Cepgraph-Service"
_FORMATS: Final = (*RESULT_FORMATS, *GRAPH_FORMATS)
_IRIS: Final[Json] = {"type": "array", "items": IRI}
_QUERY: Final = (
    "PREFIX cep: <https://w3id.org/cepgraph/ontology#>\nSELECT ?c { ?c a cep:Challenge }"
)
_DATASET: Final = {
    "default-graph-uri": "Graphs that are the default graph; all named graphs if none is given.",
    "named-graph-uri": "Graphs that `GRAPH` reaches; all if no graph is given.",
}
_VERSION: Final = (
    "The version of the graph to ask; the newest if left out. Versions of the language (`1.1`), "
    "which some clients send, change nothing."
)
_FORMAT: Final = "The form of the answer, by name or media type, instead of `Accept`."


def paths() -> Json:
    """The paths at and below ``/sparql``."""
    return {PATH: {"get": _get(), "post": _post()}, EDITOR: {"get": _editor()}}


def _get() -> Json:
    return {
        "operationId": "getQuery",
        "tags": [TAG],
        "summary": "The answer to a SPARQL 1.1 query",
        "description": "Without any parameter: the service description, as RDF, or the editor, "
        "as HTML.",
        "parameters": [
            {
                **given("query", "The query, once.", TEXT),
                "examples": {"challenges": {"value": _QUERY}},
            },
            *(given(name, told, _IRIS) for name, told in _DATASET.items()),
            *_beside(),
        ],
        "responses": {
            "200": _answered(HTML),
            "304": UNCHANGED,
            **_refusals(),
            "414": problem("The query is too long; send it by POST."),
        },
    }


def _post() -> Json:
    form: Json = {
        "type": "object",
        "properties": {
            "query": TEXT,
            **{name: {**_IRIS, "description": told} for name, told in _DATASET.items()},
            "version": {**TEXT, "description": _VERSION},
            "format": {**TEXT, "description": _FORMAT},
            "output": {**TEXT, "description": _FORMAT},
        },
        "required": ["query"],
    }
    return {
        "operationId": "postQuery",
        "tags": [TAG],
        "summary": "The same for a query that comes in the body",
        "description": "As a form, or as it is; then the other parameters stand in the address. "
        "The method `QUERY` takes the same, and says that nothing changes.",
        "parameters": [
            *(given(name, told, _IRIS) for name, told in _DATASET.items()),
            *_beside(),
        ],
        "requestBody": {
            "required": True,
            "content": {
                DIRECT: {"schema": TEXT, "example": _QUERY},
                FORM: {"schema": form, "example": {"query": _QUERY}},
            },
        },
        "responses": {
            "200": _answered(),
            **_refusals(),
            "408": problem("No whole body came in time."),
            "413": problem("The query is too long."),
            "415": problem("A body of another type, packed, or in another character set."),
        },
    }


def _editor() -> Json:
    return {
        "operationId": "getEditorData",
        "tags": [TAG],
        "summary": "What the editor offers: prefixes, terms, concepts and examples",
        "responses": {
            "200": answer("For completion.", {JSON: {"schema": {"type": "object"}}}),
            "304": UNCHANGED,
            "406": NOT_ACCEPTABLE,
            "503": NOT_READY,
        },
    }


def _beside() -> list[Json]:
    names: Json = {**TEXT, "examples": [form.name for form in _FORMATS]}
    return [
        given("version", _VERSION, {"anyOf": [COUNT, TEXT]}),
        given("format", _FORMAT, names),
        given("output", "The same under another name.", names),
    ]


def _answered(*more: str) -> Json:
    forms = dict.fromkeys([*(form.media_type for form in _FORMATS), *more])
    told = "A table, yes or no, or a graph: whole, or not at all."
    made = answer(told, texts(forms), SERVICE)
    made["headers"][SERVICE]["description"] = "Other endpoints that contributed."
    return made


def _refusals() -> Json:
    return {
        "400": problem("No query, several, or one that asks for what is refused."),
        "404": problem("There is no such version."),
        "406": NOT_ACCEPTABLE,
        "429": problem("An address has too many queries under way.", RETRY),
        "502": problem("An endpoint that the query asks did not answer; `endpoint` names it."),
        "503": problem("Too many queries wait, or this one needed too much memory.", RETRY),
        "504": problem("It was ended at its deadline, or an endpoint was late."),
    }
