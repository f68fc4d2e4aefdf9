"""Who may send, and how often."""

from pathlib import Path

import pytest

from api.problems import HttpProblem
from api.submissions.access import Rate, token_of
from cepgraph.errors import NotAuthenticated, TooMany
from cepgraph.tokens import FILE, Tokens


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_may_come_at_once_and_no_more() -> None:
    rate = Rate(3, Clock())
    for _ in range(3):
        rate.take("a")
    with pytest.raises(TooMany):
        rate.take("a")
    rate.take("b")


def test_refusal_says_what_there_were_too_many_of() -> None:
    rate = Rate(1, Clock(), told="an address may make {} citations a minute")
    rate.take("a")
    with pytest.raises(TooMany, match="an address may make 1 citations a minute"):
        rate.take("a")


def test_who_was_idle_for_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.submissions.access.MOST_KEYS", 2)
    rate = Rate(1, Clock())
    for key in ("a", "b", "c"):
        rate.take(key)
    with pytest.raises(TooMany):
        rate.take("c")
    rate.take("a")


def test_next_may_come_when_it_is_said() -> None:
    clock = Clock()
    rate = Rate(6, clock)
    for _ in range(6):
        rate.take("a")
    with pytest.raises(TooMany) as refused:
        rate.take("a")
    assert 10 <= refused.value.retry_after_s <= 11
    clock.now += refused.value.retry_after_s
    rate.take("a")
    with pytest.raises(TooMany):
        rate.take("a")


def test_long_silence_gives_no_more_than_a_minutes_worth() -> None:
    clock = Clock()
    rate = Rate(2, clock)
    rate.take("a")
    clock.now += 1e6
    rate.take("a")
    rate.take("a")
    with pytest.raises(TooMany):
        rate.take("a")


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_token_is_in_the_authorization_header(tmp_path: Path, scheme: str) -> None:
    tokens = Tokens(tmp_path)
    token, text = tokens.create("arts-connect")
    assert token_of({"authorization": scheme + text}, tokens) == token


@pytest.mark.parametrize("start", ["", "Basic ", "Bearer", "Token ", "Bearer x "])
def test_other_headers_are_refused_and_not_repeated(tmp_path: Path, start: str) -> None:
    tokens = Tokens(tmp_path)
    _, text = tokens.create("arts-connect")
    with pytest.raises(NotAuthenticated) as refused:
        token_of({"authorization": start + text}, tokens)
    assert text[-20:] not in str(refused.value)
    with pytest.raises(NotAuthenticated):
        token_of({}, tokens)


def test_damaged_tokens_are_told_without_where_they_lie(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / FILE).write_text("{")
    with pytest.raises(HttpProblem) as refused:
        token_of({"authorization": "Bearer cepgraph_0_0"}, Tokens(tmp_path))
    assert refused.value.status == 503
    assert str(tmp_path) not in refused.value.detail()
    assert str(tmp_path) in capsys.readouterr().err
