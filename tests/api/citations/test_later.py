"""What becomes of a permalink when data changes, when the service stops, and when files do."""

import asyncio
import json
from collections.abc import Awaitable
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from jsonschema import Draft202012Validator

from tests.api.citations.support import CLUBS, HTML, NAMES, PATH, PETS, Service, begin, serving
from tests.engine.support import ENDLESS, Log

pytestmark = pytest.mark.anyio


def known(told: Any) -> bool:
    """Whether everything could be found out."""
    return told["verified"] is not None and told["current"]["same"] is not None


async def test_newer_data_that_changes_nothing_is_told_so(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        place = (await service.cite(query=NAMES)).headers["location"]
        await service.publish(f'<urn:x> <urn:other> "x" <{PETS}>')
        told = await service.told(place, known)
        assert (told["version"], told["verified"]) == (1, True)
        assert (told["current"]["version"], told["current"]["same"]) == (2, True)
        assert told["current"]["resultHash"] == told["resultHash"]
        page = await service.page(place)
        assert "The newest version, 2, gives the same answer." in page
        assert "Newer data gives another answer." not in page


async def test_newer_data_that_changes_the_answer_is_told_with_the_difference(
    tmp_path: Path,
) -> None:
    async with serving(begin(tmp_path)) as service:
        place = (await service.cite(query=NAMES)).headers["location"]
        await service.publish(
            f'<urn:kit> <urn:name> "Kit" <{PETS}>', f'<urn:tom> <urn:name> "Tom" <{PETS}>'
        )
        told = await service.told(place, known)
        assert (told["version"], told["count"], told["verified"]) == (1, 2, True)
        current = told["current"]
        assert (current["version"], current["same"], current["count"]) == (2, False, 2)
        assert current["resultHash"] != told["resultHash"]
        assert current["gone"] == {
            "count": 1,
            "first": [{"name": '"Tom"', "thing": "<urn:tom>"}],
        }
        assert current["new"] == {"count": 1, "first": [{"name": '"Kit"', "thing": "<urn:kit>"}]}
        when = service.log.history.entry(2).when
        assert current["changes"] == [{"version": 2, "when": when.isoformat()}]
        page = await service.page(place)
        assert "Newer data gives another answer." in page
        assert "1 gone, 1 new" in page
        answer = page.partition('id="answer"')[2].partition("</section>")[0]
        assert "Tom" in answer
        assert "Kit" not in answer
        newer = page.partition('id="newer"')[2].partition("</section>")[0]
        assert "Tom" in newer
        assert "Kit" in newer


async def test_change_of_another_graph_is_not_told_as_one_of_its_own(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        place = (await service.cite(query=NAMES)).headers["location"]
        await service.publish(f'<urn:club> <urn:name> "Club" <{CLUBS}>')
        current = (await service.told(place, known))["current"]
        assert (current["same"], current["changes"]) == (False, [])
        assert "have not changed since" in await service.page(place)


async def test_old_answer_and_the_newest_are_both_there(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        links = (await service.cite(query=NAMES)).json()["links"]
        old_crate = (await service.client.get(links["crate"])).content
        await service.publish(removed=f'<urn:tom> <urn:name> "Tom" <{PETS}>')
        old = await service.client.get(links["results"]["csv"])
        new = await service.client.get(links["newest"]["csv"])
        assert (old.headers["cepgraph-version"], "Tom" in old.text) == ("1", True)
        assert (new.headers["cepgraph-version"], "Tom" in new.text) == ("2", False)
        assert (await service.client.get(links["crate"])).content == old_crate


@pytest.mark.parametrize(
    ("query", "canonical", "files"),
    [
        (NAMES, "canonical.tsv", {"result.csv", "result.srj"}),
        (f"{NAMES} ORDER BY DESC(?name)", "canonical.tsv", {"result.csv", "result.srj"}),
        ("ASK {}", "canonical.txt", {"result.srj"}),
        ("CONSTRUCT { [] <urn:is> ?n } { ?s <urn:name> ?n }", "canonical.nq", {"result.ttl"}),
    ],
)
async def test_research_object_holds_the_answer_and_what_its_hash_is_of(
    tmp_path: Path, query: str, canonical: str, files: set[str]
) -> None:
    async with serving(begin(tmp_path)) as service:
        made = (await service.cite(query=query)).json()
        found = (await service.client.get(made["links"]["canonical"])).content
        assert f"sha256:{sha256(found).hexdigest()}" == made["resultHash"]
        packed = (await service.client.get(made["links"]["crate"])).content
        with ZipFile(BytesIO(packed)) as archive:
            assert archive.read(canonical) == found
            rest = {"ro-crate-metadata.json", "README.md", "citation.json", "query.rq", canonical}
            assert set(archive.namelist()) == rest | files


async def test_rows_of_a_research_object_are_in_the_order_of_the_query_or_sorted(
    tmp_path: Path,
) -> None:
    log = begin(tmp_path)
    # written in another order than they are sorted in
    log.publish("\n".join(f'<urn:n{n}> <urn:number> "{n}" <{PETS}>' for n in (3, 1, 2)))
    query = "SELECT ?number ?n { ?n <urn:number> ?number }"

    async def rows(service: Service, query: str) -> list[str]:
        made = (await service.cite(query=query)).json()
        packed = (await service.client.get(made["links"]["crate"])).content
        with ZipFile(BytesIO(packed)) as archive:
            return archive.read("result.csv").decode().splitlines()

    async with serving(log) as service:
        assert await rows(service, query) == ["number,n", "1,urn:n1", "2,urn:n2", "3,urn:n3"]
        descending = await rows(service, f"{query} ORDER BY DESC(?number)")
        assert descending == ["number,n", "3,urn:n3", "2,urn:n2", "1,urn:n1"]


async def test_newest_answer_is_cited_from_the_page(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        place = (await service.cite(query=NAMES, title="Names")).headers["location"]
        await service.publish(f'<urn:kit> <urn:name> "Kit" <{PETS}>')
        await service.told(place, known)
        page = await service.page(place)
        assert f'name="query" value="{NAMES.replace("<", "&lt;").replace(">", "&gt;")}"' in page
        form = {"query": NAMES, "title": "Names", "note": ""}
        again = await service.client.post(PATH, data=form, headers=HTML)
        assert again.status_code == 303
        told = await service.told(again.headers["location"])
        assert (told["version"], told["count"], told["title"]) == (2, 3, "Names")


async def test_answer_that_changes_back_is_the_same(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        place = (await service.cite(query=NAMES)).headers["location"]
        kit = f'<urn:kit> <urn:name> "Kit" <{PETS}>'
        await service.publish(kit)
        assert (await service.told(place, known))["current"]["same"] is False
        await service.publish(removed=kit)
        assert (await service.told(place, known))["current"]["same"] is True


async def test_yes_that_became_no_is_told(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        query = "ASK { <urn:tom> <urn:name> ?name }"
        place = (await service.cite(query=query)).headers["location"]
        await service.publish(removed=f'<urn:tom> <urn:name> "Tom" <{PETS}>')
        told = await service.told(place, known)
        assert (told["verified"], told["current"]["same"]) == (True, False)
        page = await service.page(place)
        assert ">Yes<" in page
        assert "cannot be compared row by row" in page


async def test_graph_that_changed_is_told_by_its_triples(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        query = "CONSTRUCT { ?s <urn:is> ?n } { ?s <urn:name> ?n }"
        place = (await service.cite(query=query)).headers["location"]
        await service.publish(f'<urn:kit> <urn:name> "Kit" <{PETS}>')
        current = (await service.told(place, known))["current"]
        assert current["new"]["first"] == [
            {"subject": "<urn:kit>", "predicate": "<urn:is>", "object": '"Kit"'}
        ]


async def test_earlier_version_is_cited(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        await service.publish(removed=f'<urn:tom> <urn:name> "Tom" <{PETS}>')
        told = (await service.cite(query=NAMES, version=1)).json()
        assert (told["version"], told["count"], told["licences"]) == (1, 2, told["licences"])
        assert told["versionMade"] == service.log.history.entry(1).when.isoformat()
        nothing = (await service.cite(query=NAMES, version=0)).json()
        assert (nothing["count"], nothing["graphs"], nothing["versionMade"]) == (0, [], None)


async def test_licences_are_those_of_the_version(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        place = (await service.cite(query=NAMES)).headers["location"]
        licence = "<http://purl.org/dc/terms/license>"
        by = "<https://creativecommons.org/licenses/by/4.0/>"
        await service.publish(
            f"<{PETS}> {licence} <urn:closed> <{PETS}>", f"<{PETS}> {licence} {by} <{PETS}>"
        )
        assert (await service.told(place))["licences"] == [by.strip("<>")]
        newer = (await service.cite(query=NAMES)).json()
        assert (newer["version"], newer["licences"]) == (2, ["urn:closed"])


async def test_graphs_that_say_the_same_are_both_told(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        await service.publish(f'<urn:rex> <urn:name> "Rex" <{CLUBS}>')
        told = (await service.cite(query="SELECT DISTINCT ?n { <urn:rex> <urn:name> ?n }")).json()
        assert [graph["id"] for graph in told["graphs"]] == [CLUBS, PETS]
        assert told["graphsAreThose"] == "needed"


async def test_what_is_missing_from_a_graph_can_be_needed(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        query = "SELECT ?pet { ?pet <urn:name> ?n FILTER NOT EXISTS { ?club <urn:takes> ?pet } }"
        told = (await service.cite(query=query)).json()
        assert [graph["id"] for graph in told["graphs"]] == [CLUBS, PETS]


async def test_what_is_entailed_from_a_graph_belongs_to_it(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        await service.publish(f"<urn:rex> <urn:takenBy> <urn:club> <{CLUBS}/entailed>")
        told = (await service.cite(query="SELECT ?c { ?pet <urn:takenBy> ?c }")).json()
        assert [graph["id"] for graph in told["graphs"]] == [CLUBS]


async def test_permalink_outlives_the_service(tmp_path: Path) -> None:
    log = begin(tmp_path)
    async with serving(log) as service:
        made = (await service.cite(query=NAMES)).json()
    log.publish(f'<urn:x> <urn:other> "x" <{PETS}>')
    async with serving(log) as service:
        told = await service.told(made["url"], known)
        assert told["resultHash"] == made["resultHash"]
        assert (told["verified"], told["current"]["version"]) == (True, 2)
        again = await service.cite(query=NAMES, version=1)
        assert (again.status_code, again.json()["cited"]) == (200, made["cited"])


def change(folder: Path, identifier: str, **fields: Any) -> None:
    """Change the file of a citation by hand."""
    path = folder / "citations" / identifier[:2] / f"{identifier}.json"
    kept = json.loads(path.read_text())
    kept["outcome"] |= fields
    path.write_text(json.dumps(kept))


async def test_version_that_gives_another_answer_than_was_cited_is_told_loudly(
    tmp_path: Path,
) -> None:
    async with serving(begin(tmp_path)) as service:
        made = (await service.cite(query=NAMES)).json()
        change(tmp_path, made["id"], hash=f"sha256:{'0' * 64}")
    async with serving(Log(tmp_path)) as service:
        told = await service.told(made["url"], known)
        assert told["verified"] is False
        page = await service.page(made["url"])
        assert "no longer gives the answer that was cited" in page
        assert "data folder is damaged" in page
        crate = await service.client.get(made["links"]["crate"])
        assert crate.status_code == 409
        assert "no longer gives" in crate.json()["detail"]


async def test_open_order_is_told_as_the_likely_cause(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        made = (await service.cite(query=f"{NAMES} LIMIT 1")).json()
        change(tmp_path, made["id"], hash=f"sha256:{'0' * 64}")
    async with serving(Log(tmp_path)) as service:
        await service.told(made["url"], known)
        assert "an order that it leaves open" in await service.page(made["url"])


async def test_damaged_file_is_a_problem_without_places(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        made = (await service.cite(query=NAMES)).json()
        path = tmp_path / "citations" / made["id"][:2] / f"{made['id']}.json"
        path.write_text("{")
        for place in (made["url"], made["links"]["self"], made["links"]["crate"]):
            answer = await service.client.get(place)
            assert answer.status_code == 500
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["title"] == "The citation is damaged"
            assert str(tmp_path) not in answer.text
        assert (await service.cite(query=NAMES)).status_code == 500


async def test_query_that_is_not_answered_in_time_is_not_kept(tmp_path: Path) -> None:
    async with serving(begin(tmp_path), query_deadline_s=0.5) as service:
        assert (await service.cite(query=ENDLESS)).status_code == 504
        assert not (tmp_path / "citations").exists()


async def test_newest_answer_that_takes_too_long_leaves_the_rest(tmp_path: Path) -> None:
    async with serving(begin(tmp_path), query_deadline_s=0.5) as service:
        # many rows once there is something to join
        join = " ".join(f"?a{n} <urn:many> ?b{n} ." for n in range(8))
        query = f"SELECT (COUNT(*) AS ?n) {{ {join} }}"
        made = (await service.cite(query=query)).json()
        many = "\n".join(f'<urn:s{n}> <urn:many> "{n}" <{PETS}>' for n in range(100))
        await service.publish(many)
        told = await service.told(made["url"], lambda told: told["verified"] is not None)
        assert told["verified"] is True
        assert told["current"]["same"] is None
        assert told["trouble"]
        assert "could not be found out now" in await service.page(made["url"])


async def test_answer_above_the_limit_is_not_cited(tmp_path: Path) -> None:
    log = begin(tmp_path)
    log.publish("\n".join(f'<urn:s{n}> <urn:p> "{"x" * 50}" <{PETS}>' for n in range(15_000)))
    async with serving(log, citation_result_mb=1) as service:
        made = await service.cite(query="SELECT * { ?s ?p ?o }")
        assert made.status_code == 413
        assert "1 MB" in made.json()["detail"]
        assert not (tmp_path / "citations").exists()


async def test_address_makes_only_so_many_in_a_minute(tmp_path: Path) -> None:
    async with serving(begin(tmp_path), citations_per_minute=2) as service:
        for number in range(2):
            assert (await service.cite(query=f"{NAMES} # {number}")).status_code == 201
        refused = await service.cite(query=f"{NAMES} # 3")
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert "an address may make 2 citations a minute" in refused.json()["detail"]
        assert (await service.cite(query=f"{NAMES} # 1")).status_code == 200


async def test_service_keeps_only_so_many(tmp_path: Path) -> None:
    async with serving(begin(tmp_path), citations=1) as service:
        assert (await service.cite(query=NAMES)).status_code == 201
        refused = await service.cite(query=f"{NAMES} # 2")
        assert refused.status_code == 507
        assert (await service.cite(query=NAMES)).status_code == 200


async def test_many_who_look_at_once_ask_once(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        place = (await service.cite(query=NAMES)).headers["location"]
        await service.publish(f'<urn:kit> <urn:name> "Kit" <{PETS}>')
        looks: list[Awaitable[Any]] = [service.told(place) for _ in range(50)]
        assert all(known(told) for told in await asyncio.gather(*looks))


async def test_many_who_cite_the_same_at_once_have_one_permalink(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        made = await asyncio.gather(*(service.cite(query=NAMES) for _ in range(5)))
        assert sorted(one.status_code for one in made) == [200, 200, 200, 200, 201]
        assert len({one.headers["location"] for one in made}) == 1


async def test_citation_is_as_the_api_describes_it(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        described = (await service.client.get("/openapi.json")).json()
        schema = {"$ref": "#/components/schemas/Citation", "components": described["components"]}
        validator = Draft202012Validator(schema)
        made = (await service.cite(query=NAMES, title="Names", version=1)).json()
        validator.validate(made)
        await service.publish(f'<urn:kit> <urn:name> "Kit" <{PETS}>')
        changed = await service.told(made["url"], known)
        assert changed["current"]["new"]["count"] == 1
        validator.validate(changed)
        graph = await service.cite(query="CONSTRUCT WHERE { ?s <urn:name> ?n }", version=0)
        validator.validate(graph.json())
        fields = described["components"]["schemas"]["CitationRequest"]["properties"]
        refused = await service.cite(nothing=1)
        known_fields = refused.json()["detail"].partition("known are ")[2].split(", ")
        assert sorted(known_fields) == sorted(fields)
        operation = described["paths"][PATH]["post"]["responses"]
        assert {"200", "201", "303", "422", "429", "507"} <= set(operation)


async def test_permalink_begins_as_the_public_reaches_the_service(tmp_path: Path) -> None:
    async with serving(begin(tmp_path), public_url="https://graph.example.org/g") as service:
        told = (await service.cite(query=NAMES)).json()
        assert told["url"] == f"https://graph.example.org/g/citation/{told['id']}"
        assert told["url"] in told["citeAs"]["text"]
        assert f'href="{told["url"]}"' in await service.page(f"/citation/{told['id']}")


@pytest.mark.slow
async def test_query_of_the_catalogue_is_cited_by_its_name(tmp_path: Path) -> None:
    async with serving(begin(tmp_path)) as service:
        made = await service.cite(name="findings-by-theme", parameters={"theme": "funding"})
        told = made.json()
        assert told["catalogueQuery"]["name"] == "findings-by-theme"
        assert "https://w3id.org/cepgraph/concept/theme/funding" in told["query"]
        assert told["verified"] is True
        form = {"name": "findings-by-theme", "parameters": "theme=funding"}
        assert (await service.client.post(PATH, data=form)).status_code == 200
        unknown = await service.cite(name="findings-by-them")
        assert (unknown.status_code, unknown.json()["parameter"]) == (422, "name")
        assert "findings-by-theme" in unknown.json()["detail"]
        wrong = await service.cite(name="findings-by-theme", parameters={"theme": "a b"})
        assert (wrong.status_code, wrong.json()["parameter"]) == (422, "theme")
