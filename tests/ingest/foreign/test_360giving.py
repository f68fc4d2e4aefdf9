"""Grants as 360Giving publishes them, in JSON and on spreadsheets."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Triple

from tests.ingest.foreign.conftest import CheckList, ReadList, json_of, xlsx_of

Expected = Callable[[str], set[Triple]]

GRANT: dict[str, Any] = {
    "id": "360G-example-1",
    "title": "Grant to Example Trust",
    "description": "Workshops",
    "currency": "GBP",
    "amountAwarded": 15000,
    "awardDate": "2015-06-10T00:00:00+00:00",
    "plannedDates": [{"startDate": "2015-07-01T00:00:00+00:00", "endDate": "2016-06-30"}],
    "recipientOrganization": [
        {
            "id": "GB-CHC-1000001",
            "name": "Example Trust",
            "charityNumber": "1000001",
            "streetAddress": "1 Example Street",
            "postalCode": "EX1 1AA",
            "url": "http://example.org",
        }
    ],
    "fundingOrganization": [{"id": "GB-CHC-1000002", "name": "Example Foundation"}],
    "grantProgramme": [{"title": "Small Grants"}],
    "fromOpenCall": "Y",
}
SHEET = [
    [
        *("Identifier", "Title", "Description", "Currency", "Amount Awarded", "Award Date"),
        *("Recipient Org:Identifier", "Recipient Org:Name"),
        *("Funding Org:Identifier", "Funding Org:Name", "Planned Dates:Start Date"),
    ]
]


def _grant(**changed: Any) -> dict[str, Any]:
    return {**GRANT, **changed}


def test_grant_becomes_an_award_with_its_recipient_funder_and_scheme(
    read: ReadList, expected: Expected
) -> None:
    found = read(json_of(GRANT), "grants.json")
    assert found.codes() == []
    assert found.of("funding-award/360G-example-1") == expected(
        """<id/funding-award/360G-example-1> a cep:FundingAward ;
        rdfs:label "Grant to Example Trust" ; dcterms:description "Workshops" ;
        cep:grantId "360G-example-1" ; cep:standing <concept/standing/reported> ;
        cep:funder <id/organisation/GB-CHC-1000002> ;
        cep:recipient <id/organisation/GB-CHC-1000001> ;
        cep:amount "15000"^^xsd:decimal ; cep:currency "GBP" ;
        cep:awardDate "2015-06-10"^^xsd:date ;
        cep:startDate "2015-07-01"^^xsd:date ; cep:endDate "2016-06-30"^^xsd:date ;
        cep:scheme <id/funding-scheme/gb-chc-1000002-small-grants> ;
        dcterms:source <id/source/tester-data> ."""
    )
    assert found.of("organisation/GB-CHC-1000001") == expected(
        """<id/organisation/GB-CHC-1000001> a cep:Organisation ; rdfs:label "Example Trust" ;
        cep:orgId "GB-CHC-1000001" ; foaf:homepage <http://example.org> ;
        cep:organisationKind <concept/organisation-kind/charity> ;
        dcterms:source <id/source/tester-data> ."""
    )
    assert found.kinds() == {"FundingAward": 1, "Organisation": 2, "FundingScheme": 1, "Source": 1}


def test_file_conforms_when_the_sender_says_who_publishes_it(check: CheckList) -> None:
    verdict = check(json_of(GRANT), "grants.json")
    assert verdict.conforms, [r for r in verdict.remarks if r.severity == "violation"]
    assert verdict.things == 5


def test_file_whose_publisher_nobody_says_is_refused(check: CheckList) -> None:
    from ingest.description import Description

    verdict = check(json_of(GRANT), "grants.json", description=Description())
    told = {(r.place.column, r.code) for r in verdict.remarks if r.severity == "violation"}
    assert ("Publisher", "min-count") in told


def test_addresses_and_contacts_are_never_taken(read: ReadList) -> None:
    recipient = {
        **GRANT["recipientOrganization"][0],
        "contactName": "Somebody Private",
        "email": "private@example.org",
        "telephone": "5550199",
    }
    found = read(json_of(_grant(recipientOrganization=[recipient])), "grants.json")
    said = " ".join(str(triple) for triple in found.triples)
    for private in ("Example Street", "EX1", "Private", "private@", "5550199"):
        assert private not in said
    left_out = {r.place.column for r in found.remarks if r.code == "left-out"}
    assert {"recipientOrganization/0/email", "recipientOrganization/0/streetAddress"} <= left_out


def test_grant_to_an_individual_is_left_out_with_a_warning_that_names_nobody(
    read: ReadList,
) -> None:
    person = {"id": "360G-example-ind-1", "name": "Somebody Private"}
    individual = _grant(id="360G-example-2", recipientIndividual=person)
    del individual["recipientOrganization"]
    found = read(json_of(GRANT, individual), "grants.json")
    remark = found.only("grant-to-individual")
    assert (remark.severity, remark.place.row, remark.value) == ("warning", 2, "")
    assert found.kinds()["FundingAward"] == 1
    assert "Private" not in " ".join(str(triple) for triple in found.triples)


def test_several_funders_are_all_funders_of_the_award(read: ReadList) -> None:
    funders = [
        {"id": "GB-CHC-1000002", "name": "Example Foundation"},
        {"id": "GB-COH-01234567", "name": "Example Fund Ltd"},
    ]
    found = read(json_of(GRANT, _grant(id="b", fundingOrganization=funders)), "grants.json")
    named = {
        t.object.value.rpartition("/")[2]
        for t in found.of("funding-award/b")
        if t.predicate.value.endswith("funder")
    }
    assert named == {"GB-CHC-1000002", "GB-COH-01234567"}


def test_identifier_of_the_publisher_alone_is_an_address_and_no_identifier(
    read: ReadList, expected: Expected
) -> None:
    recipient = {"id": "360G-example-org-7", "name": "Example Club"}
    found = read(json_of(_grant(recipientOrganization=[recipient])), "grants.json")
    assert found.of("organisation/360g-example-org-7") == expected(
        """<id/organisation/360g-example-org-7> a cep:Organisation ; rdfs:label "Example Club" ;
        cep:organisationKind <concept/organisation-kind/not-known> ;
        dcterms:source <id/source/tester-data> ."""
    )


def test_charity_and_company_numbers_identify_only_in_their_own_fields(read: ReadList) -> None:
    recipient = {
        "id": "360G-example-org-8",
        "name": "Example Club",
        "charityNumber": "1000009",
        "companyNumber": "SC123456",
    }
    found = read(json_of(_grant(recipientOrganization=[recipient])), "grants.json")
    identifiers = {t.object.value for t in found.triples if t.predicate.value.endswith("orgId")}
    assert identifiers == {"GB-CHC-1000009", "GB-COH-SC123456", "GB-CHC-1000002"}


def test_number_that_is_none_of_the_register_is_no_identifier(read: ReadList) -> None:
    numbers = {"charityNumber": "exempt", "companyNumber": "1234567"}
    recipient = {"id": "1000009", "name": "Example Club", **numbers}
    found = read(json_of(_grant(recipientOrganization=[recipient])), "grants.json")
    told = [(r.severity, r.value) for r in found.remarks if r.code == "unfit-number"]
    assert sorted(told) == [("warning", "1234567"), ("warning", "exempt")]
    identifiers = {t.object.value for t in found.triples if t.predicate.value.endswith("orgId")}
    assert identifiers == {"GB-CHC-1000002"}


def test_organisation_without_identifier_is_known_by_its_name_in_this_graph(
    read: ReadList,
) -> None:
    found = read(json_of(_grant(recipientOrganization=[{"name": "Example Club"}])), "grants.json")
    assert found.of("organisation/tester-data-example-club")


def test_older_fields_are_left_out_with_a_note(read: ReadList) -> None:
    old = _grant(amountAppliedFor=20000, beneficiaryLocation=[{"name": "Leeds"}])
    found = read(json_of(old), "grants.json")
    assert found.codes() == []
    noted = {r.place.column for r in found.remarks if r.code == "left-out"}
    assert {"fromOpenCall", "amountAppliedFor", "beneficiaryLocation/0/name"} <= noted


def test_web_page_without_its_scheme_is_left_out_and_told(read: ReadList) -> None:
    recipient = {"id": "GB-CHC-1000001", "name": "Example Trust", "url": "www.example.org"}
    found = read(json_of(_grant(recipientOrganization=[recipient])), "grants.json")
    remark = found.only("bad-web-address")
    assert (remark.severity, remark.value) == ("warning", "www.example.org")
    assert not [t for t in found.triples if t.predicate.value.endswith("homepage")]


def test_second_name_of_an_organisation_becomes_another_name_and_is_told(
    read: ReadList, expected: Expected
) -> None:
    other = [{"id": "GB-CHC-1000001", "name": "The Example Trust", "charityNumber": "1000001"}]
    grants = json_of(GRANT, _grant(id="b", recipientOrganization=other))
    found = read(grants, "grants.json")
    assert expected(
        """<id/organisation/GB-CHC-1000001> rdfs:label "Example Trust" ;
        skos:altLabel "The Example Trust" ."""
    ) <= set(found.triples)
    labels = [t for t in found.of("organisation/GB-CHC-1000001") if "label" in t.predicate.value]
    assert len(labels) == 1
    remark = found.only("other-name")
    assert (remark.place.row, remark.value) == (2, "The Example Trust")


def test_grant_that_is_there_twice_is_told(read: ReadList) -> None:
    found = read(json_of(GRANT, GRANT), "grants.json")
    assert found.only("repeated-thing").place.row == 2


@pytest.mark.parametrize("date", ["10/06/2015", "10 June 2015", datetime(2015, 6, 10)])  # noqa: DTZ001
def test_spreadsheet_is_read_by_its_titles_with_british_dates(
    read: ReadList, expected: Expected, tmp_path: Path, date: Any
) -> None:
    row = ["360G-example-1", "A", "", "GBP", "£15,000", date, "GB-CHC-1000001", "Example Trust"]
    rows = [*SHEET, [*row, "GB-CHC-1000002", "Example Foundation", ""]]
    found = read(xlsx_of(tmp_path / "made.xlsx", grants=rows), "grants.xlsx")
    assert found.codes() == []
    assert expected(
        """<id/funding-award/360G-example-1> cep:amount "15000"^^xsd:decimal ;
        cep:awardDate "2015-06-10"^^xsd:date ; cep:recipient <id/organisation/GB-CHC-1000001> ."""
    ) <= set(found.triples)


def test_fault_is_told_at_the_cell_of_the_sender(check: CheckList) -> None:
    row = ["a", "A", "", "GBP", "lots", "soon", "GB-CHC-1000001", "T", "GB-CHC-1000002", "F", ""]
    verdict = check([*SHEET, row])
    told = {
        (r.code, r.place.cell, r.place.column) for r in verdict.remarks if r.severity == "violation"
    }
    assert told == {
        ("not-a-number", "E2", "Amount Awarded"),
        ("not-a-date", "F2", "Award Date"),
    }


def test_gate_tells_what_is_missing_at_the_cell_of_the_sender(check: CheckList) -> None:
    row = ["a", "A", "", "", "5", "2015", "GB-CHC-1000001", "T", "GB-CHC-1000002", "F", ""]
    verdict = check([*SHEET, row])
    (told,) = [r for r in verdict.remarks if r.severity == "violation"]
    assert (told.place.cell, told.place.column) == ("D2", "Currency")


def test_list_without_rows_is_refused(check: CheckList) -> None:
    verdict = check(SHEET)
    assert "no-rows" in {r.code for r in verdict.remarks if r.severity == "violation"}


def test_sheets_with_more_recipients_are_told_when_they_hold_rows(
    read: ReadList, tmp_path: Path
) -> None:
    row = ["a", "A", "", "GBP", 5, "2015-01-01", "GB-CHC-1000001", "T", "GB-CHC-1000002", "F", ""]
    more = [["Identifier", "Recipient Org:Name"], ["a", "Another"]]
    book = xlsx_of(
        tmp_path / "made.xlsx",
        Meta=[["Version", "1"], ["Title", "x"]],
        grants=[*SHEET, row],
        Recipient_Org=more,
        Planned_Dates=[["Identifier", "Planned Dates:Title"]],
    )
    found = read(book, "grants.xlsx")
    told = [(r.severity, r.place.sheet) for r in found.remarks if r.code == "sheet-not-read"]
    assert sorted(told) == [("note", "Meta"), ("warning", "Recipient Org")]
