"""Fields of a request that come in several lines."""

from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import dataclass

import pytest
from starlette.requests import Request as StarletteRequest

from api.bridge import asgi_scope, joined
from api.lanes import client_of
from api.messages import Request


class Lines(Mapping[str, str]):
    """Header lines as granian gives them: all of them, and of several the first by name."""

    def __init__(self, *lines: tuple[str, str]) -> None:
        self._lines = lines

    def __getitem__(self, name: str) -> str:
        return next(value for key, value in self._lines if key == name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def items(self) -> ItemsView[str, str]:
        return self._lines  # type: ignore[return-value]


@dataclass
class Scope:
    """What granian tells of a request."""

    headers: Mapping[str, str]
    proto: str = "http"
    http_version: str = "1.1"
    server: str = "127.0.0.1:8000"
    client: str = "10.0.0.9:5000"
    scheme: str = "http"
    method: str = "GET"
    path: str = "/x"
    query_string: str = ""


def test_lines_of_one_name_are_one_field_in_their_order() -> None:
    lines = Lines(("accept", "text/html"), ("host", "x"), ("accept", "text/turtle;q=0.5"))
    assert joined(lines) == {"accept": "text/html, text/turtle;q=0.5", "host": "x"}


def test_application_sees_the_whole_field() -> None:
    scope = asgi_scope(Scope(Lines(("if-match", '"1-a"'), ("if-match", '"2-b"'))), {})
    assert StarletteRequest(scope).headers["if-match"] == '"1-a", "2-b"'


@pytest.mark.parametrize("proxies", [1, 2])
def test_line_that_a_client_made_up_does_not_hide_it_behind_a_proxy_that_adds_another(
    proxies: int,
) -> None:
    seen = ["192.0.2.1", "192.0.2.2"][:proxies]
    lines = Lines(*(("x-forwarded-for", address) for address in ("6.6.6.6", *seen)))
    headers = StarletteRequest(asgi_scope(Scope(lines), {})).headers
    assert client_of(Request("GET", "", headers, client="10.0.0.9"), proxies) == "192.0.2.1"
