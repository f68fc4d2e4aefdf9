"""A request and a reply, as plain values: what the two server interfaces have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Headers = list[tuple[str, str]]

ANY_ORIGIN: Final = ("access-control-allow-origin", "*")


@dataclass(frozen=True)
class Request:
    """A request whose body has been read. Header names are in lower case."""

    method: str
    query_string: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = ""
    """Address of who asks, for limits; empty where it is not known."""
    scheme: str = "http"


@dataclass(frozen=True)
class Reply:
    """A whole response; of a HEAD request too, whose body the server leaves out."""

    status: int
    headers: Headers
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header called ``name`` (lower case)."""
        return next((value for key, value in self.headers if key == name), None)
