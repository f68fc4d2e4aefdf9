"""Encodings are told from the bytes, of short British texts too."""

import pytest

from ingest.sheets.encoding import Encoding, is_damaged_utf_8, legacy_of, unicode_of

TEXTS = [
    *("Théâtre de Complicité", "It’s a school’s choice", "£5,000 grant – arts", "Café’s £50"),
    *("2015–16", "“Arts”", "naïve", "Brontë", "£5", "Siân Phillips – Cymru", "Zoë’s", "Æthelred"),
    *("£1,200–£3,000", "Ünal; Müller", "the pupils’ voices…", "•\u00a0Item", "‘Arts’", "señor"),
    *("Artsmark — the award", "Åsa", "10%–20%", "Name,Théo\nsay,“yes”", "São Paulo", "Øresund"),
    *("€50", "Pupils’ ‘choice’", "10°", "CEP’s", "©2024", "ARTS’ £", "ÉCOLE", "TATE’S"),
]


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman"])
@pytest.mark.parametrize("text", TEXTS)
def test_short_british_texts_come_out_right_whichever_encoding_they_are_in(
    text: str, codec: str
) -> None:
    sample = text.encode(codec)
    assert sample.decode(legacy_of(sample).codec) == text


@pytest.mark.parametrize("codec", ["cp1252", "mac_roman"])
def test_common_signs_leave_no_doubt(codec: str) -> None:
    assert not legacy_of("The pupils’ £50 – Zoë’s café".encode(codec)).guessed


def test_pound_signs_alone_are_the_same_in_both_and_no_guess() -> None:
    assert not legacy_of("£5 and £7".encode("cp1252")).guessed


@pytest.mark.parametrize(
    ("text", "codec"), [("Łódź, Kraków i Gdańsk", "cp1250"), ("Москва город на реке", "cp1251")]
)
def test_other_encodings_are_a_guess(text: str, codec: str) -> None:
    assert legacy_of(text.encode(codec)).guessed


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"a,b", Encoding("utf-8")),
        (b"", Encoding("utf-8")),
        (b"\xef\xbb\xbfa", Encoding("utf-8", 3, 1)),
        (b"\xef\xbb\xbf" * 2 + b"a", Encoding("utf-8", 6, 2)),
        ("ï»¿a".encode(), Encoding("utf-8", 6, 1, double=True)),
        (b"\xef\xbb\xbf" + "ï»¿a".encode(), Encoding("utf-8", 9, 2, double=True)),
        ("\ufeffa".encode("utf-16-le"), Encoding("utf-16-le", 2, 1)),
        ("\ufeffa".encode("utf-16-be"), Encoding("utf-16-be", 2, 1)),
        ("Label,Key\n".encode("utf-16-le"), Encoding("utf-16-le")),
        ("Label,Key\n".encode("utf-16-be"), Encoding("utf-16-be")),
        ("\ufeffa".encode("utf-32-le"), None),
        ("\ufeffa".encode("utf-32-be"), None),
    ],
)
def test_unicode_is_told_by_its_marks_or_its_zeros(head: bytes, expected: Encoding | None) -> None:
    assert unicode_of(head) == expected


def test_one_wrong_byte_among_many_characters_is_damage_and_no_other_encoding() -> None:
    assert is_damaged_utf_8("é’–".encode() + b"\x92")
    assert not is_damaged_utf_8("It’s Zoë".encode("cp1252"))
