"""What the gate says: a list of results, grouped and counted."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["violation", "warning", "info"]
_ORDER: dict[Severity, int] = {"violation": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, order=True)
class Result:
    """One thing that is wrong, or that could be better.

    ``shape`` and ``constraint`` are shortened IRIs (``ceps:…``, ``sh:…``), ``focus`` and ``graph``
    full IRIs; ``path`` and ``value`` are empty where they do not apply.
    """

    severity: Severity
    graph: str
    focus: str
    shape: str
    constraint: str
    path: str
    value: str
    message: str


@dataclass(frozen=True)
class Report:
    """The verdict on a change: it conforms when there is no violation."""

    results: tuple[Result, ...] = ()

    @classmethod
    def of(cls, results: Iterable[Result]) -> "Report":
        """A report of distinct results: violations first, then by graph, node and shape."""
        return cls(tuple(sorted(set(results), key=lambda r: (_ORDER[r.severity], r))))

    @property
    def conforms(self) -> bool:
        """Whether the change may enter."""
        return not self.violations

    @property
    def violations(self) -> tuple[Result, ...]:
        """What keeps the change out."""
        return tuple(result for result in self.results if result.severity == "violation")

    @property
    def warnings(self) -> tuple[Result, ...]:
        """What should be looked at, and keeps nothing out."""
        return tuple(result for result in self.results if result.severity != "violation")

    def summary(self) -> str:
        """``2 violations on 1 thing, 3 warnings``."""
        things = len({result.focus for result in self.violations})
        return (
            f"{_count(len(self.violations), 'violation')} on {_count(things, 'thing')}, "
            f"{_count(len(self.warnings), 'warning')}"
        )

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "conforms": self.conforms,
            "violations": len(self.violations),
            "warnings": len(self.warnings),
            "results": [asdict(result) for result in self.results],
        }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
