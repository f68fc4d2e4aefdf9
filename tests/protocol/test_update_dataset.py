"""The dataset of an update, as the SPARQL 1.1 Protocol has it, sentence by sentence.

https://www.w3.org/TR/sparql11-protocol/#update-operation
"""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.protocol.updates import (
    DECLARED,
    DIRECT,
    PATH,
    adding,
    described,
    keep,
    keys,
    problem_of,
    send,
)
from tests.protocol.world import Place, Store, bearer

pytestmark = pytest.mark.anyio


# 2.2.2 "Clients may include the optional using-graph-uri and using-named-graph-uri parameters as
# HTTP query string parameters in the request URI."


async def copies(store: Store, graph: Place, pattern: str, url: str, **form: Any) -> set[str]:
    """Copy what a pattern finds to a graph, with parameters in the form or in the address."""
    text = (
        f"{DECLARED} INSERT {{ {described(graph)} GRAPH <{graph.iri}> {{ ?s a cep:Club ; "
        f"rdfs:label ?l }} }} WHERE {{ {pattern} }}"
    )
    if form or not url:
        answer = await send(store, text, **form)
    else:
        answer = await store.client.post(
            f"{PATH}?{url}", content=text, headers={**bearer(store.token), **DIRECT}
        )
    assert answer.status_code == 200, answer.text
    return await keys(graph)


UNNAMED = "?s a cep:Club ; rdfs:label ?l"
NAMED = f"GRAPH ?g {{ {UNNAMED} }}"


@pytest.mark.parametrize("way", ["form", "url"])
async def test_using_graph_uri_is_the_default_graph_of_where(store: Store, way: str) -> None:
    first, second, third, target = (store.new() for _ in range(4))
    for place, key in ((first, "u1"), (second, "u2"), (third, "u3")):
        await keep(store, place, key)
    pairs = [("using-graph-uri", first.iri), ("using-graph-uri", second.iri)]
    url = urlencode(pairs) if way == "url" else ""
    form = {} if url else {"using_graph_uri": [first.iri, second.iri]}
    assert await copies(store, target, UNNAMED, url, **form) == {"u1", "u2"}
    assert await copies(store, store.new(), f"OPTIONAL {{ {NAMED} }}", url, **form) == set()


@pytest.mark.parametrize("way", ["form", "url"])
async def test_using_named_graph_uri_gives_the_named_graphs_of_where(
    store: Store, way: str
) -> None:
    first, second, target = (store.new() for _ in range(3))
    await keep(store, first, "n1")
    await keep(store, second, "n2")
    url = urlencode({"using-named-graph-uri": first.iri}) if way == "url" else ""
    form = {} if url else {"using_named_graph_uri": first.iri}
    assert await copies(store, target, NAMED, url, **form) == {"n1"}
    assert await copies(store, store.new(), f"OPTIONAL {{ {UNNAMED} }}", url, **form) == set()


async def test_graph_that_is_given_as_dataset_and_is_not_there_is_empty(store: Store) -> None:
    target = store.new()
    pattern = f"OPTIONAL {{ {UNNAMED} }}"
    found = await copies(store, target, pattern, "", using_graph_uri="http://127.0.0.1:1/")
    assert found == set()


@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
@pytest.mark.parametrize("iri", ["", "no iri", "relative", "http://a.test/> WHERE {} #"])
async def test_a_graph_uri_that_is_none_is_400(
    store: Store, graph: Place, name: str, iri: str
) -> None:
    answer = await send(store, adding(graph, "a"), **{name: iri})
    assert name in problem_of(answer, 400)["detail"]


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
async def test_parameters_of_queries_are_not_mistaken_for_those_of_updates(
    store: Store, graph: Place, name: str
) -> None:
    answer = await send(store, adding(graph, "a"), **{name: graph.iri})
    assert f"using-{name.removeprefix('default-')}" in problem_of(answer, 400)["detail"]


# 2.2.3 "If a SPARQL 1.1 update request contains WITH, USING or USING NAMED clauses, the RDF Dataset
# is specified there. ... It is an error to supply the using-graph-uri or using-named-graph-uri
# parameters when using this protocol to convey a SPARQL 1.1 Update request that contains an
# operation that uses the USING, USING NAMED, or WITH clause."


@pytest.mark.parametrize("clause", ["WITH", "USING", "USING NAMED"])
@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
async def test_dataset_must_not_be_given_by_protocol_and_update_at_once(
    store: Store, graph: Place, clause: str, name: str
) -> None:
    before = store.head
    with_, using = (f"{clause} <{graph.iri}>", "")
    if clause != "WITH":
        with_, using = using, with_
    text = f"{with_} INSERT {{ <urn:a> <urn:b> 1 }} {using} WHERE {{}}"
    for update in (text, f"INSERT DATA {{}} ; {text}"):
        answer = await send(store, update, **{name: graph.iri})
        assert "given twice" in problem_of(answer, 400)["detail"]
    assert store.head == before


# 2.2.3 "A SPARQL 1.1 Update request may be composed of multiple individual operations. ... the
# default graph and any named graphs [of the parameters] are used for every operation"


async def test_dataset_of_the_protocol_is_used_for_every_operation(store: Store) -> None:
    first, second, target = (store.new() for _ in range(3))
    await keep(store, first, "m1")
    await keep(store, second, "m2")
    text = (
        f"{DECLARED} INSERT {{ {described(target)} GRAPH <{target.iri}> {{ ?s a cep:Club ; "
        f"rdfs:label ?l }} }} WHERE {{ {UNNAMED} }} ;\n"
        f"INSERT {{ GRAPH <{target.iri}> {{ ?s dcterms:title ?l }} }} WHERE {{ {UNNAMED} }}"
    )
    answer = await send(store, text, using_graph_uri=first.iri)
    assert answer.json()["graphs"][0]["triplesAdded"] == 2 + 2 + 1
    assert await keys(target) == {"m1"}


# 2.2.3 "... or, when not specified in either, the dataset is that of the service"


async def test_without_a_dataset_where_sees_what_queries_see(store: Store) -> None:
    first, target = store.new(), store.new()
    key = f"w{first.name.rpartition('/')[2]}"
    await keep(store, first, key)
    named = f"GRAPH ?g {{ {UNNAMED} }} FILTER(?s = id:{key})"
    unnamed = f"{UNNAMED} . ?s rdfs:label ?again FILTER(?s = id:{key})"
    assert await copies(store, target, unnamed, "") == {key}
    assert await copies(store, store.new(), named, "") == {key}
