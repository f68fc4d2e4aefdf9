"""The mappings that are known, by name: the YAML files of this folder."""

from collections.abc import Mapping as Table
from functools import cache
from importlib.resources import files
from typing import Final

from cepgraph.errors import BadInput, BadParameter
from ingest.foreign.mapping import Mapping, read_mapping

_ENDING: Final = ".yaml"
_RELEASE: Final = "/"
"""Between the name of a mapping and the release that a sender names."""


@cache
def known_mappings() -> Table[str, Mapping]:
    """All mappings by name.

    Raises:
        BadInput: one of them is faulty; with its file and place.
    """
    found = {}
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(_ENDING):
            name = file.name.removesuffix(_ENDING)
            found[name] = parse_mapping(file.read_text("utf-8"), file.name)
    return found


def parse_mapping(text: str, file: str) -> Mapping:
    """A mapping from the text of its file.

    Raises:
        BadInput: no YAML, or against the rules of the language; with its place.
    """
    import yaml

    try:
        said = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        raise BadInput(f"no YAML: {error}".splitlines()[0], file=file, line=line) from error
    return read_mapping(said, file)


def mapping_named(name: str, known: Table[str, Mapping] | None = None) -> tuple[str, Mapping, str]:
    """Name, mapping and release of what a sender names as ``name`` or ``name/release``.

    Raises:
        BadParameter: no mapping is called so, or it has no such release.
    """
    known = known_mappings() if known is None else known
    short, _, release = name.partition(_RELEASE)
    mapping = known.get(short)
    if mapping is None:
        raise BadParameter("mapping", f"known are {', '.join(known)}", name)
    releases = mapping.releases.known if mapping.releases else {}
    if release and release not in releases:
        problem = f"the releases of {short} are {', '.join(releases)}"
        if not releases:
            problem = f"{short} knows no releases"
        raise BadParameter("mapping", problem, name)
    return short, mapping, release
