"""A submission over HTTP: statuses, reports, refusals, who sees what."""

import errno
import json

import pytest

from api.submissions import form
from cepgraph.errors import NotFound
from cepgraph.history import History
from tests.api.submissions.conftest import OWN, PATH, Open, Service
from tests.engine.support import until

pytestmark = pytest.mark.anyio


# -- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Basic eDp5"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer cepgraph_000000000000_x"},
    ],
)
async def test_without_a_token_everything_is_401(
    service: Service, method: str, headers: dict[str, str]
) -> None:
    place = PATH if method == "POST" else f"{PATH}/x"
    answer = await service.client.request(method, place, headers=headers)
    assert answer.status_code == 401
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith("Bearer")
    # RFC 6750, 3.1: only who sent a token is told that it is wrong
    assert ('error="invalid_token"' in challenge) == ("_x" in headers.get("authorization", ""))
    assert answer.json()["type"].endswith("problem/not-authenticated")
    assert answer.headers["cache-control"] == "no-store"


async def test_address_may_end_in_a_slash(service: Service) -> None:
    assert (await service.client.post(f"{PATH}/")).status_code == 401


async def test_revoked_token_is_refused_at_once(service: Service) -> None:
    assert (await service.send("ok")).status_code == 200
    service.tokens.revoke(service.token.id)
    answer = await service.send("ok")
    assert answer.status_code == 401
    assert "revoked" in answer.json()["detail"]


async def test_token_that_is_revoked_while_its_submission_waits_writes_nothing(
    service: Service,
) -> None:
    await service.send_as(service.text, "wait", "wait", "wait", prefer="respond-async")
    waiting = await service.send_as(service.text, "pet", prefer="respond-async", mode="publish")
    other, text = service.tokens.create("arts-connect")
    service.tokens.revoke(service.token.id)
    service.text = text
    told = await service.until(waiting.headers["location"], "done", "failed")
    assert told["problem"]["status"] == 401
    assert other.publisher == service.token.publisher
    assert service.head == service.before


async def test_graph_of_somebody_else_is_403_and_nothing_waits(service: Service) -> None:
    answer = await service.send("pet", graph="aspire/pets", mode="publish")
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("problem/forbidden")
    assert all(job.over for job in service.jobs._jobs.values())


async def test_graph_that_a_file_names_is_judged_like_any_other(service: Service) -> None:
    answer = await service.send("foreign")
    assert answer.status_code == 403


@pytest.mark.parametrize("graph", ["cepgraph/reference", "arts-connect/../cepgraph/reference"])
async def test_graph_of_the_project_is_nobodys(service: Service, graph: str) -> None:
    assert (await service.send("pet", graph=graph, mode="publish")).status_code == 403


async def test_only_tokens_of_the_same_publisher_see_a_submission(service: Service) -> None:
    place = (await service.send("wrong")).json()["instance"]
    _, same = service.tokens.create("arts-connect")
    _, other = service.tokens.create("aspire", ["arts-connect/*"])
    assert (await service.get(place, same)).status_code == 200
    for path in (place, f"{place}/events", f"{place}/workbook"):
        assert (await service.get(path, other)).status_code == 404
    headers = {"authorization": f"Bearer {other}"}
    assert (await service.client.delete(place, headers=headers)).status_code == 404
    assert (await service.get(place)).status_code == 200


async def test_damaged_tokens_close_the_door(service: Service) -> None:
    path = service.data / "tokens.json"
    whole = path.read_bytes()
    path.write_text("{")
    answer = await service.send("pet", mode="publish")
    path.write_bytes(whole)
    assert answer.status_code == 503
    assert str(service.data) not in answer.text


# -- what is asked ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"mode": "write"}, "mode"),
        ({"version": "1"}, "version"),
        ({"publisher": "arts connect"}, "publisher"),
        ({"source": "not an address"}, "source"),
        ({"licence": "https://x y"}, "licence"),
        ({"graph": "https://x y"}, "graph"),
        ({"unknown": "x"}, "unknown"),
    ],
)
async def test_field_that_makes_no_sense_is_422_with_its_name(
    service: Service, fields: dict[str, str], parameter: str
) -> None:
    answer = await service.send("ok", **fields)
    assert answer.status_code == 422
    assert answer.json()["parameter"] == parameter


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"graph": OWN}, "file"),
        ({"graph": OWN, "version": "1"}, "mode"),
        ({"graph": OWN, "version": "1", "mode": "check"}, "mode"),
        ({"graph": OWN, "version": "-1", "mode": "publish"}, "version"),
        ({"graph": OWN, "version": "one", "mode": "publish"}, "version"),
        ({"version": "1", "mode": "publish"}, "graph"),
    ],
)
async def test_undoing_that_makes_no_sense_is_422_with_the_fields_name(
    service: Service, fields: dict[str, str], parameter: str
) -> None:
    parts = [(name, (None, value)) for name, value in fields.items()]
    headers = {"authorization": f"Bearer {service.text}"}
    answer = await service.client.post(PATH, files=parts, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["parameter"] == parameter


async def test_other_bodies_are_415_and_other_methods_405(service: Service) -> None:
    headers = {"authorization": f"Bearer {service.text}"}
    answer = await service.client.post(PATH, content=b"x", headers=headers)
    assert answer.status_code == 415
    answer = await service.client.put(PATH, content=b"x", headers=headers)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST, OPTIONS"


async def test_files_above_the_limit_are_413_and_leave_nothing(opened: Open) -> None:
    async with opened(input_max_mb=1, submission_files=2) as service:
        assert (await service.send("x" * (3 << 20))).status_code == 413
        headers = {"authorization": f"Bearer {service.text}"}
        files = [("file", (f"{name}.csv", b"x")) for name in "abc"]
        answer = await service.client.post(PATH, files=files, headers=headers)
        assert answer.status_code == 413
        assert "2 files" in answer.json()["detail"]
        assert [p for p in service.jobs._scratch.folder.iterdir() if p.is_dir()] == []


async def test_any_page_may_ask_and_none_with_the_browsers_own_credentials(
    service: Service,
) -> None:
    answer = await service.client.options(PATH, headers={"origin": "https://x.example"})
    assert answer.status_code == 204
    allowed = answer.headers["access-control-allow-headers"]
    assert allowed == "Accept, Authorization, Content-Type, Prefer"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "POST" in answer.headers["access-control-allow-methods"]
    sent = await service.send("ok")
    assert sent.headers["access-control-allow-origin"] == "*"
    assert "Location" in sent.headers["access-control-expose-headers"]


# -- what is answered ------------------------------------------------------------------------------


async def test_check_is_200_with_its_report_and_writes_nothing(service: Service) -> None:
    answer = await service.send("pet")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["conforms"], told["changed"]) == ("done", True, True)
    assert told["published"] is False
    assert told["report"]["counts"]["violation"] == 0
    assert service.head == service.before


async def test_publication_is_201_with_its_version_which_queries_see_at_once(
    service: Service,
) -> None:
    answer = await service.send("pet", mode="publish", why="Fido")
    assert answer.status_code == 201
    version = service.before + 1
    assert answer.json()["version"] == version
    assert answer.headers["cepgraph-version"] == str(version)
    found = await service.client.get("/sparql", params={"query": 'ASK { ?s ?p "Fido" }'})
    assert found.headers["cepgraph-version"] == str(version)
    assert found.json()["boolean"] is True


async def test_log_names_publisher_and_token(service: Service) -> None:
    await service.send("pet", mode="publish", why="to see")
    said = History(service.data).entry(service.head).provenance
    assert said.who == service.token.publisher
    assert (said.token, said.why, said.source) == (service.token.id, "to see", "pets.csv")


async def test_publication_that_changes_nothing_is_200(service: Service) -> None:
    assert (await service.send("pet", mode="publish")).status_code == 201
    again = await service.send("pet", mode="publish")
    assert again.status_code == 200
    assert again.json()["changed"] is False
    assert service.head == service.before + 1


async def test_data_that_does_not_conform_is_422_with_the_report(service: Service) -> None:
    answer = await service.send("wrong", mode="publish")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["title"] == "The data does not conform"
    (group,) = told["report"]["groups"]
    assert (group["message"], group["column"]) == ("Name its owner.", "Owner")
    assert group["first"][0]["row"] == 2
    assert service.head == service.before


async def test_file_that_cannot_be_read_is_told_with_its_place(service: Service) -> None:
    answer = await service.send("unreadable")
    assert answer.status_code == 400
    told = answer.json()
    assert (told["file"], told["row"], told["column"]) == ("pets.csv", 3, "Owner")


async def test_report_stays_and_comes_as_json_and_as_a_page(service: Service) -> None:
    place = (await service.send("wrong")).json()["instance"]
    plain = await service.get(place)
    assert plain.status_code == 200
    assert plain.json()["report"]["counts"]["violation"] == 1
    page = await service.get(place, accept="text/html,*/*;q=0.1")
    assert page.headers["content-type"].startswith("text/html")
    assert "Name its owner." in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await service.get(place, accept="text/csv")).status_code == 406
    for answer in (plain, page):
        assert answer.headers["cache-control"] == "no-store"


async def test_table_with_faults_comes_back_marked(service: Service) -> None:
    told = (await service.send("wrong")).json()
    answer = await service.get(told["links"]["workbook"])
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    assert answer.headers["content-disposition"].endswith("pets-marked.xlsx")
    named = await service.get(f"{told['links']['workbook']}?file=pets.csv")
    assert named.content == answer.content
    other = await service.get(f"{told['links']['workbook']}?file=other.csv")
    assert other.status_code == 404
    assert other.json()["nearest"] == ["pets.csv"]


async def test_where_nothing_is_to_be_marked_there_is_no_marked_copy(service: Service) -> None:
    told = (await service.send("ok")).json()
    assert "workbook" not in told["links"]
    assert (await service.get(f"{told['links']['self']}/workbook")).status_code == 404


async def test_who_does_not_wait_is_told_where_to_ask(service: Service) -> None:
    answer = await service.send_as(service.text, "wait", prefer="respond-async")
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["status"] in ("queued", "running")
    told = await service.until(answer.headers["location"], "done")
    assert told["report"]["conforms"] is True


async def test_usual_wait_is_a_setting(opened: Open) -> None:
    async with opened(submission_wait_s=0.0) as service:
        answer = await service.send_as(service.text, "wait", prefer="")
        assert answer.status_code == 202


async def test_submissions_run_one_after_another_in_one_process(service: Service) -> None:
    first = await service.send_as(service.text, "wait", prefer="respond-async")
    second = await service.send_as(service.text, "ok", prefer="respond-async")
    told = second.json()
    assert (told["status"], told["before"]) == ("queued", 1)
    await service.until(second.headers["location"], "done")
    assert (await service.get(first.headers["location"])).json()["status"] == "done"
    process = service.jobs.process_id
    await service.send("ok")
    assert service.jobs.process_id == process


async def test_progress_is_told_with_step_and_rows(service: Service) -> None:
    answer = await service.send_as(service.text, "wait", "wait", prefer="respond-async")
    told = await service.until(answer.headers["location"], "running", "done", having="step")
    assert (told["step"], told["rows"]) == ("wait", 7)


async def test_events_tell_progress_and_end_when_it_is_done(service: Service) -> None:
    sent = await service.send_as(service.text, "wait", "ok", prefer="respond-async")
    answer = await service.get(f"{sent.headers['location']}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [part.splitlines() for part in answer.text.strip().split("\n\n")]
    names = [lines[0] for lines in events]
    assert set(names[:-1]) == {"event: progress"}
    assert names[-1] == "event: done"
    last = json.loads(events[-1][1].removeprefix("data: "))
    assert (last["status"], last["conforms"]) == ("done", True)
    again = await service.get(f"{sent.headers['location']}/events")
    assert again.text.startswith("event: done\n")


async def test_unknown_submission_is_404(service: Service) -> None:
    for place in (f"{PATH}/x", f"{PATH}/x/events", f"{PATH}/x/workbook"):
        answer = await service.get(place)
        assert answer.status_code == 404
        assert answer.json()["title"] == "Not found"


async def test_submission_can_be_forgotten(service: Service) -> None:
    place = (await service.send("wrong")).json()["instance"]
    folder = service.jobs.find(place.rsplit("/", 1)[-1], service.token).folder
    headers = {"authorization": f"Bearer {service.text}"}
    assert (await service.client.delete(place, headers=headers)).status_code == 204
    assert (await service.get(place)).status_code == 404
    assert (await service.client.delete(place, headers=headers)).status_code == 404
    await until(lambda: not folder.exists())


async def test_submission_is_forgotten_after_its_time(opened: Open) -> None:
    async with opened(submission_kept_s=0.05) as service:
        answer = await service.send("ok")
        place = answer.headers["content-location"]
        number = place.rsplit("/", 1)[-1]
        await until(lambda: number not in service.jobs._jobs)
        assert (await service.get(place)).status_code == 404


async def test_what_was_sent_is_gone_when_the_report_stands(service: Service) -> None:
    place = (await service.send("wrong")).json()["instance"]
    job = service.jobs.find(place.rsplit("/", 1)[-1], service.token)
    await until(lambda: not (job.folder / "files").exists())
    kept = sorted(path.name for path in job.folder.iterdir())
    assert kept == ["marked-0.xlsx", "report.html", "report.json"]
    with pytest.raises(NotFound):
        service.jobs.find("x", service.token)


# -- how much --------------------------------------------------------------------------------------


async def test_too_many_in_a_minute_are_429(opened: Open) -> None:
    async with opened(submission_per_minute=2) as service:
        statuses = [(await service.send("ok")).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        answer = await service.send("ok")
        assert 0 < int(answer.headers["retry-after"]) <= 31
        _, other = service.tokens.create("arts-connect")
        assert (await service.send_as(other, "ok")).status_code == 200


async def test_too_many_of_one_token_at_once_are_429(opened: Open) -> None:
    async with opened(submission_per_token=1) as service:
        await service.send_as(service.text, "wait", "wait", prefer="respond-async")
        answer = await service.send("ok")
        assert answer.status_code == 429
        assert answer.headers["retry-after"]
        _, other = service.tokens.create("arts-connect")
        assert (await service.send_as(other, "ok")).status_code == 200


async def test_full_queue_is_429_for_everybody(opened: Open) -> None:
    async with opened(submission_queue=1) as service:
        for _ in range(2):
            await service.send_as(service.text, "wait", "wait", prefer="respond-async")
        _, other = service.tokens.create("aspire", ["arts-connect/*"])
        assert (await service.send_as(other, "ok")).status_code == 429


async def test_upload_that_the_system_cannot_keep_is_503_without_a_word_of_where(
    service: Service, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_reader: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere")

    with monkeypatch.context() as patch:
        patch.setattr(form._Reader, "_write", full)
        answer = await service.send("ok")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "somewhere" not in answer.text
    assert "No space left" in capsys.readouterr().err
    assert (await service.send("ok")).status_code == 200


async def test_broken_form_leaves_nothing_in_the_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {
        "authorization": f"Bearer {service.text}",
        "content-type": "multipart/form-data; boundary=b",
    }
    answer = await service.client.post(PATH, content=b"--secret", headers=headers)
    assert answer.status_code == 400
    assert not [record for record in caplog.records if record.name.startswith("python_multipart")]
