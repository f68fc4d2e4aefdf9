"""Oxigraph as a client: SERVICE in a query of its own."""

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store


def test_service_of_oxigraph(endpoint: str) -> None:
    here = Store()
    here.add(Quad(NamedNode("urn:here"), NamedNode("urn:knows"), NamedNode("urn:t")))
    there = f"SERVICE <{endpoint}> {{ ?s <urn:label>|<urn:said> ?o }}"
    rows = here.query(f"SELECT ?o {{ ?here <urn:knows> ?s {there} }}")
    assert isinstance(rows, QuerySolutions)
    assert {row["o"] for row in rows} == {Literal("two"), Literal('a, "b"\tc\nd é 𝄞')}
