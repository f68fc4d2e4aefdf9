"""``Prefer`` says how long a client wants to wait (RFC 7240)."""

import pytest

from api.submissions.prefer import LONGEST_S, Wait, wait_of


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], Wait(5.0)),
        (["respond-async"], Wait(0.0, ("respond-async",))),
        (["Respond-Async"], Wait(0.0, ("respond-async",))),
        (["wait=2"], Wait(2.0, ("wait=2",))),
        (["wait = 2"], Wait(2.0, ("wait=2",))),
        (['wait="2"'], Wait(2.0, ("wait=2",))),
        (["respond-async, wait=10"], Wait(10.0, ("respond-async", "wait=10"))),
        (["respond-async", "wait=10"], Wait(10.0, ("respond-async", "wait=10"))),
        (["wait=10; x=y, respond-async"], Wait(10.0, ("respond-async", "wait=10"))),
        (["wait=0"], Wait(0.0, ("wait=0",))),
        (["wait=1, wait=9"], Wait(1.0, ("wait=1",))),
        (["wait=99999999999999999999"], Wait(LONGEST_S, ("wait=60",))),
        (["wait=-1"], Wait(5.0)),
        (["wait=soon"], Wait(5.0)),
        (["wait=²"], Wait(5.0)),
        (["respond-async=no"], Wait(5.0)),
        (["return=minimal"], Wait(5.0)),
        ([",,;=,\x00"], Wait(5.0)),
    ],
)
def test_preferences_are_followed_as_far_as_they_are_known(
    headers: list[str], expected: Wait
) -> None:
    assert wait_of(headers, 5.0) == expected
