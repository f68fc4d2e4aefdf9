"""Where the content of the project lies: ontology, shapes, queries and data; and the built pages.

In a checkout the four folders stand beside this package; in an installed wheel they are inside
it, under ``_content``. No other module knows this.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cepgraph.errors import ContentMissing

ROOMS = ("ontology", "shapes", "queries", "data")


@dataclass(frozen=True)
class Content:
    """The content folders below ``root``."""

    root: Path

    @classmethod
    def default(cls) -> "Content":
        """The content that came with this installation.

        Raises:
            ContentMissing: neither place has all four folders.
        """
        package = Path(__file__).resolve().parent
        for root in (package / "_content", package.parent):
            if all((root / room).is_dir() for room in ROOMS):
                return cls(root)
        raise ContentMissing(str(package), ", ".join(ROOMS))

    def ontology(self) -> list[Path]:
        """The core and the alignments, in Turtle, sorted by name."""
        return self._files("ontology", "*.ttl")

    def schemes(self) -> list[Path]:
        """The SKOS schemes, one file each."""
        return self._files("ontology/schemes", "*.ttl")

    def checks(self) -> list[Path]:
        """Hygiene checks of the ontology: a row is a fault."""
        return self._files("ontology/checks", "*.rq")

    def shapes(self) -> list[Path]:
        """SHACL, one file per class."""
        return self._files("shapes", "*.ttl")

    def queries(self) -> list[Path]:
        """The query catalogue."""
        return self._files("queries", "*.rq")

    def documents(self) -> list[Path]:
        """Seed graphs, a TriG file per named graph: the curated documents, then inferences."""
        return [*self._files("data/documents", "*.trig"), *self._files("data", "*.trig")]

    def description(self, name: str) -> Path:
        """The dataset description of a graph that is made of content files."""
        return self.root / "data" / "descriptions" / f"{name}.ttl"

    def reference(self) -> Path:
        """The folder of the reference tables."""
        return self.root / "data" / "reference"

    def web(self) -> Path:
        """What browsers load, as ``web/build.py`` made it; missing where it was not built."""
        return self.root / "web" / "dist"

    def _files(self, folder: str, pattern: str) -> list[Path]:
        return sorted(self._glob(folder, pattern))

    def _glob(self, folder: str, pattern: str) -> Iterator[Path]:
        return (path for path in (self.root / folder).glob(pattern) if path.is_file())
