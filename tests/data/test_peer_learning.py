"""All 84 entries of the breakout groups' notes are there, paired as in the table."""

import re

import pytest
from pyoxigraph import Store

from tests.data.asking import PL, column

ENTRIES = {
    "success factors": ("/pl-sf-", 31),
    "challenges of the table": ("/challenge/pl-t-", 17),
    "opportunities, ideas and solutions": ("-[abc]$", 25),
    "ideas without a challenge": ("/idea/pl-t-1[89]$", 2),
    "other challenges": ("/challenge/pl-oc-", 9),
}


@pytest.mark.parametrize("section", ENTRIES)
def test_section_of_the_peer_learning_notes_is_complete(seed: Store, section: str) -> None:
    pattern, number = ENTRIES[section]
    found = column(seed, PL, "s", f'?s cep:statement ?t . FILTER (REGEX(STR(?s), "{pattern}"))')
    assert len(found) == number


def test_peer_learning_notes_hold_84_entries_each_with_position_and_place(seed: Store) -> None:
    pattern = "?s cep:statement ?t ; cep:locator ?l ; cep:position ?n ; cep:theme ?m ."
    assert len(column(seed, PL, "s", pattern)) == 84
    assert len(column(seed, PL, "s", "?s cep:statement ?t .")) == 84


def test_solutions_of_the_table_address_the_challenge_of_their_row(seed: Store) -> None:
    pattern = """?s a cep:Solution ; cep:addresses ?c .
        BIND (CONCAT(STR(?s), " ", STR(?c)) AS ?pair)"""
    pairs = column(seed, PL, "pair", pattern)
    assert pairs
    row = re.compile(r".*/solution/pl-t-(\d\d)-[abc] .*/challenge/pl-t-\1")
    assert [pair for pair in pairs if not row.fullmatch(pair)] == []
