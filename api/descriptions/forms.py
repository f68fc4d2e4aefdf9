"""The forms that a dump comes in, by the ending of its address."""

from dataclasses import dataclass
from typing import Final

from cepgraph.formats import N_QUADS, TRIG, Format

DUMPS: Final = "/dumps"
GZIP_TYPE: Final = "application/gzip"


@dataclass(frozen=True)
class DumpForm:
    """An RDF format that holds several graphs, packed by gzip or not."""

    format: Format
    label: str
    packed: bool = False

    @property
    def ending(self) -> str:
        """``.nq.gz`` and the like."""
        return f".{self.format.endings[0]}{'.gz' if self.packed else ''}"

    @property
    def media_type(self) -> str:
        """Of what is sent: a packed dump is a file of its own, not an encoding of another."""
        return GZIP_TYPE if self.packed else self.format.media_type


FORMS: Final = (
    DumpForm(N_QUADS, "N-Quads"),
    DumpForm(N_QUADS, "N-Quads, packed with gzip", packed=True),
    DumpForm(TRIG, "TriG"),
    DumpForm(TRIG, "TriG, packed with gzip", packed=True),
)
