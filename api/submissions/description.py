"""Submissions in OpenAPI: what is sent, what is answered, what can go wrong."""

from typing import Any, Final

from api.problems import MEDIA_TYPE as PROBLEM
from api.reading import HTML, JSON
from api.submissions.answers import PATH
from api.submissions.events import MEDIA_TYPE as EVENTS
from api.submissions.form import FILE
from api.submissions.form import MEDIA_TYPE as FORM
from api.submissions.task import MODES
from api.templates import WORKBOOK

Json = dict[str, Any]

TAG: Final = "Submissions"
SCHEME: Final = "token"
SECURITY: Final[Json] = {
    SCHEME: {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of a publisher, made with `cepgraph token create`.",
    }
}
_HELP: Final = {
    "graph": "Named graph, as an IRI or as publisher/dataset; left out where the files name it.",
    "title": "Name of the graph, where its file says none.",
    "publisher": "Who publishes it: an IRI, kind/key or a key; that of the token if left out.",
    "licence": 'An IRI, or words such as "not stated".',
    "source": "IRI of what it was made from.",
    "why": "Why, for the log.",
    "collection": "Class of the rows, where neither sheet, file nor headings tell it.",
    "mapping": "Name of the foreign format, where it is not recognised.",
    "version": "Without files: the version at which the graph stood as it is to stand again; "
    "empty for how it stood before its newest change.",
}
_EXAMPLE: Final[Json] = {
    "graph": "arts-connect/partnerships",
    "mode": "publish",
    "why": "partnerships that began in spring",
}
_STATUS_EXAMPLE: Final[Json] = {
    "id": "bmV2ZXIgZ3Vlc3NlZA",
    "status": "running",
    "action": "check",
    "sent": "2024-05-01T09:30:00+00:00",
    "keptForSeconds": 3600,
    "step": "mapping",
    "rows": 12000,
    "links": {
        "self": f"{PATH}/bmV2ZXIgZ3Vlc3NlZA",
        "events": f"{PATH}/bmV2ZXIgZ3Vlc3NlZA/events",
    },
}


def paths() -> Json:
    """The paths, below ``/api/v1/submissions``."""
    one = PATH + "/{id}"
    number = {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "As the answer to the submission told it.",
        "schema": {"type": "string"},
    }
    found: Json = {
        PATH: {"post": _send()},
        one: {"get": _show(), "delete": _forget()},
        f"{one}/events": {"get": _events()},
        f"{one}/workbook": {"get": _workbook()},
    }
    for place, methods in found.items():
        for operation in methods.values():
            operation |= {"tags": [TAG], "security": [{SCHEME: []}]}
            if place != PATH:
                operation["parameters"] = [number, *operation.get("parameters", ())]
                operation["responses"]["404"] = _problem(
                    "There is none, no longer, or it is another publisher's."
                )
            operation["responses"].setdefault(
                "503", _problem("Tokens cannot be looked up at present.", "Retry-After")
            )
            operation["responses"]["401"] = _problem(
                "No token, or one that is unknown, expired or revoked.", "WWW-Authenticate"
            )
    return found


def schemas() -> Json:
    """The form, and how a submission stands."""
    text = {"type": "string"}
    return {
        "SubmissionForm": {
            "type": "object",
            "properties": {
                FILE: {
                    "type": "array",
                    "items": {"type": "string", "format": "binary"},
                    "description": "One or more: a spreadsheet, CSV, JSON, or RDF in any form.",
                },
                **{name: {**text, "description": told} for name, told in _HELP.items()},
                "mode": {
                    **text,
                    "enum": list(MODES),
                    "default": MODES[0],
                    "description": "`check` writes nothing; `publish` makes the files the whole "
                    "content of their graph.",
                },
            },
            "examples": [_EXAMPLE],
        },
        "Submission": {
            "type": "object",
            "description": "How a submission stands; what became of it once it is done.",
            "properties": {
                "id": text,
                "status": {**text, "enum": ["queued", "running", "done", "failed"]},
                "action": {**text, "enum": [*MODES, "restore"]},
                "sent": {**text, "format": "date-time"},
                "keptForSeconds": {"type": "number"},
                "before": {"type": "integer", "description": "How many are before it."},
                "step": {**text, "description": "What is being done."},
                "rows": {"type": "integer", "description": "Rows done in this step."},
                "conforms": {"type": "boolean"},
                "changed": {"type": "boolean"},
                "published": {"type": "boolean"},
                "version": {"type": ["integer", "null"]},
                "graphs": {"type": "array", "items": text},
                "report": {
                    "type": "object",
                    "description": "What is wrong at which cell, and what changes.",
                },
                "problem": {"$ref": "#/components/schemas/ProblemDocument"},
                "links": {"type": "object", "additionalProperties": text},
            },
            "required": ["id", "status", "action", "sent", "links"],
            "examples": [_STATUS_EXAMPLE],
        },
    }


def _send() -> Json:
    prefer = {
        "name": "Prefer",
        "in": "header",
        "description": "`wait=10` waits up to ten seconds for the report, `respond-async` not at "
        "all (RFC 7240).",
        "schema": {"type": "string"},
        "examples": {"wait": {"value": "wait=10"}, "later": {"value": "respond-async"}},
    }
    return {
        "operationId": "sendSubmission",
        "summary": "Check files, publish them, or undo a change",
        "description": "Every file is read by a process of its own, one submission after another. "
        "Publishing replaces the named graph whole, or not at all. Without files, a graph is "
        "published as it stood at an earlier version.",
        "parameters": [prefer],
        "requestBody": {
            "required": True,
            "content": {FORM: {"schema": {"$ref": "#/components/schemas/SubmissionForm"}}},
        },
        "responses": {
            "200": _submission("A check, or a publication that changed nothing."),
            "201": _submission("It was published.", "Location", "Cepgraph-Version"),
            "202": _submission("It is under way: ask at Location.", "Location", "Retry-After"),
            "400": _problem("The form is broken or cut off, or a file cannot be read."),
            "403": _problem("A graph that is not the token's."),
            "404": _problem("No such class, version, or change to undo."),
            "408": _problem("The body stopped coming."),
            "411": _problem("The length of the body was not sent."),
            "413": _problem("Files, rows, fields or memory above the limits."),
            "415": _problem(f"Another type than {FORM}, or a file that nothing here reads."),
            "422": _problem(
                "The data does not conform, and `report` says what is wrong, where; or a field "
                "makes no sense, and `parameter` names it."
            ),
            "429": _problem("Too many submissions at once, or in a minute.", "Retry-After"),
            "500": _problem("The process that read it ended: a fault of the service."),
            "503": _problem("Somebody else is publishing, or the service stops.", "Retry-After"),
            "504": _problem("It was ended at its deadline."),
        },
    }


def _show() -> Json:
    answer = _submission("How it stands; with its report when it is done.")
    answer["content"][HTML] = {"schema": {"type": "string"}}
    return {
        "operationId": "getSubmission",
        "summary": "How a submission stands, and its report",
        "description": "Kept in memory for a while only; a restart forgets it.",
        "responses": {"200": answer, "406": {"$ref": "#/components/responses/NotAcceptable"}},
    }


def _forget() -> Json:
    return {
        "operationId": "deleteSubmission",
        "summary": "Forget a submission, and end it when it is under way",
        "description": "What it has published stays.",
        "responses": {"204": {"description": "It is forgotten."}},
    }


def _events() -> Json:
    example = 'event: progress\ndata: {"status": "running", "step": "mapping", "rows": 12000}\n\n'
    return {
        "operationId": "followSubmission",
        "summary": "Server-sent events: progress, until done",
        "responses": {
            "200": {
                "description": "`progress` at each change and `done` at the end, both with how it "
                "stands; comments in between.",
                "content": {EVENTS: {"schema": {"type": "string"}, "example": example}},
            }
        },
    }


def _workbook() -> Json:
    return {
        "operationId": "getMarkedWorkbook",
        "summary": "What was sent, with the faulty cells marked",
        "parameters": [
            {
                "name": FILE,
                "in": "query",
                "description": "Name of the file, where several were sent.",
                "schema": {"type": "string"},
            }
        ],
        "responses": {
            "200": {
                "description": "A workbook.",
                "content": {WORKBOOK: {"schema": {"type": "string", "format": "binary"}}},
            },
            "503": _problem("It is being made.", "Retry-After"),
        },
    }


def _submission(description: str, *headers: str) -> Json:
    reference = {"$ref": "#/components/schemas/Submission"}
    return _with(headers, {"description": description, "content": {JSON: {"schema": reference}}})


def _problem(description: str, *headers: str) -> Json:
    reference = {"$ref": "#/components/schemas/ProblemDocument"}
    return _with(headers, {"description": description, "content": {PROBLEM: {"schema": reference}}})


def _with(headers: tuple[str, ...], answer: Json) -> Json:
    if headers:
        answer["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    return answer
