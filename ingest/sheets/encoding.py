"""In which encoding a text is written, from its bytes."""

import codecs
import re
from dataclasses import dataclass
from typing import Final

_MARKS: Final = (codecs.BOM_UTF8, "\ufeff".encode().decode("latin-1").encode())
"""The byte order mark of UTF-8, and the same after it was taken for Latin-1 and written again."""
_NAMES: Final = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
    "mac_roman": "Mac Roman",
}
_LEGACY: Final = ("cp1252", "mac_roman")
_OTHERS: Final = ("cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859_14")
"""Of other European languages, told apart by statistics."""
_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_COMMON: Final = {
    **dict.fromkeys("’é£–", 4.0),
    **dict.fromkeys("‘“”…•€—ëïöüôâîêèàçáóíñúäåø", 2.0),
    **dict.fromkeys("ÉÖÜÅØÁÓÍÚÀÈÇæœßãõòùûìýÿŒÆÄÊÎÔÂ½¼¾°²³®©™ß·\xa0", 0.5),
}
"""How much a character speaks for an encoding that has it, in texts from Britain."""
_UNCOMMON: Final = -2.0
_OUT_OF_PLACE: Final = -3.0
_ZEROS: Final = 2
"""With fewer, a text has a character too many, and is no UTF-16."""
_SURE: Final = 1.0
"""By how much, for each character, one encoding must be better than the other to be sure."""


@dataclass(frozen=True)
class Encoding:
    """How to decode a text.

    Attributes:
        codec: Python's name of it.
        skip: bytes of byte order marks at the beginning.
        marks: how many marks these are.
        double: whether a mark was encoded twice.
        guessed: whether another encoding may be meant.
    """

    codec: str
    skip: int = 0
    marks: int = 0
    double: bool = False
    guessed: bool = False

    @property
    def name(self) -> str:
        """``Windows-1252``: as programs call it."""
        return _NAMES.get(self.codec, self.codec)


def unicode_of(head: bytes) -> Encoding | None:
    """The Unicode encoding that the beginning of a text shows; UTF-8 where nothing speaks against.

    ``None`` is UTF-32, which no program that makes tables writes.
    """
    if head.startswith((codecs.BOM_UTF32_BE, codecs.BOM_UTF32_LE)):
        return None
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        marks = _leading(head, (mark,))[1]
        if marks:
            return Encoding(codec, skip=2 * marks, marks=marks)
    skip, marks, double = _leading(head, _MARKS)
    if marks:
        return Encoding("utf-8", skip, marks, double)
    return Encoding(_by_zeros(head) or "utf-8")


def _by_zeros(head: bytes) -> str | None:
    """UTF-16 that lost its mark: every other byte of a Western text is zero."""
    even, odd, half = head[::2].count(0), head[1::2].count(0), len(head) // 2
    if even + odd < _ZEROS or len(head) % 2:
        return None
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.05 else None


def is_damaged_utf_8(sample: bytes) -> bool:
    """Whether bytes that are not UTF-8 are so in the main; a few of them were damaged."""
    whole = len(_SEQUENCE.findall(sample))
    return whole > len(_HIGH.findall(_SEQUENCE.sub(b"", sample)))


def legacy_of(sample: bytes, skip: int = 0) -> Encoding:
    """The encoding of lines that are neither ASCII nor Unicode.

    Windows-1252 and Mac Roman are told apart by the characters that they give, and where these
    stand: detection by statistics needs longer texts than names and amounts of money are.
    """
    scores = {codec: _plausible(sample, codec) for codec in _LEGACY}
    best = max(_LEGACY, key=lambda codec: scores[codec])
    other = next(codec for codec in _LEGACY if codec != best)
    if scores[best] > 0:
        same = sample.decode(best, "replace") == sample.decode(other, "replace")
        clear = scores[best] >= _SURE and scores[best] - scores[other] >= _SURE
        guessed = not same and not clear
        return Encoding(best, skip, guessed=guessed)
    return Encoding(_by_statistics(sample) or best, skip, guessed=True)


def _leading(head: bytes, marks: tuple[bytes, ...]) -> tuple[int, int, bool]:
    """Bytes and number of the marks at the beginning, and whether one is encoded twice."""
    skip, number, double = 0, 0, False
    while True:
        found = next((mark for mark in marks if head.startswith(mark, skip)), None)
        if found is None:
            return skip, number, double
        skip, number, double = skip + len(found), number + 1, double or len(found) > 3


def _plausible(sample: bytes, codec: str) -> float:
    """How plausible the characters beyond ASCII are, as the mean of their weights."""
    try:
        text = f" {sample.decode(codec)} "
    except UnicodeDecodeError:
        return float("-inf")
    found = [
        _weight(text[at - 1], text[at], text[at + 1])
        for at in range(1, len(text) - 1)
        if text[at] > "\x7f"
    ]
    return sum(found) / len(found) if found else 0.0


def _weight(before: str, character: str, after: str) -> float:
    weight = _COMMON.get(character, _UNCOMMON)
    if character.isalpha():
        upper_inside = character.isupper() and before.islower()
        by_number = before.isdigit() or after.isdigit()
        alone = not (before.isalpha() or after.isalpha()) and character != "à"
        doubled = after > "\x7f" and after.isalpha()
        if upper_inside or by_number or alone or doubled:
            return _OUT_OF_PLACE
        return weight
    inside = before.isalpha() and after.isalpha()
    amount = after.isdigit() or not (before.isalnum() or (after.isalpha() and after > "\x7f"))
    misplaced = {
        "£": not amount,
        "€": not amount,
        "“": before.isalnum(),
        "‘": before.isalnum(),
        "•": inside,
        "…": inside or after.isupper(),
        "®": after.isalpha(),
        "™": after.isalpha(),
        "©": after.isalpha(),
    }
    if misplaced.get(character, False):
        return _OUT_OF_PLACE
    if character in "–—" and before.islower() and after.islower():
        return 0.0
    return weight


def _by_statistics(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(_OTHERS), threshold=0.5).best()
    return best.encoding if best is not None else None
