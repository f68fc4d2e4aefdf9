"""The command line over a small world, in this process; ``shell`` runs it in one of its own."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from cepgraph.content import Content
from cepgraph.history import History
from cepgraph.model import Model
from cepgraph.settings import Settings
from cli.app import main
from cli.home import Home
from ingest.sent import Sent, Upload
from tests import mini

ROOT = Path(__file__).resolve().parents[2]

PREFIXES = """
@prefix cep: <https://w3id.org/cepgraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix id: <https://w3id.org/cepgraph/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
HOME = mini.HOME.value
AWAY = mini.AWAY.value
REX = (
    'id:ann a cep:Owner ; rdfs:label "Ann" .\n'
    'id:rex a cep:Pet ; rdfs:label "Rex" ; cep:owner id:ann .\n'
)
PUBLISHER = "https://w3id.org/cepgraph/id/tester"
DATASET = f"a cep:Dataset ; dcterms:publisher <{PUBLISHER}>"

_QUERIES = {
    "pets": """#+ summary: Pets and their owners
#+ description: All pets that are known.
#+ row: one pet with one of its owners
#+ tags: [pets]
#+ parameters:
#+   - name: owner
#+     type: iri
#+     description: Only pets of this owner.
#+     example: https://w3id.org/cepgraph/id/seeded
PREFIX cep: <https://w3id.org/cepgraph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?pet ?petLabel ?owner WHERE {
    ?pet cep:owner ?owner ; rdfs:label ?petLabel .
} ORDER BY ?petLabel
""",
    "pets-as-graph": """#+ summary: Pets as a graph
#+ description: All pets that are known.
#+ row: one triple
#+ tags: [pets]
PREFIX cep: <https://w3id.org/cepgraph/ontology#>
CONSTRUCT { ?pet cep:owner ?owner } WHERE { ?pet cep:owner ?owner }
""",
    "any-pet": """#+ summary: Whether there is a pet
#+ description: Yes or no.
#+ row: no rows
#+ tags: [pets]
PREFIX cep: <https://w3id.org/cepgraph/ontology#>
ASK { ?pet a cep:Pet }
""",
}


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return orjson.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """A whole content folder: seed, queries and a reference table."""
    root = tmp_path_factory.mktemp("content")
    made = mini.write_content(root)
    (root / "data" / "descriptions").mkdir()
    ours = "https://w3id.org/cepgraph/graph/cepgraph"
    for name in ("ontology", "schemes"):
        text = f"{PREFIXES}<{ours}/{name}> {DATASET} .\n"
        (root / "data" / "descriptions" / f"{name}.ttl").write_text(text)
    (root / "data" / "reference" / "dataset.ttl").write_text(
        f"{PREFIXES}<{ours}/reference> {DATASET} .\n"
    )
    (root / "data" / "reference" / "owners.csv").write_text("key,label\nseeded,Seeded Owner\n")
    (root / "data" / "documents" / "seed.trig").write_text(
        f"{PREFIXES}<{AWAY}> {{ <{AWAY}> {DATASET} .\n"
        'id:old a cep:Pet ; rdfs:label "Old" ; cep:owner id:seeded .\n'
        'id:seeded a cep:Owner ; rdfs:label "Seeded" . }\n'
    )
    for name, text in _QUERIES.items():
        (root / "queries" / f"{name}.rq").write_text(text)
    return made


@pytest.fixture(scope="session")
def model(content: Content) -> Model:
    """The content, compiled once for all tests: it is never changed."""
    return Model(content)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def cepgraph(
    model: Model,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Iterator[Run]:
    """``cepgraph("check", path)`` as on the command line; the data folder is ``data``."""
    monkeypatch.setattr("cli.home.Model", lambda _: model)
    monkeypatch.setenv("CEPGRAPH_DATA", str(data))

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["cepgraph", *map(str, arguments)])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfdbinary.readouterr()
        assert b"Traceback" not in err
        status = ended.value.code
        assert isinstance(status, int | None)
        return Ran(status or 0, out.decode(), err.decode())

    yield run
    assert not list(data.glob("**/*.partial"))


@pytest.fixture(scope="session")
def filled(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``first.ttl``, and a data folder that it was published in: version 2."""
    folder = tmp_path_factory.mktemp("filled")
    file = folder / "first.ttl"
    file.write_text(f"{PREFIXES}<{HOME}> {DATASET} .\n{REX}")
    home = Home(Settings(data=folder / "data"))
    home.model = model
    sent = Sent((Upload(file, file.name),), HOME, who="command line")
    assert home.publish(sent).conforms
    return folder


@pytest.fixture
def seeded(cepgraph: Run, filled: Path, data: Path, tmp_path: Path) -> Path:
    """The data folder, filled with the seed graph and one graph of ours: version 2."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return data


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """``write("x.ttl", text)`` makes a file with our prefixes."""

    def make(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else (PREFIXES + text).encode())
        return path

    return make


def head(data: Path) -> int:
    """The version that the log of a data folder stands at."""
    return History(data).head()


def shell(*arguments: object, **options: Any) -> "subprocess.CompletedProcess[bytes]":
    """The command in a process of its own, over the project's own content."""
    command = [sys.executable, "-m", "cli", *map(str, arguments)]
    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run(command, stderr=subprocess.PIPE, cwd=ROOT, check=False, **options)
