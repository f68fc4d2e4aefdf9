"""Where content lies: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

import pytest

from cepgraph import content as module
from cepgraph.content import ROOMS, Content
from cepgraph.errors import ContentMissing
from tests import mini


def _package(root: Path) -> str:
    (root / "cepgraph").mkdir(parents=True)
    return str(root / "cepgraph" / "content.py")


def test_checkout_has_its_content_beside_the_package() -> None:
    assert Content.default().root == Path(__file__).resolve().parents[1]


def test_wheel_has_its_content_in_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "__file__", _package(tmp_path))
    for room in ROOMS:
        (tmp_path / "cepgraph" / "_content" / room).mkdir(parents=True)
        (tmp_path / room).mkdir()
    assert Content.default().root == tmp_path / "cepgraph" / "_content"


def test_content_with_a_room_missing_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "__file__", _package(tmp_path))
    for room in ROOMS[:-1]:
        (tmp_path / room).mkdir()
    with pytest.raises(ContentMissing) as told:
        Content.default()
    assert told.value.place == str(tmp_path / "cepgraph")


def test_files_come_in_the_order_of_their_names_and_folders_are_left_out(tmp_path: Path) -> None:
    content = mini.write_content(tmp_path)
    for name in ("b.ttl", "a.ttl", "notes.md"):
        (tmp_path / "shapes" / name).touch()
    (tmp_path / "shapes" / "folder.ttl").mkdir()
    assert [path.name for path in content.shapes()] == ["a.ttl", "all.ttl", "b.ttl"]


def test_each_room_gives_its_own_kind_of_file(tmp_path: Path) -> None:
    content = mini.write_content(tmp_path)
    (tmp_path / "ontology" / "checks").mkdir()
    for name in (
        *("ontology/alignments.ttl", "ontology/schemes/role.ttl", "ontology/checks/label.rq"),
        *("queries/pets.rq", "data/documents/a.trig", "data/inferences.trig"),
    ):
        (tmp_path / name).touch()
    assert [path.name for path in content.ontology()] == ["alignments.ttl", "core.ttl"]
    assert [path.name for path in content.schemes()] == ["role.ttl"]
    assert [path.name for path in content.checks()] == ["label.rq"]
    assert [path.name for path in content.queries()] == ["pets.rq"]
    assert [path.name for path in content.documents()] == ["a.trig", "inferences.trig"]
    assert content.description("ontology") == tmp_path / "data" / "descriptions" / "ontology.ttl"
    assert content.reference() == tmp_path / "data" / "reference"


def test_empty_content_has_no_files(tmp_path: Path) -> None:
    content = Content(tmp_path)
    assert content.shapes() == content.queries() == content.documents() == []


def test_project_has_content_of_every_kind() -> None:
    content = Content.default()
    for files in (
        *(content.ontology(), content.schemes(), content.checks(), content.shapes()),
        *(content.queries(), content.documents()),
    ):
        assert files
    assert content.reference().is_dir()
    assert content.description("ontology").is_file()
