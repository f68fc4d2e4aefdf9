"""What a person is told of a column: in a comment, in a help row, on a page."""

from typing import Final

from ingest.columns import KEY, Column
from ingest.lists import Lists
from ingest.template.entry import choices_of, classes_in_words, entry_of, takes_several
from ingest.template.example import example_of

FEW: Final = 12
"""Values of a list that are told in the help; of a longer one, their number."""

REQUIRED: Final = "Required"
RECOMMENDED: Final = "Recommended"
OPTIONAL: Final = "Optional"

BY_WHICH: Final = "its label, an identifier, its kind and key, or its full address"
"""How a thing is named in a cell."""

_NUMBER: Final = "Write a number; commas between thousands do no harm."
_HOW: Final = {
    "address": "Write the full address, beginning with https:// or http://.",
    "day": "Write a day, such as 2024-07-03, 3 July 2024 or 03/07/2024.",
    "date": (
        "Write a day (2024-07-03, 3 July 2024 or 03/07/2024); or a month (2024-07) or a year "
        "(2024) where no more is known."
    ),
    "whole": "Write a whole number.",
    "decimal": _NUMBER,
    "number": _NUMBER,
    "yes-no": "Write yes or no.",
}


def help_of(column: Column, lists: Lists) -> str:
    """Help for the person who fills a column: sentences in lines, as plain text.

    Says what the column means, whether it must be filled, for which kinds, with how many values,
    from which list or in which form, and gives an example.
    """
    said = (
        column.description,
        f"{need_of(column)}. {number_of(column)}.",
        f"Only for: {', '.join(column.only_for)}." if column.only_for else "",
        how_of(column, lists),
        _example(column, lists),
    )
    return "\n".join(line.strip() for line in said if line.strip())


def need_of(column: Column) -> str:
    """``Required``, ``Recommended`` or ``Optional``."""
    if column.required:
        return REQUIRED
    return RECOMMENDED if column.recommended else OPTIONAL


def number_of(column: Column) -> str:
    """How many values a cell takes."""
    if takes_several(column):
        return "One value or several, with “ | ” between them"
    return "One value"


def how_of(column: Column, lists: Lists) -> str:
    """In which form a value is written; empty where any text will do."""
    entry = entry_of(column)
    if entry == "choice":
        return _choice(column, lists)
    if entry == "reference" and column.field is not None:
        classes = classes_in_words(column.field)
        what = f"Name a thing of this kind: {' or '.join(classes)}" if classes else "Name a thing"
        return f"{what}; by {BY_WHICH}."
    return _HOW.get(entry, "")


def _choice(column: Column, lists: Lists) -> str:
    choices = choices_of(column, lists)
    told = f": {'; '.join(choices)}" if 0 < len(choices) <= FEW else ""
    field = column.field
    if field is None or not field.scheme:
        return f"Choose one of these{told}." if told else f"Choose one of {len(choices)} values."
    number = f" ({len(choices)} values)" if len(choices) > FEW else ""
    return f"Choose from the list “{lists.title(field.scheme)}”{number}{told}."


def _example(column: Column, lists: Lists) -> str:
    example = example_of(column, lists)
    return f"Example: {example}" if example and column.name != KEY else ""
