"""A verdict as JSON."""

import orjson

from cepgraph.terms import ID
from cepgraph.validation import Result
from ingest.report.document import as_document
from ingest.report.remark import Remarks
from tests.ingest.report.samples import FILE, HOME, faulty, outcome, remark, verdict


def test_every_key_is_there_and_stays() -> None:
    assert set(as_document(faulty())) == {
        *("file", "version", "conforms", "published", "changed", "files", "graphs", "things"),
        *("counts", "triplesAdded", "triplesRemoved", "subjectsAdded", "subjectsChanged"),
        *("subjectsRemoved", "subjectCounts", "groups", "report"),
    }


def test_group_says_where_what_and_how_often() -> None:
    found = verdict([remark(value="fundng", candidates=("funding",)), remark(at="C9", value="x")])
    (group,) = as_document(found)["groups"]  # type: ignore[misc]
    first = group.pop("first")  # type: ignore[attr-defined]
    assert group == {
        "severity": "violation",
        "code": "not-in-list",
        "message": "Theme: choose only values from the list.",
        "file": FILE,
        "sheet": "Findings",
        "column": "Theme",
        "letter": "C",
        "count": 2,
    }
    assert first[0] == {
        "cell": "C7",
        "row": 7,
        "line": None,
        "value": "fundng",
        "candidates": ["funding"],
        "focus": "",
        "shape": "",
    }
    assert [cell["cell"] for cell in first] == ["C7", "C9"]


def test_count_is_of_all_where_only_the_first_are_kept() -> None:
    remarks = Remarks((remark(at=f"C{row}") for row in range(1, 10)), most_kept=2)
    document = as_document(verdict(remarks))
    (group,) = document["groups"]  # type: ignore[misc]
    assert (group["count"], len(group["first"])) == (9, 2)  # type: ignore[index]
    assert document["counts"] == {"violation": 9, "warning": 0, "note": 0}


def test_change_lists_the_first_thousand_and_counts_all() -> None:
    document = as_document(verdict([], outcome(added=1500, changed=2, removed=1)))
    assert document["subjectCounts"] == {"added": 1500, "changed": 2, "removed": 1}
    assert len(document["subjectsAdded"]) == 1000  # type: ignore[arg-type]
    assert document["subjectsRemoved"] == [ID + "pet/1502"]


def test_refusal_without_change_is_said_in_full() -> None:
    document = as_document(verdict([remark()]))
    assert (document["conforms"], document["changed"], document["version"]) == (False, False, None)
    assert document["graphs"] == [HOME]
    assert document["report"] == {
        "conforms": False,
        "violations": 0,
        "warnings": 0,
        "results": [],
    }


def test_results_of_the_gate_are_kept_under_report() -> None:
    result = Result("violation", HOME, ID + "rex", "ceps:x", "sh:y", "cep:z", "v" * 300, "Mend it.")
    document = as_document(verdict([], outcome(results=[result])))
    report = document["report"]
    assert isinstance(report, dict)
    assert (report["conforms"], report["violations"]) == (False, 1)
    assert report["results"][0]["value"] == "v" * 200 + "…"
    assert report["results"][0]["message"] == "Mend it."


def test_half_characters_and_long_values_come_out_as_json() -> None:
    document = as_document(verdict([remark(value="\udc80" + "x" * 500)], name="\udc80.csv"))
    told = orjson.loads(orjson.dumps(document))
    assert told["file"] == "?.csv"
    assert told["groups"][0]["first"][0]["value"] == "?" + "x" * 199 + "…"
