"""Errors as ``application/problem+json`` (RFC 9457), everywhere."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.messages import ANY_ORIGIN, Reply
from cepgraph.errors import (
    CepgraphError,
    EngineBusy,
    EngineDown,
    GateRefused,
    NotAuthenticated,
    TooMany,
)
from cepgraph.terms import BASE

MEDIA_TYPE: Final = "application/problem+json"
FIELDS: Final = (
    *("file", "sheet", "line", "row", "column", "value", "parameter", "nearest"),
    "endpoint",
    *("base", "newer"),
)
RETRY_AFTER_S: Final = 1


class HttpProblem(CepgraphError):
    """A request that is wrong as HTTP: a method, a media type, a header, a size."""

    def __init__(self, status: int, problem: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, problem)
        self.status = status
        self.title = HTTPStatus(status).phrase
        self.problem = problem
        self.headers = dict(headers or {})

    def detail(self) -> str:
        return self.problem


class Relayed(CepgraphError):
    """A problem that comes as a document already, from another process."""

    def __init__(self, document: Mapping[str, Any], retry_after_s: int | None = None) -> None:
        super().__init__(document["status"], document["title"])
        self.status = document["status"]
        self.title = document["title"]
        self.document = document
        self.retry_after_s = retry_after_s

    def detail(self) -> str:
        return str(self.document["detail"])


def document(error: CepgraphError) -> dict[str, Any]:
    """The problem document of an error: its kind, and the fields that it carries."""
    if isinstance(error, Relayed):
        return dict(error.document)
    body: dict[str, Any] = {
        "type": kind_of(type(error)),
        "title": error.title,
        "status": error.status,
        "detail": error.detail(),
    }
    for name in FIELDS:
        value = getattr(error, name, None)
        if value not in (None, ()):
            body[name] = value
    if isinstance(error, GateRefused):
        body["report"] = error.report.as_dict()
    return body


def kind_of(error: type[CepgraphError]) -> str:
    """The address of a kind of error; what HTTP alone says needs none."""
    if issubclass(error, HttpProblem):
        return "about:blank"
    return f"{BASE}problem/{_kebab(error.__name__)}"


def reply(error: CepgraphError) -> Reply:
    """The response that tells of an error."""
    headers = [
        ("content-type", MEDIA_TYPE),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ANY_ORIGIN,
    ]
    if isinstance(error, HttpProblem):
        headers += error.headers.items()
    if isinstance(error, EngineBusy | EngineDown):
        headers.append(("retry-after", str(RETRY_AFTER_S)))
    if isinstance(error, TooMany | Relayed) and error.retry_after_s is not None:
        headers.append(("retry-after", str(error.retry_after_s)))
    if isinstance(error, NotAuthenticated):
        # RFC 6750, 3: a request without a token is told of no error
        wrong = ', error="invalid_token"' if error.given else ""
        headers.append(("www-authenticate", f'Bearer realm="cepgraph"{wrong}'))
    return Reply(error.status, headers, orjson.dumps(document(error)))


def install(app: FastAPI) -> None:
    """Make every error of ``app`` a problem document."""
    app.add_exception_handler(CepgraphError, _known)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


async def _known(_request: Request, error: Exception) -> Response:
    assert isinstance(error, CepgraphError)
    told = reply(error)
    return Response(told.body, told.status, dict(told.headers))


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    told = reply(HttpProblem(error.status_code, str(error.detail), error.headers))
    return Response(told.body, told.status, dict(told.headers))


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problem = HttpProblem(422, "a parameter is missing or not of its type")
    told = reply(problem)
    errors = [
        {"parameter": ".".join(map(str, fault["loc"])), "problem": fault["msg"]}
        for fault in error.errors()
    ]
    body = orjson.dumps({**document(problem), "errors": errors})
    return Response(body, told.status, dict(told.headers))


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()
