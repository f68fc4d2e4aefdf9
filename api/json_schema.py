"""JSON Schema of the documents of every collection, from the fields of the shapes."""

from typing import Any, Final

from cepgraph.resources.vocabulary import (
    BOOLEAN,
    DATE,
    DECIMAL,
    INTEGER,
    LABEL,
    RESERVED,
    is_address,
)
from cepgraph.schema import ClassSchema, Field, Schema
from cepgraph.terms import BASE, CONCEPT, GRAPH, ID, XSD

Json = dict[str, Any]

DATES: Final = {XSD + name for name in ("date", "gYearMonth", "gYear", "dateTime")}
THING: Final[Json] = {"$ref": "#/components/schemas/ThingReference"}


def schemas(schema: Schema) -> Json:
    """The documents of all collections, and what they have in common."""
    found = _shared_schemas()
    for cls in schema.collections.values():
        found[cls.name] = _document(cls)
        found[f"{cls.name}Page"] = _page(cls)
    return found


def example(cls: ClassSchema) -> Json:
    """A document made of the examples that the shapes give."""
    made: Json = {"id": cls.iri_prefix + "example", "type": cls.name}
    if all(field.name != LABEL for field in cls.fields):
        made[LABEL] = cls.label
    for field in cls.fields:
        if field.name in RESERVED:
            continue
        value = _example(field) if field.example else None
        if field.repeats:
            made[field.name] = [] if value is None else [value]
        else:
            made[field.name] = value
    made["graphs"] = [{"id": GRAPH + "publisher/dataset", "label": "A dataset"}]
    return made


def _example(field: Field) -> Any:
    text = field.example
    datatypes = {datatype.value for datatype in field.datatypes}
    if field.scheme:
        return {
            "id": f"{field.scheme}/{text}",
            "label": text.replace("-", " ").capitalize(),
            "type": "Concept",
        }
    if not is_address(field) and (field.classes or field.is_iri):
        iri = text if ":" in text else f"{ID if '/' in text else BASE}{text}"
        return {"id": iri}
    number = text.removeprefix("-")
    if number.isdecimal() and (datatypes & {INTEGER, DECIMAL} or not datatypes):
        return int(text)
    if DECIMAL in datatypes:
        return float(text)
    return text == "true" if datatypes == {BOOLEAN} else text


def _document(cls: ClassSchema) -> Json:
    properties: Json = {
        "@context": {"$ref": "#/components/schemas/JsonLdContext"},
        "id": {"type": "string", "format": "uri", "description": "Its permanent address."},
        "type": {"type": "string", "description": "Its most specific class."},
        "types": {
            "type": "array",
            "items": {"type": "string"},
            "description": "All classes that it is said to be of, where there are several.",
        },
    }
    named = {field.name: _property(field) for field in cls.fields if field.name not in RESERVED}
    label = {LABEL: {"type": ["string", "null"], "description": "The name to show."}}
    properties |= named if LABEL in named else label | named
    properties["graphs"] = {
        "type": "array",
        "items": {"$ref": "#/components/schemas/GraphReference"},
        "description": "The graphs that speak of it.",
    }
    properties["alternatives"] = {"$ref": "#/components/schemas/FieldAlternatives"}
    properties["other"] = {"$ref": "#/components/schemas/OtherProperties"}
    return {
        "type": "object",
        "title": cls.label,
        "description": cls.description,
        "properties": properties,
        "required": ["id", "type", *([] if LABEL in named else [LABEL]), *named, "graphs"],
        "examples": [example(cls)],
    }


def _property(field: Field) -> Json:
    told: Json = {"title": field.label}
    notes = [field.description]
    if field.scheme.startswith(CONCEPT):
        notes.append(f"Values are concepts of the scheme {field.scheme.removeprefix(CONCEPT)}.")
    if any(step.inverse for step in field.path):
        notes.append("Derived from what refers to it.")
    told["description"] = " ".join(note for note in notes if note)
    value = _value(field)
    if field.repeats:
        return {**told, "type": "array", "items": value}
    if field.required:
        return {**told, **value}
    return {**told, "anyOf": [value, {"type": "null"}]}


def _value(field: Field) -> Json:
    """The JSON Schema of one value."""
    if is_address(field):
        return {"type": "string", "format": "uri"}
    if field.is_reference or field.is_iri:
        return THING
    datatypes = {datatype.value for datatype in field.datatypes}
    if not datatypes:
        return {"anyOf": [*({"type": t} for t in ("string", "number", "boolean")), THING]}
    return _literal(datatypes) | ({"enum": list(field.one_of)} if field.one_of else {})


def _literal(datatypes: set[str]) -> Json:
    if datatypes == {DATE}:
        return {"type": "string", "format": "date"}
    if datatypes <= DATES:
        return {"type": "string", "examples": ["2024-10-01", "2024-10", "2024"]}
    if datatypes <= {INTEGER, DECIMAL}:
        return {"type": "integer" if datatypes == {INTEGER} else "number"}
    return {"type": "boolean" if datatypes == {BOOLEAN} else "string"}


def _page(cls: ClassSchema) -> Json:
    return {
        "type": "object",
        "title": f"{cls.label}: a page of the collection",
        "properties": {
            "@context": {"$ref": "#/components/schemas/JsonLdContext"},
            "results": {
                "type": "array",
                "items": {"$ref": f"#/components/schemas/{cls.name}"},
            },
            "paging": {"$ref": "#/components/schemas/PagingState"},
            "facets": {"type": "object", "additionalProperties": True},
        },
        "required": ["@context", "results", "paging", "facets"],
    }


def _shared_schemas() -> Json:
    text = {"type": "string"}
    iri = {"type": "string", "format": "uri"}
    return {
        "JsonLdContext": {
            "description": "Where the names are explained, for JSON-LD; others can ignore it.",
            "anyOf": [text, {"type": "object"}, {"type": "array"}],
        },
        "ThingReference": {
            "type": "object",
            "description": "Another thing, or a concept of a scheme.",
            "properties": {"id": iri, "label": text, "type": text, "notation": text},
            "required": ["id"],
        },
        "GraphReference": {
            "type": "object",
            "properties": {"id": iri, "label": {"type": ["string", "null"]}},
            "required": ["id", "label"],
        },
        "FieldAlternatives": {
            "type": "object",
            "description": "All values that graphs give where one was to be expected and they "
            "differ, by field; the first is the one that the field shows.",
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"value": {}, "graph": iri},
                    "required": ["value", "graph"],
                },
            },
        },
        "OtherProperties": {
            "type": "object",
            "description": "What no field is there for, by the property's address.",
            "additionalProperties": {"type": "array"},
        },
        "PagingState": {
            "type": "object",
            "properties": {
                name: {"type": "integer"}
                for name in ("page", "pageSize", "totalResults", "totalPages")
            },
            "required": ["page", "pageSize", "totalResults", "totalPages"],
        },
        "ProblemDocument": {
            "type": "object",
            "description": "What went wrong (RFC 9457).",
            "properties": {
                "type": text,
                "title": text,
                "status": {"type": "integer"},
                "detail": text,
                "parameter": text,
                "nearest": {"type": "array", "items": text},
            },
            "required": ["type", "title", "status", "detail"],
        },
    }
