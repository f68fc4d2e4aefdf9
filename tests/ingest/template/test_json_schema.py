"""The JSON Schema: valid itself, true to what readers take, and its examples with it."""

from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from ingest.template import template
from ingest.template.json_schema import json_schema
from tests.ingest.template.conftest import World

_LEAST: dict[str, Any] = {"label": "Bear", "tag": "007"}


@pytest.fixture(scope="module")
def made(toys: World) -> dict[str, Any]:
    return json_schema([toys.cls("toys"), toys.cls("owners")], toys.model.schema, toys.lists, "1.2")


def _faults(made: dict[str, Any], **fields: Any) -> list[str]:
    thing = {name: value for name, value in (_LEAST | fields).items() if value != "left out"}
    found = Draft202012Validator(made).iter_errors({"toys": [thing]})
    return [error.json_path for error in found]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("label", "left out"),
        ("label", " "),
        ("label", None),
        ("label", []),
        ("label", {"id": "x"}),
        ("tag", ["007", "008"]),
        ("parts", 4.5),
        ("parts", True),
        ("price", {}),
        ("loud", 3),
        ("owner", {"label": "Ann"}),
        ("owner", 3),
        ("homepage", 3),
        ("colour", {}),
    ],
)
def test_what_no_reader_takes_is_no_value(made: dict[str, Any], name: str, value: object) -> None:
    assert _faults(made, **{name: value})


def test_collection_is_a_list_of_objects(made: dict[str, Any]) -> None:
    for wrong in ({"toys": {}}, {"toys": ["Bear"]}, [], "toys"):
        assert not Draft202012Validator(made).is_valid(wrong)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("label", ["Bear"]),
        ("key", "bear"),
        ("kind", "Doll"),
        ("kind", "doll"),
        ("kind", "DOLL"),
        ("tag", 7),
        ("parts", 4),
        ("parts", "1,200"),
        ("parts", None),
        ("price", 3300.5),
        ("price", "£3,300.50"),
        ("loud", True),
        ("loud", "no"),
        ("since", 2024),
        ("since", "July 2024"),
        ("size", "LARGE"),
        ("colour", "red"),
        ("colour", "BRIGHT RED"),
        ("colour", {"id": "https://w3id.org/cepgraph/concept/colour/red", "label": "Bright red"}),
        ("colours", ["red", "Blue, dark"]),
        ("colours", "red | Blue, dark"),
        ("colours", []),
        ("owner", "owner/ann"),
        ("owner", {"id": "owner/ann"}),
        ("owner", ["Ann", {"id": "owner/bob"}]),
        ("unknown", "reported by the reader, not here"),
    ],
)
def test_what_readers_take_is_a_value(made: dict[str, Any], name: str, value: object) -> None:
    assert _faults(made, **{name: value}) == []


def test_lists_are_told_with_labels_and_keys(made: dict[str, Any]) -> None:
    properties = made["$defs"]["Toy"]["properties"]
    assert properties["colour"]["anyOf"][0] == {"$ref": "#/$defs/list-colour"}
    assert properties["colours"]["anyOf"][1]["items"] == {"$ref": "#/$defs/list-colour"}
    listed = made["$defs"]["list-colour"]
    assert listed["title"] == "Colours"
    assert listed["anyOf"][0] == {"enum": ["Blue, dark", "Bright red", "blue", "red"]}


def test_field_that_only_some_kinds_need_is_not_required_of_all(made: dict[str, Any]) -> None:
    toy = made["$defs"]["Toy"]
    assert toy["required"] == ["label", "tag"]
    assert "Only for: Doll." in toy["properties"]["hair"]["description"]


def test_example_holds_values_of_their_type(made: dict[str, Any]) -> None:
    (example,) = made["$defs"]["Toy"]["examples"]
    assert example["parts"] == 4
    assert example["price"] == 3300.0
    assert example["loud"] is False
    assert example["kind"] == "Doll"
    assert example["hair"] == "curly"
    assert made["$comment"].endswith("version 1.2.")


def test_schema_of_every_class_is_valid_and_so_are_its_examples(real: World) -> None:
    schema = real.model.schema
    made = json_schema(list(schema.collections.values()), schema, real.lists)
    Draft202012Validator.check_schema(made)
    (example,) = made["examples"]
    assert set(example) == set(schema.collections)
    faults = Draft202012Validator(made).iter_errors(example)
    assert [(error.json_path, error.message) for error in faults] == []
    for definition in made["$defs"].values():
        for example in definition.get("examples", []):
            own = {**definition, "$defs": made["$defs"]}
            assert Draft202012Validator(own).is_valid(example)


def test_required_field_without_an_example_is_left_out_of_the_example(
    made: dict[str, Any],
) -> None:
    Draft202012Validator.check_schema(made)
    (example,) = made["examples"]
    assert example["owners"] == [{}]
    lacking = list(Draft202012Validator(made).iter_errors(example))
    assert {error.validator for error in lacking} == {"required"}


def test_schema_is_written_as_json_with_the_description_of_the_graph(toys: World) -> None:
    made = orjson.loads(template("json", [toys.cls("toys")], toys.model.schema, toys.lists))
    assert list(made["properties"]) == ["toys", "datasets"]
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(made)
