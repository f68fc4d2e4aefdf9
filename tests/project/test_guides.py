"""What the guides say is so: commands, settings, addresses, links."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi import FastAPI
from typer.core import TyperGroup

from api.app import create_app
from cepgraph.content import Content
from cepgraph.model import Model
from cepgraph.settings import Settings
from cli.app import app
from tests.project.guides import ROOT, commands, guides, rows, shell_blocks, tracked

ROUTE_END = re.compile(r"/?\{rest:path\}$")


@pytest.fixture(scope="module")
def command_line() -> TyperGroup:
    made = typer.main.get_command(app)
    assert isinstance(made, TyperGroup)
    return made


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(Settings(data=tmp_path_factory.mktemp("data")))


def typed() -> list[tuple[str, list[str]]]:
    """Every command that a guide tells people to type, with the guide's name."""
    return [
        (str(guide.relative_to(ROOT)), command)
        for guide in guides()
        for block in shell_blocks(guide)
        for command in commands(block)
    ]


def addresses(web: FastAPI) -> set[str]:
    """The paths that the app answers, in the form in which the guide writes them."""
    found: set[str] = set()

    def collect(routes: list[Any]) -> None:
        for route in routes:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                collect(inner.routes)
                continue
            # with a slash at its end, an address is the same
            path = ROUTE_END.sub("", route.path).rstrip("/") or "/"
            beside = path == route.path or not route.path.endswith("/{rest:path}")
            found.add(path if beside else f"{path}/…")

    collect(web.router.routes)
    return found


def test_first_block_of_the_readme_is_the_two_commands() -> None:
    first = shell_blocks(ROOT / "README.md")[0]
    assert first.splitlines() == ["./run serve", "./run test"]


def test_continuous_integration_calls_the_command_of_the_readme() -> None:
    (command,) = shell_blocks(ROOT / "README.md")[0].splitlines()[1:]
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert re.findall(rf"^{re.escape(command)}(?= |$)", script, re.MULTILINE) == [command]


@pytest.mark.parametrize(("guide", "words"), typed(), ids=lambda value: str(value)[:60])
def test_every_command_of_a_guide_exists_with_its_options(
    guide: str, words: list[str], command_line: TyperGroup
) -> None:
    program, *arguments = (word for word in words if not word.startswith("#"))
    assert program in ("./run", "cepgraph", "curl")
    folders = [word for word in arguments if word.startswith("tests/")]
    assert [folder for folder in folders if not (ROOT / folder).exists()] == []
    if program == "curl" or arguments[0] in ("test", "lock"):
        return
    name, *rest = arguments
    given = command_line.commands[name].make_context(name, rest).params
    assert [f for f in given.get("files") or () if not (ROOT / f).is_file()] == []
    if name == "query" and given["name"]:
        query = Model(Content.default()).catalogue.query(given["name"])
        known = {parameter.name for parameter in query.parameters}
        assert {pair.split("=")[0] for pair in given["param"] or ()} <= known


def test_every_command_is_documented(command_line: TyperGroup) -> None:
    text = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    told = set(re.findall(r"^\| `cepgraph ([a-z]+)", text, re.MULTILINE))
    assert told == set(command_line.commands)


def test_every_option_in_the_guide_to_the_command_line_exists(command_line: TyperGroup) -> None:
    text = (ROOT / "docs" / "command-line.md").read_text("utf-8")
    commands = list(command_line.commands.values())
    for group in [command for command in commands if isinstance(command, TyperGroup)]:
        commands += group.commands.values()
    known = {
        option for command in commands for parameter in command.params for option in parameter.opts
    }
    assert set(re.findall(r"`(--[a-z-]+)", text)) - known - {"--help"} == set()


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    expected = [
        [
            f"`CEPGRAPH_{name.upper()}`",
            "" if field.default == "" else f"`{field.default}`",
            field.description,
        ]
        for name, field in Settings.model_fields.items()
    ]
    found = [row for row in rows(ROOT / "docs" / "settings.md") if row[0].startswith("`CEPGRAPH_")]
    assert found == expected


def test_every_address_is_documented_and_every_documented_one_is_answered(web: FastAPI) -> None:
    table = [row for row in rows(ROOT / "docs" / "http.md") if row[0].startswith("`/")]
    told = {address for row in table for address in re.findall(r"`(/.*?)`", row[0])}
    # below the pages that are one document, nothing else lies
    assert told == addresses(web) - {"/docs/…"}


@pytest.mark.parametrize("guide", guides(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_in_a_guide_leads_to_a_file(guide: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", guide.read_text("utf-8"))
    places = [link.split("#")[0] for link in links if "://" not in link]
    assert [place for place in places if place and not (guide.parent / place).exists()] == []


def test_index_lists_every_page_of_the_documentation() -> None:
    text = (ROOT / "docs" / "README.md").read_text("utf-8")
    pages = [path.relative_to(ROOT / "docs") for path in guides() if ROOT / "docs" in path.parents]
    assert [
        str(page) for page in pages if str(page) != "README.md" and f"({page})" not in text
    ] == []


def test_decisions_are_listed_in_their_order_under_their_titles() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    titles = [page.read_text("utf-8").splitlines()[0].removeprefix("# ") for page in pages]
    numbered = [title.partition(". ") for title in titles]
    assert [(int(number), f"{int(number):04d}") for number, _, _ in numbered] == [
        (place, page.name[:4]) for place, page in enumerate(pages, 1)
    ]
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    listed = re.findall(r"^(\d+)\. \[(.+)\]\((.+)\)$", index, re.MULTILINE)
    assert listed == [
        (number, title, f"decisions/{page.name}")
        for (number, _, title), page in zip(numbered, pages, strict=True)
    ]


def test_architecture_names_every_room_of_the_kernel_and_of_the_interface() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    kernel = {path.name for path in (ROOT / "cepgraph").glob("[!_]*.py")}
    folders = {path.parent for room in ("cepgraph", "api") for path in (ROOT / room).glob("*/*.py")}
    rooms = {f"{path.name}/" for path in folders if not path.name.startswith("_")}
    assert {name for name in kernel | rooms if name not in text} == set()


@pytest.mark.parametrize("guide", guides(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_place_of_the_repository_that_a_guide_names_is_there(guide: Path) -> None:
    tops = "|".join(sorted({path.relative_to(ROOT).parts[0] for path in tracked()}))
    named = re.findall(rf"`((?:{tops})/[\w./*-]*(?:/|\.\w+))`", guide.read_text("utf-8"))
    assert [place for place in named if not any(ROOT.glob(place))] == []
