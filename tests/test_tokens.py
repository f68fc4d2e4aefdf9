"""Tokens: kept as hashes, tied to graphs, gone when they are revoked."""

import json
import os
import re
import stat
import threading
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from cepgraph.errors import BadParameter, CepgraphError, NotAuthenticated, NotFound
from cepgraph.terms import GRAPH, ID, PROJECT_GRAPHS
from cepgraph.tokens import (
    FILE,
    Tokens,
    TokensDamaged,
    covers,
    graph_pattern,
    publisher_iri,
)

OWN = NamedNode(GRAPH + "arts-connect/partnerships")


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path)


def damage(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cepgraph_",
        "cepgraph__",
        "cepgraph_000000000000_x",
        "Bearer",
        "\ud800",
        "cepgraph_\ud800_\ud800",
        "x" * 100_000,
    ],
)
def test_text_that_is_no_token_is_refused(tokens: Tokens, text: str) -> None:
    tokens.create("arts-connect")
    with pytest.raises(NotAuthenticated):
        tokens.authenticate(text)


def test_without_a_file_no_token_is_good(tokens: Tokens) -> None:
    with pytest.raises(NotAuthenticated):
        tokens.authenticate("cepgraph_000000000000_x")
    assert tokens.all() == []


def test_token_is_known_by_its_text_alone(tokens: Tokens) -> None:
    token, text = tokens.create("arts-connect", note="for the tests")
    assert tokens.authenticate(text) == token
    assert text.startswith(f"cepgraph_{token.id}_")
    assert token.publisher == ID + "organisation/arts-connect"
    assert token.graphs == (GRAPH + "arts-connect/*",)


def test_token_with_a_wrong_secret_or_the_id_of_another_is_refused(tokens: Tokens) -> None:
    one, text = tokens.create("arts-connect")
    other, _ = tokens.create("aspire")
    for wrong in (text[:-1], text + "x", text.replace(one.id, other.id), text.upper()):
        with pytest.raises(NotAuthenticated):
            tokens.authenticate(wrong)


def test_secret_has_256_random_bits_and_only_its_hash_is_kept(
    tokens: Tokens, tmp_path: Path
) -> None:
    token, text = tokens.create("arts-connect")
    secret = text.removeprefix(f"cepgraph_{token.id}_")
    assert len(secret) == 43
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in kept
    assert sha256(secret.encode()).hexdigest().encode() in kept
    assert secret not in repr(token)
    assert token.digest not in repr(token)


def test_file_can_be_read_by_its_owner_only(tokens: Tokens, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        tokens.create("arts-connect")
        tokens.create("aspire")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert sorted(path.name for path in tmp_path.iterdir()) == [FILE, f"{FILE}.lock"]


def test_errors_never_repeat_a_token(tokens: Tokens) -> None:
    token, text = tokens.create("arts-connect")
    tokens.revoke(token.id)
    secret = text[-20:]
    for wrong in (text, text + "x", text[:-1]):
        with pytest.raises(NotAuthenticated) as refused:
            tokens.authenticate(wrong)
        assert secret not in str(refused.value)
        with pytest.raises(NotFound) as missing:
            tokens.revoke(wrong)
        assert secret not in str(missing.value)


def test_revoked_token_is_refused_and_stays_in_the_list(tokens: Tokens) -> None:
    token, text = tokens.create("arts-connect")
    first = tokens.revoke(token.id)
    with pytest.raises(NotAuthenticated, match="revoked"):
        tokens.authenticate(text)
    assert not tokens.still_holds(token.id)
    assert tokens.revoke(token.id) == first
    assert [kept.revoked is not None for kept in tokens.all()] == [True]


def test_unknown_id_cannot_be_revoked(tokens: Tokens) -> None:
    with pytest.raises(NotFound):
        tokens.revoke("000000000000")


def test_token_holds_through_its_last_day(tokens: Tokens) -> None:
    today = datetime.now(UTC).date()
    token, text = tokens.create("arts-connect", expires=today + timedelta(days=1))
    assert tokens.authenticate(text) == token
    assert token.fault(today + timedelta(days=1)) == ""
    assert "expired" in token.fault(today + timedelta(days=2))


def test_expired_token_is_refused(tokens: Tokens, tmp_path: Path) -> None:
    _, text = tokens.create("arts-connect", expires=datetime.now(UTC).date())
    kept = json.loads((tmp_path / FILE).read_text())
    kept["tokens"][0]["expires"] = "2020-02-29"
    damage(tmp_path, json.dumps(kept))
    with pytest.raises(NotAuthenticated, match="2020-02-29"):
        tokens.authenticate(text)


def test_day_in_the_past_is_refused(tokens: Tokens) -> None:
    with pytest.raises(BadParameter, match="over"):
        tokens.create("arts-connect", expires=date(2020, 1, 1))


def test_changes_by_others_are_seen_at_once(tokens: Tokens, tmp_path: Path) -> None:
    others = Tokens(tmp_path)
    for name in ("one", "two", "three"):
        token, text = others.create(name)
        assert tokens.authenticate(text).id == token.id
        assert tokens.still_holds(token.id)
        others.revoke(token.id)
        with pytest.raises(NotAuthenticated):
            tokens.authenticate(text)
    (tmp_path / FILE).unlink()
    assert tokens.all() == []


def test_tokens_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    def make() -> None:
        for _ in range(5):
            Tokens(tmp_path).create("arts-connect")

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Tokens(tmp_path).all()) == 20


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r".*", ""),
        (r"^(.*)graphs.*", r"\1"),
        (r".*", "[]"),
        (r".*", '{"tokens": [{}]}'),
        (r'"publisher"', '"pubisher"'),
        (r'"graphs": \[[^]]*\]', '"graphs": []'),
        (r'"tokens"', '"more": 1, "tokens"'),
        (r'"digest": "', '"digest": "x'),
        (r'"revoked": null', '"revoked": "never"'),
        (r"^", "\0"),
    ],
)
def test_damaged_file_is_an_error_and_never_an_open_door(
    tokens: Tokens, tmp_path: Path, old: str, new: str
) -> None:
    _, text = tokens.create("arts-connect")
    whole = (tmp_path / FILE).read_text()
    broken = re.sub(old, new, whole, count=1, flags=re.DOTALL)
    assert broken != whole
    damage(tmp_path, broken)
    for ask in (
        lambda: tokens.authenticate(text),
        lambda: tokens.still_holds("000000000000"),
        tokens.all,
        lambda: tokens.create("aspire"),
        lambda: tokens.revoke("000000000000"),
    ):
        with pytest.raises(TokensDamaged, match="put back a copy"):
            ask()
    assert (tmp_path / FILE).read_text() == broken


def test_id_that_stands_twice_is_damage(tokens: Tokens, tmp_path: Path) -> None:
    tokens.create("arts-connect")
    kept = json.loads((tmp_path / FILE).read_text())
    damage(tmp_path, json.dumps({"tokens": kept["tokens"] * 2}))
    with pytest.raises(TokensDamaged, match="twice"):
        tokens.all()


def test_file_that_cannot_be_opened_is_damage(tokens: Tokens, tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(TokensDamaged):
        tokens.all()


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("arts-connect", ID + "organisation/arts-connect"),
        ("virtual-school/leeds", ID + "virtual-school/leeds"),
        ("https://www.artscouncil.org.uk/", "https://www.artscouncil.org.uk/"),
        ("https://example.org/about#us", "https://example.org/about#us"),
    ],
)
def test_publisher_is_a_key_a_kind_with_its_key_or_an_iri(text: str, iri: str) -> None:
    assert publisher_iri(text) == iri


@pytest.mark.parametrize(
    "text", ["", "/", "arts connect", "a/", "/a", "http://", "https://x y", "<"]
)
def test_publisher_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadParameter, match="publisher"):
        publisher_iri(text)


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("arts-connect/*", GRAPH + "arts-connect/*"),
        ("arts-connect/2024-*", GRAPH + "arts-connect/2024-*"),
        ("arts-connect/partnerships", GRAPH + "arts-connect/partnerships"),
        (GRAPH + "arts-connect/*", GRAPH + "arts-connect/*"),
    ],
)
def test_graphs_are_named_in_full_or_without_what_all_begin_with(text: str, iri: str) -> None:
    assert graph_pattern(text) == iri


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "",
        "/",
        "arts-connect",
        "arts-connect/",
        "arts-*",
        "*/partnerships",
        "arts-connect/*/x",
        "arts-connect/**",
        "../cepgraph/*",
        "arts-connect/../cepgraph/*",
        "arts-connect/%2e%2e/cepgraph/*",
        "arts-connect//x",
        "arts-connect/x/entailed",
        "arts connect/x",
        "arts-connect/\u202ex",
        "arts-connect/%E2%80%AEx",
        "arts-connect/%00",
        "cepgraph/*",
        "cepgraph/reference",
        PROJECT_GRAPHS + "*",
        "https://example.org/graph/*",
        "urn:x",
    ],
)
def test_graphs_beyond_one_publishers_or_of_the_project_are_never_given(text: str) -> None:
    with pytest.raises(BadParameter, match="graphs"):
        graph_pattern(text)


def test_publisher_of_the_projects_name_gets_none_of_its_graphs(tokens: Tokens) -> None:
    with pytest.raises(BadParameter, match="project"):
        tokens.create("cepgraph")
    assert tokens.all() == []


@pytest.mark.parametrize(
    ("graph", "allowed"),
    [
        ("arts-connect/partnerships", True),
        ("arts-connect/2024/05", True),
        ("arts-connect/", False),
        ("arts-connect", False),
        ("arts-connected/partnerships", False),
        ("aspire/partnerships", False),
        ("cepgraph/reference", False),
        ("arts-connect/x/entailed", False),
        ("arts-connect/../cepgraph/reference", False),
        ("arts-connect/%2E%2E/cepgraph/reference", False),
        ("arts-connect//x", False),
        ("arts-connect/x?y", False),
        ("arts-connect/x#y", False),
    ],
)
def test_token_writes_the_graphs_of_its_pattern_only(
    tokens: Tokens, graph: str, allowed: bool
) -> None:
    token, _ = tokens.create("arts-connect")
    assert token.may_write(NamedNode(GRAPH + graph)) is allowed


def test_token_for_one_graph_writes_no_other(tokens: Tokens) -> None:
    token, _ = tokens.create("arts-connect", ["arts-connect/partnerships"])
    assert token.may_write(OWN)
    assert not token.may_write(NamedNode(OWN.value + "-2"))
    assert not token.may_write(NamedNode("urn:x"))


def test_pattern_that_was_written_by_hand_still_gives_no_graph_of_the_project() -> None:
    assert not covers((GRAPH + "*", "*"), NamedNode(PROJECT_GRAPHS + "reference"))


def test_all_errors_belong_to_the_tree() -> None:
    assert issubclass(TokensDamaged, CepgraphError)
