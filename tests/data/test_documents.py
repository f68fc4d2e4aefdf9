"""What the documents say is in their graphs: figures, dates and names, one by one."""

import pytest
from pyoxigraph import Store

from cepgraph.terms import CONCEPT, PREFIXES
from tests.data.asking import AC, AND, FAQ, INFERRED, PL, PR, ask, column

COLLABORATE = "programme/collaborate-innovate"
REGIONAL = "programme/regional-virtual-schools-development"
CHALLENGE = "programme/cultural-education-challenge"
PILOT = "programme/artsmark-virtual-schools-pilot"


CLAIMS = [
    (FAQ, COLLABORATE, "programme-length", "18", "exactly", "planned"),
    (FAQ, COLLABORATE, "organisations-invited", "25", "exactly", "planned"),
    (PR, COLLABORATE, "organisations-trained", "28", "exactly", "reported"),
    (FAQ, COLLABORATE, "partnerships", "10", "up-to", "planned"),
    (PR, COLLABORATE, "partnerships", "8", "exactly", "reported"),
    (FAQ, COLLABORATE, "virtual-schools", "10", "up-to", "planned"),
    (PR, COLLABORATE, "virtual-schools", "8", "exactly", "reported"),
    (FAQ, COLLABORATE, "cultural-partners", "10", "up-to", "planned"),
    (PR, COLLABORATE, "cultural-partners", "8", "exactly", "reported"),
    (FAQ, COLLABORATE, "training-date", "2024-05", "exactly", "planned"),
    (FAQ, COLLABORATE, "training-date", "summer 2024", "about", "planned"),
    (FAQ, COLLABORATE, "orientation-date", "2024-07-03", "exactly", "planned"),
    (FAQ, COLLABORATE, "orientation-date", "2024-07-04", "exactly", "planned"),
    (FAQ, COLLABORATE, "orientation-length", "2", "exactly", "planned"),
    (FAQ, COLLABORATE, "action-research-period", "autumn and spring 2025", None, "planned"),
    (FAQ, COLLABORATE, "action-research-period", "academic year 2024-25", "about", "planned"),
    (PR, COLLABORATE, "action-research-length", "9", "exactly", "reported"),
    (FAQ, COLLABORATE, "sharing-date", "summer 2025", None, "planned"),
    (PR, COLLABORATE, "conference-date", "2025-06", "exactly", "planned"),
    (PR, COLLABORATE, "programme-start", "2023-04", "exactly", "reported"),
    (PR, COLLABORATE, "programme-activity-period", "6", "exactly", "reported"),
    (AC, COLLABORATE, "programme-end", "2025-12", "exactly", "planned"),
    (FAQ, COLLABORATE, "funding-per-project", "3300", "up-to", "planned"),
    (FAQ, COLLABORATE, "funded-projects", "10", "exactly", "planned"),
    (FAQ, COLLABORATE, "participation-fee", "0", "exactly", "planned"),
    (FAQ, COLLABORATE, "bodies-approached", "3", "exactly", "reported"),
    (PR, PILOT, "bodies-approached", "2", "exactly", "reported"),
    (PR, PILOT, "approach-date", "2022", "exactly", "reported"),
    (AC, PILOT, "pilot-participants", "5", "exactly", "reported"),
    (FAQ, REGIONAL, "collaboration-start", "2015", "exactly", "reported"),
    (AC, REGIONAL, "collaboration-start", "2015", "exactly", "reported"),
    (PR, REGIONAL, "collaboration-length", "8", "exactly", "reported"),
    (AC, REGIONAL, "virtual-schools-in-region", "14", "exactly", "reported"),
    (PR, REGIONAL, "children-in-care", "12000", None, "reported"),
    (AC, REGIONAL, "children-in-care", "12000", None, "reported"),
    (INFERRED, REGIONAL, "children-in-care", "12000", None, "inferred"),
    (AND, CHALLENGE, "partnerships-target", "50", "at-least", "target"),
]


@pytest.mark.parametrize(("graph", "about", "indicator", "value", "qualifier", "standing"), CLAIMS)
def test_claim_stands_with_qualifier_and_standing(
    seed: Store,
    graph: str,
    about: str,
    indicator: str,
    value: str,
    qualifier: str | None,
    standing: str,
) -> None:
    pattern = f"""?s a cep:Claim ; cep:about <{about}> ; cep:value ?value ;
        cep:indicator <{CONCEPT}indicator/{indicator}> ;
        cep:qualifier <{CONCEPT}qualifier/{qualifier or "not-qualified"}> ;
        cep:standing <{CONCEPT}standing/{standing}> ; dcterms:source ?source ; cep:locator ?place .
        FILTER (STR(?value) = "{value}")"""
    assert ask(seed, graph, pattern)


FACTS = {
    "orientation is on 3 and 4 July 2024 in Leicester and Wolverhampton": (
        FAQ,
        """<event/collaborate-innovate-orientation> cep:startDate "2024-07-03"^^xsd:date ;
        cep:endDate "2024-07-04"^^xsd:date ;
        cep:place <local-authority/E06000016>, <local-authority/E08000031> ; cep:note ?note .""",
    ),
    "conference is planned at the University of Wolverhampton": (
        PR,
        """<event/collaborate-innovate-conference> cep:venue "University of Wolverhampton" ;
        cep:startDate "2025-06"^^xsd:gYearMonth .""",
    ),
    "projects have a ceiling of 3,300 pounds": (
        FAQ,
        """<funding-scheme/collaborate-innovate-action-research> cep:ceiling 3300.00 ;
        cep:currency "GBP" ; cep:eligibleCost "artist time", "travel", "visits", "resources",
        "planning" .""",
    ),
    "grant covers staff, delivery, training and venues": (
        FAQ,
        """<funding-award/collaborate-innovate-grant> cep:funder
        <organisation/arts-council-england> ; cep:recipient <organisation/arts-connect>,
        <organisation/the-mighty-creatives> ; cep:eligibleCost "venues", "training" .""",
    ),
    "evaluator is not named before it is commissioned": (
        FAQ,
        f"""?s cep:role <{CONCEPT}role/evaluator> ; cep:standing <{CONCEPT}standing/planned> .
        FILTER NOT EXISTS {{ ?s cep:body ?body }}""",
    ),
    "evaluator is not named after it is commissioned": (
        PR,
        f"""?s cep:role <{CONCEPT}role/evaluator> ; cep:standing <{CONCEPT}standing/reported> .
        FILTER NOT EXISTS {{ ?s cep:body ?body }}""",
    ),
    "institute goes by one name in the questions and answers": (
        FAQ,
        """?s cep:body <organisation/icrd> ;
        cep:underName "Institute for Community Development and Research" .""",
    ),
    "institute goes by another name in the press release": (
        PR,
        """?s cep:body <organisation/icrd> ;
        cep:underName "Institute of Community Research and Development", "ICRD" .""",
    ),
    "the two names mean one institute by inference": (
        INFERRED,
        f"?s cep:about <organisation/icrd> ; cep:standing <{CONCEPT}standing/inferred> .",
    ),
    "Arts Ambassador Leads are so named on the page": (
        AC,
        '<programme/arts-ambassadors> skos:altLabel "Arts Ambassador Leads" .',
    ),
    "Partnership Investment is a scheme of funding beside the programme": (
        AC,
        """<funding-scheme/partnership-investment> a cep:FundingScheme ;
        cep:programme <programme/partnership-investment> ; cep:funder <organisation/arts-connect> ;
        cep:note ?note .""",
    ),
    "funder approaches in the questions and answers for the programme": (
        FAQ,
        f"""?s cep:role <{CONCEPT}role/approacher> ; cep:engagedIn <{COLLABORATE}> ;
        cep:body <organisation/arts-council-england> .""",
    ),
    "funder approaches in the release for the pilot": (
        PR,
        f"""?s cep:role <{CONCEPT}role/approacher> ; cep:engagedIn <{PILOT}> ;
        cep:body <organisation/arts-council-england> .""",
    ),
    "funder commissions the programme after that": (
        PR,
        f"""?s cep:role <{CONCEPT}role/commissioner> ; cep:engagedIn <{COLLABORATE}> ;
        cep:body <organisation/arts-council-england> .""",
    ),
    "the two Foundations match by inference": (
        INFERRED,
        """<organisation/west-midlands-cic-foundation> skos:closeMatch
        <organisation/west-midlands-children-in-care-foundation> .""",
    ),
    "manager of Artslink is a body by inference only": (
        INFERRED,
        f"""?s cep:engagedIn <programme/artslink> ; cep:role <{CONCEPT}role/manager> ;
        cep:body <organisation/west-midlands-children-in-care-foundation> ;
        cep:standing <{CONCEPT}standing/inferred> .""",
    ),
    "manager of Artslink has a name of its own on the page": (
        AC,
        f"""?s cep:engagedIn <programme/artslink> ; cep:role <{CONCEPT}role/manager> ;
        cep:underName "Virtual Schools Children in Care Foundation" .
        FILTER NOT EXISTS {{ ?s cep:body ?body }}""",
    ),
    "Arts Connect founded the Foundation and invested": (
        AC,
        f"""?s cep:body <organisation/arts-connect> ; cep:role <{CONCEPT}role/founder>,
        <{CONCEPT}role/investor> ;
        cep:engagedIn <organisation/west-midlands-children-in-care-foundation> .""",
    ),
    "Arts Connect is part of the School of Creative Industries": (
        PR,
        """<organisation/arts-connect> org:unitOf <organisation/school-of-creative-industries> .
        <organisation/school-of-creative-industries> org:unitOf
        <organisation/university-of-wolverhampton> .""",
    ),
    "The Mighty Creatives give the trauma-informed training": (
        PR,
        f"""?s cep:body <organisation/the-mighty-creatives> ; cep:role <{CONCEPT}role/trainer> ;
        cep:engagedIn <event/collaborate-innovate-training> .""",
    ),
    "Women and Theatre perform and are no partner of the programme": (
        AC,
        f"""?s cep:body <cultural-organisation/women-and-theatre> ;
        cep:role <{CONCEPT}role/performer> ; cep:engagedIn <programme/network-performance-project> .
        FILTER NOT EXISTS {{ ?t cep:body <cultural-organisation/women-and-theatre> ;
        cep:engagedIn <{COLLABORATE}> }}""",
    ),
    "Artslink is paid for by Virtual Schools": (
        AC,
        """?s cep:towards <programme/artslink> ;
        cep:contributorCohort <cohort/west-midlands-virtual-schools> .""",
    ),
    "Artslink is matched by Arts Connect": (
        AC,
        f"""?s cep:towards <programme/artslink> ; cep:contributor <organisation/arts-connect> ;
        cep:contributionKind <{CONCEPT}contribution-kind/match-funding> .""",
    ),
    "partners are expected to bring other resources": (
        FAQ,
        f"""?s a cep:Contribution ; cep:standing <{CONCEPT}standing/planned> ;
        cep:towards <{COLLABORATE}> .""",
    ),
    "children in care are counted with care-experienced ones in the West Midlands": (
        AC,
        """?s cep:value 12000 ; cep:area <region/E12000005> ; cep:population ?population .
        FILTER (CONTAINS(?population, "care-experienced"))""",
    ),
    "children in care are counted in a region without a name": (
        PR,
        """?s cep:value 12000 ; cep:population ?population .
        FILTER NOT EXISTS { ?s cep:area ?area }
        FILTER (!CONTAINS(?population, "experienced"))""",
    ),
    "a Director and a Head of Programmes are public posts": (
        PR,
        """?s a cep:PublicPost ; cep:postIn <organisation/arts-connect> .
        ?t a cep:PublicPost ; cep:postIn <organisation/the-mighty-creatives> .""",
    ),
    "Virtual School is defined in the questions and answers": (
        FAQ,
        "?s cep:defines cep:VirtualSchool .",
    ),
    "Virtual School is defined on the page too": (AC, "?s cep:defines cep:VirtualSchool ."),
    "care experienced includes adults who left care": (
        FAQ,
        '?s cep:term "care experienced" ; cep:includes "adults who left care" .',
    ),
    "Great Yarmouth, Bristol, and Barking and Dagenham are the pilots": (
        AND,
        """?a ?p <area/great-yarmouth> . ?b ?q <local-authority/E06000023> .
        ?c ?r <local-authority/E09000002> .""",
    ),
    "A New Direction has a lab, a network and a library": (
        AND,
        """<resource/connected-lab> a cep:Resource . <resource/connected-network> a cep:Resource .
        <resource/powerful-partnerships-library> a cep:Resource .""",
    ),
}


@pytest.mark.parametrize("fact", FACTS)
def test_fact_holds_in_the_graph_of_its_document(seed: Store, fact: str) -> None:
    assert ask(seed, *FACTS[fact])


def test_whom_the_funder_approached_and_for_what_differs_by_document(seed: Store) -> None:
    three = {"arts-connect", "the-mighty-creatives", "west-midlands-cic-foundation"}
    for graph, role, thing, bodies in (
        (FAQ, "approached", COLLABORATE, three),
        (PR, "approached", PILOT, three - {"west-midlands-cic-foundation"}),
        (PR, "commissioned", COLLABORATE, three - {"west-midlands-cic-foundation"}),
    ):
        pattern = f"?s cep:role <{CONCEPT}role/{role}> ; cep:body ?body ; cep:engagedIn ?thing ."
        assert {b.rsplit("/")[-1] for b in column(seed, graph, "body", pattern)} == bodies
        assert [t.endswith(thing) for t in column(seed, graph, "thing", pattern)] == [True]


def test_foundation_that_was_only_approached_has_no_other_part(seed: Store) -> None:
    pattern = "?s cep:body <organisation/west-midlands-cic-foundation> ; cep:role ?role ."
    roles = column(seed, FAQ, "role", pattern)
    assert {r.rsplit("/")[-1] for r in roles} == {"approached"}


def test_year_of_an_approach_is_not_taken_for_a_start(seed: Store) -> None:
    assert not ask(seed, PR, f"<{PILOT}> cep:startDate ?date .")
    assert not ask(seed, PR, f"?s cep:engagedIn <{PILOT}> ; cep:from ?date .")


def test_planned_size_of_the_training_is_not_inferred(seed: Store) -> None:
    measure = f"<{CONCEPT}indicator/organisations-trained>"
    assert not ask(seed, INFERRED, f"?s cep:indicator {measure} .")
    assert not ask(seed, FAQ, f"?s cep:indicator {measure} .")


def test_definitions_of_the_questions_and_answers_are_given_by_those_who_make_its_claims(
    seed: Store,
) -> None:
    claimants = set(column(seed, FAQ, "who", "?s cep:claimedBy ?who ."))
    assert len(claimants) == 2
    for term in ("care experienced", "Virtual School", "action research"):
        pattern = f'?s cep:term "{term}" ; cep:definedBy ?who .'
        assert set(column(seed, FAQ, "who", pattern)) == claimants


def test_core_question_is_kept_in_both_wordings(seed: Store) -> None:
    pattern = f"?s cep:question ?question . FILTER (?s = <{COLLABORATE}>)"
    faq, release, page = (column(seed, g, "question", pattern) for g in (FAQ, PR, AC))
    assert len(faq) == len(release) == 1
    assert faq == page
    assert faq != release


def test_dimensions_are_those_that_each_document_names(seed: Store) -> None:
    pattern = f"<{COLLABORATE}> cep:dimension ?dimension ."
    named = {
        g: {d.rsplit("/")[-1] for d in column(seed, g, "dimension", pattern)} for g in (FAQ, PR)
    }
    assert named == {
        FAQ: {"training-needed", "engagement-models", "youth-influence", "learning-partnerships"},
        PR: {"access", "creative-careers"},
    }


def test_programme_has_six_stages_in_order(seed: Store) -> None:
    pattern = f"?s a cep:ProgrammeStage ; cep:programme <{COLLABORATE}> ; cep:position ?position ."
    assert sorted(column(seed, FAQ, "position", pattern)) == ["1", "2", "3", "4", "5", "6"]


def test_training_has_four_topics(seed: Store) -> None:
    pattern = "<event/collaborate-innovate-training> cep:topic ?topic ."
    assert {t.rsplit("/")[-1] for t in column(seed, FAQ, "topic", pattern)} == {
        "trauma-informed-practice",
        "working-with-care-experienced",
        "safeguarding",
        "youth-voice",
    }


def test_programme_has_its_six_rules(seed: Store) -> None:
    kinds = column(seed, FAQ, "kind", "?s a cep:ParticipationRule ; cep:ruleKind ?kind .")
    assert len(kinds) == 6
    assert set(kinds.values()) == {1}


def test_cultural_partners_named_are_three_without_their_virtual_school(seed: Store) -> None:
    pattern = f"?s cep:role <{CONCEPT}role/cultural-partner> ; cep:body ?body ."
    assert {b.rsplit("/")[-1] for b in column(seed, PR, "body", pattern)} == {
        "coventry-museums",
        "care-to-dance",
        "arena-theatre",
    }


def test_cultural_sector_has_the_seven_art_forms_of_the_arts_council(seed: Store) -> None:
    pattern = "?s cep:term 'cultural sector' ; cep:includes ?form . FILTER (ISIRI(?form))"
    assert len(column(seed, FAQ, "form", pattern)) == 7
    assert ask(seed, FAQ, "?s cep:definedBy <organisation/arts-council-england> .")


def test_booklet_shows_six_art_forms(seed: Store) -> None:
    pattern = "<resource/my-creative-track> cep:artform ?form ."
    assert len(column(seed, AC, "form", pattern)) == 6


@pytest.mark.parametrize("graph", [FAQ, PR, AC, AND, PL])
def test_no_partnership_participation_or_virtual_school_is_invented(
    seed: Store, graph: str
) -> None:
    for name in ("ActionResearchPartnership", "Participation", "VirtualSchool"):
        assert not ask(seed, graph, f"?s a cep:{name} .")


def test_grant_without_an_amount_has_none(seed: Store) -> None:
    assert not seed.query("ASK { GRAPH ?g { ?s cep:amount ?o } }", prefixes=PREFIXES)


@pytest.mark.parametrize("graph", [FAQ, PR, AC])
def test_what_is_asserted_or_intended_is_no_finding_of_an_enquiry(seed: Store, graph: str) -> None:
    strengths = column(seed, graph, "strength", "?s cep:evidenceStrength ?strength .")
    allowed = {"assumption", "intention", "assertion"}
    assert {s.rsplit("/")[-1] for s in strengths} <= allowed
    assert ask(seed, graph, "?s cep:statement ?t ; cep:assertedBy ?who .")
    assert not ask(
        seed, graph, "?s cep:statement ?t . FILTER NOT EXISTS { ?s cep:assertedBy ?who }"
    )
