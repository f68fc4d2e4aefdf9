"""The canonical form of an answer, and its hash."""

from hashlib import sha256

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, Store

from api.citations.canonical import MOST_BLANK, Result, canonical
from cepgraph.engine import Answer
from cepgraph.errors import BadParameter
from cepgraph.formats import JSON_RESULTS, N_TRIPLES


def answer(query: str, data: str = "") -> Answer:
    """What a worker answers."""
    store = Store()
    store.load(data.encode(), format=RdfFormat.TURTLE)
    results = store.query(query)
    if query.startswith("CONSTRUCT"):
        body = results.serialize(format=RdfFormat.N_TRIPLES)  # type: ignore[union-attr]
        return Answer(1, N_TRIPLES.media_type, body or b"", "")
    body = results.serialize(format=QueryResultsFormat.JSON)  # type: ignore[union-attr]
    return Answer(1, JSON_RESULTS.media_type, body or b"", "")


def result(query: str, data: str = "") -> Result:
    """The canonical form of what a worker answers."""
    return canonical(answer(query, data))


def graph(turtle: str) -> Result:
    """The canonical form of a graph, written down as it is."""
    store = Store()
    store.load(turtle.encode(), format=RdfFormat.TURTLE)
    return canonical(Answer(1, N_TRIPLES.media_type, store_bytes(store), ""))


def store_bytes(store: Store) -> bytes:
    """All triples."""
    quads = [quad.triple for quad in store]
    return b"".join(f"{triple} .\n".encode() for triple in quads)


def hashed(text: str) -> str:
    """As ``sha256sum`` has it."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


ROWS = '<urn:b> <urn:p> "x\\ty", 5 . <urn:a> <urn:p> "é"@en .'


def test_hash_of_a_table_is_that_of_its_sorted_rows_in_full_terms() -> None:
    found = result("SELECT ?s ?o { ?s <urn:p> ?o }", ROWS)
    assert found.outcome.hash == hashed(
        "?o\t?s\n"
        '"5"^^<http://www.w3.org/2001/XMLSchema#integer>\t<urn:b>\n'
        '"x\\ty"\t<urn:b>\n'
        '"é"@en\t<urn:a>\n'
    )
    assert (found.outcome.form, found.outcome.count) == ("select", 3)
    assert found.outcome.columns == ("s", "o")


def test_order_of_rows_and_of_columns_is_no_part_of_the_hash() -> None:
    one = result("SELECT ?s ?o { ?s <urn:p> ?o } ORDER BY ?s", ROWS)
    other = result("SELECT ?o ?s { ?s <urn:p> ?o } ORDER BY DESC(?s)", ROWS)
    assert one.outcome.hash == other.outcome.hash
    assert one.first != other.first


def test_names_of_columns_are_part_of_the_hash() -> None:
    one = result("SELECT ?s { ?s <urn:p> ?o }", ROWS)
    other = result("SELECT (?s AS ?t) { ?s <urn:p> ?o }", ROWS)
    assert one.outcome.hash != other.outcome.hash


def test_a_row_twice_is_another_answer_than_once() -> None:
    twice = result("SELECT ?s { ?s <urn:p> ?o }", ROWS)
    once = result("SELECT DISTINCT ?s { ?s <urn:p> ?o }", ROWS)
    assert twice.outcome.hash != once.outcome.hash


def test_unbound_is_neither_an_empty_text_nor_left_out() -> None:
    unbound = result("SELECT ?s ?n { ?s <urn:p> 5 OPTIONAL { ?s <urn:none> ?n } }", ROWS)
    assert unbound.outcome.hash == hashed("?n\t?s\n\t<urn:b>\n")
    empty = result('SELECT ?s ?n { ?s <urn:p> 5 BIND("" AS ?n) }', ROWS)
    assert empty.outcome.hash == hashed('?n\t?s\n""\t<urn:b>\n')


def test_table_without_columns_has_a_hash() -> None:
    assert result("SELECT * {}").outcome.hash == hashed("\n\n")


@pytest.mark.parametrize(("query", "value"), [("ASK {}", "true"), ("ASK { ?s ?p ?o }", "false")])
def test_hash_of_a_boolean_is_that_of_its_word(query: str, value: str) -> None:
    found = result(query)
    assert found.outcome.hash == hashed(f"{value}\n")
    assert found.first == ((value,),)


def test_hash_of_a_graph_is_that_of_its_sorted_n_quads() -> None:
    found = result("CONSTRUCT { ?s <urn:q> ?o } { ?s <urn:p> ?o }", ROWS)
    assert found.outcome.hash == hashed(
        '<urn:a> <urn:q> "é"@en .\n'
        '<urn:b> <urn:q> "5"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        '<urn:b> <urn:q> "x\\ty" .\n'
    )


def test_blank_nodes_of_a_graph_have_the_labels_of_rdfc_1_0() -> None:
    # the first example of the recommendation, section 4.3
    found = graph("<urn:p> <urn:q> _:x, _:y . _:x <urn:p> <urn:r> . _:y <urn:s> <urn:u> .")
    again = graph("<urn:p> <urn:q> _:b, _:a . _:b <urn:s> <urn:u> . _:a <urn:p> <urn:r> .")
    assert found.outcome == again.outcome
    assert all("_:c14n" in line for line in found.lines)
    assert found.outcome.hash == hashed("".join(f"{line}\n" for line in found.lines))


def test_control_characters_are_escaped_as_canonical_n_quads_has_it() -> None:
    found = graph(r'<urn:s> <urn:p> "\b\t\n\f\r\"\\\u0001\u007F\u00E9" .')
    assert found.lines == (r'<urn:s> <urn:p> "\b\t\n\f\r\"\\\u0001\u007Fé" .',)


def test_blank_nodes_in_a_table_are_refused() -> None:
    with pytest.raises(BadParameter, match="blank nodes"):
        result("SELECT ?s { ?s <urn:p> ?o }", "[] <urn:p> 1 .")


def test_triples_in_terms_are_refused() -> None:
    with pytest.raises(BadParameter, match="triples"):
        result("SELECT (TRIPLE(<urn:a>, <urn:b>, <urn:c>) AS ?t) {}")


def test_blank_nodes_that_cannot_be_told_apart_in_time_are_refused() -> None:
    pairs = " ".join(f"_:a{n} <urn:p> _:b{n} ." for n in range(200))
    with pytest.raises(BadParameter, match="cannot be told apart"):
        graph(pairs)


def test_very_many_blank_nodes_are_refused() -> None:
    many = " ".join(f"_:a{n} <urn:p> {n} ." for n in range(MOST_BLANK + 1))
    with pytest.raises(BadParameter, match="have blank nodes"):
        graph(many)


def test_difference_counts_rows_as_often_as_they_are_there() -> None:
    twice = result("SELECT ?s { ?s <urn:p> ?o }", ROWS)
    once = result("SELECT DISTINCT ?s { ?s <urn:p> ?o }", ROWS)
    assert twice.without(once) == ["<urn:b>"]
    assert once.without(twice) == []


def test_terms_of_lines_are_read_back() -> None:
    found = result("SELECT ?s ?o { ?s <urn:p> ?o }", ROWS)
    assert {tuple(map(str, terms)) for terms in found.terms(list(found.lines))} == {
        ('"5"^^<http://www.w3.org/2001/XMLSchema#integer>', "<urn:b>"),
        ('"x\\ty"', "<urn:b>"),
        ('"é"@en', "<urn:a>"),
    }
