"""The catalogue in OpenAPI: every query with its own parameters and rows, as they really are."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cepgraph.model import Model
from tests.api.site import Site
from tests.api.toy_queries import QUERIES, toy_site
from tests.memory import MemoryGraph, project_model

API = "/api/v1/queries"

Told = dict[str, Any]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return toy_site(tmp_path_factory.mktemp("content"))


@pytest.fixture(scope="module")
def told(site: Site) -> Told:
    made: Told = site.json("/openapi.json")
    return made


def parameters(told: Told, name: str) -> dict[str, Told]:
    return {p["name"]: p for p in told["paths"][f"{API}/{name}"]["get"]["parameters"]}


def validator(told: Told, schema: Told) -> Draft202012Validator:
    """OpenAPI 3.1 takes its schemas from JSON Schema 2020-12."""
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator({**schema, "components": told["components"]})


def test_document_is_of_openapi_3_1(told: Told) -> None:
    assert told["openapi"].startswith("3.1.")


def test_every_query_has_an_address_of_its_own(told: Told) -> None:
    for name in QUERIES:
        operation = told["paths"][f"{API}/{name}"]["get"]
        assert operation["summary"]
        assert {"200", "404", "422", "503", "504"} <= operation["responses"].keys()
    assert f"{API}/{{name}}.rq" in told["paths"]
    assert API in told["paths"]


def test_parameters_have_type_description_and_example(told: Told) -> None:
    made = parameters(told, "puppets")
    assert list(made) == [
        *("puppet", "name", "strings", "theme", "born", "weight"),
        *("version", "format"),
    ]
    assert made["strings"]["schema"] == {"type": "integer"}
    assert made["strings"]["example"] == 3
    assert made["weight"]["example"] == 1.5
    assert made["name"]["description"] == "Only of this name."
    assert not made["name"]["required"]
    assert parameters(told, "puppet-known")["puppet"]["required"]
    assert parameters(told, "puppets-as-graph")["puppet"]["schema"]["default"] == "punch"


def test_small_list_is_written_out(told: Told) -> None:
    keys, full = parameters(told, "puppets")["theme"]["schema"]["anyOf"]
    assert {"funding", "governance"} <= set(keys["enum"])
    assert "pattern" in full


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("puppet", ["punch", "https://example.org/x", "cep:x"], ["a b", ""]),
        ("theme", ["funding", "https://w3id.org/cepgraph/concept/theme/funding"], ["money"]),
        ("born", ["1662", "1662-05", "1662-05-09"], ["May 1662"]),
        ("strings", [3], ["3"]),
        ("name", ["Punch"], ["x" * 2001]),
        ("format", ["csv", "json"], ["pdf"]),
        ("version", [1], [-1]),
    ],
)
def test_schema_of_a_parameter_tells_right_from_wrong(
    told: Told, name: str, right: list[object], wrong: list[object]
) -> None:
    schema = validator(told, parameters(told, "puppets")[name]["schema"])
    assert [value for value in right if not schema.is_valid(value)] == []
    assert [value for value in wrong if schema.is_valid(value)] == []


@pytest.mark.parametrize("place", ["puppets", "puppets?strings=9", "puppet-known?puppet=punch"])
def test_answer_is_as_its_schema_says(site: Site, told: Told, place: str) -> None:
    operation = told["paths"][f"{API}/{place.partition('?')[0]}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator(told, schema).validate(site.json(f"{API}/{place}"))


def test_list_is_as_its_schema_says(site: Site, told: Told) -> None:
    content = told["paths"][API]["get"]["responses"]["200"]["content"]
    validator(told, content["application/json"]["schema"]).validate(site.json(API))


def test_row_has_the_columns_of_the_query(told: Told) -> None:
    row = told["components"]["schemas"]["PuppetsAnswer"]["properties"]["results"]["items"]
    assert row["required"] == [
        *("puppet", "puppetLabel", "name", "strings", "theme", "born", "weight", "works", "note")
    ]
    assert row["properties"]["puppet"]["format"] == "iri"
    assert row["properties"]["puppetLabel"] == {"type": ["string", "null"]}


def test_every_form_of_an_answer_is_told(told: Told) -> None:
    content = told["paths"][f"{API}/puppets"]["get"]["responses"]["200"]["content"]
    assert {"application/json", "text/csv", "application/sparql-results+json"} <= content.keys()
    graph = told["paths"][f"{API}/puppets-as-graph"]["get"]["responses"]["200"]["content"]
    assert "text/turtle" in graph
    assert "text/csv" not in graph


@pytest.fixture(scope="module")
def project() -> Model:
    return project_model()


def test_examples_of_the_project_are_as_their_schemas_say(project: Model) -> None:
    site = Site(MemoryGraph(project), project)
    told = site.json("/openapi.json")
    assert len(project.catalogue) > 40
    for query in project.catalogue:
        for name, parameter in parameters(told, query.name).items():
            if name not in ("version", "format"):
                schema = validator(told, parameter["schema"])
                assert schema.is_valid(parameter["example"]), (query.name, name)
    operations = [o["operationId"] for path in told["paths"].values() for o in path.values()]
    assert len(operations) == len(set(operations))
