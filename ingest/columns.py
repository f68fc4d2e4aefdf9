"""The columns of the sheet of a class: what templates write, and what readers look for."""

from dataclasses import dataclass
from typing import Final

from cepgraph.schema import ClassSchema, Field, Schema

KEY: Final = "key"
KIND: Final = "kind"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: machine name: that of the field, ``key`` or ``kind``; as in JSON.
        label: header, as a person reads it.
        field: what its cells fill; ``None`` for ``key`` and ``kind``.
        only_for: labels of the only kinds of thing that have it, where the sheet takes several.
        choices: what can be chosen, for ``kind``.
        aliases: other headers by which it is found.
    """

    name: str
    label: str
    description: str
    field: Field | None = None
    required: bool = False
    recommended: bool = False
    only_for: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def columns_of(cls: ClassSchema, schema: Schema) -> tuple[Column, ...]:
    """The columns of a class's sheet, in the order of its shape: key, kind, then the fields.

    A class with subclasses takes their things too: which kind a row is stands in a column of its
    own, and the fields that only some kinds have are there as well.
    """
    kinds = schema.subclasses(cls)
    columns = [_key(cls)]
    if kinds:
        columns.append(_kind(cls, kinds))
    fields: dict[str, Field] = {field.name: field for field in _entered(cls)}
    owners: dict[str, list[str]] = {}
    for kind in kinds:
        for field in _entered(kind):
            if field.name not in fields or field.name in owners:
                fields.setdefault(field.name, field)
                owners.setdefault(field.name, []).append(kind.label)
    ordered = sorted(fields.values(), key=lambda field: (field.order, field.name))
    return (*columns, *(_of_field(field, tuple(owners.get(field.name, ()))) for field in ordered))


def _entered(cls: ClassSchema) -> list[Field]:
    """The fields that are typed; the others are worked out from what other things say."""
    return [field for field in cls.fields if field.predicate is not None]


def _of_field(field: Field, only_for: tuple[str, ...]) -> Column:
    return Column(
        name=field.name,
        label=field.label,
        description=field.description,
        field=field,
        required=field.required and not only_for,
        recommended=field.recommended and not only_for,
        only_for=only_for,
        aliases=field.aliases,
    )


def _key(cls: ClassSchema) -> Column:
    own = [field for field in _entered(cls) if field.identifies and not field.is_iri]
    made_from = f" from {' or '.join(f.label for f in own[:3])}, or else" if own else ""
    return Column(
        name=KEY,
        label="Key",
        description=(
            f"The last part of its permanent address ({cls.iri_prefix}…), in letters, digits and "
            "hyphens. To say more of something that is held already, give the key that it has. "
            f"Left empty, it is made{made_from} from your name and the label."
        ),
        aliases=("ID", "Identifier", "Reference"),
    )


def _kind(cls: ClassSchema, kinds: tuple[ClassSchema, ...]) -> Column:
    return Column(
        name=KIND,
        label=f"Kind of {_lowered(cls.label)}",
        description=f"Which kind of {_lowered(cls.label)} it is.",
        required=cls.of_a_kind,
        choices=tuple(kind.label for kind in kinds),
        aliases=("Kind", "Type"),
    )


def _lowered(label: str) -> str:
    """A label inside a sentence: ``Finding`` becomes ``finding``, names keep their capitals."""
    first, _, rest = label.partition(" ")
    return label if rest and rest != rest.lower() else first[:1].lower() + label[1:]
