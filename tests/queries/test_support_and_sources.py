"""Queries on resources, support, definitions, concepts and sources."""

from tests.queries.conftest import Ask

DIRECTION = "organisation/a-new-direction"
GRAPHS = "https://w3id.org/cepgraph/graph/"


def test_resources_of_one_provider_are_found_by_kind(ask: Ask) -> None:
    kinds = {
        row["resourceLabel"]: row["resourceKind"] for row in ask("resources", provider=DIRECTION)
    }
    assert kinds == {
        "Connected Lab": "resource-kind/peer-learning-programme",
        "Connected Network": "resource-kind/network",
        "Powerful Partnerships Library": "resource-kind/library",
    }


def test_resource_without_a_provider_is_listed_unless_one_is_asked_for(ask: Ask) -> None:
    toolkit = "resource/collaborate-innovate-toolkit"
    assert toolkit in {row["resource"] for row in ask("resources", resourceKind="toolkit")}
    assert ask("resources", resourceKind="toolkit", provider=DIRECTION) == []


def test_support_for_partnerships_in_london_is_offered(ask: Ask) -> None:
    rows = ask("support-offers", provider=DIRECTION)
    offers = {row["offerLabel"] for row in rows}
    assert {"One-to-one meetings", "Membership of the Connected Lab"} <= offers
    advice = {row["resource"] for row in rows if row["offerLabel"].startswith("Advice on Artsmark")}
    assert advice == {"resource/artsmark-award", "resource/arts-award"}
    assert {row.get("area") for row in rows} == {"region/E12000007", None}


def test_term_has_a_definition_by_each_document(ask: Ask) -> None:
    rows = ask("definitions", words="virtual school")
    assert {row["source"] for row in rows} == {
        "source/collaborate-innovate-faq",
        "source/arts-connect-virtual-schools-programme",
    }


def test_definition_of_the_cultural_sector_is_the_arts_councils(ask: Ask) -> None:
    rows = ask("definitions", words="cultural sector")
    assert {row["definerLabel"] for row in rows} == {"Arts Council England"}
    assert {row["includes"] for row in rows} >= {
        "Dance",
        "Literature",
        "Museums",
        "Music",
        "Visual arts",
        "Combined arts",
        "Libraries",
    }


def test_care_experienced_includes_adults_who_left_care(ask: Ask) -> None:
    rows = ask("definitions", words="CARE EXPERIENCED")
    assert "adults who left care" in {row["includes"] for row in rows}


def test_concepts_of_a_list_give_key_and_definition(ask: Ask) -> None:
    rows = ask("concepts", scheme="https://w3id.org/cepgraph/concept/standing")
    assert {row["key"] for row in rows} == {"planned", "target", "reported", "inferred"}
    assert all(row["definition"] for row in rows)


def test_art_forms_of_the_booklet_are_mapped(ask: Ask) -> None:
    rows = ask("concept-mappings", scheme="https://w3id.org/cepgraph/concept/artform")
    matches = {(row["concept"], row["closeness"], row["match"]) for row in rows}
    assert ("artform/booklet-drama", "exact", "artform/theatre") in matches
    assert ("artform/booklet-music", "exact", "artform/music") in matches


def test_documents_say_when_date_or_licence_is_not_stated(ask: Ask) -> None:
    rows = {row["source"]: row for row in ask("sources")}
    release = rows["source/collaborate-innovate-press-release-2024-10"]
    assert release["issued"] == "2024-10"
    notes = rows["source/peer-learning-session-1-feedback"]
    assert "issued" not in notes
    assert notes["dateNote"]
    assert notes["licence"] == "not stated"
    assert notes["publisherLabel"] == "Publisher not stated"


def test_contents_of_each_graph_are_counted(ask: Ask) -> None:
    counts = {(row["graph"], row["class"]): int(row["things"]) for row in ask("graph-contents")}
    reference = f"{GRAPHS}cepgraph/reference"
    assert counts[reference, "cep:VirtualSchool"] == 153
    assert counts[reference, "cep:LocalAuthority"] == 153
    assert counts[reference, "cep:Region"] == 9
    notes = f"{GRAPHS}peer-learning-programme/session-1-feedback"
    assert counts[notes, "cep:Challenge"] == 17 + 9
    assert not any(graph.endswith("/entailed") for graph, _ in counts)
    assert not any(kind == "cep:Entity" for _, kind in counts)
