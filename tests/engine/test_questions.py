"""What a worker makes of a question."""

import pytest

from cepgraph.engine import Pool, Question
from cepgraph.errors import NotAcceptable, QueryRefused, QuerySyntax
from cepgraph.formats import RDF_FORMATS, RESULT_FORMATS

pytestmark = pytest.mark.anyio

ALL = "SELECT ?o { ?s ?p ?o } ORDER BY ?o"


async def table(pool: Pool, query: str, **how: object) -> list[str]:
    """The rows of a query with one column."""
    answer = await pool.query(Question(query, results=("text/csv",), **how))  # type: ignore[arg-type]
    return answer.body.decode().split()[1:]


async def test_answer_tells_version_media_type_and_digest(shared_pool: Pool) -> None:
    answer = await shared_pool.query(Question(ALL, results=("text/csv",)))
    assert (answer.version, answer.media_type) == (1, "text/csv")
    assert answer.body == b"o\r\none\r\ntwo\r\n"
    assert answer.digest == (await shared_pool.query(Question(ALL, results=("text/csv",)))).digest


@pytest.mark.parametrize("media_type", [f.media_type for f in RESULT_FORMATS])
@pytest.mark.parametrize("query", [ALL, "ASK { ?s ?p ?o }"])
async def test_tables_and_booleans_come_in_every_result_format(
    shared_pool: Pool, query: str, media_type: str
) -> None:
    answer = await shared_pool.query(Question(query, results=(media_type,)))
    assert answer.media_type == media_type
    assert b"two" in answer.body or b"true" in answer.body


@pytest.mark.parametrize("media_type", [f.media_type for f in RDF_FORMATS])
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <urn:t>"])
async def test_graphs_come_in_every_rdf_format(
    shared_pool: Pool, query: str, media_type: str
) -> None:
    answer = await shared_pool.query(Question(query, graphs=(media_type,)))
    assert answer.media_type == media_type
    assert b"two" in answer.body


async def test_first_media_type_that_fits_the_form_is_chosen(shared_pool: Pool) -> None:
    both = {"results": ("text/turtle", "text/csv"), "graphs": ("text/csv", "application/trig")}
    assert (await shared_pool.query(Question(ALL, **both))).media_type == "text/csv"
    graph = await shared_pool.query(Question("DESCRIBE <urn:t>", **both))
    assert graph.media_type == "application/trig"


async def test_a_form_without_acceptable_media_type_is_not_acceptable(shared_pool: Pool) -> None:
    with pytest.raises(NotAcceptable, match="table"):
        await shared_pool.query(Question(ALL, results=()))
    with pytest.raises(NotAcceptable, match="graph"):
        await shared_pool.query(Question("DESCRIBE <urn:t>", graphs=()))


async def test_default_graph_is_the_union_of_all_graphs(shared_pool: Pool) -> None:
    assert await table(shared_pool, ALL) == ["one", "two"]


async def test_from_clause_limits_the_default_graph(shared_pool: Pool) -> None:
    assert await table(shared_pool, "SELECT ?o FROM <urn:g> { ?s ?p ?o }") == ["one"]
    assert await table(shared_pool, "SELECT ?o FROM <urn:none> { ?s ?p ?o }") == []


async def test_from_named_leaves_the_default_graph_empty(shared_pool: Pool) -> None:
    assert await table(shared_pool, "SELECT ?o FROM NAMED <urn:g> { ?s ?p ?o }") == []
    assert await table(shared_pool, "SELECT ?o FROM NAMED <urn:g> { GRAPH ?g { ?s ?p ?o } }") == [
        "one"
    ]


async def test_a_name_that_contains_from_is_no_from_clause(shared_pool: Pool) -> None:
    assert await table(shared_pool, "SELECT ?from { ?s ?p ?from } ORDER BY ?from") == ["one", "two"]


async def test_dataset_beside_the_query_wins_over_the_from_clause(shared_pool: Pool) -> None:
    rows = await table(
        shared_pool, "SELECT ?o FROM <urn:g> { ?s ?p ?o }", default_graphs=("urn:h",)
    )
    assert rows == ["two"]


async def test_default_graphs_alone_leave_no_named_graph(shared_pool: Pool) -> None:
    query = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
    assert await table(shared_pool, query, default_graphs=("urn:h",)) == []


async def test_named_graphs_alone_leave_the_default_graph_empty(shared_pool: Pool) -> None:
    assert await table(shared_pool, ALL, named_graphs=("urn:h",)) == []
    query = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
    assert await table(shared_pool, query, named_graphs=("urn:h",)) == ["two"]


@pytest.mark.parametrize(
    ("variable", "term", "rows"),
    [("s", "<urn:s>", ["one"]), ("o", '"two"', ["two"]), ("o", '"two"@en', [])],
)
async def test_values_are_bound_to_variables(
    shared_pool: Pool, variable: str, term: str, rows: list[str]
) -> None:
    query = "SELECT ?s ?o { ?s ?p ?o }"
    answer = await shared_pool.query(
        Question(query, results=("text/csv",), substitutions={variable: term})
    )
    assert [line.split(",")[1] for line in answer.body.decode().split()[1:]] == rows


@pytest.mark.parametrize("term", ["<urn:s", "<urn:s> . <urn:a> <urn:b> <urn:c>", "?x", "1 2"])
async def test_a_value_that_is_no_single_term_is_refused(shared_pool: Pool, term: str) -> None:
    with pytest.raises(QueryRefused, match="term"):
        await shared_pool.query(Question("SELECT ?s { ?s ?p ?o }", substitutions={"s": term}))


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT ?x WHERE { <rel> ?p ?o}", 1, 19),
        ("SELECT ?x WHERE {\n\n   ?a ?b ?c . ?e ;}", 3, 15),
        ("", 1, 1),
    ],
)
async def test_syntax_error_tells_line_and_column(
    shared_pool: Pool, query: str, line: int, column: int
) -> None:
    with pytest.raises(QuerySyntax) as caught:
        await shared_pool.query(Question(query))
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("SELECT * {\n?s ex:p ?o }", "not understood, at '?s ex:p ?o }'"),
        ("SELECT * { ?s ?p ?o", "not understood, at the end of the query"),
        (
            "SELECT (1 AS ?x) (2 AS ?x) {}",
            "Duplicated variable name in SELECT, at the end of the query",
        ),
        ("SELECT * { ?s ?p 'a", "not understood, at the end of the query"),
    ],
)
async def test_syntax_error_shows_the_place(shared_pool: Pool, query: str, problem: str) -> None:
    with pytest.raises(QuerySyntax) as caught:
        await shared_pool.query(Question(query))
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    "query", ["INSERT DATA { <urn:a> <urn:b> 1 }", "LOAD <http://a.test/>", "CLEAR ALL"]
)
async def test_an_update_is_no_query(shared_pool: Pool, query: str) -> None:
    with pytest.raises(QuerySyntax):
        await shared_pool.query(Question(query))


async def test_a_function_that_is_not_known_is_refused_by_name(shared_pool: Pool) -> None:
    with pytest.raises(QueryRefused, match="urn:f"):
        await shared_pool.query(Question("SELECT (<urn:f>(1) AS ?x) {}"))


async def test_relative_iris_are_resolved_against_a_given_base(shared_pool: Pool) -> None:
    assert await table(shared_pool, "SELECT ?o { <s> ?p ?o }", base="urn:") == ["one"]
