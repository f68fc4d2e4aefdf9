"""``/ontology`` and ``/shapes``: the files as they were written, other forms, readable pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from api.html import Pages, Shown
from api.links import SHAPES, is_ours, link
from api.messages import Reply
from api.reading import (
    FOR_AN_HOUR,
    HTML,
    JSON_LD_TYPE,
    RDF_TYPES,
    TURTLE_TYPE,
    Reading,
    representation,
)
from api.variants import PAGE_HEADERS, alternates, chosen
from cepgraph.errors import NotFound
from cepgraph.resources.vocabulary import is_address
from cepgraph.schema import Field, Schema
from cepgraph.terms import (
    CEP,
    CONCEPT,
    DCTERMS,
    OWL,
    PREFIXES,
    RDF,
    RDF_TYPE,
    RDFS,
    RDFS_LABEL,
    SCHEMA,
    SKOS,
    XSD,
    shorten,
)

OFFERED: Final = (HTML, TURTLE_TYPE, JSON_LD_TYPE, *(t for t in RDF_TYPES if t != TURTLE_TYPE))
TEXTS: Final = (SKOS + "definition", RDFS + "comment", SKOS + "scopeNote", DCTERMS + "description")
KINDS: Final = {
    "Classes": (OWL + "Class",),
    "Properties": (OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"),
}
PLAIN_NAMES: Final = {
    XSD + "string": "text",
    RDF + "langString": "text with its language",
    XSD + "integer": "a whole number",
    XSD + "decimal": "a number",
    XSD + "boolean": "true or false",
    XSD + "date": "a day",
    XSD + "gYearMonth": "a month",
    XSD + "gYear": "a year",
}
RELATIONS: Final = {
    "Kind of": RDFS + "subClassOf",
    "Said of": RDFS + "domain",
    "Said of any of": SCHEMA + "domainIncludes",
    "Values": RDFS + "range",
    "Values any of": SCHEMA + "rangeIncludes",
    "More exact than": RDFS + "subPropertyOf",
    "The other way round": OWL + "inverseOf",
}


@dataclass(frozen=True)
class TermShown:
    """A class or property on the page."""

    name: str
    short: str
    label: str
    texts: tuple[str, ...]
    links: tuple[tuple[str, list[Shown]], ...]


@dataclass(frozen=True)
class FieldShown:
    """A field on the page."""

    label: str
    name: str
    takes: tuple[Shown, ...]
    many: str
    help: str


class Files:
    """Turtle files as one document, in the order and with the comments that they have."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths

    @cached_property
    def text(self) -> bytes:
        """The files one after the other; prefixes may be declared again in Turtle."""
        parts = (f"# {path.name}\n{path.read_text('utf-8')}" for path in self._paths)
        return "\n".join(parts).encode()

    @cached_property
    def triples(self) -> list[Triple]:
        """What they say."""
        return [quad.triple for quad in parse(self.text, format=RdfFormat.TURTLE)]

    def written(self, media_type: str) -> bytes:
        """The same in a media type."""
        if media_type == TURTLE_TYPE:
            return self.text
        rdf_format = RDF_TYPES.get(media_type, RdfFormat.JSON_LD)
        return serialize(self.triples, format=rdf_format, prefixes=PREFIXES) or b""


class VocabularyRoom:
    """``/ontology`` or ``/shapes``; ``page`` makes its HTML for a root."""

    def __init__(self, name: str, files: Files, page: Callable[[str], bytes]) -> None:
        self._name = name
        self._files = files
        self._page = page

    async def reply(self, reading: Reading) -> Reply:
        """The page, or the triples."""
        reading.parameters()
        path, media_type = chosen(reading, OFFERED)
        if path:
            raise NotFound("page", self._name + path)
        here = f"{reading.root}/{self._name}"
        headers = [("link", alternates(here, OFFERED, media_type))]
        if media_type == HTML:
            body = self._page(reading.root)
            headers += PAGE_HEADERS
        else:
            body = self._files.written(media_type)
        return representation(body, media_type, headers=headers, cache=FOR_AN_HOUR)


def ontology_page(pages: Pages, ontology: Iterable[Quad], root: str) -> bytes:
    """All classes and properties of ours, with their meaning."""
    about: dict[str, dict[str, list[NamedNode | Literal]]] = {}
    for quad in ontology:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            told = about.setdefault(quad.subject.value, {})
            told.setdefault(quad.predicate.value, []).append(quad.object)
    groups = []
    for heading, kinds in KINDS.items():
        terms = [
            _term(iri, told, about, root)
            for iri, told in about.items()
            if iri.startswith(CEP)
            and any(kind.value in kinds for kind in told.get(RDF_TYPE.value, ()))
        ]
        groups.append((heading, sorted(terms, key=lambda term: term.name.casefold())))
    return pages.render(
        "ontology.html", root, title="Terms of the ontology", groups=groups, namespace=CEP
    )


def shapes_page(pages: Pages, schema: Schema, root: str) -> bytes:
    """All classes with their fields."""
    classes = [
        (cls, link(cls.iri.value, root), [_field(field, schema, root) for field in cls.fields])
        for cls in schema.classes
        if cls.fields
    ]
    return pages.render("shapes.html", root, title="Classes and their fields", classes=classes)


def _term(
    iri: str,
    told: Mapping[str, list[NamedNode | Literal]],
    about: Mapping[str, Mapping[str, list[NamedNode | Literal]]],
    root: str,
) -> TermShown:
    def shown(node: NamedNode | Literal) -> Shown:
        labels = about.get(node.value, {}).get(RDFS_LABEL.value, ())
        text = labels[0].value if labels else shorten(node.value)
        href = link(node.value, root)
        return Shown(text, href, elsewhere=href is not None and not is_ours(node.value))

    labels = told.get(RDFS_LABEL.value, ())
    links = {name: [shown(node) for node in told.get(p, ())] for name, p in RELATIONS.items()}
    return TermShown(
        name=iri.removeprefix(CEP),
        short=shorten(iri),
        label=labels[0].value if labels else iri.removeprefix(CEP),
        texts=tuple(text.value for predicate in TEXTS for text in told.get(predicate, ())),
        links=tuple((name, values) for name, values in links.items() if values),
    )


def _field(field: Field, schema: Schema, root: str) -> FieldShown:
    least = "at least one" if field.required else "any number"
    single = "one" if field.required else "one or none"
    return FieldShown(
        label=field.label,
        name=field.name,
        takes=tuple(_takes(field, schema, root)),
        many=(least if field.repeats else single) + (", recommended" if field.recommended else ""),
        help=field.description,
    )


def _takes(field: Field, schema: Schema, root: str) -> Iterator[Shown]:
    if field.scheme:
        name = field.scheme.removeprefix(CONCEPT).replace("-", " ")
        yield Shown(f"a concept of the list “{name}”", link(field.scheme, root))
    elif field.classes:
        for iri in field.classes:
            cls = schema.by_iri.get(iri)
            label = cls.label if cls is not None else shorten(iri.value)
            yield Shown(label, f"{root}{SHAPES}#{cls.name}" if cls is not None else None)
    elif is_address(field):
        yield Shown("a web address")
    elif field.is_iri:
        yield Shown("the address of a thing")
    elif field.datatypes:
        for datatype in field.datatypes:
            yield Shown(PLAIN_NAMES.get(datatype.value, shorten(datatype.value)))
    else:
        yield Shown("anything")
