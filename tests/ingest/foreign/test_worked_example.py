"""The example in the documentation is read as the documentation says."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Triple

from ingest.foreign import opening, shelf
from tests.ingest.foreign.conftest import CheckList, ReadList

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "foreign-formats.md"
Expected = Callable[[str], set[Triple]]


def _block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    return str(found)


def test_example_mapping_reads_the_example_list(
    read: ReadList, expected: Expected, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = shelf.parse_mapping(_block("yaml"), "example.yaml")
    monkeypatch.setattr(opening, "known_mappings", lambda: {"example": example})
    found = read(_block("csv").encode(), "example.csv")
    assert found.codes() == []
    assert expected(
        """<id/funding-award/example-example-trust-1-july-2024> a cep:FundingAward ;
        rdfs:label "Grant to Example Trust" ; cep:amount "3300"^^xsd:decimal ;
        cep:funder <id/organisation/arts-connect> ; cep:awardDate "2024-07-01"^^xsd:date ;
        cep:recipient <id/cultural-organisation/GB-CHC-1000001> .
        <id/cultural-organisation/GB-CHC-1000001> cep:orgId "GB-CHC-1000001" ;
        cep:artform <concept/artform/music>, <concept/artform/dance> .
        <id/funding-award/example-example-players-2-9-2024>
        cep:recipient <id/cultural-organisation/example-example-players> ."""
    ) <= set(found.triples)
    assert found.kinds() == {"FundingAward": 2, "CulturalOrganisation": 2}


def test_example_of_360giving_conforms(check: CheckList) -> None:
    content = (ROOT / "docs" / "examples" / "example-grants.csv").read_bytes()
    verdict = check(content, "example-grants.csv")
    assert verdict.conforms, [r for r in verdict.remarks if r.severity == "violation"]


def test_every_mapping_is_documented() -> None:
    text = GUIDE.read_text("utf-8")
    assert [name for name in shelf.known_mappings() if f"`{name}`" not in text] == []


@pytest.mark.parametrize("model", ["Mapping", "Thing", "Rule"])
def test_every_key_of_the_language_is_documented(model: str) -> None:
    from ingest.foreign import mapping

    text = GUIDE.read_text("utf-8")
    fields = getattr(mapping, model).model_fields
    keys = [field.alias or name for name, field in fields.items()]
    assert [key for key in keys if f"`{key}`" not in text] == []
