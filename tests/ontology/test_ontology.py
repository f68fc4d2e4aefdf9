"""The ontology holds what clients rely on, and says nothing absurd."""

import re
from functools import cache

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store

from tests.ontology.asking import CEP, ONTOLOGY, PREFIXES, ROOT, ask, ontology, terms, turtle

# What clients may rely on: renaming one of these breaks somebody's query.
CLASSES = """
    VirtualSchool LocalAuthority Region CulturalOrganisation EducationSetting Organisation
    CulturalEducationPartnership ActionResearchPartnership Membership Programme Enquiry
    Finding SuccessFactor Challenge Solution Idea Insight FundingAward FundingScheme Event
    Participation Claim Statistic Resource Source Area ProgrammeStage Cohort Engagement
    SupportOffer Contribution Definition ParticipationRule
"""
PROPERTIES = """
    localAuthority region artform member partnership role from until hasMember programme
    enquiry question dimension statement theme evidenceStrength addresses funder recipient
    amount currency awardDate scheme ceiling startDate endDate place topic participant event
    about indicator value qualifier unit population area standing asOf locator gssCode dfeCode
    urn ukprn orgId
"""

# What the other vocabularies state that our own classes could run into.
FOREIGN_AXIOMS = """
    prov:Activity owl:disjointWith prov:Entity .
    org:Organization owl:disjointWith org:Role , org:Membership , org:Site , org:ChangeEvent .
    org:Membership owl:disjointWith org:Role , org:Site , org:ChangeEvent .
    foaf:Organization owl:disjointWith foaf:Person , foaf:Document .
    foaf:Person owl:disjointWith foaf:Document , foaf:Project .
    foaf:Document owl:disjointWith foaf:Project .
    org:FormalOrganization rdfs:subClassOf org:Organization .
    org:OrganizationalUnit rdfs:subClassOf org:Organization .
    org:OrganizationalCollaboration rdfs:subClassOf org:Organization .
    org:Organization rdfs:subClassOf foaf:Organization .
"""


@cache
def defined() -> set[str]:
    """Local names of all our terms."""
    kinds = "owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty"
    found = terms(ontology(), f"VALUES ?kind {{ {kinds} }} ?term a ?kind")
    return {term.removeprefix(CEP) for term in found if term.startswith(CEP)}


@pytest.mark.parametrize("name", CLASSES.split())
def test_class_that_others_rely_on_is_defined(name: str) -> None:
    assert ask(ontology(), f"cep:{name} a owl:Class")


@pytest.mark.parametrize("name", PROPERTIES.split())
def test_property_that_others_rely_on_is_defined(name: str) -> None:
    kinds = "VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty }"
    assert ask(ontology(), f"{kinds} cep:{name} a ?kind")


def test_core_describes_only_our_own_terms() -> None:
    core = Store()
    core.load(path=str(ROOT / "ontology" / "core.ttl"))
    subjects = terms(core, "?term ?property ?value")
    assert {iri for iri in subjects if not iri.startswith(CEP)} == {CEP.removesuffix("#")}


def test_core_has_no_superclass_or_superproperty_of_others() -> None:
    core = Store()
    core.load(path=str(ROOT / "ontology" / "core.ttl"))
    above = terms(core, "?narrow rdfs:subClassOf|rdfs:subPropertyOf ?term")
    assert {iri for iri in above if not iri.startswith(CEP)} == set()


def test_no_class_descends_from_two_disjoint_classes() -> None:
    store = Store()
    for file in ONTOLOGY:
        store.load(path=str(file))
    store.load(turtle(FOREIGN_AXIOMS), format=RdfFormat.TURTLE)
    torn = terms(store, "?term rdfs:subClassOf* ?one , ?other . ?one owl:disjointWith ?other")
    assert torn == set()


def test_terms_in_the_sparql_of_shapes_and_queries_are_defined() -> None:
    files = [*ROOT.glob("shapes/*.ttl"), *ROOT.glob("queries/*.rq")]
    names = {
        (name, file.name)
        for file in files
        for name in re.findall(r"(?<![\w-])cep:(\w+)", file.read_text(encoding="utf-8"))
    }
    assert {(name, file) for name, file in names if name not in defined()} == set()


def test_every_term_is_used_by_a_shape_or_follows_from_one_that_is() -> None:
    text = " ".join(file.read_text(encoding="utf-8") for file in ROOT.glob("shapes/*.ttl"))
    used = set(re.findall(r"(?<![\w-])cep:(\w+)", text))
    drawn = {
        term.removeprefix(CEP)
        for term in terms(ontology(), "?term owl:inverseOf|owl:propertyChainAxiom ?premise")
    }
    assert defined() - used - drawn == set()


def test_shapes_use_properties_within_their_documented_domains_and_ranges() -> None:
    store = Store()
    for file in [*ONTOLOGY, *ROOT.glob("shapes/*.ttl")]:
        store.load(path=str(file))
    misplaced = """
        ?shape sh:targetClass ?class ; sh:property ?property . ?property sh:path ?term .
        ?term rdfs:isDefinedBy ?ours .
        FILTER NOT EXISTS { ?property sh:maxCount 0 }
        FILTER NOT EXISTS {
            ?class rdfs:subClassOf*/^(rdfs:domain|schema:domainIncludes) ?term
        }
    """
    assert terms(store, misplaced) == set()
    misdirected = """
        ?property sh:path ?term ; sh:class|sh:datatype ?value . ?term rdfs:isDefinedBy ?ours .
        FILTER NOT EXISTS {
            ?value rdfs:subClassOf*/^(rdfs:range|schema:rangeIncludes) ?term
        }
    """
    assert terms(store, misdirected) == set()


def test_versions_of_core_and_alignments_are_those_of_their_version_iris() -> None:
    rows = ontology().query(
        f"{PREFIXES} SELECT ?iri ?info WHERE {{ ?o owl:versionIRI ?iri ; owl:versionInfo ?info }}"
    )
    assert isinstance(rows, QuerySolutions)
    pairs = [(row["iri"], row["info"]) for row in rows]
    assert len(pairs) == 2
    for iri, info in pairs:
        assert isinstance(iri, NamedNode)
        assert isinstance(info, Literal)
        assert iri.value.endswith(f"/{info.value}")
