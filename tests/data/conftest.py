"""The seed as it lies in ``data/``, read once."""

from pathlib import Path

import pytest
from pyoxigraph import Store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def data() -> Path:
    """The room itself."""
    return ROOT / "data"


@pytest.fixture(scope="session")
def seed(data: Path) -> Store:
    """Documents and inferences, each in its named graph; nothing entailed, no tables."""
    store = Store()
    for path in [*sorted((data / "documents").glob("*.trig")), *sorted(data.glob("*.trig"))]:
        store.load(path=str(path))
    return store


@pytest.fixture(scope="session")
def vocabulary() -> Store:
    """Ontology and schemes in one graph."""
    store = Store()
    for path in sorted((ROOT / "ontology").rglob("*.ttl")):
        store.load(path=str(path))
    return store


@pytest.fixture(scope="session")
def sources() -> Path:
    """The documents that were curated, which the project does not ship."""
    folder = ROOT.parent / "shared" / "sources"
    if not folder.is_dir():
        pytest.skip("the documents are not here: ../shared/sources is absent")
    return folder


@pytest.fixture(scope="session")
def authorities() -> Path:
    """The public list of authorities, which the project does not ship."""
    path = ROOT.parent / "shared/reference/places/upper_tier_las_england.csv"
    if not path.is_file():
        pytest.skip("the list of authorities is not here: ../shared/reference is absent")
    return path
