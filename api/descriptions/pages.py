"""The descriptions to read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from api.descriptions.datasets import Dataset, Named
from api.descriptions.dcat import ADDRESS, GRAPH_FORMS, Entry
from api.descriptions.forms import FORMS
from api.descriptions.paging import Page
from api.descriptions.releases import Release
from api.descriptions.service import GRAPHS
from api.descriptions.statistics import Contents
from api.descriptions.versions import publisher_of
from api.html import FOLDER, Pages, Shown
from api.links import is_ours, link
from cepgraph.terms import VERSION_IRI, shorten


@dataclass(frozen=True)
class ReleaseShown:
    """A version with what it changed, as links."""

    release: Release
    publisher: Shown | None
    graphs: tuple[Shown, ...]


class DescriptionPages:
    """Renders them with the site's own templates."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def datasets(
        self, found: Iterable[Entry], triples: int | None, version: int, root: str
    ) -> bytes:
        """The catalogue."""
        return self._pages.render(
            "datasets.html",
            root,
            title="Datasets",
            entries=[(entry, self._facts(entry.dataset, root)) for entry in found],
            triples=triples,
            forms=FORMS,
            version=version,
        )

    def dataset(
        self,
        entry: Entry,
        contents: Contents,
        version: int,
        root: str,
    ) -> bytes:
        """One dataset."""
        labels = self._pages.property_labels
        classes, properties = (
            [(_term(part.iri, labels, root), part.counts) for part in side]
            for side in (contents.classes, contents.properties)
        )
        return self._pages.render(
            "dataset.html",
            root,
            title=entry.dataset.title,
            entry=entry,
            facts=self._facts(entry.dataset, root),
            classes=classes,
            properties=properties,
            releases=entry.versions[::-1],
            document=link(entry.dataset.graph, root),
            here=f"{root}{ADDRESS}/{entry.dataset.path}",
            store=f"{root}{GRAPHS}",
            graph_forms=GRAPH_FORMS,
            forms=FORMS,
            version=version,
        )

    def versions(self, page: Page, known: Mapping[str, Dataset], root: str) -> bytes:
        """A page of all versions."""
        shown = [_release(release, known, root) for release in page.shown]
        return self._pages.render(
            "versions.html", root, title="Versions", page=page, shown=shown, version=page.newest
        )

    def version(
        self, release: Release, known: Mapping[str, Dataset], newest: int, root: str
    ) -> bytes:
        """One version."""
        return self._pages.render(
            "version.html",
            root,
            title=f"Version {release.version}",
            iri=f"{VERSION_IRI}{release.version}",
            shown=_release(release, known, root),
            query=(FOLDER / "first.rq").read_text("utf-8"),
            forms=FORMS,
            version=newest,
        )

    def dumps(self, page: Page, root: str) -> bytes:
        """A page of all dumps."""
        return self._pages.render(
            "dumps.html", root, title="Dumps", page=page, forms=FORMS, version=page.newest
        )

    def _facts(self, dataset: Dataset, root: str) -> dict[str, Any]:
        """What a graph says of itself, as links."""
        licence = Shown(dataset.licence_statement or "not stated")
        if dataset.licence:
            shown = dataset.licence.partition("://")[2].strip("/") or dataset.licence
            licence = Shown(shown, link(dataset.licence, root), elsewhere=True)
        return {
            "publisher": _named(dataset.publisher, root) if dataset.publisher else None,
            "licence": licence,
            "sources": [_named(source, root) for source in dataset.sources],
        }


def _named(thing: Named, root: str) -> Shown:
    href = link(thing.iri, root)
    return Shown(thing.name, href, elsewhere=href is not None and not is_ours(thing.iri))


def _term(iri: str, labels: Mapping[str, str], root: str) -> Shown:
    href = link(iri, root)
    elsewhere = href is not None and not is_ours(iri)
    return Shown(labels.get(iri, shorten(iri)), href, elsewhere, note=shorten(iri))


def _release(release: Release, known: Mapping[str, Dataset], root: str) -> ReleaseShown:
    told = publisher_of(known, release)
    return ReleaseShown(
        release,
        _named(Named(told["id"], told["label"]), root) if told is not None else None,
        tuple(
            Shown(known[graph].title, f"{root}{ADDRESS}/{known[graph].path}")
            if graph in known
            else Shown(shorten(graph))
            for graph in release.graphs
        ),
    )
