"""A synthetic national graph, of any size, that conforms to the shapes.

Publisher by publisher: each has one graph of cultural organisations, partnerships with members,
an event, challenges, solutions and other findings, awards and claims, tied to the authorities of
the reference graph. The same number gives the same graph.
"""

import random
from collections.abc import Iterator

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from cepgraph.graph import Submission
from cepgraph.history import Provenance
from cepgraph.terms import GRAPH, ID, PREFIXES

_ORGANISATIONS, _PARTNERSHIPS, _CHALLENGES, _SOLUTIONS, _AWARDS = 30, 12, 60, 60, 10
_THEMES = [
    "funding",
    "governance",
    "school-engagement",
    "youth-voice",
    "capacity",
    "evaluation",
    "digital",
]
_ARTFORMS = ["dance", "literature", "museums", "music", "visual-arts", "combined-arts", "libraries"]
_STRENGTHS = ["testimony", "reported", "evaluated"]
_WORDS = [
    "partners",
    "schools",
    "young",
    "people",
    "music",
    "dance",
    "libraries",
    "museums",
    "meetings",
    "trust",
    "funding",
    "time",
    "leaders",
    "carers",
    "artists",
    "place",
    "plans",
    "evidence",
    "sharing",
    "practice",
    "region",
    "support",
    "visits",
]
_PREFIXES = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items()) + f"BASE <{ID[:-3]}>\n"


def publisher_graph(number: int, authorities: list[str], edition: int = 0) -> Submission:
    """The graph of one publisher, about 5,000 quads with its entailments.

    Args:
        number: which publisher.
        authorities: GSS codes that the graph may refer to.
        edition: another edition says the same things in other words.
    """
    chance = random.Random(number)
    graph = NamedNode(f"{GRAPH}bench-{number}/evidence")
    lines = list(_lines(number, chance, authorities, edition))
    triples = {q.triple for q in parse(_PREFIXES + "\n".join(lines), format=RdfFormat.TURTLE)}
    return Submission({graph: triples}, Provenance("bench", f"edition {edition}"))


def small_graph(number: int, authorities: list[str], subjects: int, edition: int) -> Submission:
    """A graph of ``subjects`` challenges; it describes again what the other graph rests on."""
    chance = random.Random(f"{number}-{edition}")
    graph = NamedNode(f"{GRAPH}bench-{number}/notes")
    lines = [_dataset(f"graph/bench-{number}/notes", number), *_well_known(number)]
    for n in range(subjects):
        lines.append(_finding("challenge", f"b{number}-note-{n}", number, chance, edition, n))
        lines.append(
            f"<id/challenge/b{number}-note-{n}>"
            f" cep:area <id/local-authority/{authorities[n % 50]}> ."
        )
    triples = {q.triple for q in parse(_PREFIXES + "\n".join(lines), format=RdfFormat.TURTLE)}
    return Submission({graph: triples}, Provenance("bench", f"edition {edition}"))


def triples_of(submission: Submission) -> set[Triple]:
    """All triples of a submission's graphs."""
    return set().union(*submission.graphs.values())


def _lines(
    number: int, chance: random.Random, authorities: list[str], edition: int
) -> Iterator[str]:
    yield _dataset(f"graph/bench-{number}/evidence", number)
    yield from _well_known(number)
    yield (
        f'<id/event/b{number}> a cep:Event ; rdfs:label "Meeting {number}" ;'
        " cep:eventKind <concept/event-kind/sharing> ;"
        ' cep:startDate "2025-01-20"^^xsd:date ; cep:endDate "2025-01-21"^^xsd:date .'
    )
    for n in range(_ORGANISATIONS):
        yield (
            f"<id/cultural-organisation/b{number}-{n}> a cep:CulturalOrganisation ;"
            f' rdfs:label "{_phrase(chance, 2).title()} {number}-{n}" ;'
            f" cep:artform <concept/artform/{chance.choice(_ARTFORMS)}> ;"
            f' cep:orgId "GB-CHC-{number:05d}{n:02d}" ;'
            f" cep:localAuthority <id/local-authority/{chance.choice(authorities)}> ."
        )
    for n in range(_PARTNERSHIPS):
        yield from _partnership(number, n, chance, authorities)
    for n in range(_CHALLENGES):
        yield _finding("challenge", f"b{number}-{n}", number, chance, edition, n)
    for n in range(_SOLUTIONS):
        yield _finding("solution", f"b{number}-{n}", number, chance, edition, n)
        yield (
            f"<id/solution/b{number}-{n}> cep:trialStatus <concept/trial-status/tried> ;"
            f" cep:addresses <id/challenge/b{number}-{chance.randrange(_CHALLENGES)}> ."
        )
    for n in range(_AWARDS):
        yield (
            f'<id/funding-award/b{number}-{n}> a cep:FundingAward ; rdfs:label "Award {n}" ;'
            f" cep:funder <id/organisation/b{number}> ;"
            f" cep:recipient <id/cultural-organisation/b{number}-{n}> ;"
            f' cep:amount {chance.randrange(500, 90000)}.0 ; cep:currency "GBP" ;'
            ' cep:awardDate "2024-09-01"^^xsd:date .'
        )


def _well_known(number: int) -> Iterator[str]:
    """The publisher and its report, on which everything else of the publisher rests."""
    yield (
        f'<id/organisation/b{number}> a cep:Organisation ; rdfs:label "Publisher {number}" ;'
        " cep:organisationKind <concept/organisation-kind/network> ."
    )
    yield (
        f'<id/source/b{number}> a cep:Source ; rdfs:label "Report {number}" ;'
        f" dcterms:publisher <id/organisation/b{number}> ;"
        ' dcterms:issued "2025-06-30"^^xsd:date ; cep:licenceStatement "not stated" ;'
        " cep:documentKind <concept/document-kind/register> ."
    )


def _partnership(
    number: int, n: int, chance: random.Random, authorities: list[str]
) -> Iterator[str]:
    code = chance.choice(authorities)
    name = f"cultural-education-partnership/b{number}-{n}"
    yield (
        f'<id/{name}> a cep:CulturalEducationPartnership ; rdfs:label "Partnership {number}-{n}" ;'
        f" cep:localAuthority <id/local-authority/{code}> ."
    )
    bodies = [(f"virtual-school/{code}", "education")]
    picks = chance.sample(range(_ORGANISATIONS), 3)
    bodies += [(f"cultural-organisation/b{number}-{pick}", "culture") for pick in picks]
    for place, (body, sector) in enumerate(bodies):
        yield (
            f"<id/membership/b{number}-{n}-{place}> a cep:Membership ;"
            f' rdfs:label "Membership {number}-{n}-{place}" ;'
            f" cep:partnership <id/{name}> ; cep:member <id/{body}> ;"
            f' cep:sector <concept/sector/{sector}> ; cep:from "2024-09-01"^^xsd:date .'
        )


def _finding(
    kind: str, key: str, number: int, chance: random.Random, edition: int, position: int
) -> str:
    cls = {"challenge": "Challenge", "solution": "Solution"}[kind]
    return (
        f'<id/{kind}/{key}> a cep:{cls} ; rdfs:label "{_phrase(chance, 4)}" ;'
        f' cep:statement "{_phrase(chance, 14)}, edition {edition}" ;'
        f" cep:theme <concept/theme/{chance.choice(_THEMES)}> ;"
        f" cep:evidenceStrength <concept/evidence-strength/{chance.choice(_STRENGTHS)}> ;"
        f" cep:event <id/event/b{number}> ; cep:position {position + 1} ;"
        f' cep:locator "page {position + 1}" ; dcterms:source <id/source/b{number}> .'
    )


def _dataset(name: str, number: int) -> str:
    return (
        f'<{name}> a cep:Dataset ; rdfs:label "Evidence of publisher {number}" ;'
        f" dcterms:publisher <id/organisation/b{number}> ;"
        f' cep:licenceStatement "not stated" ; dcterms:source <id/source/b{number}> .'
    )


def _phrase(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(words))
