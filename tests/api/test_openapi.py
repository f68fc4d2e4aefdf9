"""What OpenAPI tells of the whole application: every address that clients use, and none besides."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi import FastAPI
from fastapi.openapi.models import OpenAPI
from jsonschema import Draft202012Validator
from starlette.routing import Match, Route

from api.app import create_app
from api.protocol import METHODS
from cepgraph.formats import GRAPH_FORMATS, RESULT_FORMATS
from cepgraph.settings import Settings

Told = dict[str, Any]

UNTOLD: Final = {
    "/": "leads people to the first page",
    "/assets": "styles and scripts of the pages",
    "/concept": "an IRI, not an interface: leads to the document",
    "/doc": "documents by negotiation, which collections have with schemas",
    "/docs": "this description as a page",
    "/graph": "an IRI, not an interface: leads to the document",
    "/id": "an IRI, not an interface: leads to the document",
    "/ontology": "the vocabulary itself, by negotiation",
    "/openapi.json": "this description",
    "/queries": "pages of what /api/v1/queries has",
    "/query": "an IRI, not an interface: leads to the page",
    "/shapes": "the shapes themselves, by negotiation",
}
"""Addresses that stand in ``docs/http.md`` alone, and why."""

METHOD: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PARAMETER: Final = re.compile(r"\{([^}:]+)(?::path)?\}")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application as it is served; it is not started."""
    return create_app(Settings(data=tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def told(app: FastAPI) -> Told:
    return app.openapi()


def plain(path: str) -> str:
    """A path without its parameters."""
    return PARAMETER.sub("", path).replace("//", "/").rstrip("/") or "/"


def mounted(app: FastAPI) -> set[str]:
    """Addresses that the application answers at or below, without parameters."""
    return {plain(route.path) for route in app.router.routes if isinstance(route, Route)}


def operations(told: Told) -> Iterator[tuple[str, str, Told]]:
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_document_is_openapi_3_1(told: Told) -> None:
    assert told["openapi"].startswith("3.1.")
    OpenAPI.model_validate(told)
    for path, method, operation in operations(told):
        assert path.startswith("/")
        assert method in METHOD
        assert operation["responses"], path


def test_every_schema_is_json_schema(told: Told) -> None:
    for schema in told["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for _, _, operation in operations(told):
        for parameter in operation.get("parameters", ()):
            Draft202012Validator.check_schema(parameter["schema"])


def test_operations_have_names_of_their_own(told: Told) -> None:
    names = Counter(operation["operationId"] for _, _, operation in operations(told))
    assert max(names.values()) == 1


def test_parameters_of_a_path_are_those_that_it_names(told: Told) -> None:
    for path, method, operation in operations(told):
        given = Counter(
            (parameter["in"], parameter["name"]) for parameter in operation.get("parameters", ())
        )
        assert not given or max(given.values()) == 1, (path, method)
        in_path = {name for place, name in given if place == "path"}
        assert in_path == set(PARAMETER.findall(path)), (path, method)


def test_document_refers_only_to_what_it_defines(told: Told) -> None:
    def references(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                yield part["$ref"]
            for inner in part.values():
                yield from references(inner)
        elif isinstance(part, list):
            for inner in part:
                yield from references(inner)

    for reference in set(references(told)):
        found: Any = told
        for step in reference.removeprefix("#/").split("/"):
            assert step in found, reference
            found = found[step]


def test_every_address_is_told_of_or_left_out_for_a_reason(app: FastAPI, told: Told) -> None:
    described = {plain(path) for path in told["paths"]}
    places = mounted(app)
    missing = {
        place
        for place in places - UNTOLD.keys()
        if not any(path == place or path.startswith(f"{place}/") for path in described)
    }
    assert not missing
    assert UNTOLD.keys() <= places
    assert not UNTOLD.keys() & described


def test_every_path_that_is_told_of_is_answered(app: FastAPI, told: Told) -> None:
    for path, method, _ in operations(told):
        scope = {"type": "http", "method": method.upper(), "path": PARAMETER.sub("x", path)}
        assert any(route.matches(scope)[0] is Match.FULL for route in app.router.routes), path


def test_query_is_told_of_with_every_form_of_its_answer(told: Told) -> None:
    sparql = told["paths"]["/sparql"]
    assert {method.upper() for method in sparql} == set(METHODS) - {"HEAD", "OPTIONS", "QUERY"}
    for operation in sparql.values():
        forms = operation["responses"]["200"]["content"]
        assert {form.media_type for form in (*RESULT_FORMATS, *GRAPH_FORMATS)} <= forms.keys()
        assert "security" not in operation
        assert {"400", "406", "429", "502", "503", "504"} <= operation["responses"].keys()
    assert sparql["post"]["requestBody"]["content"].keys() == {
        "application/sparql-query",
        "application/x-www-form-urlencoded",
    }


def test_every_write_needs_a_token_but_a_citation(told: Told) -> None:
    open_to_all = {"postQuery", "makeCitation"}
    for path, method, operation in operations(told):
        if method in ("put", "post", "delete") and operation["operationId"] not in open_to_all:
            assert operation["security"] == [{"token": []}], path
            assert {"401", "429"} & operation["responses"].keys(), path


def test_parameters_of_an_update_are_those_that_docs_tell(told: Told) -> None:
    operation = told["paths"]["/update"]["post"]
    names = {parameter["name"] for parameter in operation["parameters"]}
    form = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert form["properties"].keys() == names | {"update"}
    docs = (Path(__file__).parents[2] / "docs/http.md").read_text("utf-8")
    section = docs.partition("## SPARQL update")[2].partition("\n## ")[0]
    assert all(f"`{name}`" in section for name in names)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("file", ["12.nq.gz", "latest.trig"], ["12", "012.nq", "12.zip", "latest.nq.bz2"]),
        ("number", [1, 12], [0, -1, "x"]),
    ],
)
def test_versions_and_dumps_are_named_as_they_are_answered(
    told: Told, name: str, right: list[Any], wrong: list[Any]
) -> None:
    place = {"file": "/dumps/{file}", "number": "/version/{number}"}[name]
    schema = told["paths"][place]["get"]["parameters"][0]["schema"]
    validator = Draft202012Validator(schema)
    assert all(validator.is_valid(value) for value in right)
    assert not any(validator.is_valid(value) for value in wrong)
