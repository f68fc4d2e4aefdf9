"""JSON that is wrong, or says two things, is refused at its place."""

import pytest

from cepgraph.errors import BadInput
from ingest.sheets.json_text import DEEPEST, parsed

DEEP = b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1)


@pytest.mark.parametrize(
    ("content", "says", "line", "column"),
    [
        (b'{"a": 1,}', "no JSON", 1, 8),
        (b"", "no JSON", 1, 1),
        (b'[\n{"a": NaN}]', "no JSON", 2, 7),
        (b"[Infinity]", "no JSON", 1, 2),
        (b'[1]\n{"a":1}', "no JSON", 2, 1),
        (b'["\\ud800"]', "no JSON", 1, 3),
        (b'{"a": 1,\n "a": 2}', "twice", 2, 2),
        (b'{"b": {"a": 1, "c": [{}], "\\u0061": 2}}', "twice", 1, 27),
        (b'[{"a": "x"},\n{"b": [1, -1e999]}]', "larger", 2, 11),
        (b'[1, {"a": ' + b"9" * 400 + b"}]", "larger", 1, 11),
        (DEEP, "nested", 1, DEEPEST + 1),
        (b'{"a":' * 500 + b"1" + b"}" * 500, "nested", 1, 5 * DEEPEST + 1),
        (b"[" * 5000, "no JSON", 1, None),
    ],
)
def test_faults_are_refused_with_line_and_column(
    content: bytes, says: str, line: int, column: int | None
) -> None:
    with pytest.raises(BadInput) as caught:
        parsed(content, "x.json")
    error = caught.value
    assert says in error.problem
    assert error.file == "x.json"
    assert error.line == line
    if column is not None:
        assert error.column == column


def test_values_are_as_python_has_them() -> None:
    content = b'{"a": [1, 2.5, true, null, "\xc3\xa9\\"{"], "b": 12345678901234567890123}'
    expected = {"a": [1, 2.5, True, None, 'é"{'], "b": 12345678901234567890123}
    assert parsed(content, "x.json") == expected


def test_same_key_in_two_objects_is_no_fault() -> None:
    assert parsed(b'[{"a": {"a": 1}}, {"a": 2}]', "x.json") == [{"a": {"a": 1}}, {"a": 2}]


def test_nesting_up_to_the_limit_is_read() -> None:
    assert parsed(DEEP[1:-1], "x.json")
