"""Citations as files."""

from pathlib import Path

import pytest

from api.citations.registry import CitationDamaged, NoRoom, Registry
from cepgraph.errors import NotFound
from tests.api.citations.support import citation


def file_of(folder: Path, identifier: str) -> Path:
    """Where a citation is kept."""
    return folder / "citations" / identifier[:2] / f"{identifier}.json"


def test_citation_is_found_by_any_later_process(tmp_path: Path) -> None:
    made = citation()
    Registry(tmp_path, 10).keep(made)
    assert Registry(tmp_path, 10).find(made.id) == made
    assert file_of(tmp_path, made.id).is_file()


@pytest.mark.parametrize(
    "identifier", ["0" * 32, "", "..", "../../tokens", "ABCDEF" + "0" * 26, "0" * 31, "0" * 33]
)
def test_what_is_not_kept_is_not_found(tmp_path: Path, identifier: str) -> None:
    with pytest.raises(NotFound):
        Registry(tmp_path, 10).find(identifier)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"asked"', b"\xff", b"[]"])
def test_damaged_file_is_told_without_its_place(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    made = citation()
    registry = Registry(tmp_path, 10)
    registry.keep(made)
    file_of(tmp_path, made.id).write_bytes(content)
    with pytest.raises(CitationDamaged) as caught:
        registry.find(made.id)
    assert str(tmp_path) not in str(caught.value)
    assert caught.value.status == 500
    assert str(tmp_path) in capsys.readouterr().err


def test_file_under_the_name_of_another_is_damaged(tmp_path: Path) -> None:
    made, other = citation(), citation(version=4)
    registry = Registry(tmp_path, 10)
    registry.keep(made)
    registry.keep(other)
    file_of(tmp_path, other.id).replace(file_of(tmp_path, made.id))
    with pytest.raises(CitationDamaged):
        registry.find(made.id)


def test_file_that_was_being_written_is_none(tmp_path: Path) -> None:
    made = citation()
    path = file_of(tmp_path, made.id).with_suffix(".partial")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{")
    registry = Registry(tmp_path, 10)
    with pytest.raises(NotFound):
        registry.find(made.id)
    registry.keep(made)
    assert registry.find(made.id) == made


def test_no_more_are_kept_than_may_be(tmp_path: Path) -> None:
    registry = Registry(tmp_path, 2)
    registry.keep(citation(version=1))
    registry.keep(citation(version=2))
    with pytest.raises(NoRoom):
        registry.keep(citation(version=3))
    with pytest.raises(NoRoom):
        Registry(tmp_path, 2).keep(citation(version=3))
    assert NoRoom(2).status == 507


def test_identifier_follows_from_all_that_is_asked_and_said() -> None:
    ones = [
        citation(),
        citation(query="ASK {}"),
        citation(version=4),
        citation(title="Another"),
        citation(note="A note"),
        citation(default_graphs=("urn:g",)),
        citation(default_graphs=()),
        citation(named_graphs=("urn:g",)),
        citation(catalogue={"name": "names", "summary": "All names", "parameters": {}}),
        citation(catalogue={"name": "names", "summary": "All names", "parameters": {"a": "b"}}),
    ]
    assert len({one.id for one in ones}) == len(ones)


def test_identifier_does_not_follow_from_when_or_what_was_answered() -> None:
    other = citation(basis="dataset", graphs=(), version_made=None, software="another")
    assert other.id == citation().id


def test_identifier_stays_what_it_was() -> None:
    # permalinks are in print
    assert citation().id == "505789e2b7615f498c753578e3efaeec"
