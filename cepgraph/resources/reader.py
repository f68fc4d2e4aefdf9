"""What the interfaces read documents through."""

from dataclasses import dataclass
from typing import Protocol

from cepgraph.resources.document import Document
from cepgraph.schema import ClassSchema


@dataclass(frozen=True)
class Listing:
    """One page of a collection, ordered by label and then by IRI."""

    version: int
    total: int
    documents: list[Document]


@dataclass(frozen=True)
class Item:
    """One thing."""

    version: int
    document: Document


@dataclass(frozen=True)
class Mention:
    """Things that refer to a thing by one property: how many, and the first of them."""

    predicate: str
    total: int
    first: tuple[Document, ...]


@dataclass(frozen=True)
class Account:
    """Everything that a page about a thing shows.

    ``graphs`` are the documents of the graphs that speak of it, in the same order; ``bounded`` says
    that more things refer to it than were counted.
    """

    version: int
    document: Document
    graphs: tuple[Document, ...]
    mentions: tuple[Mention, ...]
    bounded: bool


class ResourceReader(Protocol):
    """Documents of the graph, each answer at a stated version."""

    @property
    def version(self) -> int | None:
        """The version that answers are at now; ``None`` until there is one."""

    async def listing(self, collection: ClassSchema, page: int, size: int) -> Listing:
        """A page of a collection, instances of subclasses included; pages count from 1.

        A page after the last is empty.
        """

    async def item(self, collection: ClassSchema, iri: str) -> Item | None:
        """One thing, if it is of this class."""

    async def thing(self, iri: str) -> Item | None:
        """One thing, whatever it is, if any graph speaks of it."""

    async def account(self, iri: str) -> Account | None:
        """One thing with who says so, and what refers to it."""

    async def nearest(self, collection: ClassSchema, key: str) -> tuple[str, ...]:
        """Keys in the collection that look like ``key``."""
