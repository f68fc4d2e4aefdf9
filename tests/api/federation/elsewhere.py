"""Another SPARQL endpoint, good and bad: a server in a thread that remembers what it was asked."""

import gzip
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, Store

JSON: Final = "application/sparql-results+json"
GOOD: Final = ("sparql", "sparql?key=1", "charset", "json", "cookie", "more", "large")
"""Paths where it answers."""
BAD: Final = (
    *("error", "nothing", "missing", "redirect", "hangup", "refused", "html", "packed", "garbled"),
    *("latin", "boolean", "triple", "injected", "huge"),
)
"""Paths where it answers something else."""
LATE: Final = ("slow", "drip")
"""Paths where it does not come to an end."""

DATA: Final = """
@prefix : <urn:> .
:s :label "S", "es"@es ; :next :t . :t :label "T" ; :size 2 . _:b :label "B" ; :of _:b .
:quoted :label "a \\"quote\\" \\\\ and\\nmore\\té" .
"""


@dataclass
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> str:
        """The query in its form."""
        return dict(parse_qsl(self.body.decode()))["query"]


@dataclass
class Elsewhere:
    """What it answers depends on the path; ``/sparql`` is an endpoint over ``DATA``."""

    store: Store = field(default_factory=Store)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    """Until then ``/slow`` and ``/drip`` do not end."""

    def __post_init__(self) -> None:
        self.store.load(DATA.encode(), format=RdfFormat.TURTLE)
        elsewhere = self

        class Handler(_Handler):
            to = elsewhere

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def url(self, path: str = "/sparql") -> str:
        """The address of an endpoint."""
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        """Stop listening."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def evaluate(self, query: str) -> bytes:
        """A result in JSON."""
        results = self.store.query(query)
        assert isinstance(results, QuerySolutions)
        return results.serialize(format=QueryResultsFormat.JSON) or b""


class _Handler(BaseHTTPRequestHandler):
    to: Elsewhere

    def setup(self) -> None:
        self.to.connections += 1
        super().setup()

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        asked = Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        self.to.asked.append(asked)
        name = self.path.strip("/").partition("?")[0]
        getattr(self, f"answer_{name}", self.answer_missing)(asked)

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        named = {"content_type": JSON, "content_length": str(len(body)), **headers}
        self.send_response(status)
        for name, value in named.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def answer_missing(self, _asked: Asked) -> None:
        self.send(b"no such thing", 404, content_type="text/plain")

    def answer_sparql(self, asked: Asked) -> None:
        self.send(self.to.evaluate(asked.query))

    def answer_charset(self, asked: Asked) -> None:
        self.send(self.to.evaluate(asked.query), content_type=f"{JSON}; charset=utf-8")

    def answer_json(self, asked: Asked) -> None:
        self.send(self.to.evaluate(asked.query), content_type="application/json")

    def answer_cookie(self, asked: Asked) -> None:
        self.send(self.to.evaluate(asked.query), set_cookie="known=1; Path=/")

    def answer_error(self, _asked: Asked) -> None:
        self.send(b"it broke", 500, content_type="text/plain")

    def answer_nothing(self, _asked: Asked) -> None:
        self.send(b"", 204)

    def answer_redirect(self, _asked: Asked) -> None:
        self.send(b"", 307, location=self.to.url())

    def answer_slow(self, _asked: Asked) -> None:
        self.to.released.wait()

    def answer_drip(self, _asked: Asked) -> None:
        self.send_response(200)
        self.send_header("content-type", JSON)
        self.end_headers()
        while not self.to.released.wait(0.05):
            self.wfile.write(b" ")
            self.wfile.flush()

    def answer_huge(self, asked: Asked) -> None:
        try:
            self.send(b" " * (9 << 20) + self.to.evaluate(asked.query))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer_large(self, asked: Asked) -> None:
        try:
            self.send(b" " * (5 << 20) + self.to.evaluate(asked.query))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer_hangup(self, _asked: Asked) -> None:
        self.send(b'{"head":{"vars":[]},"res', content_length="1000")
        self.close_connection = True

    def answer_refused(self, _asked: Asked) -> None:
        self.close_connection = True

    def answer_html(self, _asked: Asked) -> None:
        self.send(b"<p>Welcome", content_type="text/html")

    def answer_packed(self, asked: Asked) -> None:
        self.send(gzip.compress(self.to.evaluate(asked.query)), content_encoding="gzip")

    def answer_garbled(self, _asked: Asked) -> None:
        self.send(b'{"head":')

    def answer_latin(self, _asked: Asked) -> None:
        self.send(b'{"head":{"vars":["l\xe9"]},"results":{"bindings":[]}}')

    def answer_boolean(self, _asked: Asked) -> None:
        self.send(b'{"head":{},"boolean":true}')

    def answer_triple(self, _asked: Asked) -> None:
        part = {"type": "uri", "value": "urn:a"}
        triple = {"subject": part, "predicate": part, "object": part}
        self.solutions({"type": "triple", "value": triple})

    def answer_injected(self, _asked: Asked) -> None:
        self.solutions(
            {"type": "uri", "value": f"urn:a> ) }} }} SERVICE <{self.to.url('/sparql')}"}
        )

    def answer_more(self, _asked: Asked) -> None:
        row = {
            "l": {"type": "literal", "value": "L"},
            "o": {"type": "literal", "value": "not asked for"},
        }
        self.send(
            json.dumps({"head": {"vars": ["o", "l"]}, "results": {"bindings": [row]}}).encode()
        )

    def solutions(self, term: dict[str, Any]) -> None:
        body = {"head": {"vars": ["s", "l"]}, "results": {"bindings": [{"l": term}]}}
        self.send(json.dumps(body).encode())
