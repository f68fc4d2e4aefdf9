"""The rules of the domain, as sentences; the fixtures hold the constraints one by one."""

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from cepgraph.terms import BASE, CEPS, PREFIXES
from tests.shapes import harness
from tests.shapes.harness import Found

_PREFIXES = f"BASE <{BASE}>\n" + "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())
_ARP = "<id/action-research-partnership/example>"


def _check(valid: str, update: str) -> list[Found]:
    store = Store()
    store.load(path=str(harness.FIXTURES / valid), format=RdfFormat.TURTLE)
    store.update(_PREFIXES + update)
    return harness.check({quad.triple for quad in store})


def _broken(valid: str, update: str) -> set[tuple[str, str]]:
    return {(f.constraint.shape, f.constraint.severity) for f in _check(valid, update)}


def test_unit_of_a_university_does_not_carry_the_number_of_its_parent() -> None:
    found = _check(
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
    assert not _check(
        "body/valid.ttl",
        'INSERT DATA { <id/organisation/example-university> cep:orgId "GB-UKPRN-10000001" }',
    )


def test_virtual_school_without_an_authority_is_refused() -> None:
    assert _broken(
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
    assert _broken("person/valid.ttl", "DELETE WHERE { <id/person/example> cep:holds ?post }") == {
        ("Person-holds", "Violation")
    }


@pytest.mark.parametrize(
    "person", ["foaf:Person", "prov:Person", "schema:Person", "<http://schema.org/Person>"]
)
def test_person_by_the_terms_of_another_vocabulary_is_refused(person: str) -> None:
    update = f"INSERT DATA {{ <id/person/another> a {person} }}"
    assert _broken("person/valid.ttl", update) == {("Person-of-another-vocabulary", "Violation")}


def test_graph_without_publisher_or_source_is_refused() -> None:
    assert _broken(
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
    assert not _check("action-research-partnership/valid.ttl", moved)


def test_another_programme_is_held_to_its_own_rules() -> None:
    found = _check(
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
    assert not _check(
        "action-research-partnership/valid.ttl",
        """DELETE WHERE { <id/participation-rule/member-kinds> cep:allowedMemberClass ?any } ;
        INSERT DATA { <id/participation-rule/member-kinds> cep:allowedMemberClass cep:Body }""",
    )


def test_virtual_school_needs_no_training() -> None:
    found = _check(
        "action-research-partnership/valid.ttl", "DELETE WHERE { <id/participation/theatre> ?p ?o }"
    )
    assert [f.constraint.shape for f in found] == [
        "ActionResearchPartnership-training-not-recorded"
    ]
    assert "example-theatre" in found[0].message


def test_every_required_event_has_to_be_attended() -> None:
    assert _broken(
        "action-research-partnership/valid.ttl",
        """INSERT DATA {
            <id/participation-rule/training-first> cep:requiredEvent <id/event/second-day> .
            <id/event/second-day> a cep:Event ; rdfs:label "Second day" ;
                cep:eventKind <concept/event-kind/training> .
        }""",
    ) == {("ActionResearchPartnership-training-not-recorded", "Warning")}


def test_record_that_denies_attendance_outweighs_one_that_states_it() -> None:
    assert _broken(
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


_PERSONAL = [
    "Write to someone@example.org",
    "Telephone 0121 496 0000",
    "call +44 (0)121 496 0000",
    "ring (01902) 321000",
    "text 07700 900123",
    "date of birth 3 May",
    "DOB: 1/2/2010",
    "born on 3 May 2012",
    "NHS number unknown",
    "number 943 476 5919",
    "pupil A123456789012",
    "lives at B1 1AA",
    "in EC1A 1BB now",
]
_HARMLESS = [
    "the Virtual School of E08000025",
    "12,000 children since 2015",
    "charity GB-CHC-1234567, company 01234567",
    "from 2024-05-12 to 2024-07-03",
    "up to £3,300 for each of 10 projects",
    "working with the NHS North West",
    "Key Stage 2 and 3, academic year 24-25",
    "3 and 4 July 2024",
    "an A3 poster; page 12, line 3",
    "during COVID-19",
]


def _looks_personal(text: str) -> bool:
    update = f'INSERT DATA {{ <id/programme/example> cep:locator "{text}" }}'
    return _broken("entity/valid.ttl", update) == {("Entity-locator-personal", "Warning")}


@pytest.mark.parametrize("text", _PERSONAL)
def test_text_that_looks_like_personal_data_is_called_in_question(text: str) -> None:
    assert _looks_personal(text)


@pytest.mark.parametrize("text", _HARMLESS)
def test_harmless_text_is_left_alone(text: str) -> None:
    assert not _looks_personal(text)


def test_rules_of_a_programme_are_in_no_shape() -> None:
    """Programmes, events and schemes are named in the data alone."""
    named = {str(term) for triple in harness.shapes() for term in triple}
    kinds = ("programme", "event", "funding-scheme", "participation-rule", "enquiry")
    assert not [iri for iri in named if iri.startswith(tuple(f"{BASE}id/{k}/" for k in kinds))]
    assert any(iri.startswith(CEPS) for iri in named)
