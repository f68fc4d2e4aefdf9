"""Headers, typed parameters and errors of the query catalogue."""

from pathlib import Path

import pytest
from pyoxigraph import Literal

from cepgraph.catalogue import Catalogue, Query
from cepgraph.errors import BadInput, BadParameter, NotFound

HEADER = """\
#+ summary: Names of things
#+ description: Everything that has a name.
#+ row: one name
#+ tags: [names]
"""
PARAMETERS = """\
#+ parameters:
#+   - name: thing
#+     type: VirtualSchool
#+     description: Only this thing.
#+     example: E08000025
#+   - name: name
#+     type: string
#+     description: Only this name.
#+     example: Birmingham
"""
SELECT = "SELECT ?thing ?name WHERE { ?thing <urn:name> ?name } ORDER BY ?name\n"


def write(folder: Path, text: str, name: str = "names-of-things.rq") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str) -> Query:
    return Query.from_file(write(folder, text))


@pytest.fixture
def names(tmp_path: Path) -> Query:
    return read(tmp_path, HEADER + PARAMETERS + SELECT)


def test_query_carries_header_text_form_and_columns(names: Query) -> None:
    assert names.name == "names-of-things"
    assert names.summary == "Names of things"
    assert names.description == "Everything that has a name."
    assert names.row == "one name"
    assert names.tags == ("names",)
    assert [p.name for p in names.parameters] == ["thing", "name"]
    assert names.text == HEADER + PARAMETERS + SELECT
    assert names.form == "select"
    assert names.columns == ("thing", "name")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("ASK { ?s ?p ?o }", "ask"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "graph"),
        ("DESCRIBE <urn:thing>", "graph"),
    ],
)
def test_form_is_told_from_the_query(tmp_path: Path, text: str, form: str) -> None:
    query = read(tmp_path, HEADER + text)
    assert (query.form, query.columns) == (form, ())


def test_catalogue_is_in_order_of_names(tmp_path: Path) -> None:
    paths = [write(tmp_path, HEADER + SELECT, name) for name in ("b.rq", "c.rq", "a.rq")]
    catalogue = Catalogue.from_files(paths)
    assert [query.name for query in catalogue] == ["a", "b", "c"]
    assert len(catalogue) == 3
    assert catalogue.query("b").name == "b"


def test_missing_query_is_answered_with_the_nearest_names(tmp_path: Path) -> None:
    names = ("findings-by-theme.rq", "findings-by-strength.rq", "sources.rq")
    catalogue = Catalogue.from_files(write(tmp_path, HEADER + SELECT, name) for name in names)
    with pytest.raises(NotFound) as caught:
        catalogue.query("finding-by-themes")
    assert caught.value.nearest[0] == "findings-by-theme"
    assert "sources" not in caught.value.nearest
    assert "did you mean" in caught.value.detail()


# Binding


def test_only_given_values_are_bound(names: Query) -> None:
    assert names.bind({}) == {}
    assert names.bind({"name": "Leeds"}) == {"name": Literal("Leeds")}


def test_default_is_bound_where_nothing_is_given(tmp_path: Path) -> None:
    query = read(tmp_path, HEADER + PARAMETERS + "#+     default: Leeds\n" + SELECT)
    assert query.bind({}) == {"name": Literal("Leeds")}
    assert query.bind({"name": "York"}) == {"name": Literal("York")}


def test_required_parameter_left_out_is_named_with_its_example(tmp_path: Path) -> None:
    query = read(tmp_path, HEADER + PARAMETERS + "#+     required: true\n" + SELECT)
    with pytest.raises(BadParameter) as caught:
        query.bind({"thing": "E08000025"})
    assert caught.value.parameter == "name"
    assert "required" in caught.value.problem
    assert "Birmingham" in caught.value.problem


def test_unknown_parameter_is_named_with_the_nearest_known(names: Query) -> None:
    with pytest.raises(BadParameter) as caught:
        names.bind({"nam": "Leeds"})
    assert caught.value.parameter == "nam"
    assert "known are name" in caught.value.problem


def test_query_without_parameters_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="it has none"):
        read(tmp_path, HEADER + SELECT).bind({"name": "Leeds"})


# Headers that are not well formed


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (SELECT, 1, "begins with no header"),
        ("", 1, "begins with no header"),
        ("#+ just words\n" + SELECT, 1, "dictionary"),
        (HEADER + "#+ sumary: twice\n" + SELECT, 5, "sumary: Extra inputs"),
        (HEADER + "#+ row: again\n" + SELECT, 5, "row is given twice"),
        (HEADER.replace("#+ row: one name\n", "") + SELECT, 1, "row: Field required"),
        (HEADER.replace("Names of", "Names: of") + SELECT, 1, "mapping values"),
        (HEADER.replace("[names]", "[names") + SELECT, 4, "expected ',' or ']'"),
        (HEADER.replace("[names]", "[]") + SELECT, 4, "tags: Tuple should have at least 1"),
        (HEADER.replace("[names]", "\t- x") + SELECT, 4, "cannot start any token"),
        (HEADER.replace("one name", "\x01") + SELECT, 1, "unacceptable character"),
        (HEADER + PARAMETERS.replace("string", "text") + SELECT, 11, "parameters.1.type"),
        (HEADER + PARAMETERS.replace("name: name", "name: 1st") + SELECT, 10, "parameters.1.name"),
        (HEADER + PARAMETERS.replace("name: name", "name: thing") + SELECT, 10, "twice"),
        (HEADER + PARAMETERS.replace("name: name", "name: other") + SELECT, 10, "no column"),
        (HEADER + PARAMETERS.replace("string", "integer") + SELECT, 13, "example of name"),
        (HEADER + PARAMETERS + "#+     required: perhaps\n" + SELECT, 14, "required"),
        (
            HEADER
            + PARAMETERS.replace("string", "iri").replace("Birmingham", "urn:x")
            + "#+     default: nothing\n"
            + SELECT,
            14,
            "default of name",
        ),
        (HEADER + "SELECT ?name WHERE {\n ?s <urn:p> }\n", 6, "no SPARQL query"),
    ],
)
def test_header_that_is_not_well_formed_is_told_with_its_line(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, text)
    assert caught.value.file == "names-of-things.rq"
    assert caught.value.line == line
    assert problem in caught.value.problem


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"absent\.rq"):
        Query.from_file(tmp_path / "absent.rq")


def test_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "names.rq"
    path.write_bytes((HEADER.replace("Names", "Noms é") + SELECT).encode("latin-1"))
    with pytest.raises(BadInput, match="UTF-8"):
        Query.from_file(path)


@pytest.mark.parametrize("name", ["Names.rq", "two words.rq", "a--b.rq", "_x.rq"])
def test_file_names_are_lower_case_with_hyphens(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="lower case"):
        Query.from_file(write(tmp_path, HEADER + SELECT, name))


def test_header_runs_no_code(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    tagged = HEADER.replace("one name", f'!!python/object/apply:pathlib.Path.touch ["{marker}"]')
    with pytest.raises(BadInput):
        read(tmp_path, tagged + SELECT)
    assert not marker.exists()
