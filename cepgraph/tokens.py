"""Tokens: who may publish over HTTP, and to which graphs.

A token reads ``cepgraph_{id}_{secret}``: whoever finds one knows what it is and, by its id, which
to revoke. Only the SHA-256 of the secret is kept. That is enough because a secret is 256 random
bits, which nobody can guess; a slow hash is for passwords, which people choose.
"""

import fcntl
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import unquote

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic import Field as Part
from pyoxigraph import NamedNode

from cepgraph.errors import BadParameter, CepgraphError, NotAuthenticated, NotFound
from cepgraph.terms import ENTAILED_SUFFIX, GRAPH, ID, PROJECT_GRAPHS

FILE: Final = "tokens.json"
PREFIX: Final = "cepgraph_"
ID_BYTES: Final = 6
SECRET_BYTES: Final = 32
MOST_KEPT: Final = 64 << 20
"""Bytes of the file; a larger one was not written here."""

_USUAL_KIND: Final = "organisation/"
_STAR: Final = "*"
_SHORT: Final = re.compile(r"[A-Za-z0-9][\w.~-]*(?:/[A-Za-z0-9][\w.~-]*)?", re.ASCII)


class TokensDamaged(CepgraphError):
    """The file of tokens cannot be read; then no token is good."""

    title = "The tokens cannot be read"

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(place, problem)
        self.place = place
        self.problem = problem

    def detail(self) -> str:
        return (
            f"{self.place}: {self.problem}; put back a copy of it, or remove it and make new "
            "tokens. Until then nobody can publish over HTTP"
        )


class Token(BaseModel):
    """One token, without its secret.

    Attributes:
        publisher: IRI.
        graphs: IRIs of graphs that it may write; one that ends in ``*`` stands for all that begin
            with what comes before.
        expires: last day on which it holds, in UTC.
        digest: SHA-256 of the secret, in hexadecimal.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{{2 * ID_BYTES}}}$")]
    publisher: Annotated[str, StringConstraints(min_length=1)]
    graphs: Annotated[tuple[str, ...], Part(min_length=1)]
    created: AwareDatetime
    expires: date | None = None
    revoked: AwareDatetime | None = None
    note: str = ""
    digest: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$"), Part(repr=False)]

    def may_write(self, graph: NamedNode) -> bool:
        """Whether it reaches to a graph."""
        return covers(self.graphs, graph)

    def fault(self, today: date | None = None) -> str:
        """Why it no longer holds; empty while it does."""
        if self.revoked is not None:
            return "the token was revoked"
        if self.expires is not None and (today or datetime.now(UTC).date()) > self.expires:
            return f"the token expired; {self.expires.isoformat()} was its last day"
        return ""


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tokens: tuple[Token, ...]


class Tokens:
    """The tokens of a data folder, in ``tokens.json``. Changes by others are seen at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / FILE
        self._seen: tuple[int, ...] | None = None
        self._tokens: dict[str, Token] = {}

    def create(
        self,
        publisher: str,
        graphs: Iterable[str] = (),
        expires: date | None = None,
        note: str = "",
    ) -> tuple[Token, str]:
        """Make a token; it and its text, which cannot be had again.

        ``publisher`` and ``graphs`` are as people write them: see ``publisher_iri`` and
        ``graph_pattern``. Without graphs they are all those of the publisher.

        Raises:
            BadParameter: a publisher or graph that is none, or the project's; a day in the past.
            TokensDamaged: the file cannot be read, and is left as it is.
        """
        iri = publisher_iri(publisher)
        patterns = [graph_pattern(text) for text in graphs] or [_own_graphs(iri)]
        now = datetime.now(UTC).replace(microsecond=0)
        if expires is not None and expires < now.date():
            raise BadParameter("expires", "that day is over", expires.isoformat())
        with self._changing() as tokens:
            number = _new_id(tokens)
            secret = secrets.token_urlsafe(SECRET_BYTES)
            token = Token(
                id=number,
                publisher=iri,
                graphs=tuple(dict.fromkeys(patterns)),
                created=now,
                expires=expires,
                note=note,
                digest=_digest(secret),
            )
            tokens[number] = token
        return token, f"{PREFIX}{number}_{secret}"

    def revoke(self, number: str) -> Token:
        """End a token for good; one that was revoked before stays as it is.

        Raises:
            NotFound: no token has this id.
            TokensDamaged: the file cannot be read, and is left as it is.
        """
        with self._changing() as tokens:
            token = tokens.get(number)
            if token is None:
                # never the text itself: it may be a whole token
                raise NotFound("token with the id", number[: 2 * ID_BYTES])
            if token.revoked is None:
                now = datetime.now(UTC).replace(microsecond=0)
                token = token.model_copy(update={"revoked": now})
                tokens[number] = token
        return token

    def all(self) -> list[Token]:
        """Every token, oldest first, those included that no longer hold.

        Raises:
            TokensDamaged: the file cannot be read.
        """
        return list(self._current().values())

    def authenticate(self, text: str) -> Token:
        """The token that a text is.

        Raises:
            NotAuthenticated: none, or one that no longer holds. The text is never repeated.
            TokensDamaged: the file cannot be read.
        """
        number, _, secret = text.removeprefix(PREFIX).partition("_")
        token = self._current().get(number) if text.startswith(PREFIX) else None
        known = token is not None and hmac.compare_digest(token.digest, _digest(secret))
        if token is None or not known:
            raise NotAuthenticated("the token is not known here")
        fault = token.fault()
        if fault:
            raise NotAuthenticated(fault)
        return token

    def still_holds(self, number: str) -> bool:
        """Whether a token that was good is so still.

        Raises:
            TokensDamaged: the file cannot be read.
        """
        token = self._current().get(number)
        return token is not None and not token.fault()

    def _current(self) -> dict[str, Token]:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self._seen, self._tokens = None, {}
            return self._tokens
        seen = (found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)
        if seen != self._seen:
            self._tokens = _read(self._path)
            self._seen = seen
        return self._tokens

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Token]]:
        """The tokens, to be changed; written when no error ends the block."""
        self._folder.mkdir(parents=True, exist_ok=True)
        # of its own: the writer's lock is held for as long as somebody publishes
        lock = os.open(self._folder / f"{FILE}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            tokens = _read(self._path) if self._path.exists() else {}
            yield tokens
            _write(self._path, tokens)
        finally:
            os.close(lock)


def covers(patterns: Iterable[str], graph: NamedNode) -> bool:
    """Whether one of the patterns of a token reaches to a graph; never to one of the project's."""
    iri = graph.value
    if not _is_plain(iri) or iri.startswith(PROJECT_GRAPHS) or iri.endswith(ENTAILED_SUFFIX):
        return False
    return any(
        iri.startswith(pattern[:-1]) if pattern.endswith(_STAR) else iri == pattern
        for pattern in patterns
    )


def publisher_iri(text: str) -> str:
    """An IRI as it stands; ``organisation/arts-connect`` and ``arts-connect`` as those of ours.

    Raises:
        BadParameter: no IRI can be made of it.
    """
    iri = text
    if _SHORT.fullmatch(text):
        iri = ID + (text if "/" in text else _USUAL_KIND + text)
    try:
        named = NamedNode(iri).value
    except ValueError:
        named = ""
    if not named.partition("://")[2].strip("/"):
        problem = "write an IRI, kind/key or a key, such as arts-connect"
        raise BadParameter("publisher", problem, text)
    return named


def graph_pattern(text: str) -> str:
    """``arts-connect/*`` or ``arts-connect/partnerships``, or the same as IRIs, in full.

    Raises:
        BadParameter: it is no graph, reaches beyond those of one publisher, or to the project's.
    """
    pattern = text if "://" in text else GRAPH + text
    shown = "write the graphs of one publisher, such as arts-connect/*"
    if not pattern.startswith(GRAPH):
        raise BadParameter("graphs", f"graphs here begin with {GRAPH}", text)
    publisher, _, rest = pattern.removeprefix(GRAPH).partition("/")
    plain = pattern.removesuffix(_STAR)
    try:
        NamedNode(plain)
    except ValueError:
        raise BadParameter("graphs", shown, text) from None
    if not publisher or not rest or _STAR in plain or not _is_plain(plain.rstrip("/")):
        raise BadParameter("graphs", shown, text)
    if not pattern.endswith(_STAR) and pattern.endswith(("/", ENTAILED_SUFFIX)):
        raise BadParameter("graphs", shown, text)
    if pattern.startswith(PROJECT_GRAPHS):
        raise BadParameter("graphs", "these are the project's own graphs", text)
    return pattern


def _own_graphs(publisher: str) -> str:
    slug = publisher.rstrip("/").rpartition("/")[2].rpartition("#")[2]
    return graph_pattern(f"{slug}/{_STAR}")


def _is_plain(iri: str) -> bool:
    """Whether a graph's IRI says what it seems to: no ``..``, no empty step, nothing unseen."""
    shown = unquote(iri.removeprefix(GRAPH))
    return (
        iri.startswith(GRAPH)
        and shown.isprintable()
        and not {"", ".", ".."} & set(shown.split("/"))
        and not any(sign in iri for sign in "?#\\")
    )


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _new_id(taken: Iterable[str]) -> str:
    while (number := secrets.token_hex(ID_BYTES)) in taken:
        pass
    return number


def _read(path: Path) -> dict[str, Token]:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_KEPT)
    except OSError as error:
        raise TokensDamaged(str(path), (error.strerror or str(error)).lower()) from error
    try:
        tokens = _Kept.model_validate_json(content).tokens
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        problem = f"{place}: {first['msg']}" if place else first["msg"]
        raise TokensDamaged(str(path), problem) from None
    by_id = {token.id: token for token in tokens}
    if len(by_id) < len(tokens):
        raise TokensDamaged(str(path), "an id stands there twice")
    return by_id


def _write(path: Path, tokens: dict[str, Token]) -> None:
    """All of it or nothing, and never readable by others."""
    content = _Kept(tokens=tuple(tokens.values())).model_dump_json(indent=2).encode() + b"\n"
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
