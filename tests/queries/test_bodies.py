"""Queries on bodies: partners, roles, names, posts, groups, identifiers."""

from pyoxigraph import RdfFormat, Store

from cepgraph.model import Model
from cepgraph.terms import PREFIXES
from tests.queries.conftest import Ask, run

ARENA = "cultural-organisation/arena-theatre"
CONNECT = "organisation/arts-connect"
CREATIVES = "organisation/the-mighty-creatives"
PROGRAMME = "programme/collaborate-innovate"
REGIONAL = "programme/regional-virtual-schools-development"

MEMBERS = """
<p> a cep:Partnership ; rdfs:label "Test partnership" .
<a> rdfs:label "Abbey Library" . <b> rdfs:label "Bright Dance" . <c> rdfs:label "City School" .
<m1> cep:partnership <p> ; cep:member <a> ; cep:role <chair> ; cep:from "2023"^^xsd:gYear .
<m2> cep:partnership <p> ; cep:member <b> ; cep:role <chair> ; cep:sector <culture> .
<m3> cep:partnership <p> ; cep:member <c> ; cep:until "2024-05-01"^^xsd:date .
<chair> rdfs:label "Chair" . <culture> rdfs:label "Culture" .
"""


def members() -> Store:
    """A partnership with three members, in its own small graph."""
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    store = Store()
    store.load(prefixes + MEMBERS, format=RdfFormat.TURTLE, base_iri="https://example.org/")
    return store


def test_partners_of_a_body_are_those_with_a_part_in_the_same_programme(ask: Ask) -> None:
    rows = ask("partners-of-body", body=ARENA)
    partners = {row["partnerLabel"] for row in rows}
    assert {"Coventry Museums", "Care to Dance", "Arts Connect", "The Mighty Creatives"} <= partners
    assert "Arena Theatre" not in partners
    assert "Women and Theatre" not in partners
    assert {row["through"] for row in rows} == {PROGRAMME}


def test_partners_by_plan_and_by_report_stand_apart(ask: Ask) -> None:
    trainer = [
        (row["standing"], row["source"])
        for row in ask("partners-of-body", body=ARENA)
        if row["partner"] == "organisation/icrd" and row["roleLabel"] == "Trainer"
    ]
    assert trainer == [
        ("standing/reported", "source/collaborate-innovate-press-release-2024-10"),
        ("standing/planned", "source/collaborate-innovate-faq"),
    ]


def test_members_of_one_partnership_are_partners(model: Model) -> None:
    query = model.catalogue.query("partners-of-body")
    rows = run(members(), query, {"body": "https://example.org/a"})
    assert [row["partnerLabel"] for row in rows] == ["Bright Dance", "City School"]
    assert rows[0]["roleLabel"] == "Chair"
    assert "role" not in rows[1]


def test_roles_of_a_body_name_what_it_has_a_part_in_and_since_when(ask: Ask) -> None:
    rows = ask("roles-of-body", body=CREATIVES)
    told = {(row["roleLabel"], row["thing"], row.get("from")) for row in rows}
    assert ("Trainer", "event/collaborate-innovate-training", None) in told
    assert ("Delivery partner", PROGRAMME, None) in told
    assert ("Investor", REGIONAL, "2015") in told


def test_roles_can_be_asked_for_one_by_one(ask: Ask) -> None:
    founders = ask("roles-of-body", role="founder")
    assert [(row["body"], row["thingLabel"]) for row in founders] == [
        (CONNECT, "West Midlands Children in Care Foundation")
    ]


def test_names_of_the_research_institute_differ_by_source(ask: Ask) -> None:
    names = {
        (row["name"], row["graphLabel"]) for row in ask("names-of-body", body="organisation/icrd")
    }
    release = "Collaborate & Innovate: press release of October 2024"
    answers = "Collaborate & Innovate: questions and answers for cultural organisations"
    assert ("ICRD", release) in names
    assert ("Institute of Community Research and Development", release) in names
    assert ("Institute for Community Development and Research", answers) in names
    assert ("Institute for Community Development and Research", release) not in names
    assert ("Institute of Community Research and Development", answers) not in names


def test_two_names_of_the_foundation_are_linked_as_very_likely_one(ask: Ask) -> None:
    links = ask("linked-records", thing="organisation/west-midlands-cic-foundation")
    assert [(row["other"], row["closeness"], row["graphLabel"]) for row in links] == [
        (
            "organisation/west-midlands-children-in-care-foundation",
            "very likely the same",
            "Inferences across the documents",
        )
    ]


def test_posts_are_public_and_name_no_one(ask: Ask) -> None:
    rows = ask("public-posts")
    assert {row["postLabel"] for row in rows} == {
        "Director of Arts Connect",
        "Head of Programmes of The Mighty Creatives",
    }
    assert not any("holder" in row for row in rows)


def test_groups_say_how_completely_they_are_named(ask: Ask) -> None:
    some = ask("cohorts", programme="collaborate-innovate", naming="some-named")
    assert {row["memberLabel"] for row in some} == {
        "Coventry Museums",
        "Care to Dance",
        "Arena Theatre",
    }
    none = ask("cohorts", programme="collaborate-innovate", naming="none-named")
    assert "Virtual Schools in the programme" in {row["cohortLabel"] for row in none}
    assert not any("member" in row for row in none)


def test_groups_of_no_programme_are_listed_unless_one_is_asked_for(ask: Ask) -> None:
    assert any("programme" not in row for row in ask("cohorts"))
    assert all("programme" in row for row in ask("cohorts", programme="collaborate-innovate"))


def test_bodies_are_found_by_art_form(ask: Ask) -> None:
    by_artform = {(row["artformLabel"], row["bodyLabel"]) for row in ask("bodies-by-artform")}
    assert {
        ("Museums", "Coventry Museums"),
        ("Dance", "Care to Dance"),
        ("Theatre", "Arena Theatre"),
        ("Theatre", "Women and Theatre"),
    } <= by_artform


def test_one_code_means_one_thing(ask: Ask) -> None:
    assert ask("things-by-identifier", identifier="E08000025") == [
        {
            "identifier": "E08000025",
            "scheme": "GSS code",
            "thing": "local-authority/E08000025",
            "thingLabel": "Birmingham",
        }
    ]
