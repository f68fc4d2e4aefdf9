"""Damaged files for every reader: each must end in what was read, or in one of our errors.

python -m bench.fuzz [--seconds 60] [--only NAME] [--atheris] [--keep FOLDER]

With ``--atheris`` (``pip install atheris``, which is not among what the project needs) inputs are
led by what code they reach; without it, good files are damaged at random. An input that ends in
anything else, or needs more than ``--slow`` seconds, is kept, and the exit status is 1.
"""

import argparse
import contextlib
import hashlib
import os
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import NamedNode

from cepgraph.errors import CepgraphError
from cepgraph.formats import RDF_FORMATS, Format
from ingest.sheets.sheet import Limits

LIMITS = replace(Limits(), bytes=8 << 20, rows=20_000, characters=5_000)
_FIXTURES = Path("tests/ingest/sheets/fixtures")
_CSV = 'Label,Amount,Date\r\n"Zoë’s, ""café""",£5,01/02/2023\r\n\r\n=HYPERLINK("x"),,\r\n'
_JSON = (
    '{"findings": [{"id": "x:1", "label": "A\\u00e9", "n": [1, -2.5e3, true, null]},'
    ' {"type": "Idea", "theme": {"id": "x:t", "label": "T"}, "in": [{"a": {"b": [1]}}]}]}'
)
_TURTLE = (
    '@prefix e: <http://e/> .\ne:s a e:C ; e:p "x"@en , """y""" , 1.5 , true , [ e:q ( 1 2 ) ] .\n'
)
_TRIPLES = '<http://e/s> <http://e/p> "x"@en .\n_:b <http://e/p> <http://e/o> .\n'
_QUADS = (
    '<http://e/s> <http://e/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <http://e/g> .\n'
)
_XML = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:e="http://e/"><rdf:Description rdf:about="http://e/s"><e:p xml:lang="en">x</e:p>'
    '<e:q rdf:parseType="Collection"><e:C/></e:q></rdf:Description></rdf:RDF>'
)
_JSON_LD = (
    '{"@context": {"@vocab": "http://e/", "l": {"@container": "@language"}}, "@id": "http://e/s",'
    ' "p": ["x", {"@id": "http://e/o"}], "l": {"en": "y"}, "q": {"@list": [1, 2]}}'
)
_RDF_SEEDS = {
    "turtle": _TURTLE,
    "trig": f"<http://e/g> {{ {_TURTLE.splitlines()[1].replace('e:', 'x:')} }}",
    "ntriples": _TRIPLES,
    "nquads": _QUADS,
    "rdfxml": _XML,
    "jsonld": _JSON_LD,
}
_BITS = [
    *(
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x92",
        b'"',
        b"'",
        b"\n",
        b"\r",
        b",",
        b";",
    ),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b"<",
        b">",
        b"&",
        b"\\u",
        b"<!DOCTYPE a>",
        b"<![CDATA[",
        b"<<(",
        b":",
    ),
    *(b"9" * 40, b"1e999", b"-1", b'"id"', b'"@context"', b"@", b"XFD1048576", b"1048577", b"%s"),
]
Take = Callable[[bytes], None]


@dataclass(frozen=True)
class Target:
    """One reader, and good files to begin with."""

    name: str
    take: Take
    seeds: tuple[bytes, ...]


def targets(folder: Path) -> list[Target]:
    """Every reader that a submission can reach; ``folder`` is for files to read."""
    made = [
        Target(
            "csv",
            _sheets(folder, "x.csv"),
            (_CSV.encode(), _CSV.encode("utf-16"), _CSV.encode("cp1252")),
        ),
        Target("json", _sheets(folder, "x.json"), (_JSON.encode(),)),
        Target("xlsx", _sheets(folder, "x.xlsx"), (_xlsx(folder),)),
        *(
            Target(
                form, _sheets(folder, f"x.{form}"), ((_FIXTURES / f"findings.{form}").read_bytes(),)
            )
            for form in ("xls", "ods")
        ),
        Target("xlsx-parts", _parts(folder, "x.xlsx", _xlsx(folder)), _contents(_xlsx(folder))),
        Target(
            "ods-parts",
            _parts(folder, "x.ods", (_FIXTURES / "findings.ods").read_bytes()),
            _contents((_FIXTURES / "findings.ods").read_bytes()),
        ),
    ]
    return made + [
        Target(form.name, _rdf(form), (_RDF_SEEDS[form.name].encode(),)) for form in RDF_FORMATS
    ]


def _sheets(folder: Path, name: str) -> Take:
    from ingest.sheets.reader import read_sheets

    path = folder / name

    def take(content: bytes) -> None:
        path.write_bytes(content)
        for sheet in read_sheets(path, name, LIMITS, {"label", "amount"}).sheets:
            for _ in sheet.rows():
                pass

    return take


def _rdf(form: Format) -> Take:
    from ingest.rdf import read_bytes

    def take(content: bytes) -> None:
        read_bytes(content, form, NamedNode("http://e/g"), name="x", who="", why="")

    return take


def _xlsx(folder: Path) -> bytes:
    import datetime as dt

    from openpyxl import Workbook

    book = Workbook()
    page = book.worksheets[0]
    page.append(["Label", "Amount", dt.date(2024, 2, 29)])
    page.append(["Zoë’s", 12.5, "=1+1"])
    page.merge_cells("A4:B5")
    path = folder / "seed.xlsx"
    book.save(path)
    return path.read_bytes()


def _contents(packed: bytes) -> tuple[bytes, ...]:
    """The parts of an archive that a reader looks into, each with its name before it."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return tuple(
            name.encode() + b"\n" + archive.read(name)
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        )


def _parts(folder: Path, name: str, packed: bytes) -> Take:
    """Takes one part, puts it in the place of the good one, and packs the whole again."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        good = {part: archive.read(part) for part in archive.namelist()}
    take_whole = _sheets(folder, name)

    def take(content: bytes) -> None:
        part, _, text = content.partition(b"\n")
        changed = part.decode("utf-8", "replace").replace("\x00", "")
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for other, kept in (good | {changed: text}).items():
                archive.writestr(other or "x", kept)
        take_whole(whole.getvalue())

    return take


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A copy with some pieces cut, doubled, moved or put in."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 12))):
        at = chance.randrange(len(made) + 1)
        until = min(len(made), at + chance.choice((1, 1, 2, 8, 64, 512)))
        way = chance.randrange(6)
        if way == 0:
            del made[at:until]
        elif way == 1:
            made[at:at] = made[at:until] * chance.choice((1, 2, 50))
        elif way == 2:
            made[at:at] = chance.choice(_BITS)
        elif way == 3 and at < len(made):
            made[at] = chance.randrange(256)
        elif way == 4 and at < len(made):
            made[at] ^= 1 << chance.randrange(8)
        elif way == 5:
            del made[chance.randrange(len(made) + 1) :]
    return bytes(made)


class Harness:
    """Gives inputs to targets, and keeps those that end badly."""

    def __init__(self, keep: Path, slow_s: float) -> None:
        self._keep = keep
        self._slow_s = slow_s
        self._seen: set[str] = set()
        self.bad = 0

    def give(self, target: Target, content: bytes) -> None:
        began = time.perf_counter()
        try:
            with contextlib.suppress(CepgraphError):
                target.take(content)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            self._report(target, content, traceback.format_exc())
        else:
            spent = time.perf_counter() - began
            if spent > self._slow_s:
                self._report(target, content, f"{spent:.1f} seconds\n")

    def _report(self, target: Target, content: bytes, told: str) -> None:
        kind = "".join(told.splitlines()[-1:]) + "".join(told.splitlines()[-4:-2])
        if kind in self._seen:
            return
        self._seen.add(kind)
        self.bad += 1
        self._keep.mkdir(parents=True, exist_ok=True)
        path = self._keep / f"{target.name}-{hashlib.sha256(content).hexdigest()[:12]}"
        path.write_bytes(content)
        print(f"{target.name}: kept as {path}\n{told}", flush=True)


def at_random(target: Target, harness: Harness, seconds: float, seed: int) -> int:
    """Damage good files, and what came of that, for some time; returns how many were given."""
    chance = random.Random(seed)
    pool = list(target.seeds)
    given = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        content = damaged(chance.choice(pool), chance)
        harness.give(target, content)
        given += 1
        if len(pool) < 200 and chance.random() < 0.05 and len(content) < 1 << 16:
            pool.append(content)
    return given


def led(target: Target, harness: Harness, seconds: float) -> None:
    """Let atheris find inputs; it ends the process when the time is over."""
    import atheris

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(target.seeds):
            (Path(corpus) / str(number)).write_bytes(seed)
        options = [f"-max_total_time={int(seconds)}", "-rss_limit_mb=2000", "-verbosity=0"]
        atheris.Setup([sys.argv[0], *options, corpus], lambda data: harness.give(target, data))
        atheris.Fuzz()


def _instrumented() -> contextlib.AbstractContextManager[None]:
    """Where the readers are imported in a form that tells atheris what code is reached."""
    import atheris

    return atheris.instrument_imports(include=["ingest"])


def _led_apart(target: Target, harness: Harness, seconds: float) -> None:
    """In a process of its own: atheris can be left but by the end of the process."""
    child = os.fork()
    if not child:
        led(target, harness, seconds)
        os._exit(1 if harness.bad else 0)
    harness.bad += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    print(f"{target.name}: led for {seconds:.0f} s", flush=True)


def main() -> None:
    """Fuzz one reader after the other, print, exit with 1 if any input ended badly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of all readers together")
    parser.add_argument("--only", help="name of one reader")
    parser.add_argument("--atheris", action="store_true")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "cepgraph-fuzz")
    parser.add_argument("--slow", type=float, default=20)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    options = parser.parse_args()
    harness = Harness(options.keep, options.slow)
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="cepgraph-fuzz-") as folder:
        with _instrumented() if options.atheris else contextlib.nullcontext():
            chosen = [t for t in targets(Path(folder)) if options.only in (None, t.name)]
            for target in chosen:
                # what is imported when it is needed, is imported now
                for seed in target.seeds:
                    harness.give(target, seed)
        share = options.seconds / max(len(chosen), 1)
        for target in chosen:
            if options.atheris:
                _led_apart(target, harness, share)
            else:
                given = at_random(target, harness, share, options.seed)
                print(f"{target.name}: {given} inputs in {share:.0f} s", flush=True)
    if harness.bad:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
