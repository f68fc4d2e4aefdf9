"""Finds runs of words that a text shares with others."""

import re
from collections.abc import Iterable

LENGTH = 8


def words(text: str) -> list[str]:
    """Lower-case words and numbers; apostrophes vanish, everything else separates."""
    return re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", text.lower()))


def runs(text: str, length: int = LENGTH) -> set[str]:
    """All runs of ``length`` consecutive words."""
    found = words(text)
    return {" ".join(found[i : i + length]) for i in range(len(found) - length + 1)}


def copied(text: str, documents: Iterable[str], length: int = LENGTH) -> set[str]:
    """The runs of ``text`` that occur in one of ``documents``."""
    here = runs(text, length)
    return {run for document in documents for run in here & runs(document, length)}
