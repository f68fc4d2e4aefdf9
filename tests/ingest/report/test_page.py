"""A verdict as a page."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

from ingest.report.page import as_page
from ingest.report.remark import Remarks
from tests.ingest.report.samples import faulty, outcome, remark, verdict

_VOID = {"meta", "br"}


class _Elements(HTMLParser):
    """Elements of a page, and whether they are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def _text(page: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def test_page_is_well_formed_and_asks_for_nothing_else() -> None:
    page = _Elements(as_page(faulty()))
    assert page.open == []
    assert not {"script", "link", "img", "iframe", "form"} & {tag for tag, _ in page.found}
    assert all((a["href"] or "").startswith("#") for a in page.named("a"))
    assert not [a for _, a in page.found if "style" in a or any(n.startswith("on") for n in a)]


def test_page_forbids_everything_but_its_own_style() -> None:
    page = as_page(faulty())
    style = page.split("<style>")[1].split("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policies = [a["content"] for a in _Elements(page).named("meta") if "http-equiv" in a]
    assert policies == [f"default-src 'none'; style-src 'sha256-{digest}'"]


def test_what_was_sent_is_escaped_everywhere() -> None:
    bad = "<script>alert(1)</script>"
    hostile = remark(bad, bad, column=bad, sheet=bad, value=bad, candidates=(bad,), file=bad)  # type: ignore[arg-type]
    hostile = type(hostile)("violation", bad, bad, hostile.place, bad, (bad,), bad, bad)
    page = as_page(verdict([hostile], outcome(), name=bad))
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 6


def test_values_are_isolated_in_their_direction() -> None:
    page = as_page(verdict([remark(value="قيمة\u202e", candidates=("מילה",))]))
    assert "<bdi>قيمة�</bdi>" in page
    assert "<bdi>מילה</bdi>" in page


def test_contents_lead_to_every_sheet() -> None:
    page = _Elements(as_page(faulty()))
    ids = {a["id"] for _, a in page.found if "id" in a}
    assert {(a["href"] or "")[1:] for a in page.named("a")} <= ids
    assert len(page.named("a")) == 4
    labels = {a["aria-labelledby"] for _, a in page.found if "aria-labelledby" in a}
    assert labels <= ids


def test_page_says_sheet_column_cell_value_and_candidates() -> None:
    text = _text(as_page(faulty()))
    assert "Does not conform : 16 violations in 14 rows, 1 warning; nothing was written." in text
    assert "findings.xlsx, sheet Findings 14 violations 1 warning 1 note" in text
    assert "Violation Theme (column C) 12 times Theme: choose only values" in text
    assert "C7 fundng funding , founding" in text


def test_first_cells_are_shown_and_all_are_counted() -> None:
    remarks = Remarks(remark(at=f"C{row}", value=f"v{row}") for row in range(1, 700))
    text = _text(as_page(verdict(remarks)))
    assert "699 times" in text
    assert "v20 … and 679 more." in text
    assert "v21" not in text


def test_severity_is_told_in_words_not_by_colour_alone() -> None:
    page = as_page(verdict([remark("warning")], outcome()))
    assert '<span class="badge warning">Warning</span>' in page


def test_nothing_wrong_makes_a_page_too() -> None:
    text = _text(as_page(verdict([], outcome(added=2), published=True), would=False))
    assert "Published as version 5: 2 things added (+24 −0 triples)." in text
    assert "What it changed" in text


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_stands_out_from_its_ground_in_light_and_dark() -> None:
    """Contrast of WCAG 2.2 AA, 1.4.3: 4.5 to 1."""
    style = as_page(verdict()).split("<style>")[1]
    themes = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)[:2]
    assert len(themes) == 2
    for theme in themes:
        colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", theme))
        pairs = [(name, "paper") for name in ("ink", "quiet", "link")]
        for name in ("violation", "warning", "note", "good"):
            pairs += [(name, "paper"), (name, f"{name}-tint"), ("ink", f"{name}-tint")]
        for front, back in pairs:
            light, dark = sorted((_luminance(colour[front]), _luminance(colour[back])))[::-1]
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (front, back)
