"""Multipart bodies: streamed to files, bounded in everything, broken ones refused."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive

from api.problems import HttpProblem
from api.submissions import body as body_module
from api.submissions import form as form_module
from api.submissions.form import FIELD_BYTES, Form, FormLimits, file_name_of, read_form
from cepgraph.errors import BadParameter, CepgraphError

LIMITS = FormLimits(file_bytes=1 << 20, files=2, fields=("graph", "why"))
KIND = "multipart/form-data; boundary=b"


def part(name: str, content: bytes, file: str | None = None, kind: str = "") -> bytes:
    shown = f'; filename="{file}"' if file is not None else ""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{shown}\r\n'
    head += f"Content-Type: {kind}\r\n\r\n" if kind else "\r\n"
    return head.encode() + content + b"\r\n"


END = b"--b--\r\n"


def read(
    folder: Path,
    body: bytes,
    *,
    size: int = 1 << 16,
    limits: FormLimits = LIMITS,
    cut: bool = False,
    **headers: str,
) -> Form:
    """Read a body that comes in pieces; with ``cut`` the client goes away at its end."""
    told = {"content_type": KIND, "content_length": str(len(body)), **headers}

    async def messages() -> AsyncIterator[Message]:
        for start in range(0, len(body), size):
            yield {"type": "http.request", "body": body[start : start + size], "more_body": True}
        yield {"type": "http.disconnect"} if cut else {"type": "http.request", "body": b""}

    async def run() -> Form:
        pieces = messages()
        raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in told.items()]
        scope = {"type": "http", "method": "POST", "headers": raw, "query_string": b""}
        return await read_form(Request(scope, pieces.__anext__), folder, limits)

    return asyncio.run(run())


def refused(folder: Path, body: bytes, **more: object) -> CepgraphError:
    with pytest.raises(CepgraphError) as error:
        read(folder, body, **more)  # type: ignore[arg-type]
    return error.value


@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_fields_and_files_arrive_whole_however_they_are_cut(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * 9 + b"\r\n--bb\r\n--"
    body = part("graph", b" a/b ") + part("file", content, "x.csv") + part("file", b"", "y") + END
    form = read(tmp_path, body, size=size)
    assert form.fields == {"graph": "a/b"}
    assert [file.name for file in form.files] == ["x.csv", "y"]
    assert [file.path.name for file in form.files] == ["0.csv", "1"]
    assert form.files[0].path.read_bytes() == content
    assert form.files[1].path.read_bytes() == b""


def test_large_file_is_written_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_module, "_BUFFER", 1000)
    content = b"0123456789" * 5000
    form = read(tmp_path, part("file", content, "x.csv") + END, size=777)
    assert form.files[0].path.read_bytes() == content


def test_text_is_utf_8(tmp_path: Path) -> None:
    body = part("why", "für Zoë".encode()) + part("file", b"x", "Zoë's „list“.xlsx") + END
    form = read(tmp_path, body)
    assert form.fields["why"] == "für Zoë"
    assert form.files[0].name == "Zoë's „list“.xlsx"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"x", 400),
        (b"--b", 400),
        (b"--b\r\n", 400),
        (part("why", b"x"), 400),
        (part("file", b"x", "x.csv"), 400),
        (part("file", b"x", "x.csv") + b"--b", 400),
        (b"--c\r\n\r\n", 400),
        (b"--b\r\n\r\nx\r\n" + END, 400),
        (b"--b\r\nno header\r\n\r\nx\r\n" + END, 400),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END, 400),
        (b"--b\r\nX: " + b"y" * 10_000 + b"\r\n\r\nx\r\n" + END, 400),
        (b"--b\r\n" + b"X: y\r\n" * 1000 + b"\r\nx\r\n" + END, 400),
        (part("why", b"\xff") + END, 400),
        (part("why", b"x" * (FIELD_BYTES + 1)) + END, 413),
        (part("file", b"x" * ((1 << 20) + 1), "x.csv") + END, 413),
        (part("file", b"", "a") + part("file", b"", "b") + part("file", b"", "c") + END, 413),
        (part("file", b"", "a/x.csv") + part("file", b"", "b/x.csv") + END, 422),
        (b"x" * (3 << 20), 413),
        (part("unknown", b"x") + END, 422),
        (part("x" * 1000, b"x") + END, 422),
        (part("why", b"x") * 2 + END, 422),
        (part("why", b"x", "x.csv") + END, 422),
        (part("file", b"x") + END, 422),
        (part("file", b"x", "") + END, 422),
    ],
)
@pytest.mark.parametrize("size", [5, 1 << 16])
def test_broken_or_excessive_forms_are_refused(
    tmp_path: Path, body: bytes, status: int, size: int
) -> None:
    assert refused(tmp_path, body, size=size if len(body) < 10_000 else 1 << 16).status == status


def test_sum_of_files_is_bounded_even_when_less_was_announced(tmp_path: Path) -> None:
    body = part("file", b"x" * (1 << 20), "a") + part("file", b"x" * (1 << 20), "b") + END
    error = refused(tmp_path, body, content_length="10")
    assert error.status == 413
    assert "1 MB" in error.detail()


def test_body_announced_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    assert refused(tmp_path, b"", content_length=str(1 << 40)).status == 413


@pytest.mark.parametrize("length", ["", "-1", "many"])
def test_body_of_no_announced_length_is_411(tmp_path: Path, length: str) -> None:
    assert refused(tmp_path, END, content_length=length).status == 411


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("", 415),
        ("text/csv", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/mixed; boundary=b", 415),
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=", 400),
        ("multipart/form-data; boundary=" + "b" * 1000, 400),
    ],
)
def test_other_content_types_are_refused(tmp_path: Path, kind: str, status: int) -> None:
    assert refused(tmp_path, END, content_type=kind).status == status


def test_files_may_come_under_any_name_where_that_is_allowed(tmp_path: Path) -> None:
    limits = replace(LIMITS, any_name=True)
    body = part("one", b"1", "a.ttl", "text/turtle; charset=utf-8") + part("two", b"2")
    form = read(tmp_path, body + part("why", b"3", kind="text/plain") + END, limits=limits)
    assert [(file.name, file.media_type) for file in form.files] == [
        ("a.ttl", "text/turtle"),
        ("two", ""),
    ]
    assert [file.path.read_bytes() for file in form.files] == [b"1", b"2"]
    assert form.fields == {"why": "3"}


def test_packed_body_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, END, content_encoding="gzip").status == 415


def test_body_that_was_cut_is_never_taken_for_a_whole_one(tmp_path: Path) -> None:
    error = refused(tmp_path, part("file", b"x", "x.csv") + END, cut=True)
    assert (error.status, "ended" in error.detail()) == (400, True)


def test_body_that_stops_coming_is_408(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "IDLE_S", 0.01)

    async def nothing() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    assert never_whole(tmp_path, nothing) == 408


def test_body_that_comes_too_slowly_is_408(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "WHOLE_S", 0.05)

    async def drop() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b"", "more_body": True}

    assert never_whole(tmp_path, drop) == 408


def never_whole(folder: Path, receive: Receive) -> int:
    """Status of the refusal of a body of which these pieces come."""
    headers = [(b"content-type", KIND.encode()), (b"content-length", b"10")]
    scope = {"type": "http", "method": "POST", "headers": headers, "query_string": b""}
    with pytest.raises(HttpProblem) as error:
        asyncio.run(read_form(Request(scope, receive), folder, LIMITS))
    return error.value.status


def test_unknown_field_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    error = refused(tmp_path, part("grpah", b"x") + END)
    assert isinstance(error, BadParameter)
    assert error.parameter == "grpah"
    assert "graph" in error.problem


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"findings.xlsx", "findings.xlsx"),
        (b"../../etc/passwd", "passwd"),
        (b"C:\\Users\\x\\findings.xlsx", "findings.xlsx"),
        (b"/", "file"),
        (b"a\nb\x1b[31m.csv", "a\ufffdb\ufffd[31m.csv"),
        ("a\u202exslx.exe".encode(), "a\ufffdxslx.exe"),
        (b"\xff.csv", "\ufffd.csv"),
        (b"x" * 1000 + b".csv", "x" * 196 + ".csv"),
    ],
)
def test_name_of_a_file_is_no_path_and_hides_nothing(sent: bytes, shown: str) -> None:
    assert file_name_of(sent) == shown


def test_files_lie_under_names_of_our_own(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    body = part("file", b"x", "../../x.csv") + part("file", b"y", "x.csv/../../y.TT:L") + END
    read(folder, body)
    assert sorted(re.sub("[0-9]", "#", p.name) for p in folder.iterdir()) == ["#", "#.csv"]
    assert [p.name for p in tmp_path.iterdir()] == ["in"]
