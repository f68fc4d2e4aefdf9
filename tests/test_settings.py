"""Settings come from the environment when they are made, and never before."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from cepgraph.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CEPGRAPH_{name.upper()}", raising=False)


def test_defaults_serve_this_machine_only() -> None:
    settings = Settings()
    assert settings.host == "127.0.0.1"
    assert settings.data == Path("cepgraph-data")
    assert settings.seed


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_every_setting_is_in_the_documentation() -> None:
    told = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"CEPGRAPH_{name.upper()}" in told


def test_environment_is_read_when_settings_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEPGRAPH_PORT", "1234")
    monkeypatch.setenv("cepgraph_seed", "no")
    settings = Settings()
    assert (settings.port, settings.seed) == (1234, False)


def test_argument_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEPGRAPH_PORT", "1234")
    assert Settings(port=99).port == 99


def test_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEPGRAPH_DATA", "")
    assert Settings().data == Path("cepgraph-data")


def test_variables_of_other_names_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CEPGRAPH_UNKNOWN", "x")
    Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("PORT", "-1"), ("PORT", "65536"), ("PORT", "http"), ("WORKERS", "0")),
        *(("QUERY_DEADLINE_S", "0"), ("LOCK_WAIT_S", "-1"), ("SNAPSHOT_EVERY", "0")),
        *(("SEED", "perhaps"), ("INPUT_MAX_MB", "0"), ("QUERY_QUEUE", "-1")),
    ],
)
def test_value_that_makes_no_sense_is_refused_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CEPGRAPH_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_import_reads_no_setting() -> None:
    code = "import cepgraph.settings, cepgraph.graph, cli.app, ingest.seed"
    environment = {"CEPGRAPH_PORT": "http", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert ran.returncode == 0
