"""What a reader of tables gives for one file."""

from dataclasses import dataclass, field

from ingest.report.remark import Remark
from ingest.sheets.sheet import Sheet


@dataclass(frozen=True)
class Book:
    """The tables of a file, and how it was read.

    Attributes:
        form: ``csv``, ``tsv``, ``xlsx``, ``xls``, ``ods`` or ``json``: what it is, whatever its
            ending says.
        sha256: of the bytes as they were sent.
    """

    sheets: tuple[Sheet, ...]
    form: str
    sha256: str
    remarks: list[Remark] = field(default_factory=list)
