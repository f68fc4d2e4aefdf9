"""Citations in OpenAPI: what is sent, what is answered, what can go wrong."""

import re
from typing import Any, Final

from api.citations.answers import CRATE, ENDINGS, FORMS, SPARQL_TYPE, ZIP
from api.citations.citation import (
    LONGEST_NOTE,
    LONGEST_QUERY,
    LONGEST_TITLE,
    MOST_GRAPHS,
    GraphUsed,
    Publisher,
)
from api.citations.document import API, NEWEST, PERMALINK, QUERY, RESULT, RESULTS
from api.citations.files import CANONICAL
from api.citations.sent import FORM
from api.problems import MEDIA_TYPE as PROBLEM
from api.reading import JSON
from cepgraph.formats import RDF_FORMATS, RESULT_FORMATS

Json = dict[str, Any]

TAG: Final = "Citations"
REFERENCE: Final = "#/components/schemas/"

_TEXT: Final[Json] = {"type": "string"}
_ADDRESS: Final[Json] = {"type": "string", "format": "uri"}
_TIME: Final[Json] = {"type": "string", "format": "date-time"}
_COUNT: Final[Json] = {"type": "integer", "minimum": 0}
_HASH: Final[Json] = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
_IRIS: Final[Json] = {"type": "array", "items": {"type": "string"}, "maxItems": MOST_GRAPHS}
_JSON_OBJECT: Final[Json] = {"type": "object"}
_EXAMPLE: Final[Json] = {
    "query": "PREFIX cep: <https://w3id.org/cepgraph/ontology#>\n"
    "SELECT (COUNT(*) AS ?challenges) { ?challenge a cep:Challenge }",
    "title": "Challenges that partnerships have met",
}


def paths() -> Json:
    """The paths, below ``/api/v1/citations`` and at the permalinks."""
    identifier = {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "The last part of the permalink.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    }
    return {
        API: {"post": _make()},
        f"{API}/{{id}}": {
            "get": {
                "operationId": "getCitation",
                "tags": [TAG],
                "summary": "A citation, and whether newer data changes its answer",
                "description": "The query is asked again: of the version that was cited, and of "
                "the newest. What is not known within some seconds is `null`, and is known when "
                "it is asked for again. Citations are not listed.",
                "parameters": [identifier],
                "responses": {
                    "200": _citation("The citation."),
                    "404": _problem("There is no such citation."),
                    "406": {"$ref": "#/components/responses/NotAcceptable"},
                    "500": _problem("It is kept, and cannot be read."),
                },
            }
        },
        f"{PERMALINK}/{{id}}": {"get": _permalink()},
        f"{PERMALINK}/{{id}}/{{part}}": {"get": _part(identifier)},
    }


def _permalink() -> Json:
    endings = (*ENDINGS, CRATE)
    forms = {kind.partition(";")[0]: {"schema": _TEXT} for kind in (*FORMS, *ENDINGS.values())}
    return {
        "operationId": "getPermalink",
        "tags": [TAG],
        "summary": "The page of a citation, its other forms, and the research object",
        "description": "The form comes by `Accept`, or by an ending behind the identifier: "
        f"{', '.join(f'`{ending}`' for ending in endings)}.",
        "parameters": [
            {
                "name": "id",
                "in": "path",
                "required": True,
                "description": "The identifier, perhaps with an ending.",
                "schema": {
                    "type": "string",
                    "pattern": f"^[0-9a-f]{{32}}({'|'.join(map(re.escape, endings))})?$",
                },
            }
        ],
        "responses": {
            "200": {
                "description": "The citation.",
                "headers": _headers(("ETag", "Link")),
                "content": {**forms, ZIP: {"schema": {"type": "string", "format": "binary"}}},
            },
            "304": {"description": "It is as `If-None-Match` says."},
            "404": _problem("There is no such citation."),
            "406": {"$ref": "#/components/responses/NotAcceptable"},
            "409": _problem("Of a research object: the version no longer gives what was cited."),
            "500": _problem("It is kept, and cannot be read."),
            "503": _problem("The graph is being loaded, or the service is full.", "Retry-After"),
            "504": _problem("The query was ended at its deadline."),
        },
    }


def _part(identifier: Json) -> Json:
    answers = {
        f"{name}.{ending}" for name in (RESULT, NEWEST) for e in RESULTS.values() for ending in e
    }
    parts = [QUERY, *sorted(answers), *(name for name, _ in CANONICAL.values())]
    forms = [
        SPARQL_TYPE,
        *(form.media_type for form in (*RESULT_FORMATS, *RDF_FORMATS)),
        *(media_type for _, media_type in CANONICAL.values()),
    ]
    return {
        "operationId": "getPermalinkPart",
        "tags": [TAG],
        "summary": "The query, the answer that was cited, and what the newest version answers",
        "parameters": [
            identifier,
            {
                "name": "part",
                "in": "path",
                "required": True,
                "description": "Which are there follows from the form of the answer.",
                "schema": {"type": "string", "enum": parts},
            },
        ],
        "responses": {
            "200": {
                "description": "What was asked for.",
                "headers": _headers(("Cepgraph-Version", "ETag", "Content-Disposition")),
                "content": {media_type: {"schema": _TEXT} for media_type in forms},
            },
            "304": {"description": "It is as `If-None-Match` says."},
            "404": _problem("There is no such citation, or no such part of it."),
            "413": _problem("The answer is larger than is taken."),
            "429": _problem("An address has too many queries under way.", "Retry-After"),
            "500": _problem("It is kept, and cannot be read."),
            "503": _problem("The graph is being loaded, or the service is full.", "Retry-After"),
            "504": _problem("The query was ended at its deadline."),
        },
    }


def schemas() -> Json:
    """What is sent, and a citation."""
    return {
        "CitationRequest": _request(),
        "CitationPublisher": _plain(Publisher.model_json_schema()),
        "CitationGraph": {
            **_plain(GraphUsed.model_json_schema(ref_template=REFERENCE + "Citation{model}")),
            "description": "A named graph that the answer rests on, as it described itself then.",
        },
        "CitationDifference": _object(
            "Rows or triples that one answer has and the other has not.",
            count=_COUNT,
            first={
                "type": "array",
                "items": {"type": "object", "additionalProperties": _TEXT},
                "description": "The first of them: names and terms, these as N-Triples.",
            },
        ),
        "Citation": _cited(),
    }


def _request() -> Json:
    texts = {
        "query": "A SPARQL query that gives the same answer each time: no NOW, RAND, UUID, "
        f"STRUUID, BNODE or SERVICE. At most {LONGEST_QUERY >> 10} kB.",
        "name": "Instead of `query`: the name of a query of the catalogue.",
        "title": "A title for the citation, in plain text.",
        "note": "A note, in plain text.",
    }
    longest = {"title": LONGEST_TITLE, "note": LONGEST_NOTE}
    return {
        "type": "object",
        "description": "Either `query` or `name` is needed.",
        "properties": {
            **{
                name: {
                    **_TEXT,
                    "description": told,
                    **({"maxLength": longest[name]} if name in longest else {}),
                }
                for name, told in texts.items()
            },
            "parameters": {
                "type": "object",
                "additionalProperties": {"type": ["string", "number"]},
                "description": "Values for the query of the catalogue; in a form, a query string.",
            },
            "version": {
                "type": ["integer", "null"],
                "minimum": 0,
                "description": "The version to cite; the newest unless another is given.",
            },
            "default-graph-uri": {**_IRIS, "description": "As in the SPARQL protocol."},
            "named-graph-uri": {**_IRIS, "description": "As in the SPARQL protocol."},
        },
        "additionalProperties": False,
        "examples": [_EXAMPLE],
    }


def _cited() -> Json:
    difference = {"anyOf": [{"$ref": f"{REFERENCE}CitationDifference"}, {"type": "null"}]}
    addresses = {"type": "object", "additionalProperties": _ADDRESS}
    return _object(
        "A query, the version that answered it, and what can be said of its answer.",
        id=_TEXT,
        url={**_ADDRESS, "description": "The permalink."},
        title=_TEXT,
        note=_TEXT,
        query=_TEXT,
        catalogueQuery={"type": ["object", "null"]},
        defaultGraphs=_or_null({"type": "array", "items": _TEXT}),
        namedGraphs=_or_null({"type": "array", "items": _TEXT}),
        version=_COUNT,
        versionMade=_or_null(_TIME),
        cited={**_TIME, "description": "When it was first cited."},
        form={**_TEXT, "enum": ["select", "ask", "graph"]},
        columns={"type": "array", "items": _TEXT},
        count={**_COUNT, "description": "Rows, triples, or 1 for a boolean."},
        resultHash={
            **_HASH,
            "description": "SHA-256 of the answer in its canonical form, which the page describes.",
        },
        orderMatters={
            "type": "boolean",
            "description": "Whether the query may take some of many rows.",
        },
        software=_TEXT,
        graphs={"type": "array", "items": {"$ref": f"{REFERENCE}CitationGraph"}},
        graphsAreThose={
            **_TEXT,
            "enum": ["needed", "patterns", "dataset"],
            "description": "Whether `graphs` are those that the answer needs, those that hold a "
            "triple which fits a pattern of the query, or all that it may read.",
        },
        licences={"type": "array", "items": _TEXT},
        verified=_or_null(
            {
                "type": "boolean",
                "description": "Whether the version gives that answer still.",
            }
        ),
        current=_object(
            "How the newest version answers.",
            version=_or_null(_COUNT),
            same=_or_null({"type": "boolean"}),
            resultHash=_or_null(_HASH),
            count=_or_null(_COUNT),
            gone=difference,
            new=difference,
            changes={
                "type": "array",
                "items": _object("A version.", version=_COUNT, when=_TIME),
                "description": "If the answer is another: later versions, newest first, that "
                "changed a graph of `graphs`.",
            },
        ),
        trouble=_or_null({**_TEXT, "description": "Why something is not known."}),
        citeAs=_object("Ways to cite it.", text=_TEXT, bibtex=_TEXT, ris=_TEXT, csl=_JSON_OBJECT),
        links=_object(
            "Addresses.",
            self=_ADDRESS,
            page=_ADDRESS,
            jsonld=_ADDRESS,
            query=_ADDRESS,
            results=addresses,
            newest=addresses,
            canonical={**_ADDRESS, "description": "A file whose SHA-256 is `resultHash`."},
            crate=_ADDRESS,
            version=_ADDRESS,
        ),
    )


def _make() -> Json:
    body = {"schema": {"$ref": f"{REFERENCE}CitationRequest"}}
    return {
        "operationId": "makeCitation",
        "tags": [TAG],
        "summary": "Cite a query, a version and its answer",
        "description": "No token is needed. The same again has the same permalink. Kept are the "
        "query, title and note, and what can be said of the answer; neither the answer nor who "
        "asked. To clients that prefer HTML the page is shown (303).",
        "requestBody": {"required": True, "content": {JSON: body, FORM: body}},
        "responses": {
            "200": _citation("It was cited before.", "Location", "Cepgraph-Version"),
            "201": _citation("It is cited.", "Location", "Cepgraph-Version"),
            "303": {"description": "The page is at `Location`."},
            "400": _problem("The body cannot be read, or holds no query that is answered."),
            "406": {"$ref": "#/components/responses/NotAcceptable"},
            "408": _problem("The body stopped coming."),
            "413": _problem("The body, or the answer, is larger than is taken."),
            "415": _problem(f"Another type than {JSON} or {FORM}."),
            "422": _problem("A field makes no sense, and `parameter` names it."),
            "429": _problem("Too many citations in a minute.", "Retry-After"),
            "503": _problem("The graph is being loaded, or the service is full.", "Retry-After"),
            "504": _problem("The query was ended at its deadline."),
            "507": _problem("As many citations are kept as may be."),
        },
    }


def _citation(description: str, *headers: str) -> Json:
    return {
        "description": description,
        "headers": _headers(headers),
        "content": {JSON: {"schema": {"$ref": f"{REFERENCE}Citation"}}},
    }


def _problem(description: str, *headers: str) -> Json:
    return {
        "description": description,
        "headers": _headers(headers),
        "content": {PROBLEM: {"schema": {"$ref": f"{REFERENCE}ProblemDocument"}}},
    }


def _headers(names: tuple[str, ...]) -> Json:
    return {name: {"schema": {"type": "string"}} for name in names}


def _object(description: str, **properties: Json) -> Json:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _or_null(schema: Json) -> Json:
    return {**schema, "type": [schema["type"], "null"]}


def _plain(schema: Json) -> Json:
    """A schema that pydantic made, without what stands elsewhere or says nothing."""
    return {name: part for name, part in schema.items() if name not in ("$defs", "title")}
