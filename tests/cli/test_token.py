"""``cepgraph token``: a token is shown once, listed without its secret, and ended."""

import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
import typer

from cepgraph.terms import GRAPH, ID
from cepgraph.tokens import FILE, Tokens
from cli import token
from cli.edge import Commands
from tests.cli.conftest import Ran

Run = Callable[..., Ran]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """``run("create", "arts-connect")``, as below ``cepgraph token``, on ``tmp_path``."""
    root = typer.Typer(cls=Commands, add_completion=False, pretty_exceptions_enable=False)
    root.add_typer(token.app)
    monkeypatch.setenv("CEPGRAPH_DATA", str(tmp_path))

    def called(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["cepgraph", "token", *map(str, arguments)])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            root()
        out, err = capfdbinary.readouterr()
        status = ended.value.code
        assert isinstance(status, int | None)
        return Ran(status or 0, out.decode(), err.decode())

    return called


def test_new_token_is_printed_alone_and_once(run: Run, tmp_path: Path) -> None:
    made = run("create", "arts-connect", "--note", "spreadsheets")
    text = made.out.strip()
    assert made.status == 0
    assert Tokens(tmp_path).authenticate(text).note == "spreadsheets"
    assert text not in made.err
    listed = run("list")
    assert listed.status == 0
    assert text[-20:] not in listed.out + listed.err
    assert text.split("_")[1] in listed.out


def test_token_as_json_has_its_text_and_no_hash(run: Run, tmp_path: Path) -> None:
    made = run("create", "arts-connect", "--expires", "2999-12-31", "--json").json
    kept = Tokens(tmp_path).authenticate(made["token"])
    assert made["graphs"] == [GRAPH + "arts-connect/*"]
    assert made["publisher"] == ID + "organisation/arts-connect"
    assert made["expires"] == "2999-12-31"
    assert kept.digest not in str(made)


def test_graphs_can_be_given_several_times(run: Run) -> None:
    made = run(
        *("create", "arts-connect", "--json"),
        *("--graphs", "arts-connect/partnerships", "--graphs", "aspire/*"),
    ).json
    assert made["graphs"] == [GRAPH + "arts-connect/partnerships", GRAPH + "aspire/*"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("arts connect",), "publisher"),
        (("cepgraph",), "project"),
        (("arts-connect", "--graphs", "*"), "graphs of one publisher"),
        (("arts-connect", "--graphs", "cepgraph/*"), "project"),
        (("arts-connect", "--expires", "2020-01-01"), "over"),
        (("arts-connect", "--expires", "soon"), "soon"),
        ((), "PUBLISHER"),
    ],
)
def test_token_that_makes_no_sense_is_refused_and_nothing_is_written(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    made = run("create", *arguments)
    assert made.status == 2
    assert told in made.err
    assert made.out == ""
    assert not (tmp_path / FILE).exists()


def test_list_tells_what_each_may_and_what_no_longer_holds(run: Run) -> None:
    made = run("create", "arts-connect", "--json").json
    run("revoke", made["id"])
    run("create", "aspire")
    listed = run("list", "--json").json["tokens"]
    assert [entry["publisher"].rsplit("/")[-1] for entry in listed] == ["arts-connect", "aspire"]
    assert [entry["revoked"] is None for entry in listed] == [False, True]
    assert set(listed[0]) == {
        *("id", "publisher", "graphs", "created", "expires", "revoked", "note")
    }


def test_list_of_no_tokens_says_so(run: Run) -> None:
    listed = run("list")
    assert (listed.status, listed.out) == (0, "")
    assert "no tokens" in listed.err


def test_revoked_token_is_refused_from_then_on(run: Run, tmp_path: Path) -> None:
    made = run("create", "arts-connect", "--json").json
    ended = run("revoke", made["id"])
    assert ended.status == 0
    assert made["id"] in ended.err
    assert not Tokens(tmp_path).still_holds(made["id"])


def test_unknown_id_is_told_and_a_whole_token_is_not_repeated(run: Run) -> None:
    text = run("create", "arts-connect").out.strip()
    refused = run("revoke", text, "--json")
    assert refused.status == 2
    assert "no token" in orjson.loads(refused.out)["detail"]
    assert text[-20:] not in refused.out + refused.err


def test_damaged_file_is_told_with_what_to_do(run: Run, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")
    refused = run("list")
    assert refused.status == 2
    assert "put back a copy" in refused.err
    assert "Traceback" not in refused.err
