"""The command ``template``: what it writes, and what it will not write over."""

from pathlib import Path

import openpyxl
import orjson
import pytest
import typer

from cepgraph.model import Model
from cli.edge import Commands
from cli.template import template
from tests.cli.conftest import Ran, Run


@pytest.fixture
def call(
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Run:
    """``call("pets", "-o", path)`` in an empty folder."""
    monkeypatch.setattr("cli.home.Model", lambda _: model)
    monkeypatch.chdir(tmp_path)
    app = typer.Typer(cls=Commands, pretty_exceptions_enable=False)
    app.command()(template)
    app.callback()(lambda: None)

    def called(*arguments: object) -> Ran:
        monkeypatch.setattr("sys.argv", ["cepgraph", "template", *map(str, arguments)])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            app()
        out, err = capfdbinary.readouterr()
        assert b"Traceback" not in err
        return Ran(int(ended.value.code or 0), out.decode(), err.decode())

    return called


def test_unknown_class_is_told_with_the_nearest_and_nothing_is_written(
    call: Run, tmp_path: Path
) -> None:
    ran = call("petz")
    assert ran.status == 2
    assert "did you mean pets" in ran.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["pets.ods", "pets", "pets.xlsm"])
def test_form_that_is_not_made_is_refused(call: Run, tmp_path: Path, name: str) -> None:
    ran = call("pets", "-o", name)
    assert ran.status == 2
    assert ".xlsx, .csv, .json" in ran.err
    assert not list(tmp_path.iterdir())


def test_several_classes_as_csv_are_refused(call: Run, tmp_path: Path) -> None:
    ran = call("pets", "owners", "-o", "x.csv")
    assert ran.status == 2
    assert "holds one class" in ran.err
    assert not list(tmp_path.iterdir())


def test_file_that_is_there_is_written_over_with_force_only(call: Run, tmp_path: Path) -> None:
    file = tmp_path / "pets.xlsx"
    file.write_text("mine")
    ran = call("pets")
    assert ran.status == 2
    assert "--force" in ran.err
    assert file.read_text() == "mine"
    assert call("pets", "--force").status == 0
    assert openpyxl.load_workbook(file).sheetnames == ["Read me", "Pets", "Lists"]


def test_folder_that_is_not_there_is_told_without_a_trace(call: Run) -> None:
    ran = call("pets", "-o", "nowhere/pets.xlsx")
    assert ran.status == 2
    assert "nowhere" in ran.err


def test_file_is_named_after_the_first_class(call: Run, tmp_path: Path) -> None:
    ran = call("Pet", "owners")
    assert (ran.status, ran.out) == (0, "pets.xlsx: a template for pets, owners\n")
    made = openpyxl.load_workbook(tmp_path / "pets.xlsx")
    assert made.sheetnames == ["Read me", "Pets", "Owners", "Lists"]


def test_ending_chooses_the_form_in_any_case(call: Run, tmp_path: Path) -> None:
    assert call("pets", "-o", "a.CSV").status == 0
    assert (tmp_path / "a.CSV").read_bytes().startswith(b"\xef\xbb\xbfKey,")
    assert call("pets", "-o", "a.json").status == 0
    assert list(orjson.loads((tmp_path / "a.json").read_bytes())["properties"]) == ["pets"]


def test_done_is_told_as_json(call: Run, tmp_path: Path) -> None:
    told = call("pets", "--json").json
    size = (tmp_path / "pets.xlsx").stat().st_size
    assert told == {"file": "pets.xlsx", "bytes": size, "classes": ["pets"]}


def test_without_a_class_they_are_listed(call: Run, tmp_path: Path) -> None:
    assert "pets  An animal that somebody keeps.\n" in call().out
    listed = {item["class"]: item["description"] for item in call("--json").json}
    assert listed["pets"] == "An animal that somebody keeps."
    assert not list(tmp_path.iterdir())
