"""What clients are told of a submission, in each form."""

from typing import Any, Final

import orjson
from starlette.responses import Response

from api import problems
from api.messages import ANY_ORIGIN
from api.reading import HTML, JSON
from api.sparql import VERSION
from api.submissions.job import PAGE, REPORT, Job
from api.submissions.prefer import Wait
from cepgraph.errors import CepgraphError, NotFound
from cepgraph.terms import BASE

PATH: Final = "/api/v1/submissions"
RETRY_AFTER_S: Final = 2
EXPOSED: Final = "Cepgraph-Version, Location, Preference-Applied, Retry-After"
SHARED: Final = {
    # what was refused may be personal: nobody on the way keeps it
    "cache-control": "no-store",
    "vary": "Authorization, Accept, Prefer",
    ANY_ORIGIN[0]: ANY_ORIGIN[1],
    "access-control-expose-headers": EXPOSED,
    "x-content-type-options": "nosniff",
}
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The report has its style in itself, and narrows this down to that one."""


def place_of(job: Job, root: str = "") -> str:
    """The address of a submission."""
    return f"{root}{PATH}/{job.id}"


def status_of(job: Job, before: int, kept_s: float, root: str = "") -> dict[str, Any]:
    """How a submission stands, without its report."""
    facts = job.facts if job.status == "done" else None
    here = place_of(job, root)
    told: dict[str, Any] = {
        "id": job.id,
        "status": job.status,
        "action": None if job.task is None else job.task.action,
        "sent": job.since.isoformat(),
        "keptForSeconds": kept_s,
        "step": job.step,
        "rows": job.rows,
        "links": {"self": here, "events": f"{here}/events"},
    }
    if job.status == "queued":
        told["before"] = before
    if facts is not None:
        told |= {
            "conforms": facts.conforms,
            "changed": facts.changed,
            "published": facts.published,
            "version": facts.version,
            "graphs": list(facts.graphs),
        }
        if job.workbooks or job.marking:
            told["links"]["workbook"] = f"{here}/workbook"
    if job.failure is not None:
        told["problem"] = job.failure.document
    return told


def with_report(job: Job, told: dict[str, Any]) -> bytes:
    """The same, with the report where there is one."""
    return orjson.dumps({**told, "report": report_of(job)} if job.status == "done" else told)


def report_of(job: Job) -> orjson.Fragment:
    """The report as JSON."""
    return orjson.Fragment(_kept(job, REPORT))


def accepted(job: Job, told: dict[str, Any], wait: Wait, root: str = "") -> Response:
    """202: it is under way, and can be asked for."""
    headers = {
        **SHARED,
        **_applied(wait),
        "location": place_of(job, root),
        "retry-after": str(RETRY_AFTER_S),
    }
    return Response(orjson.dumps(told), 202, headers, JSON)


def ended(job: Job, told: dict[str, Any], wait: Wait, root: str = "") -> Response:
    """200, 201 or 422 with the report, or the problem that kept it from having one."""
    headers = {**SHARED, **_applied(wait)}
    facts = job.facts
    if job.failure is not None or facts is None:
        return failed(job, headers)
    headers["content-location"] = place_of(job, root)
    if not facts.conforms:
        return Response(refusal(job, told), 422, headers, problems.MEDIA_TYPE)
    if facts.version is not None:
        headers[VERSION] = str(facts.version)
    if facts.published:
        headers["location"] = place_of(job, root)
    return Response(with_report(job, told), 201 if facts.published else 200, headers, JSON)


def refusal(job: Job, told: dict[str, Any]) -> bytes:
    """The problem document of a submission that does not conform."""
    return orjson.dumps(
        {
            "type": f"{BASE}problem/submission-refused",
            "title": "The data does not conform",
            "status": 422,
            "detail": "nothing was written; the report says what is wrong, and where",
            "instance": told["links"]["self"],
            **{name: told[name] for name in ("id", "graphs", "links")},
            "report": report_of(job),
        }
    )


def failed(job: Job, headers: dict[str, str]) -> Response:
    """The problem that a submission ended with."""
    assert job.failure is not None
    document = job.failure.document
    if job.failure.retry_after_s is not None:
        headers["retry-after"] = str(job.failure.retry_after_s)
    return Response(orjson.dumps(document), document["status"], headers, problems.MEDIA_TYPE)


def standing(job: Job, told: dict[str, Any], media_type: str) -> Response:
    """200: how it stands, with its report when it is done, as JSON or as a page."""
    headers = dict(SHARED)
    if not job.over:
        headers["retry-after"] = str(RETRY_AFTER_S)
    if media_type == HTML:
        headers |= {"content-security-policy": POLICY, "referrer-policy": "no-referrer"}
        return Response(_kept(job, PAGE), 200, headers, HTML)
    return Response(with_report(job, told), 200, headers, JSON)


def problem(error: CepgraphError) -> Response:
    """An error as a response."""
    told = problems.reply(error)
    return Response(told.body, told.status, {**SHARED, **dict(told.headers)})


def _applied(wait: Wait) -> dict[str, str]:
    return {"preference-applied": ", ".join(wait.applied)} if wait.applied else {}


def _kept(job: Job, name: str) -> bytes:
    try:
        return (job.folder / name).read_bytes()
    except FileNotFoundError as error:
        # it was deleted a moment ago
        raise NotFound("submission", job.id) from error
