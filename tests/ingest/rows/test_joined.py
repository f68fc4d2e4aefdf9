"""Single values of things that several rows speak of."""

from pyoxigraph import Literal, NamedNode

from cepgraph.model import Model
from ingest.rows.joined import CONFLICT, OTHER_NAME, Joined

THING = NamedNode("https://example.org/a")


def _taken(joined: Joined, model: Model, name: str, value: str) -> tuple[str, object]:
    cls = model.schema.collection("areas")
    field = cls.field(name)
    stands, fault = joined.taken(THING, field, Literal(value), cls)
    return ("" if stands is None else stands.value.rpartition("#")[2]), fault


def _joined() -> Joined:
    joined = Joined()
    joined.add(THING.value)
    return joined


def test_same_value_again_is_one_statement(model: Model) -> None:
    joined = _joined()
    assert [_taken(joined, model, "gssCode", "E1") for _ in range(2)] == [("gssCode", None)] * 2


def test_second_name_becomes_another_name(model: Model) -> None:
    joined = _joined()
    assert _taken(joined, model, "label", "A") == ("label", None)
    assert _taken(joined, model, "label", "B") == ("altLabel", OTHER_NAME)
    assert _taken(joined, model, "label", "A") == ("label", None)


def test_second_single_value_is_left_out_and_told(model: Model) -> None:
    joined = _joined()
    _taken(joined, model, "gssCode", "E1")
    assert _taken(joined, model, "gssCode", "E2") == ("", CONFLICT)


def test_value_that_may_repeat_stands(model: Model) -> None:
    joined = _joined()
    assert [_taken(joined, model, "altLabel", v)[1] for v in ("A", "B")] == [None, None]


def test_thing_of_one_row_is_left_to_the_gate(model: Model) -> None:
    joined = Joined()
    found = [_taken(joined, model, "gssCode", value) for value in ("E1", "E2")]
    assert found == [("gssCode", None)] * 2


def test_class_without_other_names_keeps_the_first_name(model: Model) -> None:
    from dataclasses import replace

    cls = model.schema.collection("areas")
    bare = replace(cls, fields=tuple(f for f in cls.fields if f.name != "altLabel"))
    joined = _joined()
    for name, fault in (("A", None), ("B", CONFLICT)):
        assert joined.taken(THING, cls.field("label"), Literal(name), bare)[1] == fault
