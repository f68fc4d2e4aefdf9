"""The rules of the domain, as sentences; the fixtures hold the constraints one by one."""

import pytest
from pyoxigraph import NamedNode
from rdflib import URIRef
from rdflib.term import Node

from cepgraph.terms import BASE, CEP, CEPS, PREFIXES
from tests.shapes import harness
from tests.shapes.harness import SH, broken, check_changed

_ARP = "<id/action-research-partnership/example>"


def test_unit_of_a_university_does_not_carry_the_number_of_its_parent() -> None:
    found = check_changed(
        "body/valid.ttl",
        'INSERT DATA { <id/organisation/example-department> cep:orgId "GB-CHC-1234567" }',
    )
    assert {f.constraint.shape for f in found} == {"Body-orgId-unique"}
    assert {f.focus.rsplit("/", 1)[-1] for f in found} == {
        "example-department",
        "example-university",
    }
    assert "leave the identifier to the body that it is part of" in found[0].message


def test_one_thing_may_carry_several_identifiers() -> None:
    assert not check_changed(
        "body/valid.ttl",
        'INSERT DATA { <id/organisation/example-university> cep:orgId "GB-UKPRN-10000001" }',
    )


def test_virtual_school_without_an_authority_is_refused() -> None:
    assert broken(
        "virtual-school/valid.ttl",
        "DELETE WHERE { <id/virtual-school/shared> cep:localAuthority ?any }",
    ) == {("VirtualSchool-localAuthority", "Violation")}


def test_virtual_school_is_a_body_and_an_organisation_without_being_told() -> None:
    triples = harness.triples_of(harness.FIXTURES / "virtual-school" / "valid.ttl")
    types = {
        t.object
        for t in harness.rules().closure(triples)
        if t.subject == NamedNode(BASE + "id/virtual-school/shared") and "type" in str(t.predicate)
    }
    assert NamedNode(PREFIXES["org"] + "Organization") in types
    assert NamedNode(PREFIXES["cep"] + "EducationSetting") not in types


def test_person_without_a_public_post_is_refused() -> None:
    assert broken("person/valid.ttl", "DELETE WHERE { <id/person/example> cep:holds ?post }") == {
        ("Person-holds", "Violation")
    }


@pytest.mark.parametrize(
    "person", ["foaf:Person", "prov:Person", "schema:Person", "<http://schema.org/Person>"]
)
def test_person_by_the_terms_of_another_vocabulary_is_refused(person: str) -> None:
    update = f"INSERT DATA {{ <id/person/another> a {person} }}"
    assert broken("person/valid.ttl", update) == {("Person-of-another-vocabulary", "Violation")}


def test_graph_without_publisher_or_source_is_refused() -> None:
    assert broken(
        "dataset/valid.ttl",
        """DELETE { <graph/example-trust/example> ?p ?o }
        WHERE {
            <graph/example-trust/example> ?p ?o
            FILTER ( ?p IN ( dcterms:publisher , dcterms:source ) )
        }""",
    ) == {("Dataset-publisher", "Violation"), ("Dataset-source", "Violation")}


def test_rules_of_one_programme_do_not_bind_the_partnerships_of_another() -> None:
    """The same partnership, moved: no training asked for, two questions, any member."""
    moved = f"""
        DELETE DATA {{ {_ARP} cep:programme <id/programme/example> }} ;
        INSERT DATA {{
            {_ARP} cep:programme <id/programme/another> ; cep:enquiry <id/enquiry/second> .
            <id/programme/another> a cep:Programme ; rdfs:label "Another programme" .
            <id/enquiry/second> a cep:Enquiry ; rdfs:label "Second" ; cep:question "What else?" .
        }} ;
        DELETE WHERE {{ <id/participation/theatre> ?p ?o }}"""
    assert not check_changed("action-research-partnership/valid.ttl", moved)


def test_another_programme_is_held_to_its_own_rules() -> None:
    found = check_changed(
        "action-research-partnership/valid-other-programme.ttl",
        """INSERT DATA {
            <id/membership/school-service> a cep:Membership ; rdfs:label "A Virtual School joins" ;
                cep:partnership <id/action-research-partnership/other> ;
                cep:member <id/virtual-school/E08000025> .
            <id/virtual-school/E08000025> a cep:VirtualSchool ; rdfs:label "Virtual School" .
        }""",
    )
    ours = [f for f in found if "action-research-partnership" in f.focus]
    assert [f.constraint.shape for f in ours] == ["ActionResearchPartnership-member-kinds"]
    assert "id/virtual-school/E08000025" in ours[0].message


def test_class_that_a_rule_allows_allows_its_subclasses() -> None:
    assert not check_changed(
        "action-research-partnership/valid.ttl",
        """DELETE WHERE { <id/participation-rule/member-kinds> cep:allowedMemberClass ?any } ;
        INSERT DATA { <id/participation-rule/member-kinds> cep:allowedMemberClass cep:Body }""",
    )


def test_virtual_school_needs_no_training() -> None:
    found = check_changed(
        "action-research-partnership/valid.ttl", "DELETE WHERE { <id/participation/theatre> ?p ?o }"
    )
    assert [f.constraint.shape for f in found] == [
        "ActionResearchPartnership-training-not-recorded"
    ]
    assert "example-theatre" in found[0].message


def test_every_required_event_has_to_be_attended() -> None:
    assert broken(
        "action-research-partnership/valid.ttl",
        """INSERT DATA {
            <id/participation-rule/training-first> cep:requiredEvent <id/event/second-day> .
            <id/event/second-day> a cep:Event ; rdfs:label "Second day" ;
                cep:eventKind <concept/event-kind/training> .
        }""",
    ) == {("ActionResearchPartnership-training-not-recorded", "Warning")}


def test_record_that_denies_attendance_outweighs_one_that_states_it() -> None:
    assert broken(
        "action-research-partnership/valid.ttl",
        """INSERT DATA {
            <id/participation/denied> a cep:Participation ; rdfs:label "Did not come" ;
                cep:participant <id/cultural-organisation/example-theatre> ;
                cep:event <id/event/example-training> ;
                cep:attendance <concept/attendance/did-not-attend> .
            <concept/attendance/did-not-attend> a skos:Concept ; skos:prefLabel "Did not"@en ;
                skos:definition "Stayed away."@en ; skos:inScheme <concept/attendance> .
        }""",
    ) == {("ActionResearchPartnership-training-missed", "Violation")}


@pytest.mark.parametrize(
    ("begins", "ends", "wrong"),
    [
        ("2024-05", "2023", True),
        ("2024-05", "2024", False),
        ("2024", "2023-12-31", True),
        ("2024", "2024-01-01", False),
        ("2024-05-02", "2024-04", True),
        ("2024-05-02", "2024-05", False),
        ("2024-05-02", "2024-05-01", True),
        ("2024-05-02", "2024-05-02", False),
    ],
)
def test_dates_are_put_in_order_as_far_as_both_go(begins: str, ends: str, wrong: bool) -> None:
    kinds = {4: "gYear", 7: "gYearMonth", 10: "date"}
    first, last = (f'"{day}"^^xsd:{kinds[len(day)]}' for day in (begins, ends))
    update = """DELETE {{ ?thing {0} ?a ; {1} ?b }} INSERT {{ ?thing {0} {2} ; {1} {3} }}
        WHERE {{ BIND ( <id/{4}/example> AS ?thing ) ?thing {0} ?a ; {1} ?b }}"""
    span = update.format("cep:startDate", "cep:endDate", first, last, "programme")
    stay = update.format("cep:from", "cep:until", first, last, "membership")
    found = check_changed("programme/valid.ttl", span), check_changed("membership/valid.ttl", stay)
    assert [[f.constraint.shape for f in results] for results in found] == (
        [["end-before-start"], ["until-before-from"]] if wrong else [[], []]
    )


def test_every_class_with_two_dates_has_them_put_in_order() -> None:
    targets: dict[str, set[Node]] = {}
    for path, rule in (("endDate", "end-before-start"), ("until", "until-before-from")):
        fields = harness.shapes().subjects(SH.path, URIRef(CEP + path))
        for shape in (s for f in fields for s in harness.shapes().subjects(SH.property, f)):
            targets.setdefault(rule, set()).update(harness.shapes().objects(shape, SH.targetClass))
        ordered = {
            target
            for shape in harness.shapes().subjects(SH.sparql, URIRef(CEPS + rule))
            for target in harness.shapes().objects(shape, SH.targetClass)
        }
        assert targets[rule]
        assert ordered == targets[rule]


_CLAIM = """DELETE {{ <id/claim/of-a-year> cep:value ?old }}
    INSERT {{ <id/claim/of-a-year> cep:value {0} }}
    WHERE {{ <id/claim/of-a-year> cep:value ?old }}"""


@pytest.mark.parametrize(
    "value", ['"2024-11-01"^^xsd:date', '"2024-11"^^xsd:gYearMonth', '"2025"^^xsd:gYear']
)
def test_date_that_a_document_reports_is_not_after_the_document(value: str) -> None:
    found = check_changed("claim/valid.ttl", _CLAIM.format(value))
    assert [f.constraint.shape for f in found] == ["Claim-reported-not-before-it-happened"]
    assert found[0].message.startswith("Value: ")


@pytest.mark.parametrize(
    "value", ["2025", '"2025"', '"2024"^^xsd:gYear', '"2024-10Z"^^xsd:gYearMonth', '"a year on"']
)
def test_figure_words_or_date_before_the_document_may_be_reported(value: str) -> None:
    assert not check_changed("claim/valid.ttl", _CLAIM.format(value))


def test_message_about_a_late_date_names_the_column_that_holds_it() -> None:
    found = check_changed(
        "claim/valid.ttl",
        """DELETE DATA { <id/claim/of-a-year> cep:asOf "2024"^^xsd:gYear } ;
        INSERT DATA { <id/claim/of-a-year> cep:asOf "2025"^^xsd:gYear }""",
    )
    assert [f.message.split(":")[0] for f in found] == ["As of"]


def test_two_things_with_one_address_in_another_register_are_refused() -> None:
    found = check_changed(
        "entity/valid.ttl",
        """INSERT DATA {
            <id/programme/twin> a cep:Programme ; rdfs:label "Twin" ;
                owl:sameAs <https://www.wikidata.org/entity/Q84> .
        }""",
    )
    assert [(f.constraint.shape, f.focus.rsplit("/", 1)[-1]) for f in found] == [
        ("Entity-sameAs-unique", "example"),
        ("Entity-sameAs-unique", "twin"),
    ]


def test_one_thing_may_be_in_several_registers() -> None:
    assert not check_changed(
        "entity/valid.ttl",
        "INSERT DATA { <id/programme/example> owl:sameAs <https://ror.org/01bj3aw27> }",
    )


_NO_SCHEME = "DELETE DATA { <id/funding-award/example> cep:scheme <id/funding-scheme/example> }"


def test_award_without_its_programmes_one_scheme_is_asked_to_name_it() -> None:
    found = check_changed("funding-award/valid.ttl", _NO_SCHEME)
    assert [(f.constraint.shape, f.constraint.severity) for f in found] == [
        ("FundingAward-name-the-scheme", "Warning")
    ]
    assert "id/funding-scheme/example" in found[0].message


@pytest.mark.parametrize(
    "otherwise",
    [
        """INSERT DATA { <id/funding-scheme/second> a cep:FundingScheme ; rdfs:label "Second" ;
            cep:programme <id/programme/example> }""",
        "DELETE DATA { <id/funding-scheme/example> cep:programme <id/programme/example> }",
        "DELETE DATA { <id/funding-award/example> cep:programme <id/programme/example> }",
    ],
    ids=["two-schemes", "scheme-of-no-programme", "award-of-no-programme"],
)
def test_award_is_not_asked_for_a_scheme_that_nobody_can_tell(otherwise: str) -> None:
    assert not check_changed("funding-award/valid.ttl", f"{_NO_SCHEME} ; {otherwise}")


def test_rules_of_a_programme_are_in_no_shape() -> None:
    """Programmes, events and schemes are named in the data alone."""
    named = {str(term) for triple in harness.shapes() for term in triple}
    kinds = ("programme", "event", "funding-scheme", "participation-rule", "enquiry")
    assert not [iri for iri in named if iri.startswith(tuple(f"{BASE}id/{k}/" for k in kinds))]
    assert any(iri.startswith(CEPS) for iri in named)
