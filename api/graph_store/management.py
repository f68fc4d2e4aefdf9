"""PUT, POST and DELETE: a graph replaced, added to, taken away, by a token of its publisher."""

import asyncio
from typing import Final
from uuid import uuid4

import orjson
from pyoxigraph import NamedNode
from starlette.requests import Request

from api.graph_store.changes import Changes
from api.graph_store.conditions import Condition, condition_of
from api.graph_store.payload import guessed, kind_of, named, refuse_other_than_rdf
from api.graph_store.retrieval import EXPOSED
from api.graph_store.target import DESCRIPTION, Target, place_of
from api.messages import ANY_ORIGIN, Headers, Reply
from api.problems import HttpProblem
from api.reading import JSON
from api.sparql import VERSION
from api.submissions.body import length_of, read_body
from api.submissions.form import MEDIA_TYPE as FORM
from api.submissions.form import OVERHEAD_BYTES, FormLimits, read_form
from api.submissions.job import UPLOADS
from api.submissions.task import Action, write_task
from api.submissions.writing import Writing, Written
from cepgraph.errors import Forbidden
from cepgraph.tokens import Token

WAY: Final = "Graph Store Protocol"
BODY: Final = "body"


class Management:
    """Receives what is sent, and has it written in its turn among the submissions."""

    def __init__(self, writing: Writing, changes: Changes, limits: FormLimits) -> None:
        self._writing = writing
        self._changes = changes
        self._limits = limits

    async def reply(self, target: Target, request: Request, origin: str) -> Reply:
        """The answer to a write.

        Raises:
            NotAuthenticated, Forbidden: no token, or a graph that is not its.
            PreconditionFailed: the graph is not as the request's headers say it must be.
            HttpProblem: a body that cannot be taken.
            Relayed, WriteRefused: as ``Writing``.
        """
        token = self._writing.token_of(request.headers)
        if target.version is not None:
            raise HttpProblem(400, "an earlier version is only read; leave version out")
        if "content-range" in request.headers:
            raise HttpProblem(400, "a graph is sent whole, without Content-Range")
        graph = target.graph if target.graph is not None else minted(token)
        if not token.may_write(graph):
            raise Forbidden(graph.value, token.graphs)
        if request.method == "POST" and request.headers.get("content-length") == "0":
            return Reply(204, _headers())
        if target.kind == "store":
            condition = Condition(exists=False)
        else:
            condition = condition_of(request.headers, await self._changes.newest(graph.value))
        written = await self._write(graph, condition, target, token, request)
        return _told(graph.value, written, request.method, origin)

    async def _write(
        self,
        graph: NamedNode,
        condition: Condition,
        target: Target,
        token: Token,
        request: Request,
    ) -> Written:
        kind = kind_of(request.headers.get("content-type", ""))
        form = None
        action: Action = "remove"
        if request.method != "DELETE":
            action = "merge" if request.method == "POST" else "replace"
            if action != "merge" or kind != FORM:
                form = refuse_other_than_rdf(kind)
            length_of(request, self._limits.file_bytes, OVERHEAD_BYTES)
        with self._writing.place(token) as job:
            folder = job.folder / UPLOADS
            fields = dict(target.fields)
            files = []
            if action == "merge" and kind == FORM:
                sent = await read_form(request, folder, self._limits)
                files = [named(file) for file in sent.files]
                fields |= {name: value for name, value in sent.fields.items() if value}
            elif action != "remove":
                path = folder / BODY
                await read_body(request, path, self._limits.file_bytes)
                if form is None:
                    form = await asyncio.to_thread(guessed, path)
                files = [(path, f"{BODY}.{form.endings[0]}")]
            task = write_task(
                action,
                token,
                job.folder,
                files=files,
                graph=graph.value,
                fields=fields,
                base=condition.base,
                exists=condition.exists,
                way=WAY,
            )
            return await self._writing.done(job, task)


def minted(token: Token) -> NamedNode:
    """A new name for a graph, among those that a token may write.

    Raises:
        HttpProblem: 403, where the token names each of its graphs.
    """
    for pattern in token.graphs:
        if pattern.endswith("*"):
            graph = NamedNode(f"{pattern.removesuffix('*')}{uuid4()}")
            if token.may_write(graph):
                return graph
    names = ", ".join(token.graphs)
    problem = f"this token names its graphs one by one; send to one of them: {names}"
    raise HttpProblem(403, problem)


def limits_of(file_bytes: int, files: int) -> FormLimits:
    """What a form may hold here: RDF under any name, and the description of the graph."""
    return FormLimits(file_bytes=file_bytes, files=files, fields=DESCRIPTION, any_name=True)


def _headers() -> Headers:
    return [
        ("cache-control", "no-store"),
        ANY_ORIGIN,
        ("access-control-expose-headers", EXPOSED),
    ]


def _told(graph: str, written: Written, method: str, origin: str) -> Reply:
    """201 for a new graph; 204 for one that was replaced, otherwise 200."""
    headers = [*_headers(), (VERSION, str(written.version))]
    created = graph in written.graphs_added and method != "DELETE"
    if created:
        headers.append(("location", origin + place_of(graph)))
    elif method == "PUT":
        return Reply(204, headers)
    body = orjson.dumps(
        {
            "graph": graph,
            "version": written.version,
            "changed": written.changed,
            "triplesAdded": written.triples_added,
            "triplesRemoved": written.triples_removed,
        }
    )
    return Reply(201 if created else 200, [("content-type", JSON), *headers], body)
