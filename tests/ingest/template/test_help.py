"""What a person is told of a column."""

import pytest

from ingest.template.help import help_of
from tests.ingest.template.conftest import World


def _help(world: World, name: str, collection: str = "toys") -> str:
    return help_of(world.columns(collection)[name], world.lists)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("tag", "Its code.\nRequired. One value.\nExample: 007"),
        ("label", "Required. One value."),
        ("homepage", "Recommended. One value.\nWrite the full address"),
        ("bought", "Write a day,"),
        ("since", "or a year (2024) where no more is known."),
        ("parts", "Optional. One value.\nWrite a whole number.\nExample: 4"),
        ("price", "commas between thousands do no harm"),
        ("loud", "Write yes or no.\nExample: No"),
        ("size", "Choose one of these: small; large."),
        ("colour", "Choose from the list “Colours”: Blue, dark; Bright red.\nExample: Bright red"),
        ("colours", "One value or several, with “ | ” between them."),
        ("owner", "Name a thing of this kind: owner; by its label, an identifier, its kind and"),
        ("owner", "or its full address.\nExample: owner/ann"),
        ("hair", "Only for: Doll."),
        ("kind", "Choose one of these: Ball; Doll."),
    ],
)
def test_help_says_what_a_column_takes(toys: World, name: str, told: str) -> None:
    assert told in _help(toys, name)


def test_help_of_a_long_list_gives_their_number_and_not_all(real: World) -> None:
    told = _help(real, "indicator", "claims")
    number = len(real.lists.of("https://w3id.org/cepgraph/concept/indicator"))
    assert number > 12
    assert f"({number} values)." in told
    assert ";" not in told


def test_help_of_every_column_has_no_blank_line_and_no_term_of_rdf(real: World) -> None:
    for name in real.model.schema.collections:
        for column in real.columns(name).values():
            told = help_of(column, real.lists)
            assert all(line.strip() for line in told.split("\n"))
            assert "xsd:" not in told


def test_list_is_called_as_messages_call_it(real: World) -> None:
    assert "from the list “Themes of findings”" in _help(real, "theme", "findings")


def test_key_has_no_example(toys: World) -> None:
    assert "Example" not in _help(toys, "key")
