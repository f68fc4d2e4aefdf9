"""What tests of updates share: graphs of a token and of others, and differences in short."""

from cepgraph.terms import GRAPH

PETS = GRAPH + "arts/pets"
CLUBS = GRAPH + "arts/clubs"
OTHER = GRAPH + "others/pets"
PATTERNS = (GRAPH + "arts/*",)
PREFIXES = f"PREFIX : <urn:> PREFIX a: <{GRAPH}arts/> PREFIX o: <{GRAPH}others/> "


def lines(nquads: bytes) -> list[str]:
    """N-Quads in short, sorted."""
    text = nquads.decode().replace("<urn:", ":").replace(f"<{GRAPH}", "").replace(">", "")
    return [line.removesuffix(" .") for line in text.split("\n") if line]
