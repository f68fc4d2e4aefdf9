"""Citations as files: one each, named after what it cites, written once and never changed."""

import re
import sys
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from api.citations.citation import Citation
from cepgraph.errors import CepgraphError, NotFound
from cepgraph.history.durable import make_folder, written_whole

FOLDER: Final = "citations"
ENDING: Final = ".json"

_IDENTIFIER: Final = re.compile(r"[0-9a-f]{32}")


class CitationDamaged(CepgraphError):
    """The file of a citation cannot be read, or is not what its name says."""

    title = "The citation is damaged"

    def __init__(self, identifier: str) -> None:
        super().__init__(identifier)
        self.identifier = identifier

    def detail(self) -> str:
        return f"the citation {self.identifier} is kept here, but what is kept cannot be read"


class NoRoom(CepgraphError):
    """As many citations are kept as may be."""

    title = "No room for more citations"
    status = 507

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def detail(self) -> str:
        return f"this service keeps {self.most:,} citations, and has them"


class Registry:
    """The citations below a data folder; for one process at a time to write."""

    def __init__(self, data: Path, most: int) -> None:
        self._folder = data / FOLDER
        self._most = most
        self._count: int | None = None

    def find(self, identifier: str) -> Citation:
        """The citation with this identifier.

        Raises:
            NotFound: there is none.
            CitationDamaged: its file cannot be read.
        """
        if not _IDENTIFIER.fullmatch(identifier):
            raise NotFound("citation", identifier[:80])
        path = self._path(identifier)
        try:
            citation = Citation.model_validate_json(path.read_bytes())
        except FileNotFoundError as error:
            raise NotFound("citation", identifier) from error
        except (OSError, ValidationError) as error:
            raise _damaged(identifier, f"{path}: {error}") from error
        if citation.id != identifier:
            raise _damaged(identifier, f"{path}: it cites something else")
        return citation

    def keep(self, citation: Citation) -> None:
        """Keep a citation; when this returns it will survive.

        Raises:
            NoRoom: there are too many.
            OSError: it cannot be written.
        """
        if self._count is None:
            self._count = sum(1 for _ in self._folder.glob(f"*/*{ENDING}"))
        if self._count >= self._most:
            raise NoRoom(self._most)
        path = self._path(citation.id)
        make_folder(path.parent)
        with written_whole(path) as file:
            file.write(citation.model_dump_json(by_alias=True, indent=1).encode())
        self._count += 1

    def _path(self, identifier: str) -> Path:
        return self._folder / identifier[:2] / f"{identifier}{ENDING}"


def _damaged(identifier: str, why: str) -> CitationDamaged:
    # where files lie is for whoever runs the service
    print(f"a citation cannot be read: {why}", file=sys.stderr)
    return CitationDamaged(identifier)
