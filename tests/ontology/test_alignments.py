"""What the ontology says in the terms of other vocabularies."""

from functools import cache

import pytest
from pyoxigraph import Quad, QueryBoolean, RdfFormat, Store, parse
from rdflib.namespace import DCAT, DCTERMS, FOAF, ORG, PROV, SDO, SKOS, DefinedNamespace

from cepgraph.inference import Rules
from tests.ontology.asking import ONTOLOGY, PREFIXES, ROOT, ask, ontology, terms, turtle

# Terms of vocabularies that no installed package lists; each was read in its documentation.
LISTED = {
    "http://www.w3.org/ns/adms#": {"identifier", "status"},
    "http://purl.org/spar/cito/": {
        "citesAsEvidence",
        "citesAsPotentialSolution",
        "citesAsRelated",
        "citesAsSourceDocument",
        "containsAssertionFrom",
    },
    "http://purl.org/cerif/frapo/": {
        "Endeavour",
        "Funding",
        "FundingProgramme",
        "Grant",
        "Investigation",
        "funds",
        "hasAwardDate",
        "hasCurrency",
        "hasCurrencyCode",
        "hasMonetaryValue",
        "isAwardedBy",
        "isFundedBy",
    },
    "http://schema.org/": {"Event", "MonetaryGrant", "Organization", "Person", "Place"},
    "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/1.4.3/schema/": {
        "360-giving-schema.json",
        "360-giving-schema.json#/properties/amountAwarded",
        "360-giving-schema.json#/properties/awardDate",
        "360-giving-schema.json#/properties/currency",
        "360-giving-schema.json#/properties/fundingOrganization",
        "360-giving-schema.json#/properties/grantProgramme",
        "360-giving-schema.json#/properties/id",
        "360-giving-schema.json#/properties/recipientOrganization",
    },
    "https://standard.threesixtygiving.org/en/latest/technical/identifiers/": {
        "#grant-identifier",
        "#organisation-identifier",
    },
}
PACKAGED: dict[str, type[DefinedNamespace]] = {
    str(namespace): namespace for namespace in (DCAT, DCTERMS, FOAF, ORG, PROV, SDO, SKOS)
}

# One of each kind that the user of another vocabulary would ask for.
DATA = """
    <local-authority/E08000025> a cep:LocalAuthority ; cep:gssCode "E08000025" .
    <virtual-school/E08000025> a cep:VirtualSchool ;
        cep:localAuthority <local-authority/E08000025> .
    <cultural-organisation/a> a cep:CulturalOrganisation .
    <action-research-partnership/a> a cep:ActionResearchPartnership .
    <membership/a> a cep:Membership ;
        cep:partnership <action-research-partnership/a> ;
        cep:member <cultural-organisation/a> .
    <organisation/f> a cep:Organisation .
    <funding-award/a> a cep:FundingAward ;
        cep:funder <organisation/f> ; cep:amount 100.0 ; cep:currency "GBP" .
    <claim/a> a cep:Claim ; cep:claimedBy <organisation/f> .
    <event/a> a cep:Event ; cep:organiser <organisation/f> .
    <person/a> a cep:Person ; cep:holds <public-post/a> .
    <public-post/a> a cep:PublicPost ; cep:postIn <organisation/f> .
    <challenge/a> a cep:Challenge ; cep:relatedFinding <challenge/b> .
    <challenge/b> a cep:Challenge .
    <https://w3id.org/cepgraph/graph/a/b> a cep:Dataset .
"""


@cache
def entailed() -> Store:
    """The mini data set with all that follows from it."""
    asserted = {quad.triple for quad in parse(turtle(DATA), format=RdfFormat.TURTLE)}
    store = Store()
    drawn = Rules.from_files(ONTOLOGY).closure(asserted)
    store.extend(Quad(t.subject, t.predicate, t.object) for t in asserted | drawn)
    return store


def test_alignments_name_only_terms_that_their_vocabularies_define() -> None:
    alignments = Store()
    alignments.load(path=str(ROOT / "ontology" / "alignments.ttl"))
    used = terms(
        alignments,
        """
        { ?ours ?mapping ?term FILTER(?mapping != rdf:type) } UNION { ?term ?mapping ?theirs }
        FILTER(STRSTARTS(STR(?mapping), STR(rdfs:)) || ?mapping = owl:inverseOf
            || STRENDS(STR(?mapping), "Match"))
        FILTER(ISIRI(?term) && !STRSTARTS(STR(?term), "https://w3id.org/cepgraph/"))
        """,
    )
    assert used
    assert {iri for iri in used if not is_known(iri)} == set()


def is_known(iri: str) -> bool:
    """Whether a vocabulary that we align with defines the term."""
    for namespace, vocabulary in PACKAGED.items():
        if iri.startswith(namespace):
            return iri.removeprefix(namespace) in vocabulary.__annotations__
    return any(
        iri.removeprefix(namespace) in names
        for namespace, names in LISTED.items()
        if iri.startswith(namespace)
    )


def test_every_concrete_class_of_bodies_is_found_as_an_organisation() -> None:
    bodies = terms(ontology(), "?term rdfs:subClassOf* cep:Body")
    assert len(bodies) > 8
    assert bodies <= terms(ontology(), "?term rdfs:subClassOf+ org:Organization")


@pytest.mark.parametrize(
    "pattern",
    [
        "<virtual-school/E08000025> a org:Organization , org:OrganizationalUnit",
        "<virtual-school/E08000025> a prov:Agent , foaf:Agent , schema:Organization",
        "<virtual-school/E08000025> a <http://schema.org/Organization>",
        "<cultural-organisation/a> a org:Organization",
        "<local-authority/E08000025> a org:FormalOrganization , schema:Place",
        "<local-authority/E08000025> cep:authorityOf <virtual-school/E08000025>",
        '<local-authority/E08000025> dcterms:identifier "E08000025"',
        "<action-research-partnership/a> a org:OrganizationalCollaboration",
        "<action-research-partnership/a> cep:hasMember <cultural-organisation/a>",
        "<action-research-partnership/a> org:hasMember <cultural-organisation/a>",
        "<cultural-organisation/a> org:memberOf <action-research-partnership/a>",
        "<membership/a> a org:Membership ; org:member <cultural-organisation/a>",
        "<funding-award/a> a frapo:Grant , frapo:Funding ; frapo:isFundedBy <organisation/f>",
        "<funding-award/a> frapo:hasMonetaryValue 100.0 ; frapo:hasCurrency 'GBP'",
        "<organisation/f> frapo:funds <funding-award/a>",
        "<claim/a> a prov:Entity ; prov:wasAttributedTo <organisation/f>",
        "<event/a> a prov:Activity , schema:Event ; schema:organizer <organisation/f>",
        "<person/a> a foaf:Person ; org:holds <public-post/a>",
        "<public-post/a> a org:Post ; org:heldBy <person/a> ; org:postIn <organisation/f>",
        "<challenge/b> cep:relatedFinding <challenge/a> ; dcterms:relation <challenge/a>",
        "<https://w3id.org/cepgraph/graph/a/b> a dcat:Dataset , prov:Entity",
    ],
)
def test_data_is_found_in_the_terms_of_other_vocabularies(pattern: str) -> None:
    query = f"BASE <https://w3id.org/cepgraph/id/> {PREFIXES} ASK {{ {pattern} }}"
    answer = entailed().query(query)
    assert isinstance(answer, QueryBoolean)
    assert bool(answer)


def test_only_memberships_are_drawn_into_the_terms_of_membership() -> None:
    assert not ask(entailed(), "?x org:organization|org:role ?y")
    members = terms(entailed(), "?term org:member ?body")
    assert members == {"https://w3id.org/cepgraph/id/membership/a"}
