"""Names as they are compared: without capitals, accents, spaces and punctuation."""

import re
import unicodedata
from functools import lru_cache

_APART = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def squash(text: str) -> str:
    """``arenatheatreco`` for ``Arena Theatre & Co.``… with ``and`` for the sign."""
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in plain if not unicodedata.combining(c))
    return _APART.sub("", text.casefold().replace("&", "and"))


def slug(text: str, longest: int = 60) -> str:
    """Lower-case letters and digits with hyphens between, cut at a word; empty if none is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", "").replace("&", " and "))
    made = "-".join(words)
    if len(made) <= longest:
        return made
    return made[: longest + 1].rpartition("-")[0] or made[:longest]
