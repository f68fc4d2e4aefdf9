"""A citation as a research object: RO-Crate 1.1, packed as ZIP, the same bytes every time.

https://www.researchobject.org/ro-crate/specification/1.1/ ; what was run is told as the profile
Process Run Crate has it, https://w3id.org/ro/wfrun/process/0.5 .
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from api.citations.citation import Citation
from api.citations.wording import CONTAINER, Wording

Json = dict[str, Any]

METADATA: Final = "ro-crate-metadata.json"
QUERY: Final = "query.rq"
README: Final = "README.md"
RECORD: Final = "citation.json"
ROOT: Final = "./"
RUN: Final = "#run"
SOFTWARE: Final = "#software"
TERMS: Final = "#terms-of-use"

_SPECIFICATION: Final = "https://w3id.org/ro/crate/1.1"
_PROFILE: Final = "https://w3id.org/ro/wfrun/process/0.5"
_SPARQL: Final = "https://www.w3.org/TR/sparql11-query/"
_COMPLETED: Final = "http://schema.org/CompletedActionStatus"
_CONTEXT: Final = [f"{_SPECIFICATION}/context", {"sha256": "http://schema.org/sha256"}]
_PERMISSIONS: Final = 0o644 << 16


@dataclass(frozen=True)
class Packed:
    """A file of the crate."""

    name: str
    media_type: str
    title: str
    body: bytes
    also: tuple[str, ...] = ()
    """Types beside ``File``."""


def crate(citation: Citation, url: str, version_url: str, results: Iterable[Packed]) -> bytes:
    """The packed crate of a citation whose permalink is ``url``; ``results`` are its answer."""
    wording = Wording(citation, url, citation.cited)
    found = tuple(results)
    files = (
        Packed(
            QUERY,
            "application/sparql-query",
            "The query",
            citation.asked.standalone.encode(),
            ("SoftwareSourceCode",),
        ),
        *found,
        Packed(
            RECORD,
            "application/json",
            "The citation as it is kept",
            citation.model_dump_json(by_alias=True, indent=1).encode() + b"\n",
        ),
        Packed(README, "text/markdown", "What this is", _readme(citation, wording, url, found)),
    )
    entities = _entities(citation, url, version_url, files, {file.name for file in found})
    document = {"@context": _CONTEXT, "@graph": entities}
    metadata = orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"
    return _zipped({METADATA: metadata, **{file.name: file.body for file in files}}, citation.cited)


def _entities(
    citation: Citation, url: str, version_url: str, files: tuple[Packed, ...], results: set[str]
) -> list[Json]:
    """The graph: flat, each thing once."""
    licences = _licences(citation)
    publishers = {
        body.id: _thing(body.id, "Organization", name=body.name or body.id)
        for graph in citation.graphs
        for body in graph.publishers
    }
    made = citation.cited.isoformat()
    wording = Wording(citation, url, citation.cited)
    root = _thing(
        ROOT,
        "Dataset",
        name=citation.title,
        description=citation.asked.note or f"What a query found in {CONTAINER}.",
        datePublished=made,
        identifier=url,
        url=url,
        version=str(citation.asked.version),
        license=_refer(licences),
        publisher=_refer(publishers),
        author=_refer(publishers),
        isBasedOn=_refer([version_url, *(graph.id for graph in citation.graphs)]),
        hasPart=_refer(file.name for file in files),
        mentions=_refer([RUN]),
        conformsTo=_refer([_PROFILE]),
    )
    run = _thing(
        RUN,
        "CreateAction",
        name="The query was answered",
        description=f"{QUERY} was put to {wording.version}; canonical form of the answer: "
        f"{citation.outcome.hash}",
        instrument=_refer([QUERY]),
        object=_refer([version_url]),
        result=_refer(sorted(results)),
        endTime=made,
        actionStatus=_refer([_COMPLETED]),
    )
    data = _thing(
        version_url,
        "CreativeWork",
        name=f"{CONTAINER}, {wording.version}",
        version=str(citation.asked.version),
        datePublished=(citation.version_made or citation.cited).isoformat(),
        url=version_url,
    )
    return [
        _thing(
            METADATA,
            "CreativeWork",
            about=_refer([ROOT]),
            conformsTo=_refer([_SPECIFICATION]),
        ),
        root,
        *(_file(file) for file in files),
        run,
        data,
        *(_graph(citation, number) for number in range(len(citation.graphs))),
        *publishers.values(),
        *licences.values(),
        _thing(SOFTWARE, "SoftwareApplication", name="cepgraph", version=citation.software),
        _thing(_SPARQL, "ComputerLanguage", name="SPARQL 1.1", url=_SPARQL),
        _thing(_PROFILE, "CreativeWork", name="Process Run Crate", version="0.5"),
    ]


def _file(file: Packed) -> Json:
    made = _thing(
        file.name,
        ["File", *file.also] if file.also else "File",
        name=file.title,
        encodingFormat=file.media_type,
        contentSize=str(len(file.body)),
        sha256=sha256(file.body).hexdigest(),
    )
    if file.name == QUERY:
        made |= {
            "programmingLanguage": _refer([_SPARQL]),
            "softwareRequirements": _refer([SOFTWARE]),
        }
    if file.name == README:
        made["about"] = _refer([ROOT])
    return made


def _graph(citation: Citation, number: int) -> Json:
    graph = citation.graphs[number]
    return _thing(
        graph.id,
        "CreativeWork",
        name=graph.title or graph.id,
        license=_refer([*graph.licences, *(_terms_of(text) for text in graph.licence_statements)]),
        publisher=_refer(body.id for body in graph.publishers),
    )


def _licences(citation: Citation) -> dict[str, Json]:
    """Licences by their addresses, and terms of use that are only stated."""
    found = {
        licence: _thing(licence, "CreativeWork", name=licence, description="Licence of a graph.")
        for licence in citation.licences
    }
    for graph in citation.graphs:
        for text in graph.licence_statements:
            found[_terms_of(text)] = _thing(
                _terms_of(text), "CreativeWork", name="Terms of use as stated", description=text
            )
    if not found:
        text = "The answer rests on no graph that says how it may be used."
        found[TERMS] = _thing(TERMS, "CreativeWork", name="No licence", description=text)
    return found


def _terms_of(statement: str) -> str:
    return f"{TERMS}-{sha256(statement.encode()).hexdigest()[:8]}"


def _thing(iri: str, kind: str | list[str], /, **properties: Any) -> Json:
    told = {name: value for name, value in properties.items() if value not in (None, "", [])}
    return {"@id": iri, "@type": kind, **told}


def _refer(identifiers: Iterable[str]) -> Any:
    """References; one stands alone, as compacted JSON-LD has it."""
    listed = [{"@id": identifier} for identifier in dict.fromkeys(identifiers)]
    return listed[0] if len(listed) == 1 else listed


def _readme(citation: Citation, wording: Wording, url: str, results: tuple[Packed, ...]) -> bytes:
    graphs = "\n".join(
        f"- {graph.title or graph.id}, <{graph.id}>: "
        + ("; ".join((*graph.licences, *graph.licence_statements)) or "no licence is stated")
        for graph in citation.graphs
    )
    listed = "\n".join(
        f"- `{file.name}`: {file.title[0].lower()}{file.title[1:]}" for file in results
    )
    return (
        f"# {citation.title}\n\n"
        f"{citation.asked.note + chr(10) * 2 if citation.asked.note else ''}"
        f"What a query found in {CONTAINER}, {wording.version}.\n\n"
        f"- `{QUERY}`: the query\n{listed}\n- `{RECORD}`: the citation as it is kept\n"
        f"- `{METADATA}`: all this for machines\n\n"
        f"## How to cite\n\n{wording.sentence()}\n\n"
        f"## Licences of the graphs that the answer rests on\n\n{graphs or 'None.'}\n\n"
        f"## How to check it\n\n"
        f"`{results[0].name}` is the answer in its canonical form; its SHA-256 is the hash\n"
        f"`{citation.outcome.hash}`.\n"
        f"<{url}> says how that form is made, and asks the query again.\n"
        f"Where the query does not say in which order rows come, they are sorted.\n"
    ).encode()


def _zipped(files: Mapping[str, bytes], when: datetime) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for name, body in files.items():
            entry = ZipInfo(name, when.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = _PERMISSIONS
            archive.writestr(entry, body, compresslevel=6)
    return packed.getvalue()
