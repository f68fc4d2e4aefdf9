"""Personal details are refused, and text that looks like them is called in question."""

import pytest

from tests.shapes.harness import broken

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
    return broken("entity/valid.ttl", update) == {("Entity-locator-personal", "Warning")}


@pytest.mark.parametrize("text", _PERSONAL)
def test_text_that_looks_like_personal_data_is_called_in_question(text: str) -> None:
    assert _looks_personal(text)


@pytest.mark.parametrize("text", _HARMLESS)
def test_harmless_text_is_left_alone(text: str) -> None:
    assert not _looks_personal(text)


@pytest.mark.parametrize("text", _PERSONAL)
def test_name_that_looks_like_personal_data_is_called_in_question(text: str) -> None:
    update = f'INSERT DATA {{ <id/programme/example> skos:altLabel "{text}" }}'
    assert broken("entity/valid.ttl", update) == {("Entity-altLabel-personal", "Warning")}


_DETAILS = [
    "foaf:age",
    "foaf:birthday",
    "foaf:gender",
    "schema:birthDate",
    "<http://schema.org/gender>",
    "vcard:bday",
]
_CONTACTS = ["foaf:mbox", "foaf:phone", "schema:email", "schema:telephone", "vcard:hasAddress"]


def _said_of(valid: str, thing: str, detail: str) -> set[tuple[str, str]]:
    vcard = "PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>\n"
    return broken(valid, f"{vcard}INSERT DATA {{ <id/{thing}> {detail} <tel:1> }}")


@pytest.mark.parametrize("detail", _DETAILS)
def test_what_only_people_have_is_refused_of_everything(detail: str) -> None:
    refused = {("Entity-private", "Violation")}
    assert _said_of("entity/valid.ttl", "programme/example", detail) == refused
    assert _said_of("person/valid.ttl", "person/example", detail) == refused


@pytest.mark.parametrize("detail", _CONTACTS)
def test_contact_details_are_for_organisations_and_not_for_persons(detail: str) -> None:
    assert not _said_of("person/valid.ttl", "organisation/example-trust", detail)
    assert _said_of("person/valid.ttl", "person/example", detail) == {
        ("Person-private", "Violation")
    }
