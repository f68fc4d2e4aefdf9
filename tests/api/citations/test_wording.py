"""How a citation is cited."""

import re
from datetime import UTC, datetime

from api.citations.citation import Citation, GraphUsed, Publisher
from api.citations.wording import Wording
from tests.api.citations.support import BY, citation

URL = "https://graph.example.org/citation/abc"
ACCESSED = datetime(2026, 6, 7, tzinfo=UTC)


def wording(made: Citation | None = None) -> Wording:
    """The wording of a citation, looked at on 7 June 2026."""
    return Wording(made or citation(), URL, ACCESSED)


def graphs(*names: str) -> tuple[GraphUsed, ...]:
    """A graph of each publisher."""
    return tuple(
        GraphUsed(id=f"urn:g:{name}", publishers=(Publisher(id=f"urn:{name}", name=name),))
        for name in names
    )


def test_sentence_names_publishers_title_version_permalink_and_day() -> None:
    assert wording().sentence() == (
        "Arts Connect (2026). Names of pets [query result, version 3 of 1 April 2026]. "
        "Cultural education partnerships in England: a knowledge graph. "
        "https://graph.example.org/citation/abc (accessed 7 June 2026)."
    )


def test_publishers_are_listed_each_once_in_the_order_of_their_names() -> None:
    told = wording(citation(graphs=graphs("C", "a", "B", "a"))).sentence()
    assert told.startswith("a, B and C (2026).")


def test_more_than_six_publishers_are_counted() -> None:
    assert (
        wording(citation(graphs=graphs(*"abcdefg")))
        .sentence()
        .startswith("a, b, c, d, e, f and 1 other (2026).")
    )
    assert (
        wording(citation(graphs=graphs(*"abcdefgh")))
        .sentence()
        .startswith("a, b, c, d, e, f and 2 others (2026).")
    )


def test_answer_without_graphs_is_that_of_the_whole() -> None:
    told = wording(citation(graphs=())).sentence()
    assert told.startswith("Cultural education partnerships in England (2026).")


def test_without_a_title_the_size_names_the_answer() -> None:
    assert "Result of a SPARQL query, 2 rows [" in wording(citation(title="")).sentence()
    named = citation(title="", catalogue={"name": "names", "summary": "All names"})
    assert "All names, 2 rows [" in wording(named).sentence()


def test_bibtex_is_one_entry_of_balanced_fields() -> None:
    made = citation(title=r"50% of {all} & more_or \less $1 #2 ~ ^", graphs=graphs("A & B", "C"))
    entry = wording(made).bibtex()
    assert entry.startswith(f"@dataset{{cepgraph-{made.id[:8]},\n")
    assert entry.endswith(",\n}\n")
    fields = dict(re.findall(r"^  ([a-z]+) = \{(.*)\},$", entry, re.MULTILINE))
    assert fields["author"] == r"{A \& B} and {C}"
    assert fields["title"] == (
        r"{50\% of \{all\} \& more\_or \textbackslash{}less \$1 \#2 "
        r"\textasciitilde{} \textasciicircum{}}"
    )
    assert (fields["date"], fields["urldate"], fields["version"]) == (
        "2026-04-01",
        "2026-06-07",
        "3",
    )
    assert fields["url"] == URL
    plain = re.sub(r"\\[{}]", "", entry)
    assert plain.count("{") == plain.count("}")


def test_ris_has_a_line_for_each_field_and_ends() -> None:
    lines = wording(citation(graphs=graphs("A", "B"))).ris().split("\r\n")
    assert lines[0] == "TY  - DATA"
    assert lines[-2:] == ["ER  - ", ""]
    assert [line for line in lines if line.startswith("AU")] == ["AU  - A,", "AU  - B,"]
    assert f"UR  - {URL}" in lines
    assert "Y2  - 2026/06/07" in lines
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])


def test_name_cannot_begin_a_field_of_ris() -> None:
    told = wording(citation(graphs=graphs("A\r\nUR  - http://elsewhere"))).ris()
    assert told.count("\r\nUR  - ") == 1


def test_csl_has_dates_in_parts_and_publishers_as_they_are() -> None:
    item = wording().csl()
    assert item["type"] == "dataset"
    assert item["author"] == [{"literal": "Arts Connect"}]
    assert item["issued"] == {"date-parts": [[2026, 4, 1]]}
    assert item["accessed"] == {"date-parts": [[2026, 6, 7]]}
    assert (item["URL"], item["version"]) == (URL, "3")


def test_version_without_an_entry_is_dated_by_its_citation() -> None:
    made = citation(version=0, version_made=None)
    assert "(2026). Names of pets [query result, version 0]." in wording(made).sentence()
    assert "date = {2026-05-03}" in wording(made).bibtex()


def test_licences_are_listed_each_once() -> None:
    twice = (
        *citation().graphs,
        GraphUsed(id="urn:g", licences=("urn:licence", BY)),
    )
    assert citation(graphs=twice).licences == (BY, "urn:licence")
