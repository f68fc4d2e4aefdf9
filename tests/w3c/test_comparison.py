"""What counts as the same result, and what does not."""

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from tests.w3c.comparison import XSD, same_graphs, same_tables, table_of_csv

ONE = Literal("1.0", datatype=NamedNode(XSD + "decimal"))
SAME = Literal("1", datatype=NamedNode(XSD + "decimal"))
WHOLE = Literal("1", datatype=NamedNode(XSD + "integer"))
A, B = BlankNode("a"), BlankNode("b")


def test_order_of_rows_and_variables_does_not_count() -> None:
    first = (("x", "y"), [(ONE, None), (A, WHOLE)])
    second = (("y", "x"), [(WHOLE, B), (None, SAME)])
    assert same_tables(first, second)


@pytest.mark.parametrize(
    "rows",
    [
        [(ONE, A)],
        [(ONE, A), (ONE, A), (ONE, A)],
        [(ONE, A), (ONE, B)],
        [(WHOLE, A), (WHOLE, A)],
        [(ONE, None), (ONE, A)],
    ],
)
def test_other_rows_are_another_result(rows: list[tuple[object, ...]]) -> None:
    assert not same_tables((("x", "y"), [(ONE, A), (ONE, A)]), (("x", "y"), rows))


def test_other_variables_are_another_result() -> None:
    assert not same_tables((("x",), []), (("y",), []))


def test_a_table_is_no_boolean() -> None:
    assert not same_tables((("x",), []), False)
    assert not same_tables(True, False)
    assert same_tables(True, True)


def test_rows_of_csv_are_texts_numbers_and_blank_nodes() -> None:
    first = table_of_csv(b'x,y\r\n_:a,1.0E1\r\n_:a,"a\n,"\r\n')
    assert same_tables(first, table_of_csv(b'y,x\r\n"a\n,",_:z\r\n10,_:z\r\n'))
    assert not same_tables(first, table_of_csv(b'x,y\r\n_:a,1.0E1\r\n_:b,"a\n,"\r\n'))


def test_graphs_are_the_same_up_to_names_of_blank_nodes() -> None:
    knows = NamedNode("urn:x:knows")
    assert same_graphs([Triple(A, knows, B)], [Triple(B, knows, A)])
    assert not same_graphs([Triple(A, knows, B)], [Triple(A, knows, A)])
