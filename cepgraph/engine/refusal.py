"""Why a worker gives no answer."""

from typing import Any


class Refusal(Exception):
    """A question that has no answer; the fields go to the web process as they stand."""

    def __init__(self, kind: str, problem: str, **fields: Any) -> None:
        super().__init__(problem)
        self.head = {"error": kind, "problem": problem, **fields}
