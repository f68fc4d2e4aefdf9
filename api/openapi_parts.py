"""What the descriptions of several rooms in OpenAPI have in common."""

from collections.abc import Iterable
from typing import Any, Final

from api.problems import MEDIA_TYPE as PROBLEM

Json = dict[str, Any]

TEXT: Final[Json] = {"type": "string"}
COUNT: Final[Json] = {"type": "integer", "minimum": 0}
IRI: Final[Json] = {"type": "string", "format": "uri"}
TIME: Final[Json] = {"type": "string", "format": "date-time"}
BINARY: Final[Json] = {"type": "string", "format": "binary"}
RETRY: Final = "Retry-After"
NOT_ACCEPTABLE: Final[Json] = {"$ref": "#/components/responses/NotAcceptable"}
NOT_READY: Final[Json] = {"$ref": "#/components/responses/NotReady"}
WRONG_PARAMETER: Final[Json] = {"$ref": "#/components/responses/WrongParameter"}
UNCHANGED: Final[Json] = {"description": "You have it already: If-None-Match named its entity tag."}


def problem(description: str, *headers: str) -> Json:
    """A response that is a problem document; with these headers."""
    content = {PROBLEM: {"schema": reference("ProblemDocument")}}
    return with_headers({"description": description, "content": content}, *headers)


def with_headers(answer: Json, *names: str) -> Json:
    """A response with these headers too."""
    if names:
        answer["headers"] = {name: {"schema": TEXT} for name in names}
    return answer


def answer(description: str, content: Json, *headers: str) -> Json:
    """A response with its forms, which tells the version and its entity tag."""
    made = with_headers({"description": description, "content": content}, *headers)
    told = {name: {"$ref": f"#/components/headers/{name}"} for name in ("Cepgraph-Version", "ETag")}
    made["headers"] = {**told, **made.get("headers", {})}
    return made


def texts(media_types: Iterable[str]) -> Json:
    """The content of a response or request that is text, in any of these forms."""
    return {media_type: {"schema": TEXT} for media_type in media_types}


def reference(name: str) -> Json:
    """One of the document's schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def given(name: str, description: str, schema: Json) -> Json:
    """A parameter of the query string that may be left out."""
    return {"name": name, "in": "query", "description": description, "schema": schema}


def part(name: str, description: str, schema: Json) -> Json:
    """A part of the path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
    }
