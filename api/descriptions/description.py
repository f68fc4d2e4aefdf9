"""Datasets, statistics, versions and dumps in OpenAPI."""

from typing import Any, Final

from api.descriptions import dcat, void
from api.descriptions.dumps import ENTAILED, LATEST
from api.descriptions.forms import DUMPS, FORMS, GZIP_TYPE
from api.descriptions.paging import PAGE_SIZE
from api.descriptions.statements import RDF
from api.descriptions.versions import ADDRESS as VERSION
from api.openapi_parts import (
    BINARY,
    COUNT,
    IRI,
    NOT_ACCEPTABLE,
    NOT_READY,
    RETRY,
    TEXT,
    TIME,
    UNCHANGED,
    WRONG_PARAMETER,
    answer,
    given,
    part,
    problem,
    reference,
    texts,
)
from api.reading import HTML, JSON
from api.rest import LAST_PAGE, PAGE

Json = dict[str, Any]

TAG: Final = "Data as a whole"
_NUMBER: Final[Json] = {"type": "integer", "minimum": 1}


def paths() -> Json:
    """The paths of the rooms that tell of the data."""
    return {
        dcat.ADDRESS: {
            "get": _reading("describeAll", "The graphs as datasets (DCAT)", (HTML, *RDF))
        },
        f"{dcat.ADDRESS}/{{publisher}}/{{dataset}}": {"get": _dataset()},
        void.ADDRESS: {"get": _reading("getStatistics", "How much there is of what (VoID)", RDF)},
        dcat.VERSIONS: {"get": _versions()},
        VERSION: {"get": _newest()},
        f"{VERSION}/{{number}}": {"get": _version()},
        DUMPS: {"get": _dumps()},
        f"{DUMPS}/{{file}}": {"get": _dump()},
    }


def schemas() -> Json:
    """Versions and dumps as plain JSON."""
    paging = {
        "type": "object",
        "properties": dict.fromkeys(("page", "pageSize", "totalResults", "totalPages"), COUNT),
    }
    file = {"href": IRI, "mediaType": TEXT, "format": TEXT}
    files = {
        "version": COUNT,
        "when": TIME,
        "files": {"type": "array", "items": _object(file)},
    }
    return {
        "Version": _object(_told()),
        "VersionList": _object(
            {"results": {"type": "array", "items": reference("Version")}, "paging": paging}
        ),
        "DumpList": _object(
            {"results": {"type": "array", "items": _object(files)}, "paging": paging}
        ),
    }


def _told() -> Json:
    """What is told of a version."""
    nothing = {"type": ["string", "null"]}
    publisher = {
        "type": ["object", "null"],
        "properties": {"id": IRI, "label": TEXT},
    }
    graph = {"id": IRI, "label": TEXT, "dataset": nothing}
    links: Json = {
        "type": "object",
        "properties": {
            **dict.fromkeys(("self", "newest", "all", "sparql"), IRI),
            **dict.fromkeys(("previous", "next"), nothing),
            "dumps": {"type": "array", "items": IRI},
        },
    }
    return {
        "version": COUNT,
        "id": IRI,
        "when": TIME,
        "publisher": publisher,
        "why": TEXT,
        "graphs": {"type": "array", "items": _object(graph)},
        "triplesAdded": COUNT,
        "triplesRemoved": COUNT,
        "sha256": {"type": "array", "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
        "newest": COUNT,
        "links": links,
    }


def _dataset() -> Json:
    parts = [part(name, "As in the name of the graph.", TEXT) for name in ("publisher", "dataset")]
    made = _reading("describeGraph", "One graph as a dataset", (HTML, *RDF))
    made["parameters"] = parts
    made["responses"]["404"] = problem("There is no such dataset.")
    return made


def _versions() -> Json:
    made = _reading("listVersions", "All versions, newest first, by page", (HTML, *RDF))
    made["parameters"] = [_page()]
    made["responses"]["200"]["content"][JSON] = {"schema": reference("VersionList")}
    return made


def _newest() -> Json:
    return {
        "operationId": "redirectToVersions",
        "tags": [TAG],
        "summary": "The list of versions stands elsewhere",
        "responses": {"307": {"description": f"At {dcat.VERSIONS}."}},
    }


def _version() -> Json:
    made = _reading("getVersion", "What a version changed, when and why", (HTML, *RDF))
    made["parameters"] = [part("number", "Counted from 1.", _NUMBER)]
    made["responses"]["200"]["content"][JSON] = {"schema": reference("Version")}
    made["responses"]["404"] = problem("There is no such version.")
    return made


def _dumps() -> Json:
    made = _reading("listDumps", "All dumps, newest first, by page", (HTML,))
    made["parameters"] = [_page()]
    made["responses"]["200"]["content"][JSON] = {"schema": reference("DumpList")}
    return made


def _dump() -> Json:
    endings = ", ".join(f"`{form.ending}`" for form in FORMS)
    file = part(
        "file",
        f"A version, or `{LATEST}`, and how it is to come: {endings}.",
        {"type": "string", "pattern": _pattern()},
    )
    entailed: Json = {"type": "string", "enum": ["yes", "no"], "default": "yes"}
    forms = dict.fromkeys(form.format.media_type for form in FORMS)
    whole = answer(
        "Made while it is sent, so its length is not told. It is whole when the response ends as "
        "HTTP has it; what breaks off ends with the connection.",
        {**texts(forms), GZIP_TYPE: {"schema": BINARY}},
        "Content-Disposition",
    )
    return {
        "operationId": "getDump",
        "tags": [TAG],
        "summary": "All quads of a version",
        "parameters": [
            file,
            given(ENTAILED, "Whether what the ontology entails is in it.", entailed),
        ],
        "responses": {
            "200": whole,
            "302": {"description": f"`{LATEST}` is elsewhere: at the newest version."},
            "304": UNCHANGED,
            "404": problem("There is no such version or form."),
            "422": WRONG_PARAMETER,
            "429": problem("An address is sent as many dumps as it may be.", RETRY),
            "503": problem("As many dumps are being sent as may be.", RETRY),
            "505": problem("HTTP/1.0 has no end that could be missed: ask for a packed one."),
        },
    }


def _pattern() -> str:
    endings = "|".join(form.ending.replace(".", r"\.") for form in FORMS)
    return rf"^([1-9][0-9]*|{LATEST})({endings})$"


def _page() -> Json:
    counted = {**_NUMBER, "maximum": LAST_PAGE, "default": 1}
    return given(PAGE, f"Which page of {PAGE_SIZE}, counted from 1.", counted)


def _reading(operation: str, summary: str, forms: tuple[str, ...]) -> Json:
    """What all rooms that read the graph have in common."""
    return {
        "operationId": operation,
        "tags": [TAG],
        "summary": summary,
        "responses": {
            "200": answer("As the newest version has it.", texts(forms), "Link"),
            "304": UNCHANGED,
            "406": NOT_ACCEPTABLE,
            "422": WRONG_PARAMETER,
            "503": NOT_READY,
        },
    }


def _object(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties)}
