"""The Arts Council's list of the Investment Programme, in made-up rows."""

from collections.abc import Callable

from pyoxigraph import Triple

from tests.ingest.foreign.conftest import CheckList, ReadList

Expected = Callable[[str], set[Triple]]

HEADER = [
    "Applicant Name",
    "Type of organisation\n(NPO/IPSO/Transfer)",
    "National Youth Music Organisation",
    "2018-22 Average Annual Funding (Figure accurate at April 2018)",
    "2022/23 Annual Funding (Extension year)",
    "2023-26 Annual Funding (Offered 4 Nov 2022)",
    "Main Discipline",
    "ACE Area",
    "ONS region",
    "Constituency",
    "Local authority",
    "Levelling Up For Culture Place",
    "Priority Place",
    "Comments",
]


def _row(name: str = "Example Theatre", **changed: str) -> list[str]:
    row = {
        "name": name,
        "role": "NPO",
        "nymo": "",
        "average": "100",
        "extension": "110",
        "offered": "120",
        "discipline": "Theatre",
        "area": "South West",
        "region": "South West",
        "constituency": "X",
        "authority": "Bristol, City of",
        "lucp": "Non-LUCP",
        "priority": "Non-Priority place",
        "comments": "",
    }
    return list({**row, **changed}.values())


def test_organisation_has_art_form_authority_region_and_the_funders_area(
    read: ReadList, expected: Expected
) -> None:
    found = read([HEADER, _row()])
    assert found.codes() == []
    assert found.of("cultural-organisation/ace-example-theatre") == expected(
        """<id/cultural-organisation/ace-example-theatre> a cep:CulturalOrganisation ;
        rdfs:label "Example Theatre" ; cep:artform <concept/artform/theatre> ;
        cep:organisationKind <concept/organisation-kind/not-known> ;
        cep:sector <concept/sector/culture> ;
        cep:localAuthority <id/local-authority/E06000023> ;
        cep:area <id/area/ace-south-west>, <id/region/E12000009> ;
        dcterms:source <id/source/ace-investment-programme-2023-26> ."""
    )


def test_area_of_the_funder_is_no_statistical_region(read: ReadList, expected: Expected) -> None:
    found = read([HEADER, _row()])
    area = found.of("area/ace-south-west")
    kind = "<id/area/ace-south-west> a cep:Area ; cep:areaKind <concept/area-kind/funder-area> ."
    assert expected(kind) <= area
    assert not [t for t in area if t.predicate.value.endswith(("within", "gssCode"))]


def test_figure_of_one_year_is_an_award(read: ReadList, expected: Expected) -> None:
    found = read([HEADER, _row()])
    assert expected(
        """<id/funding-award/ace-ip-2022-23-example-theatre-npo> a cep:FundingAward ;
        cep:funder <id/organisation/arts-council-england> ;
        cep:recipient <id/cultural-organisation/ace-example-theatre> ;
        cep:amount "110"^^xsd:decimal ; cep:currency "GBP" ;
        cep:startDate "2022"^^xsd:gYear ; cep:endDate "2023"^^xsd:gYear ."""
    ) <= set(found.triples)


def test_annual_figure_of_three_years_is_a_claim_and_never_the_amount_of_an_award(
    read: ReadList, expected: Expected
) -> None:
    found = read([HEADER, _row()])
    award = found.of("funding-award/ace-ip-2023-26-example-theatre-npo")
    assert award
    assert not [t for t in award if t.predicate.value.endswith("amount")]
    assert expected(
        """<id/claim/ace-ip-2023-26-annual-example-theatre-npo> a cep:Claim ;
        cep:about <id/funding-award/ace-ip-2023-26-example-theatre-npo> ;
        cep:indicator <concept/indicator/annual-funding-offered> ; cep:value 120 ;
        cep:unit <concept/unit/gbp> ; cep:standing <concept/standing/planned> ;
        cep:asOf "2022-11-04"^^xsd:date ."""
    ) <= set(found.triples)


def test_average_is_a_claim_about_the_organisation(read: ReadList, expected: Expected) -> None:
    found = read([HEADER, _row()])
    assert expected(
        """<id/claim/ace-ip-2018-22-example-theatre-npo> a cep:Claim ;
        cep:about <id/cultural-organisation/ace-example-theatre> ;
        cep:indicator <concept/indicator/average-annual-funding> ; cep:value 100 ;
        cep:asOf "2018-04"^^xsd:gYearMonth ."""
    ) <= set(found.triples)


def test_nought_is_no_award(read: ReadList) -> None:
    found = read([HEADER, _row(average="0", extension="£0", offered="0")])
    assert "FundingAward" not in found.kinds()
    assert "Claim" not in found.kinds()


def test_organisation_in_two_roles_is_one_with_the_awards_of_both(read: ReadList) -> None:
    found = read([HEADER, _row(), _row(role="IPSO", discipline="Dance")])
    assert found.codes() == []
    assert found.kinds()["CulturalOrganisation"] == 1
    assert found.kinds()["FundingAward"] == 4
    forms = {
        t.object.value.rpartition("/")[2]
        for t in found.of("cultural-organisation/ace-example-theatre")
        if t.predicate.value.endswith("artform")
    }
    assert forms == {"theatre", "dance"}


def test_discipline_that_is_none_in_particular_says_nothing(read: ReadList) -> None:
    found = read([HEADER, _row(discipline="Not discipline specific")])
    assert found.codes() == []
    assert not [t for t in found.triples if t.predicate.value.endswith("artform")]


def test_unknown_discipline_is_told_with_what_is_near(read: ReadList) -> None:
    found = read([HEADER, _row(discipline="Theater")])
    remark = found.only("value-not-in-mapping")
    assert (remark.severity, remark.place.cell, remark.value) == ("violation", "G2", "Theater")
    assert remark.candidates[0] == "Theatre"


def test_district_is_left_unsaid_with_a_note_on_the_organisation(read: ReadList) -> None:
    found = read([HEADER, _row(authority="Thanet")])
    assert found.codes() == []
    said = found.of("cultural-organisation/ace-example-theatre")
    assert not [t for t in said if t.predicate.value.endswith("localAuthority")]
    (note,) = [t.object.value for t in said if t.predicate.value.endswith("note")]
    assert "Thanet" in note


def test_region_that_is_none_of_england_is_left_unsaid_and_told(read: ReadList) -> None:
    found = read([HEADER, _row(region="Wales", authority="Cardiff")])
    assert found.codes() == [("no-such-region", "I2")]
    said = found.of("cultural-organisation/ace-example-theatre")
    assert [t.object.value for t in said if t.predicate.value.endswith("#area")] == [
        "https://w3id.org/cepgraph/id/area/ace-south-west"
    ]


def test_blank_rows_at_the_end_are_nothing(read: ReadList) -> None:
    rows = [HEADER, _row(), [""] * 14, [""] * 14]
    assert read(rows).triples == read([HEADER, _row()]).triples


def test_graph_describes_itself_by_what_the_list_is_known_to_be(check: CheckList) -> None:
    from ingest.description import Description

    verdict = check([HEADER, _row()], description=Description())
    assert verdict.conforms, [r for r in verdict.remarks if r.severity == "violation"]


def test_what_a_figure_is_taken_for_is_said_once(read: ReadList) -> None:
    found = read([HEADER, _row(), _row("Example Dance")])
    assert found.only("annual-figures").severity == "note"
