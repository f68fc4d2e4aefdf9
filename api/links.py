"""Where this server shows the things whose IRIs are its own, whatever host it runs on."""

from typing import Final

from pyoxigraph import NamedNode

from api.reading import address
from cepgraph.terms import BASE, CEP, CEPS, ID

DOC: Final = "/doc/"
ONTOLOGY: Final = "/ontology"
SHAPES: Final = "/shapes"
BESIDE: Final = ("concept", "graph")
"""What stands beside ``id`` in IRIs of ours."""


def document_path(iri: str) -> str | None:
    """The path of the document about a thing of ours, without the server's root."""
    if iri.startswith(ID):
        return DOC + address(iri.removeprefix(ID))
    if iri.startswith(tuple(f"{BASE}{segment}/" for segment in BESIDE)):
        return DOC + address(iri.removeprefix(BASE))
    return None


def iri_of(path: str) -> str | None:
    """The IRI of the thing that the document at ``/doc/`` and ``path`` is about.

    ``None`` when no IRI looks like that.
    """
    base = BASE if path.split("/", 1)[0] in BESIDE else ID
    try:
        return NamedNode(base + path).value
    except ValueError:
        return None


def link(iri: str, root: str = "") -> str | None:
    """Where a page may link to for an IRI: here if it is ours, elsewhere if it is on the web.

    ``None`` for everything else, such as ``javascript:``.
    """
    path = document_path(iri)
    if path is not None:
        return root + path
    if iri.startswith(CEP):
        return f"{root}{ONTOLOGY}#{address(iri.removeprefix(CEP))}"
    if iri.startswith(CEPS):
        return f"{root}{SHAPES}#{address(iri.removeprefix(CEPS))}"
    return iri if iri.startswith(("https://", "http://")) else None


def is_ours(iri: str) -> bool:
    """Whether ``link`` leads to this server."""
    return document_path(iri) is not None or iri.startswith((CEP, CEPS))
