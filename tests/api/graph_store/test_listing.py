"""The list of graphs at the address of the store."""

import pytest

from cepgraph.terms import ENTAILED_SUFFIX, GRAPH, ID
from tests.protocol.world import Place, Store, club, described, turtle

pytestmark = pytest.mark.anyio


async def told_of(place: Place, address: str = "/graphs") -> dict[str, object]:
    """What the list says of a graph."""
    graphs = (await place.store.client.get(address)).json()["graphs"]
    (told,) = [graph for graph in graphs if graph["iri"] == place.iri]
    return dict(told)


async def test_graph_is_listed_with_its_name_publisher_and_size(graph: Place) -> None:
    await graph.put(described(graph.iri, club("listed") + b"\n"))
    await graph.post(turtle(f'<{graph.iri}> rdfs:label "Pets"@en, "Tiere"@de .'))
    assert await told_of(graph) == {
        "iri": graph.iri,
        "label": "Pets",
        "publisher": {"iri": ID + "tester", "label": "Tester"},
        "triples": 6,
        "changed": {
            "version": graph.store.head,
            "when": graph.store.entry().when.isoformat(),
        },
        "links": {"self": graph.store.url + graph.address},
    }


async def test_companion_graphs_are_not_listed(kept: Place) -> None:
    answer = await kept.store.client.get("/graphs")
    iris = [graph["iri"] for graph in answer.json()["graphs"]]
    assert kept.iri in iris
    assert GRAPH + "test/home" in iris
    assert not any(iri.endswith(ENTAILED_SUFFIX) for iri in iris)
    assert iris == sorted(iris)


async def test_list_is_that_of_a_version(kept: Place) -> None:
    version = kept.store.head
    await kept.store.ask("DELETE", kept.address)
    told = await told_of(kept, f"/graphs?version={version}")
    assert told["changed"]["version"] == version  # type: ignore[index]
    iris = [graph["iri"] for graph in (await kept.store.client.get("/graphs")).json()["graphs"]]
    assert kept.iri not in iris


async def test_list_is_kept_until_something_is_written(kept: Place) -> None:
    first = await kept.store.client.get("/graphs")
    tag = {"if-none-match": first.headers["etag"]}
    assert (await kept.store.client.get("/graphs", headers=tag)).status_code == 304
    await kept.post(club("more"))
    again = await kept.store.client.get("/graphs", headers=tag)
    assert again.status_code == 200
    assert again.json()["version"] == kept.store.head


async def test_list_comes_as_json_alone(store: Store) -> None:
    answer = await store.client.get("/graphs", headers={"accept": "text/turtle"})
    assert answer.status_code == 406


async def test_head_of_the_list_has_no_body(store: Store) -> None:
    answer = await store.client.head("/graphs/")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_link_of_each_graph_leads_to_it(kept: Place) -> None:
    links = (await told_of(kept))["links"]
    answer = await kept.store.client.get(links["self"])  # type: ignore[index]
    assert answer.status_code == 200
