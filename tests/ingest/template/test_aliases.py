"""No two columns of a class can be meant by the same header."""

import re

from tests.ingest.template.conftest import World


def _squashed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def test_no_header_of_a_class_means_two_columns(real: World) -> None:
    for name in real.model.schema.collections:
        meant: dict[str, str] = {}
        for column in real.columns(name).values():
            headers = {_squashed(h) for h in (column.name, column.label, *column.aliases)}
            assert "" not in headers
            for header in headers:
                earlier = meant.setdefault(header, column.name)
                assert earlier == column.name, f"{name}: {header} is {earlier} and {column.name}"


def test_alias_says_more_than_the_label_and_the_name(real: World) -> None:
    for name in real.model.schema.collections:
        for column in real.columns(name).values():
            if column.field is None:
                continue
            aliases = [_squashed(alias) for alias in column.aliases]
            known = {_squashed(column.label), _squashed(column.name)}
            assert not known & set(aliases), f"{name}: {column.name}"
            assert len(set(aliases)) == len(aliases), f"{name}: {column.name}"


def test_headers_that_people_write_are_known(real: World) -> None:
    assert "Name" in real.columns("organisations")["label"].aliases
    assert "ONS code" in real.columns("local-authorities")["gssCode"].aliases
    assert "Organisation ID" in real.columns("organisations")["orgId"].aliases


def test_number_of_a_charity_is_not_taken_for_an_identifier_with_its_list(real: World) -> None:
    aliases = {
        _squashed(alias)
        for column in real.columns("organisations").values()
        for alias in column.aliases
    }
    assert aliases
    assert not aliases & {"charitynumber", "companynumber", "charityno", "companyno"}
