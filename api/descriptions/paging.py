"""Lists of versions, by page."""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from api.descriptions.facts import Facts
from api.descriptions.releases import Release
from api.reading import Reading, whole
from api.rest import LAST_PAGE, PAGE

Json = dict[str, Any]

PAGE_SIZE: Final = 100


@dataclass(frozen=True)
class Page:
    """Some of all versions, newest first."""

    number: int
    last: int
    newest: int
    shown: list[Release]

    @classmethod
    async def of(cls, reading: Reading, facts: Facts) -> "Page":
        """The page that is asked for; one after the last is empty.

        Raises:
            BadParameter: it is no number.
        """
        number = whole(reading.parameters((PAGE,)), PAGE, 1, LAST_PAGE)
        newest = facts.newest()
        end = max(0, newest - (number - 1) * PAGE_SIZE)
        shown = (await facts.releases.upto(newest))[max(0, end - PAGE_SIZE) : end]
        return cls(number, max(1, -(-newest // PAGE_SIZE)), newest, shown[::-1])

    def as_json(self, results: list[Json]) -> bytes:
        """As lists are written everywhere."""
        paging = {
            "page": self.number,
            "pageSize": PAGE_SIZE,
            "totalResults": self.newest,
            "totalPages": self.last,
        }
        return orjson.dumps({"results": results, "paging": paging})
