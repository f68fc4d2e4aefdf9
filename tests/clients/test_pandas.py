"""pandas: a data frame straight from the address of a query."""

from urllib.parse import urlencode

import pandas as pd
import pytest

LABELS = "SELECT ?s ?o { ?s <urn:label> ?o } ORDER BY ?s ?o"
SIZES = (
    "SELECT ?s ?size ?said { { ?s <urn:size> ?size } UNION { ?s <urn:said> ?said } } ORDER BY ?s"
)


def address(endpoint: str, query: str, **more: str) -> str:
    """Where the answer to a query is."""
    return f"{endpoint}?{urlencode({'query': query, **more})}"


def test_csv_by_parameter(endpoint: str) -> None:
    frame = pd.read_csv(address(endpoint, LABELS, format="csv"))
    assert list(frame.columns) == ["s", "o"]
    assert sorted(frame["o"]) == ["eins", "one", "three", "two"]


def test_csv_by_accept(endpoint: str) -> None:
    options = {"Accept": "text/csv"}
    frame = pd.read_csv(address(endpoint, LABELS), storage_options=options)
    assert len(frame) == 4


def test_numbers_texts_and_gaps_come_as_such(endpoint: str) -> None:
    frame = pd.read_csv(address(endpoint, SIZES, format="csv")).set_index("s")
    assert frame.loc["urn:s", "size"] == 4
    assert frame.loc["urn:t", "said"] == 'a, "b"\tc\nd é 𝄞'
    assert pd.isna(frame.loc["urn:t", "size"])
    assert frame["size"].dtype.kind == "f"


def test_tsv(endpoint: str) -> None:
    frame = pd.read_csv(address(endpoint, LABELS, format="tsv"), sep="\t", quoting=3)
    assert list(frame.columns) == ["?s", "?o"]
    assert sorted(frame["?o"]) == ['"eins"@de', '"one"', '"three"', '"two"']


def test_json(endpoint: str) -> None:
    answer = pd.read_json(address(endpoint, LABELS, format="json"), typ="series", orient="index")
    frame = pd.json_normalize(answer["results"]["bindings"])
    assert sorted(frame["o.value"]) == ["eins", "one", "three", "two"]
    assert list(frame.loc[frame["o.value"] == "eins", "o.xml:lang"]) == ["de"]


@pytest.mark.parametrize(("version", "rows"), [("1", 3), ("2", 4)])
def test_version(endpoint: str, version: str, rows: int) -> None:
    assert len(pd.read_csv(address(endpoint, LABELS, format="csv", version=version))) == rows
