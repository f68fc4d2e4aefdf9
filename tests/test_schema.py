"""The shapes as classes and fields, from which everything that is generated comes."""

import pytest
from pyoxigraph import NamedNode

from cepgraph.content import Content
from cepgraph.errors import NotFound
from cepgraph.model import Model
from cepgraph.paths import Step
from cepgraph.schema import ClassSchema, Field, Schema
from cepgraph.terms import CEP, ID, RDFS_LABEL, XSD
from tests import mini

_SHAPES = (
    mini.SHAPES
    + """
ceps:Pet ceps:iriPrefix "https://example.org/pets/" ; sh:property
    ceps:Pet-colour, ceps:Pet-since, ceps:Pet-size, ceps:Pet-page, ceps:Pet-owner-warning,
    ceps:Pet-friend-wanted .
ceps:Pet-colour a sh:PropertyShape ; sh:path cep:colour ; sh:order 3.5 ; sh:name "Colour" ;
    sh:description "What it looks like." ; ceps:facet true ; ceps:example "brown" ;
    ceps:scheme <https://w3id.org/cepgraph/concept/colour> ; sh:maxCount 1 .
ceps:Pet-since a sh:PropertyShape ; sh:path cep:since ; sh:order 20 ; sh:minCount 1 ;
    sh:or ( [ sh:datatype xsd:gYear ] [ sh:datatype xsd:date ] ) .
ceps:Pet-size a sh:PropertyShape ; sh:path cep:size ; sh:order 21 ; sh:in ( "small" "large" ) ;
    sh:pattern "^[a-z]+$" .
ceps:Pet-page a sh:PropertyShape ; sh:path foaf:page ; sh:order 22 ; sh:nodeKind sh:IRI .
ceps:Pet-owner-warning a sh:PropertyShape ; sh:path cep:owner ; sh:maxCount 1 ;
    sh:severity sh:Warning .
ceps:Pet-friend-wanted a sh:PropertyShape ; sh:path cep:friend ; sh:minCount 1 ;
    sh:severity sh:Warning .
"""
)


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    return Model(mini.write_content(tmp_path_factory.mktemp("content"), shapes=_SHAPES)).schema


@pytest.fixture(scope="module")
def pet(schema: Schema) -> ClassSchema:
    return schema.collection("pets")


def test_class_with_a_shape_is_a_class(pet: ClassSchema) -> None:
    assert pet.iri == NamedNode(CEP + "Pet")
    assert (pet.name, pet.label, pet.kind, pet.collection) == ("Pet", "Pet", "pet", "pets")
    assert pet.description == "An animal that somebody keeps."
    assert {c.value for c in pet.superclasses} == {CEP + "Animal", CEP + "Entity"}


def test_fields_of_superclasses_come_along_in_order(pet: ClassSchema) -> None:
    assert [field.name for field in pet.fields] == [
        *("label", "colour", "owner", "friend", "since", "size", "page"),
    ]
    assert pet.field("label").predicate == RDFS_LABEL


def test_shape_without_an_order_adds_no_field(pet: ClassSchema) -> None:
    assert "tag" not in [field.name for field in pet.fields]


def test_field_of_a_scheme(pet: ClassSchema) -> None:
    assert pet.field("colour") == Field(
        name="colour",
        label="Colour",
        description="What it looks like.",
        path=(Step(mini.term("colour")),),
        order=3.5,
        scheme="https://w3id.org/cepgraph/concept/colour",
        repeats=False,
        facet=True,
        example="brown",
    )


def test_field_of_several_datatypes_has_them_all(pet: ClassSchema) -> None:
    field = pet.field("since")
    assert {datatype.value for datatype in field.datatypes} == {XSD + "date", XSD + "gYear"}
    assert (field.required, field.repeats, field.recommended) == (True, True, False)


def test_field_of_a_list_of_values(pet: ClassSchema) -> None:
    assert pet.field("size").one_of == ("small", "large")
    assert pet.field("size").pattern == "^[a-z]+$"


def test_field_of_addresses(pet: ClassSchema) -> None:
    assert pet.field("page").is_iri
    assert not pet.field("page").is_reference


def test_reference_knows_its_classes(pet: ClassSchema) -> None:
    assert pet.field("owner").classes == (mini.term("Owner"),)
    assert set(pet.field("friend").classes) == {mini.term("Pet"), mini.term("Owner")}
    assert pet.field("friend").is_reference


def test_other_shapes_of_a_path_narrow_its_field(pet: ClassSchema) -> None:
    assert (pet.field("owner").required, pet.field("owner").repeats) == (True, False)


def test_field_that_is_only_warned_of_is_recommended(pet: ClassSchema) -> None:
    assert (pet.field("friend").required, pet.field("friend").recommended) == (False, True)


def test_field_against_the_arrow_is_derived(schema: Schema) -> None:
    field = schema.collection("owners").field("pets")
    assert field.predicate is None
    assert field.is_reference
    assert field.path == (Step(mini.term("owner"), inverse=True),)


@pytest.mark.parametrize("name", ["pets", "pet", "Pet", "cep:Pet"])
def test_class_is_found_by_collection_kind_and_name(schema: Schema, name: str) -> None:
    assert schema.collection(name).name == "Pet"


def test_class_without_a_collection_is_abstract(schema: Schema) -> None:
    assert mini.term("Entity") in schema.by_iri
    assert "Entity" not in {cls.name for cls in schema.collections.values()}
    with pytest.raises(NotFound):
        schema.collection("Entity")


@pytest.mark.parametrize(("name", "nearest"), [("pet-s", ("pets",)), ("xyzzy", ())])
def test_unknown_class_is_told_with_the_nearest(
    schema: Schema, name: str, nearest: tuple[str, ...]
) -> None:
    with pytest.raises(NotFound) as told:
        schema.collection(name)
    assert told.value.nearest == nearest


def test_unknown_field_is_told_with_the_nearest(pet: ClassSchema) -> None:
    with pytest.raises(NotFound, match=r"field of Pet 'ownr'; did you mean owner\?"):
        pet.field("ownr")


def test_iris_are_made_of_keys_and_keys_of_iris(schema: Schema, pet: ClassSchema) -> None:
    owner = schema.collection("owners")
    assert owner.iri_of("ann") == NamedNode(ID + "owner/ann")
    assert owner.key_of(ID + "owner/ann") == "ann"
    assert pet.iri_of("rex") == NamedNode("https://example.org/pets/rex")
    assert pet.key_of(ID + "pet/rex") == ID + "pet/rex"


def test_thing_of_several_classes_is_of_the_one_furthest_down(schema: Schema) -> None:
    types = [mini.term(name) for name in ("Entity", "Animal", "Pet", "Owner", "Unknown")]
    found = schema.most_specific(types)
    assert found is not None
    assert found.name == "Pet"
    assert schema.most_specific([mini.term("Entity"), mini.term("Unknown")]) is None


def test_collections_are_sorted_and_named_once(schema: Schema) -> None:
    assert list(schema.collections) == ["animals", "clubs", "datasets", "owners", "pets", "ties"]


def test_every_collection_of_the_project_is_complete() -> None:
    schema = Model(Content.default()).schema
    assert len(schema.collections) > 20
    for cls in schema.collections.values():
        assert cls.label
        assert cls.description
        assert cls.kind
        names = [field.name for field in cls.fields]
        assert len(names) == len(set(names))
        for field in cls.fields:
            assert field.label, (cls.name, field.name)
            assert field.description, (cls.name, field.name)
