"""A citation as a research object: a test for each demand of RO-Crate 1.1.

https://www.researchobject.org/ro-crate/specification/1.1/
"""

import io
import json
import re
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from rocrate.rocrate import ROCrate

from api.citations.citation import Citation, GraphUsed
from api.citations.crate import METADATA, Packed, crate
from tests.api.citations.support import BY, PETS, citation

URL = "https://graph.example.org/citation/abc"
VERSION = "https://graph.example.org/version/3"
RESULTS = (
    Packed("canonical.tsv", "text/tab-separated-values", "The answer in its canonical form", b""),
    Packed("result.csv", "text/csv", "The answer as text/csv", b"thing,name\r\n"),
    Packed("result.srj", "application/sparql-results+json", "The answer as JSON", b"{}"),
)


def packed(made: Citation | None = None) -> bytes:
    """The crate of a citation."""
    return crate(made or citation(), URL, VERSION, RESULTS)


def files_of(body: bytes) -> dict[str, bytes]:
    """The files in a crate."""
    with ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The files of a plain crate."""
    return files_of(packed())


@pytest.fixture(scope="module")
def document(files: dict[str, bytes]) -> dict[str, Any]:
    """Its metadata."""
    told: dict[str, Any] = json.loads(files[METADATA])
    return told


@pytest.fixture(scope="module")
def entities(document: dict[str, Any]) -> dict[str, Any]:
    """What its metadata describes, by identifier."""
    return {entity["@id"]: entity for entity in document["@graph"]}


def references(value: Any) -> list[str]:
    """Identifiers that a property's value refers to."""
    values = value if isinstance(value, list) else [value]
    return [one["@id"] for one in values if isinstance(one, dict)]


def test_metadata_file_is_in_the_root(files: dict[str, bytes]) -> None:
    assert "ro-crate-metadata.json" in files


def test_metadata_is_compacted_json_ld_with_the_context_of_the_specification(
    document: dict[str, Any],
) -> None:
    assert set(document) == {"@context", "@graph"}
    assert document["@context"][0] == "https://w3id.org/ro/crate/1.1/context"


def test_metadata_is_flat(document: dict[str, Any]) -> None:
    for entity in document["@graph"]:
        for name, value in entity.items():
            for one in value if isinstance(value, list) else [value]:
                assert isinstance(one, str) or (name, set(one)) == (name, {"@id"})


def test_single_values_are_not_in_lists(document: dict[str, Any]) -> None:
    lists = [v for entity in document["@graph"] for v in entity.values() if isinstance(v, list)]
    assert all(len(value) > 1 for value in lists)


def test_no_two_entities_have_one_identifier(document: dict[str, Any]) -> None:
    identifiers = [entity["@id"] for entity in document["@graph"]]
    assert len(identifiers) == len(set(identifiers))


def test_descriptor_is_about_the_root_and_names_the_specification(entities: dict[str, Any]) -> None:
    descriptor = entities["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}


def test_root_has_type_name_description_date_and_licence(entities: dict[str, Any]) -> None:
    root = entities["./"]
    assert root["@type"] == "Dataset"
    assert root["name"] == "Names of pets"
    assert root["description"]
    assert datetime.fromisoformat(root["datePublished"]).date() == date(2026, 5, 3)
    assert root["license"] == {"@id": BY}
    assert entities[BY]["@type"] == "CreativeWork"
    assert entities[BY]["name"]
    assert entities[BY]["description"]


def test_root_has_publishers_that_are_organisations(entities: dict[str, Any]) -> None:
    assert references(entities["./"]["publisher"]) == ["urn:arts-connect"]
    assert entities["urn:arts-connect"]["@type"] == "Organization"
    assert entities["urn:arts-connect"]["name"] == "Arts Connect"


def test_every_file_is_a_part_of_the_root_and_lies_where_it_says(
    files: dict[str, bytes], entities: dict[str, Any]
) -> None:
    parts = references(entities["./"]["hasPart"])
    assert set(parts) == set(files) - {METADATA}
    for part in parts:
        entity = entities[part]
        assert "File" in entity["@type"]
        assert entity["name"]
        assert "/" in entity["encodingFormat"]
        assert entity["contentSize"] == str(len(files[part]))
        assert entity["sha256"] == sha256(files[part]).hexdigest()


def test_files_without_entity_are_none(files: dict[str, bytes], entities: dict[str, Any]) -> None:
    assert {iri for iri, entity in entities.items() if "File" in entity["@type"]} == (
        set(files) - {METADATA}
    )


def test_identifiers_are_absolute_or_below_the_root(entities: dict[str, Any]) -> None:
    for iri in entities:
        assert re.match(r"[a-z]+:|#|\./$|[A-Za-z0-9.-]+$", iri), iri
        assert ".." not in iri


def test_everything_referred_to_is_described(
    document: dict[str, Any], entities: dict[str, Any]
) -> None:
    referred = {
        iri
        for entity in document["@graph"]
        for name, value in entity.items()
        for iri in references(value)
        if name not in ("conformsTo", "actionStatus")
    }
    assert referred <= set(entities)


def test_everything_described_is_referred_to(
    document: dict[str, Any], entities: dict[str, Any]
) -> None:
    referred = {i for entity in document["@graph"] for v in entity.values() for i in references(v)}
    assert set(entities) - referred == {METADATA}


def test_query_is_source_code_in_sparql(entities: dict[str, Any], files: dict[str, bytes]) -> None:
    query = entities["query.rq"]
    assert query["@type"] == ["File", "SoftwareSourceCode"]
    language = entities[query["programmingLanguage"]["@id"]]
    assert language["@type"] == "ComputerLanguage"
    assert language["name"] == "SPARQL 1.1"
    assert files["query.rq"].decode() == citation().asked.query


def test_action_tells_which_query_on_which_version_gave_which_result(
    entities: dict[str, Any],
) -> None:
    run = next(entity for entity in entities.values() if entity["@type"] == "CreateAction")
    assert references(entities["./"]["mentions"]) == [run["@id"]]
    assert references(run["instrument"]) == ["query.rq"]
    assert references(run["object"]) == [VERSION]
    assert references(run["result"]) == ["canonical.tsv", "result.csv", "result.srj"]
    assert datetime.fromisoformat(run["endTime"]).tzinfo is not None
    assert citation().outcome.hash in run["description"]
    assert entities[VERSION]["version"] == "3"
    software = entities[entities["query.rq"]["softwareRequirements"]["@id"]]
    assert software["@type"] == "SoftwareApplication"
    assert software["version"] == citation().software


def test_profile_is_named_and_described(entities: dict[str, Any]) -> None:
    profile = entities["./"]["conformsTo"]["@id"]
    assert entities[profile]["name"] == "Process Run Crate"


def test_graphs_are_told_with_their_licences(entities: dict[str, Any]) -> None:
    assert PETS in references(entities["./"]["isBasedOn"])
    assert entities[PETS]["license"] == {"@id": BY}
    assert entities[PETS]["publisher"] == {"@id": "urn:arts-connect"}


def test_terms_of_use_that_are_only_stated_are_a_licence_of_the_root() -> None:
    graph = GraphUsed(id="urn:g", title="G", licence_statements=("for schools only",))
    told = json.loads(files_of(packed(citation(graphs=(*citation().graphs, graph))))[METADATA])
    found = {entity["@id"]: entity for entity in told["@graph"]}
    stated = [iri for iri in references(found["./"]["license"]) if iri != BY]
    assert found[stated[0]]["description"] == "for schools only"
    assert found["urn:g"]["license"] == {"@id": stated[0]}


def test_answer_that_rests_on_no_graph_says_so_in_the_place_of_a_licence() -> None:
    told = json.loads(files_of(packed(citation(graphs=())))[METADATA])
    found = {entity["@id"]: entity for entity in told["@graph"]}
    assert "no graph" in found[found["./"]["license"]["@id"]]["description"]
    assert "publisher" not in found["./"]


def test_citation_in_the_crate_is_the_one_that_is_kept(files: dict[str, bytes]) -> None:
    assert Citation.model_validate_json(files["citation.json"]) == citation()


def test_readme_says_how_to_cite_and_what_the_licences_are(files: dict[str, bytes]) -> None:
    told = files["README.md"].decode()
    assert "Arts Connect (2026). Names of pets" in told
    assert BY in told
    assert citation().outcome.hash in told


def test_same_citation_gives_the_same_bytes() -> None:
    assert packed() == packed()


def test_another_reads_the_crate(tmp_path: Path, files: dict[str, bytes]) -> None:
    place = tmp_path / "citation.crate.zip"
    place.write_bytes(packed())
    read = ROCrate(place)
    assert read.name == "Names of pets"
    assert read.root_dataset["license"].id == BY
    assert {file.id for file in read.data_entities} == set(files) - {METADATA}
    run = read.get("#run")
    assert run.type == "CreateAction"
    assert run["instrument"].id == "query.rq"
    read.write(tmp_path / "written")
    assert (tmp_path / "written" / "query.rq").read_bytes() == files["query.rq"]
