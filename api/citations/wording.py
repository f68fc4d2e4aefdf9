"""How to cite: a sentence, and entries for reference managers.

BibTeX: https://www.ctan.org/pkg/biblatex (``@dataset``). RIS: type ``DATA``.
CSL-JSON: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html
"""

from datetime import datetime
from typing import Any, Final

from api.citations.citation import Citation

CONTAINER: Final = "Cultural education partnerships in England: a knowledge graph"
MOST_NAMES: Final = 6
"""Publishers that a sentence names; the others are counted."""

_ESCAPES: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "&%$#_{}"},
    }
)


class Wording:
    """The ways to cite a citation whose permalink is ``url``, looked at on the day ``accessed``.

    Publishers of the graphs stand where authors do: they answer for what is said.
    """

    def __init__(self, citation: Citation, url: str, accessed: datetime) -> None:
        self._citation = citation
        self._url = url
        self._accessed = accessed
        self._names = citation.publishers or (CONTAINER.partition(":")[0],)
        self._dated = citation.version_made or citation.cited

    @property
    def version(self) -> str:
        """``version 12 of 3 May 2026``."""
        made = self._citation.version_made
        number = f"version {self._citation.asked.version}"
        return number if made is None else f"{number} of {day(made)}"

    def sentence(self) -> str:
        """In the author and date style."""
        names = list(self._names[:MOST_NAMES])
        more = len(self._names) - MOST_NAMES
        if more > 0:
            names.append(f"{more} other{'' if more == 1 else 's'}")
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        title = self._citation.title.rstrip(".")
        return (
            f"{listed} ({self._dated.year}). {title} [query result, {self.version}]. "
            f"{CONTAINER}. {self._url} (accessed {day(self._accessed)})."
        )

    def bibtex(self) -> str:
        """An entry for BibLaTeX."""
        authors = " and ".join(f"{{{_tex(name)}}}" for name in self._names)
        fields = {
            "author": authors,
            "title": f"{{{_tex(self._citation.title)}}}",
            "date": f"{self._dated:%Y-%m-%d}",
            "version": str(self._citation.asked.version),
            "publisher": f"{{{_tex(CONTAINER)}}}",
            "url": self._url,
            "urldate": f"{self._accessed:%Y-%m-%d}",
            "note": f"Query result, {self._citation.outcome.hash}",
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        return f"@dataset{{cepgraph-{self._citation.id[:8]},\n{lines}}}\n"

    def ris(self) -> str:
        """An entry in RIS; a line for each author, CR LF at line ends."""
        lines = [
            ("TY", "DATA"),
            *(("AU", f"{name},") for name in self._names),
            ("TI", self._citation.title),
            ("PY", f"{self._dated:%Y}"),
            ("DA", f"{self._dated:%Y/%m/%d}"),
            ("ET", self.version),
            ("PB", CONTAINER),
            ("UR", self._url),
            ("Y2", f"{self._accessed:%Y/%m/%d}"),
            ("N1", f"Query result, {self._citation.outcome.hash}"),
            ("ER", ""),
        ]
        return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines)

    def csl(self) -> dict[str, Any]:
        """An item in CSL-JSON."""
        return {
            "id": self._citation.id,
            "type": "dataset",
            "title": self._citation.title,
            "author": [{"literal": name} for name in self._names],
            "issued": {"date-parts": [_parts(self._dated)]},
            "accessed": {"date-parts": [_parts(self._accessed)]},
            "version": str(self._citation.asked.version),
            "publisher": CONTAINER,
            "URL": self._url,
            "note": f"Query result, {self._citation.outcome.hash}",
        }


def day(when: datetime) -> str:
    """``3 May 2026``, wherever it is read."""
    months = "January February March April May June July August September October November December"
    return f"{when.day} {months.split()[when.month - 1]} {when.year}"


def _parts(when: datetime) -> list[int]:
    return [when.year, when.month, when.day]


def _tex(text: str) -> str:
    return text.translate(_ESCAPES)
