"""Everything that goes wrong is one message and an exit status, and writes nothing."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from cepgraph.lock import WriterLock
from tests.cli.conftest import DATASET, HOME, PREFIXES, REX, ROOT, Ran, Run, head, shell

Write = Callable[..., Path]


def _state(folder: Path) -> dict[str, bytes]:
    """Log and snapshots, byte by byte."""
    return {
        str(path): path.read_bytes()
        for room in ("log", "snapshots")
        for path in (folder / room).rglob("*")
        if path.is_file()
    }


def _refused(ran: Ran, status: int, says: str) -> None:
    assert (ran.status, says in ran.err) == (status, True), ran.err
    assert len(ran.err.splitlines()) == 1


_UNREADABLE = {
    "malformed": ("x.ttl", b"@prefix : <x:> .\n:a :p .\n", 2, 7, "Cannot be read: x.ttl, line 2"),
    "Windows-1252": ("x.ttl", b'<x:a> <x:p> "caf\xe9" .', 1, 17, "save the file as UTF-8"),
    "UTF-16": ("x.ttl", "<x:a> <x:p> <x:b> .".encode("utf-16"), 1, None, "UTF-16"),
    "empty": ("x.nq", b"", None, None, "the file is empty"),
    "blanks": ("x.nt", b" \n\t\n", None, None, "the file is empty"),
    "NUL": ("x.ttl", b'<x:a> <x:p> "\x00" .', 1, 14, "NUL"),
    "relative address": ("x.ttl", b"<a> <x:p> <x:b> .", 1, 1, "write it in full"),
    "triple term": ("x.ttl", b"<x:a> <x:p> <<( <x:a> <x:p> 1 )>> .", 1, 13, "RDF 1.2"),
    "document type": ("x.rdf", b"<!DOCTYPE x []><x/>", 1, 13, "DOCTYPE"),
    "context elsewhere": (
        "x.jsonld", b'{"@context": "http://127.0.0.1:9/", "@id": "x:a"}', 1, None, "not fetched",
    ),
    "unknown ending": ("x.docx", b"x", None, None, "Format not supported: x.docx"),
    "blank graph": ("x.trig", b"_:g { <x:a> <x:p> 1 }", 1, None, "blank node"),
}  # fmt: skip


@pytest.mark.parametrize("command", ["check", "publish"])
@pytest.mark.parametrize("case", _UNREADABLE)
def test_file_that_cannot_be_read_is_told_with_its_place(
    cepgraph: Run, seeded: Path, write: Write, command: str, case: str
) -> None:
    name, content, line, column, says = _UNREADABLE[case]
    before = _state(seeded)
    ran = cepgraph(command, write(name, content), "--graph", HOME, "--json")
    _refused(ran, 2, says)
    problem = ran.json
    assert problem["detail"] in ran.err
    assert problem["file"] == name
    assert (problem.get("line"), problem.get("column")) == (line, column)
    assert _state(seeded) == before


_NOT_CONFORMING = {
    "unknown class": ("id:x a cep:Dragon ; rdfs:label 'X' .", "cep:Dragon"),
    "unknown property": (REX + "id:rex cep:ownr id:ann .", "Did you mean cep:owner"),
    "no class": ('id:x rdfs:label "X" .', "what kind of thing"),
    "day that never was": (REX + 'id:rex cep:born "2023-02-29"^^xsd:date .', "“2023-02-29”"),
    "script": (REX + "id:rex rdfs:seeAlso <javascript:alert(1)> .", "“javascript:alert(1)”"),
    "escaped NUL": (REX + 'id:rex cep:tag "a\\u0000b" .', "U+0000"),
    "shape": ("id:p a cep:Pet ; rdfs:label 'P' .", "Name its owner.\n"),
    "text of a megabyte": (f'id:x a cep:Owner ; rdfs:label "{"x" * 2**20}"@en .', "…”\n"),
}


@pytest.mark.parametrize("command", ["check", "publish"])
@pytest.mark.parametrize("case", _NOT_CONFORMING)
def test_data_that_does_not_conform_is_told_and_not_written(
    cepgraph: Run, seeded: Path, write: Write, command: str, case: str
) -> None:
    text, says = _NOT_CONFORMING[case]
    before = _state(seeded)
    file = write("x.ttl", f"<{HOME}> {DATASET} .\n{text}")
    ran = cepgraph(command, file, "--graph", HOME)
    assert (ran.status, ran.err) == (1, "")
    assert says in ran.out
    assert "nothing was written" in ran.out
    assert len(ran.out) < 5000
    told = cepgraph(command, file, "--graph", HOME, "--json").json
    assert told["conforms"] is False
    assert told["report"]["violations"] >= 1
    assert _state(seeded) == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["check", "{folder}/nowhere.ttl"], "nowhere.ttl: there is no such file"),
        (["check", "{folder}"], "this is a folder; name a file"),
        (
            ["check", "{rex}"],
            "line 9: this is in no named graph; say which graph it is for",
        ),
        (
            ["check", "{rex}", "--graph", "my graph"],
            "graph: write it in full, such as https://w3id.org/",
        ),
        (["check", "{rex}", "--graph", HOME, "--publisher", "Ann"], "publisher: an address (IRI)"),
        (["check", "{rex}", "--graph", HOME + "/entailed"], "this graph is derived"),
        (["check", "{quads}", "--graph", HOME], "the file names its own graphs"),
    ],
)
def test_wrong_use_is_told(
    cepgraph: Run, seeded: Path, write: Write, arguments: list[str], says: str
) -> None:
    rex = write("rex.ttl", REX)
    quads = write("rex.nq", b"<x:a> <x:p> <x:b> <x:g> .")
    filled = [a.format(folder=rex.parent, rex=rex, quads=quads) for a in arguments]
    _refused(cepgraph(*filled), 2, says)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["check"],
        ["publish"],
        ["check", "x.ttl", "--nonsense"],
        ["history", "--limit", "0"],
        ["history", "--limit", "many"],
        ["export", "--version", "newest"],
        ["serve", "--port", "http"],
        ["query", "a", "b"],
    ],
    ids=" ".join,
)
def test_unexpected_arguments_end_with_two(cepgraph: Run, arguments: list[str]) -> None:
    assert cepgraph(*arguments).status == 2


@pytest.mark.parametrize(
    ("name", "value", "command"),
    [
        ("CEPGRAPH_PORT", "http", ["serve"]),
        ("CEPGRAPH_PORT", "99999", ["serve"]),
        ("CEPGRAPH_LOCK_WAIT_S", "-1", ["history"]),
        ("CEPGRAPH_SEED", "perhaps", ["history"]),
    ],
)
def test_wrong_setting_is_told_by_its_name(
    cepgraph: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, command: list[str]
) -> None:
    monkeypatch.setenv(name, value)
    ran = cepgraph(*command, *(["--json"] if command == ["history"] else []))
    _refused(ran, 2, f"{name.removeprefix('CEPGRAPH_').lower()}: ")
    assert f"(found '{value}')" in ran.err


def test_empty_setting_is_none(
    cepgraph: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CEPGRAPH_DATA", "")
    assert "cepgraph-data" in cepgraph("export").err


# the data folder


@pytest.mark.parametrize("command", ["check", "publish", "query"])
def test_folder_that_another_process_writes_to_is_told(
    cepgraph: Run,
    seeded: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    monkeypatch.setenv("CEPGRAPH_LOCK_WAIT_S", "0")
    what = ["pets"] if command == "query" else [tmp_path / "first.ttl", "--graph", HOME]
    with WriterLock(seeded, 0):
        ran = cepgraph(command, *what)
    _refused(ran, 2, f"is locked by process {os.getpid()}; try again when it has finished")


def test_history_and_export_do_not_wait_for_a_writer(
    cepgraph: Run, seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEPGRAPH_LOCK_WAIT_S", "0")
    with WriterLock(seeded, 0):
        assert cepgraph("history").status == 0
        assert cepgraph("export").status == 0


@pytest.mark.parametrize("command", ["publish", "serve"])
def test_folder_that_cannot_be_made_is_told(
    cepgraph: Run, write: Write, tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").touch()
    what = [write("x.ttl", REX), "--graph", HOME, "--publisher", "https://example.org/p"]
    ran = cepgraph(command, *(what if command == "publish" else []), "--data", tmp_path / "file/x")
    _refused(ran, 2, f"The system refuses: {tmp_path}/file")


def test_damaged_entry_of_the_log_is_told_with_its_file(
    cepgraph: Run, seeded: Path, tmp_path: Path
) -> None:
    entry = seeded / "log" / "000" / "000002.rdfp"
    entry.write_bytes(entry.read_bytes()[:200])
    for command in (["history"], ["export"]):
        _refused(cepgraph(*command), 2, f"The log is damaged: {entry}")
    shutil.rmtree(seeded / "store")
    _refused(cepgraph("query", "pets"), 2, f"The log is damaged: {entry}")


def test_store_ahead_of_the_log_is_told_with_the_way_out(cepgraph: Run, seeded: Path) -> None:
    (seeded / "log" / "000" / "000002.rdfp").unlink()
    _refused(cepgraph("query", "pets"), 2, "the store stands at version 2, the log ends at 1")
    shutil.rmtree(seeded / "store")
    assert "Rex" not in cepgraph("query", "pets").out


def test_store_behind_the_log_is_brought_up(cepgraph: Run, seeded: Path) -> None:
    shutil.rmtree(seeded / "store")
    assert "Rex" in cepgraph("query", "pets").out


def test_damaged_store_is_told_with_the_way_out(cepgraph: Run, seeded: Path) -> None:
    (seeded / "store" / "CURRENT").write_text("garbage\n")
    _refused(cepgraph("query", "pets"), 2, "remove this folder, and it is made again from the log")
    shutil.rmtree(seeded / "store")
    assert "Rex" in cepgraph("query", "pets").out


# what is printed, and where


def test_text_from_outside_does_not_steer_the_terminal(
    cepgraph: Run, seeded: Path, write: Write
) -> None:
    text = 'id:x a cep:Owner ; rdfs:label "a\\u001B[31m[bold]\\u202Eb" , "c" .'
    file = write("\x1b[2Jx[bold].ttl", f"<{HOME}> {DATASET} .\n{text}")
    ran = cepgraph("publish", file, "--graph", HOME, "--who", "\x1b[2J", "--why", "[red]x[/nope]")
    assert "\x1b" not in ran.out + ran.err
    assert "x[bold].ttl" in ran.out
    wrong = write("y[bold].ttl", b"<x:a> <x:p> \x1b .")
    assert "y[bold].ttl, line 1" in cepgraph("check", wrong, "--graph", HOME).err
    assert "\x1b" not in cepgraph("history").out


def test_name_that_is_no_text_is_taken(cepgraph: Run, seeded: Path, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.ttl"
    Path(os.fsdecode(path)).write_text(f"{PREFIXES}<{HOME}> {DATASET} .\n{REX.replace('Rex', 'R')}")
    name, who = os.fsdecode(path), os.fsdecode(b"Zo\xeb")
    ran = cepgraph("publish", name, "--graph", HOME, "--who", who, "--json")
    assert ran.status == 0
    (entry, *_) = cepgraph("history", "--json").json
    assert (entry["source"], entry["who"]) == ("caf?.ttl", "Zo?")
    assert "caf?.ttl" in cepgraph("publish", name, "--graph", HOME).out
    assert cepgraph("check", name + "x", "--graph", HOME, "--json").status == 2


def test_progress_is_for_terminals_only(cepgraph: Run, seeded: Path, tmp_path: Path) -> None:
    ran = cepgraph("publish", tmp_path / "first.ttl", "--graph", HOME)
    assert ran.err == ""


@pytest.fixture(scope="module")
def project_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the project's own seed graph."""
    folder = tmp_path_factory.mktemp("project") / "data"
    file = ROOT / "data" / "documents" / "collaborate-innovate-faq.trig"
    assert shell("publish", file, "--data", folder).returncode == 0
    return folder


def test_progress_is_shown_on_a_terminal(project_data: Path) -> None:
    file = ROOT / "data" / "documents" / "collaborate-innovate-faq.trig"
    leader, follower = os.openpty()
    shown: list[bytes] = []

    def read() -> None:
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:
                return
            shown.append(part)

    reader = threading.Thread(target=read)
    reader.start()
    command = [sys.executable, "-m", "cli", "check", str(file), "--data", str(project_data)]
    environment = {**os.environ, "TERM": "xterm"}
    ran = subprocess.run(
        command, stdout=follower, stderr=follower, cwd=ROOT, check=False, env=environment
    )
    os.close(follower)
    reader.join()
    os.close(leader)
    text = b"".join(shown).decode()
    assert ran.returncode == 0
    assert "Checking collaborate-innovate-faq.trig" in text
    assert "nothing changes" in text
    assert "the graph holds this already" in text


def test_reader_that_goes_away_is_no_error(project_data: Path) -> None:
    for command in (["export"], ["query"], ["query", "--json"], ["history", "--json"]):
        with subprocess.Popen(
            [sys.executable, "-m", "cli", *command, "--data", str(project_data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            told = process.stderr.read()
        assert (process.returncode, told) == (141, b"")


def test_full_disk_is_told(project_data: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = shell("export", "--data", project_data, stdout=full)
    assert ran.returncode == 2
    assert ran.stderr == b"The system refuses: No space left on device\n"


def test_terminal_that_knows_few_characters_gets_the_rest_escaped(project_data: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ran = shell("history", "--data", project_data, env=environment)
    assert ran.returncode == 0
    assert b"\\u2212" in ran.stdout
    listed = shell("query", "--json", env=environment)
    assert orjson.loads(listed.stdout)


def test_interrupt_ends_with_130_and_without_a_trace(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; import cli.home; "
        "cli.home.Home.check = lambda *_: os.kill(os.getpid(), signal.SIGINT); "
        "sys.argv = ['cepgraph', 'check', 'x.ttl']; cli.main()"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert ran.returncode == 130
    assert b"Traceback" not in ran.stderr


def test_line_of_a_hundred_megabytes_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.nt"
    with path.open("wb") as file:
        file.write(b'<x:a> <x:p> "')
        for _ in range(100):
            file.write(b"x" * 2**20)
        file.write(b'" .\n')
    code = (
        "import sys; sys.argv = ['cepgraph', 'publish', sys.argv[1], '--graph', 'x:g', "
        "'--data', sys.argv[2]]\n"
        "import cli\n"
        "try: cli.main()\n"
        # getrusage would count what its parent has, which here is a run of tests
        "finally: print(*(l.split()[1] for l in open('/proc/self/status') if 'VmHWM' in l))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, path, tmp_path / "data"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 2
    assert b"x.nt, line 1: the line is longer than 32 MB" in ran.stderr
    assert int(ran.stdout) < 390_000  # the seed graph, open, has 230,000 of it
    assert not (tmp_path / "data").exists()


def test_head_of_the_log_is_where_it_was_after_all_this(project_data: Path) -> None:
    assert head(project_data) == 1
