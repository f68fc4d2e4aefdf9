"""The log: what is written comes back, numbers have no gaps, damage is told with its place."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from cepgraph.errors import LogDamaged, NotFound
from cepgraph.history import Entry, History, Origin, Provenance, read_snapshot
from cepgraph.history import entry as entries
from cepgraph.history.entry import Logged
from tests.strategies import iris, literals, texts

_GRAPH = NamedNode("https://example.org/graph")
_WHO = Provenance("tester", "a test", "file.ttl", "sha256:00")
_quads = st.lists(
    st.builds(Quad, iris, iris, st.one_of(iris, literals), iris), unique=True, max_size=8
)


def _quad(text: str) -> Quad:
    return Quad(_GRAPH, NamedNode("https://example.org/p"), Literal(text), _GRAPH)


def _append(history: History, *texts: str) -> Entry:
    return history.append([_quad(text) for text in texts], [], _WHO, (_GRAPH.value,))


@settings(deadline=None)
@given(added=_quads, removed=_quads)
def test_quads_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, added: list[Quad], removed: list[Quad]
) -> None:
    history = History(tmp_path_factory.mktemp("log"))
    history.append(added, removed, _WHO, ())
    entry = history.entry(1)
    assert entry.added == added
    assert entry.removed == removed


@settings(deadline=None)
@given(who=texts, why=texts, source=texts, graphs=st.lists(texts, max_size=3))
def test_provenance_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, who: str, why: str, source: str, graphs: list[str]
) -> None:
    history = History(tmp_path_factory.mktemp("log"))
    provenance = Provenance(who, why, source, "sha256:00")
    written = history.append([], [], provenance, tuple(graphs))
    assert history.entry(1) == written
    assert (written.provenance, written.graphs) == (provenance, tuple(graphs))


def test_text_of_a_megabyte_comes_back(tmp_path: Path) -> None:
    history = History(tmp_path)
    _append(history, "x\n" * 500_000)
    assert history.entry(1).added == [_quad("x\n" * 500_000)]


def test_entry_is_one_line_per_quad_whatever_the_text_holds(tmp_path: Path) -> None:
    entry = _append(History(tmp_path), "a\u2028b\x85c\rd\ne\x0bf\x1cg")
    lines = entry.path.read_bytes().split(b"\n")
    assert len([line for line in lines if line.startswith(b"A ")]) == 1
    assert lines[-2:] == [b"TC .", b""]


def test_empty_log_stands_at_version_zero(tmp_path: Path) -> None:
    assert History(tmp_path / "nowhere").head() == 0
    assert list(History(tmp_path).entries()) == []


def test_versions_count_from_one_and_name_the_one_before(tmp_path: Path) -> None:
    history = History(tmp_path)
    first, second = _append(history, "a"), _append(history, "b")
    assert (first.version, second.version) == (1, 2)
    assert (first.previous, second.previous) == ("", first.identifier)


def test_time_is_in_utc(tmp_path: Path) -> None:
    assert _append(History(tmp_path), "a").when.tzinfo == UTC


def test_reader_sees_what_a_writer_appends_after_it_began(tmp_path: Path) -> None:
    reader, writer = History(tmp_path), History(tmp_path)
    _append(writer, "a")
    assert reader.head() == 1
    _append(writer, "b")
    assert reader.head() == 2
    assert [entry.version for entry in reader.entries(after=1)] == [2]


def test_head_is_found_beyond_a_thousand_and_a_million(tmp_path: Path) -> None:
    for version in (999, 1000, 999_999, 1_000_000):
        path = tmp_path / "log" / f"{version // 1000:03d}" / f"{version:06d}.rdfp"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        assert History(tmp_path).head() == version


def test_what_is_no_entry_is_not_counted(tmp_path: Path) -> None:
    history = History(tmp_path)
    _append(history, "a")
    (tmp_path / "log" / "000" / "notes.rdfp").touch()
    (tmp_path / "log" / "lost+found").mkdir()
    (tmp_path / "log" / "000" / "000007.partial").touch()
    assert History(tmp_path).head() == 1


@pytest.mark.parametrize("version", [0, -1, 2])
def test_version_that_does_not_exist_is_not_found(tmp_path: Path, version: int) -> None:
    history = History(tmp_path)
    _append(history, "a")
    with pytest.raises(NotFound, match="version"):
        history.entry(version)


def _replace(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(old, new)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda _: b"", "header"),
        (lambda content: content[:40], "header"),
        (lambda _: b"\xff\xfe\x00H", "header"),
        (_replace(b"H when ", b"H then "), "'when'"),
        (_replace(b'H who "', b"H who '"), "header"),
        (_replace(b'H added "2"', b'H added "two"'), "two"),
        (_replace(b'H version "1"', b'H version "7"'), "version 7"),
        (_replace(b'H graphs "', b'H graphs "7'), "header"),
    ],
    ids=["empty", "cut", "not text", "missing", "quote", "number", "other version", "graphs"],
)
def test_damaged_header_is_told_with_its_file(
    tmp_path: Path, damage: Callable[[bytes], bytes], problem: str
) -> None:
    path = _append(History(tmp_path), "a", "b").path
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(LogDamaged, match=problem) as told:
        History(tmp_path).entry(1)
    assert told.value.place == str(path)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (_replace(b"TC .\n", b""), "not closed"),
        (lambda content: content[:-20], "not closed"),
        (_replace(b'"a" <', b'"a <'), "line"),
        (
            _replace(b'A <https://example.org/graph> <https://example.org/p> "a"', b"B <x:x>"),
            "line",
        ),
        (lambda content: b"".join(content.splitlines(keepends=True)[:-2]) + b"TC .\n", "as many"),
    ],
    ids=["no end", "cut", "no quad", "no code", "a line lost"],
)
def test_damaged_body_is_told_with_its_file(
    tmp_path: Path, damage: Callable[[bytes], bytes], problem: str
) -> None:
    path = _append(History(tmp_path), "a", "b").path
    path.write_bytes(damage(path.read_bytes()))
    entry = History(tmp_path).entry(1)
    with pytest.raises(LogDamaged, match=problem) as told:
        _ = entry.added
    assert told.value.place == str(path)


def test_sweeping_removes_what_was_half_written_and_nothing_else(tmp_path: Path) -> None:
    history = History(tmp_path)
    entry = _append(history, "a")
    snapshot = history.write_snapshot(1, lambda _: None)
    half = [entry.path.with_name("000002.partial"), snapshot.with_name("000002.nq.partial")]
    for path in half:
        path.touch()
    history.sweep()
    assert entry.path.exists()
    assert snapshot.exists()
    assert not any(path.exists() for path in half)


def test_snapshot_comes_back_as_it_was_written(tmp_path: Path) -> None:
    quads = [_quad("a\u2028b"), _quad("x\x0by")]
    path = History(tmp_path).write_snapshot(
        3, lambda file: file.write(serialize(quads, format=RdfFormat.N_QUADS) or b"") and None
    )
    assert list(read_snapshot(path)) == quads


def test_newest_snapshot_that_is_not_too_new_is_taken(tmp_path: Path) -> None:
    history = History(tmp_path)
    for version in (2, 5, 9):
        history.write_snapshot(version, lambda _: None)
    (tmp_path / "snapshots" / "notes.nq.gz").touch()
    assert [version for version, _ in history.snapshots()] == [9, 5, 2]
    found = history.snapshot(at_most=8)
    assert found is not None
    assert found[0] == 5
    assert history.snapshot(at_most=1) is None
    # without a log there is nothing that a snapshot could stand for
    assert history.snapshot() is None


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b"<a:a> <b:b> .\n"), gzip.compress(b"<a:a> " * 999)[:-9]],
    ids=["empty", "not packed", "no quads", "cut"],
)
def test_damaged_snapshot_is_told_with_its_file(tmp_path: Path, content: bytes) -> None:
    path = History(tmp_path).write_snapshot(1, lambda _: None)
    path.write_bytes(content)
    with pytest.raises(LogDamaged, match="snapshot") as told:
        list(read_snapshot(path))
    assert told.value.place == str(path)


def test_headers_are_read_by_any_json_reader(tmp_path: Path) -> None:
    entry = _append(History(tmp_path), "a")
    headers = dict(
        line.removeprefix("H ").removesuffix(" .").split(" ", 1)
        for line in entry.path.read_text().splitlines()
        if line.startswith("H ")
    )
    assert json.loads(headers["who"]) == "tester"
    assert json.loads(json.loads(headers["graphs"])) == [_GRAPH.value]
    assert headers["id"] == f"<{entry.identifier}>"


_ORIGINS = [
    Origin("https://example.org/a", "file.xlsx", "Sheet 1", 2),
    Origin("https://example.org/ab", 'fi"le.xlsx', "Sheet, 2", 3),
    Origin("https://example.org/ä", "file.xlsx", "", 4),
    Origin("https://example.org/a", "file.xlsx", "Sheet 1", 5),
]


def _with_rows(history: History, *origins: Origin) -> Entry:
    return history.append([_quad("a")], [], _WHO, (), origins)


def _rows_of(entry: Entry) -> Path:
    return entry.path.with_suffix(".rows.gz")


def test_rows_come_back_as_they_were_written_and_by_thing(tmp_path: Path) -> None:
    entry = _with_rows(History(tmp_path), *_ORIGINS)
    assert list(entry.origins()) == _ORIGINS
    assert list(entry.origins("https://example.org/a")) == [_ORIGINS[0], _ORIGINS[3]]
    assert list(entry.origins("https://example.org/ä")) == [_ORIGINS[2]]
    assert list(entry.origins("https://example.org/")) == []


def test_entry_of_an_older_log_has_no_rows_and_that_is_no_error(tmp_path: Path) -> None:
    history = History(tmp_path)
    assert list(_with_rows(history).origins()) == []
    entry = _with_rows(history, *_ORIGINS)
    _rows_of(entry).unlink()
    assert list(History(tmp_path).entry(2).origins()) == []
    assert History(tmp_path).entry(2).added == [_quad("a")]


def test_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    one, two = (_with_rows(History(tmp_path / name), *_ORIGINS) for name in ("one", "two"))
    assert _rows_of(one).read_bytes() == _rows_of(two).read_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"no gzip",
        gzip.compress(b"[" * 99_999)[:-9],
        *(
            gzip.compress(line)
            for line in (b"5\n", b'["https://example.org/a", 1]\n', b"\n", b"\xff\n")
        ),
    ],
    ids=["not packed", "cut", "no row", "too short", "empty line", "not text"],
)
@pytest.mark.parametrize("thing", [None, "https://example.org/a"])
def test_damaged_rows_are_told_with_their_file(
    tmp_path: Path, content: bytes, thing: str | None
) -> None:
    entry = _with_rows(History(tmp_path), *_ORIGINS)
    _rows_of(entry).write_bytes(content)
    with pytest.raises(LogDamaged, match="rows") as told:
        list(entry.origins(thing))
    assert told.value.place == str(_rows_of(entry))


def test_rows_without_an_entry_are_swept_away_and_others_are_not(tmp_path: Path) -> None:
    entry = _with_rows(History(tmp_path), *_ORIGINS)
    orphan = entry.path.with_name("000002.rows.gz")
    orphan.write_bytes(_rows_of(entry).read_bytes())
    History(tmp_path).sweep()
    assert not orphan.exists()
    assert list(entry.origins()) == _ORIGINS


def test_rows_without_an_entry_do_not_become_those_of_the_next(tmp_path: Path) -> None:
    history = History(tmp_path)
    entry = _with_rows(history, *_ORIGINS)
    for version, origins in ((2, []), (3, _ORIGINS[:1])):
        orphan = entry.path.with_name(f"00000{version}.rows.gz")
        orphan.write_bytes(_rows_of(entry).read_bytes())
        assert list(_with_rows(history, *origins).origins()) == origins


def test_rows_that_cannot_be_had_leave_no_entry(tmp_path: Path) -> None:
    def rows() -> Iterator[Origin]:
        yield _ORIGINS[0]
        raise OSError("the table is gone")

    history = History(tmp_path)
    with pytest.raises(OSError, match="gone"):
        history.append([_quad("a")], [], _WHO, (), rows())
    assert History(tmp_path).head() == 0
    assert _with_rows(history).version == 1
    history.sweep()
    assert [path.name for path in (tmp_path / "log" / "000").iterdir()] == ["000001.rdfp"]


@settings(deadline=None)
@given(added=_quads, removed=_quads, part=st.integers(1, 3))
def test_quads_of_a_large_entry_come_back_without_being_held(
    tmp_path_factory: pytest.TempPathFactory, added: list[Quad], removed: list[Quad], part: int
) -> None:
    history = History(tmp_path_factory.mktemp("log"))
    history.append(added, removed, _WHO, ())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(entries, "LARGE", -1)
        patched.setattr(entries, "PART", part)
        found = history.entry(1).quads()
        assert all(isinstance(quads, Logged) for quads in found)
        for _ in range(2):
            assert [list(quads) for quads in found] == [added, removed]
        assert [len(quads) for quads in found] == [len(added), len(removed)]
        assert history.entry(1).added == added
        assert history.entry(1).removed == removed


@pytest.mark.parametrize("large", [-1, 50_000])
@pytest.mark.parametrize(
    "damage",
    [
        _replace(b"TC .\n", b""),
        _replace(b'"c" <', b'"c <'),
        _replace(b'A <https://example.org/graph> <https://example.org/p> "c', b'B "c'),
        _replace(b'H added "3"', b'H added "4"'),
    ],
    ids=["no end", "no quad", "no code", "a line lost"],
)
def test_no_quads_are_given_of_an_entry_that_is_damaged_somewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes], large: int
) -> None:
    monkeypatch.setattr(entries, "LARGE", large)
    monkeypatch.setattr(entries, "PART", 1)
    path = _append(History(tmp_path), "a", "b", "c").path
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(LogDamaged):
        History(tmp_path).entry(1).quads()


@settings(deadline=None)
@given(added=_quads, removed=_quads, other=iris)
def test_what_an_entry_adds_about_a_thing_is_found(
    tmp_path_factory: pytest.TempPathFactory,
    added: list[Quad],
    removed: list[Quad],
    other: NamedNode,
) -> None:
    entry = History(tmp_path_factory.mktemp("log")).append(added, removed, _WHO, ())
    for thing in {other, *(quad.subject for quad in added), *(quad.object for quad in added)}:
        if isinstance(thing, NamedNode):
            assert entry.about(thing) == [quad for quad in added if quad.subject == thing]
