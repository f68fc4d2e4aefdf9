"""The addresses below ``/api/v1/submissions``."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from api.messages import ANY_ORIGIN
from api.problems import HttpProblem
from api.reading import HTML, JSON
from api.submissions import answers
from api.submissions.access import token_of
from api.submissions.answers import PATH, SHARED
from api.submissions.events import MEDIA_TYPE as EVENTS
from api.submissions.events import events_of
from api.submissions.form import FormLimits, read_form
from api.submissions.job import UPLOADS, WHY, Job
from api.submissions.jobs import Jobs
from api.submissions.options import IngestOptions, JobOptions
from api.submissions.prefer import wait_of
from api.submissions.task import FIELDS, task_of
from api.submissions.writing import Writing
from api.templates import WORKBOOK
from cepgraph.engine import Pool
from cepgraph.errors import CepgraphError, EngineDown, NotFound
from cepgraph.formats import negotiate
from cepgraph.settings import Settings
from cepgraph.tokens import Token, Tokens

SEEN_S: Final = 10.0
"""How long the answer to a publication waits until queries see it."""

Handler = Callable[[Request], Awaitable[Response]]


class Submissions:
    """The room; its ``jobs`` must be entered before anything is asked.

    ``writing`` is for the other rooms that write.
    """

    def __init__(self, settings: Settings, content: Path, pool: Pool) -> None:
        # it writes a line for each broken form
        logging.getLogger("python_multipart").setLevel(logging.CRITICAL)
        self._tokens = Tokens(settings.data)
        self._wait_s = settings.submission_wait_s
        self._limits = FormLimits(
            file_bytes=settings.input_max_mb << 20, files=settings.submission_files, fields=FIELDS
        )

        async def seen(version: int) -> None:
            with suppress(EngineDown):
                await pool.wait_for_version(version, SEEN_S)

        self.jobs = Jobs(
            JobOptions.from_settings(settings),
            IngestOptions.from_settings(settings, content),
            self._tokens,
            seen,
        )
        self.writing = Writing(self.jobs, self._tokens)

    def routes(self) -> list[Route]:
        """For the application."""
        one = PATH + "/{id}"
        rooms = {
            **dict.fromkeys((PATH, PATH + "/"), _Endpoint({"POST": self._send})),
            one: _Endpoint({"GET": self._show, "HEAD": self._show, "DELETE": self._forget}),
            one + "/workbook": _Endpoint({"GET": self._workbook, "HEAD": self._workbook}),
            one + "/events": _Endpoint({"GET": self._events}),
        }
        return [Route(path, room, include_in_schema=False) for path, room in rooms.items()]

    async def _send(self, request: Request) -> Response:
        token = token_of(request.headers, self._tokens)
        wait = wait_of(request.headers.getlist("prefer"), self._wait_s)
        job = self.jobs.admit(token)
        try:
            form = await read_form(request, job.folder / UPLOADS, self._limits)
            self.jobs.submit(job, task_of(form, token, job.folder))
        finally:
            if job.status == "receiving":
                self.jobs.forget(job)
        root = request.scope.get("root_path", "")
        if await job.end(wait.seconds):
            return answers.ended(job, self._told(job, request), wait, root)
        return answers.accepted(job, self._told(job, request), wait, root)

    async def _show(self, request: Request) -> Response:
        job = self._found(request)
        offered = (JSON, HTML) if job.status == "done" else (JSON,)
        best = negotiate(request.headers.get("accept"), offered)
        if not best:
            raise HttpProblem(406, f"this comes as {', '.join(offered)}")
        return answers.standing(job, self._told(job, request), best[0])

    async def _forget(self, request: Request) -> Response:
        self.jobs.forget(self._found(request))
        return Response(None, 204, SHARED)

    async def _workbook(self, request: Request) -> Response:
        job = self._found(request)
        wanted = request.query_params.get("file")
        if job.status == "done":
            await job.marked(self._wait_s)
        if job.marking:
            raise HttpProblem(503, "the marked copy is being made", {"retry-after": "2"})
        name = wanted if wanted is not None else next(iter(job.workbooks), "")
        if name not in job.workbooks:
            raise NotFound("marked copy of a table with faults", name, tuple(job.workbooks))
        path = job.folder / job.workbooks[name]
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError as error:
            raise NotFound("submission", job.id) from error
        headers = {**SHARED, "content-disposition": attachment(name)}
        return Response(content, 200, headers, WORKBOOK)

    async def _events(self, request: Request) -> Response:
        job = self._found(request)
        told = events_of(job, lambda: self._told(job, request))
        return StreamingResponse(told, 200, SHARED, EVENTS)

    def _found(self, request: Request) -> Job:
        token: Token = token_of(request.headers, self._tokens)
        return self.jobs.find(request.path_params["id"], token)

    def _told(self, job: Job, request: Request) -> dict[str, Any]:
        root = request.scope.get("root_path", "")
        return answers.status_of(job, self.jobs.position(job), self.jobs.options.kept_s, root)


def attachment(name: str) -> str:
    """The header with which a browser saves a marked copy (RFC 6266)."""
    whole = f"{name.rpartition('.')[0] or name}-marked.xlsx"
    return f"attachment; filename*=UTF-8''{quote(whole, safe='')}"


class _Endpoint:
    """One address as an ASGI application; errors are answers too."""

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._handlers = handlers
        self._methods = ", ".join((*handlers, "OPTIONS"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Part of ASGI."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(None, 204, self._allowed())
        try:
            handler = self._handlers.get(request.method)
            if handler is None:
                problem = f"{request.method} is not understood here"
                raise HttpProblem(405, problem, {"allow": self._methods})
            return await handler(request)
        except CepgraphError as error:
            return answers.problem(error)
        except OSError as error:
            # the disk may be full, or the folder gone with a service that stops
            print(f"a submission was not received: {error}", file=sys.stderr)
            problem = f"what is sent cannot be kept at present; {WHY}"
            return answers.problem(HttpProblem(503, problem, {"retry-after": "60"}))

    def _allowed(self) -> dict[str, str]:
        """What pages of other sites may send; never what a browser keeps of its own accord."""
        return {
            "allow": self._methods,
            ANY_ORIGIN[0]: ANY_ORIGIN[1],
            "access-control-allow-methods": self._methods,
            "access-control-allow-headers": "Accept, Authorization, Content-Type, Prefer",
            "access-control-max-age": "86400",
        }
