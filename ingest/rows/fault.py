"""Why a cell cannot become a value."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell, in words that are the same for every cell with the same fault.

    ``candidates`` are what may have been meant, nearest first, as it can be typed.
    """

    code: str
    message: str
    candidates: tuple[str, ...] = ()
