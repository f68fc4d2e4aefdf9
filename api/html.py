"""HTML pages about things, from their documents and the schema. The templates escape everything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import Literal, Quad

from api.links import document_path, is_ours, link
from api.reading import address
from cepgraph.resources import Account, Document, Listing, Vocabulary
from cepgraph.resources.facts import LABELS
from cepgraph.resources.vocabulary import LABEL
from cepgraph.schema import ClassSchema, Field
from cepgraph.terms import DCTERMS, ID, RDFS_LABEL, shorten

FOLDER: Final = Path(__file__).parent / "pages"
DESCRIPTION: Final = DCTERMS + "description"
RECORD: Final = 90
"""Fields from this place in the order on are about the record rather than about the thing."""


@dataclass(frozen=True)
class Shown:
    """One value on a page."""

    text: str
    href: str | None = None
    elsewhere: bool = False
    note: str = ""
    language: str = ""


@dataclass(frozen=True)
class Row:
    """One property on a page; ``disagreeing`` are values with the names of their graphs."""

    label: str
    help: str
    href: str | None
    values: tuple[Shown, ...]
    disagreeing: tuple[tuple[Shown, Shown], ...] = ()


class Pages:
    """Renders pages; made once."""

    def __init__(self, vocabulary: Vocabulary, ontology: Iterable[Quad]) -> None:
        self._vocabulary = vocabulary
        self._ontology = ontology
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, root: str, **values: Any) -> bytes:
        """A page from a template of the folder ``pages``."""
        page = self._environment.get_template(template)
        return page.render(root=root, style=self.style, **values).encode()

    def thing(self, account: Account, root: str) -> bytes:
        """The page about one thing."""
        made = account.document
        cls = self._class_of(made)
        iri = made["id"]
        rows = [*self._rows(made, cls, root), *self._other(made, root)]
        groups = [
            ("Details", [row for order, row in rows if order < RECORD]),
            ("Links, source and notes", [row for order, row in rows if order >= RECORD]),
        ]
        here = document_path(iri) or ""
        return self.render(
            "thing.html",
            root,
            title=made.get(LABEL) or shorten(iri),
            iri=iri,
            kind=cls.label if cls is not None else shorten(str(made.get("type", "Thing"))),
            kind_href=f"{root}/doc/{cls.kind}/" if cls is not None and cls.kind else None,
            description=self._description(made, cls),
            groups=[(name, rows) for name, rows in groups if rows],
            graphs=[self._graph(graph, root) for graph in account.graphs],
            mentions=self._mentions(account, cls, root),
            bounded=account.bounded,
            here=root + here,
            rest=self._rest(iri, cls, root),
            version=account.version,
        )

    def listing(self, cls: ClassSchema, listing: Listing, page: int, last: int, root: str) -> bytes:
        """A page of a collection."""
        return self.render(
            "listing.html",
            root,
            title=cls.label,
            cls=cls,
            things=[
                (self._thing(made, root), made.get("description")) for made in listing.documents
            ],
            total=listing.total,
            page=page,
            last=last,
            version=listing.version,
        )

    def index(self, root: str) -> bytes:
        """All collections."""
        schema = self._vocabulary.schema
        classes = sorted(schema.collections.values(), key=lambda cls: cls.label.casefold())
        return self.render("index.html", root, title="What is here", classes=classes)

    @cached_property
    def style(self) -> str:
        """Changes with the stylesheet, so that browsers may keep it."""
        return blake2b((FOLDER / "style.css").read_bytes(), digest_size=4).hexdigest()

    @cached_property
    def property_labels(self) -> Mapping[str, str]:
        """Names of properties: as the fields call them, otherwise as the ontology does."""
        labels = {
            q.subject.value: q.object.value
            for q in self._ontology
            if q.predicate == RDFS_LABEL
            and isinstance(q.object, Literal)
            and hasattr(q.subject, "value")
        }
        for cls in self._vocabulary.schema.classes:
            for field in cls.fields:
                if field.predicate is not None:
                    labels[field.predicate.value] = field.label
        return labels

    def _class_of(self, made: Document) -> ClassSchema | None:
        plan = self._vocabulary.plan_named((made.get("type", ""), *made.get("types", ())))
        return plan.schema if plan is not None else None

    def _rows(
        self, made: Document, cls: ClassSchema | None, root: str
    ) -> Iterable[tuple[float, Row]]:
        alternatives = made.get("alternatives", {})
        graphs = {graph["id"]: graph for graph in made.get("graphs", ())}
        for field in cls.fields if cls is not None else ():
            told = alternatives.get(field.name, ())
            value = made.get(field.name)
            if value in (None, []) or (_in_heading(field) and not told):
                continue
            values = value if isinstance(value, list) else [value]
            yield (
                field.order,
                Row(
                    label=field.label,
                    help=field.description,
                    href=link(field.path[-1].predicate.value, root),
                    values=tuple(self._shown(v, root) for v in values),
                    disagreeing=tuple(
                        (self._shown(a["value"], root), self._thing(graphs[a["graph"]], root))
                        for a in told
                    ),
                ),
            )

    def _other(self, made: Document, root: str) -> Iterable[tuple[float, Row]]:
        for predicate, told in made.get("other", {}).items():
            shown = (self._shown(value, root) for value in told)
            title = made.get(LABEL) if predicate in LABELS else None
            values = tuple(value for value in shown if value.text != title)
            if not values:
                continue
            row = Row(
                label=self.property_labels.get(predicate, shorten(predicate)),
                help="",
                href=link(predicate, root),
                values=values,
            )
            yield RECORD, row

    def _graph(self, graph: Document, root: str) -> tuple[Shown, list[Row]]:
        rows = self._rows(graph, self._class_of(graph), root)
        return self._thing(graph, root), [row for _, row in rows]

    def _mentions(
        self, account: Account, cls: ClassSchema | None, root: str
    ) -> list[tuple[str, int, list[Shown]]]:
        told = {
            field.path[0].predicate.value
            for field in (cls.fields if cls is not None else ())
            if len(field.path) == 1 and field.path[0].inverse and not field.classes
        }
        return [
            (
                self.property_labels.get(mention.predicate, shorten(mention.predicate)),
                mention.total,
                [self._thing(made, root) for made in mention.first],
            )
            for mention in account.mentions
            if mention.predicate not in told
        ]

    def _description(self, made: Document, cls: ClassSchema | None) -> str:
        for field in cls.fields if cls is not None else ():
            if field.predicate is not None and field.predicate.value == DESCRIPTION:
                return str(made.get(field.name) or "")
        return ""

    def _rest(self, iri: str, cls: ClassSchema | None, root: str) -> str | None:
        if cls is None or not iri.startswith(cls.iri_prefix):
            return None
        return f"{root}/api/v1/{cls.collection}/{address(cls.key_of(iri))}"

    def _shown(self, value: Any, root: str) -> Shown:
        match value:
            case {"id": _}:
                return self._thing(value, root)
            case {"@value": text}:
                return Shown(str(text), language=value.get("@language", ""))
            case bool():
                return Shown("yes" if value else "no")
            case int() | float():
                return Shown(f"{value:,}")
        text = str(value)
        href = link(text, root) if ":" in text and " " not in text else None
        return Shown(text, href, elsewhere=href is not None and not is_ours(text))

    def _thing(self, made: Document, root: str) -> Shown:
        iri = made["id"]
        cls = self._class_of(made)
        href = link(iri, root)
        return Shown(
            made.get(LABEL) or shorten(iri),
            href,
            elsewhere=href is not None and not is_ours(iri),
            note=cls.label if cls is not None and cls.iri_prefix.startswith(ID) else "",
        )


def _in_heading(field: Field) -> bool:
    """Whether the head of the page shows the field already."""
    return field.name == LABEL or (
        field.predicate is not None and field.predicate.value == DESCRIPTION
    )
