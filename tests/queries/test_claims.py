"""Queries on claims: plans and reports, disagreement, figures, inferences."""

from tests.queries.conftest import Ask

PROGRAMME = "programme/collaborate-innovate"
PILOT = "programme/artsmark-virtual-schools-pilot"
REGIONAL = "programme/regional-virtual-schools-development"


def test_plan_of_up_to_ten_partnerships_stands_beside_the_eight_reported(ask: Ask) -> None:
    for indicator in ("partnerships", "virtual-schools", "cultural-partners"):
        [pair] = ask("planned-and-reported", thing=PROGRAMME, indicator=indicator)
        assert (pair["planQualifierLabel"], pair["planValue"]) == ("Up to", "10")
        assert pair["planSource"] == "source/collaborate-innovate-faq"
        assert (pair["reportQualifierLabel"], pair["reportValue"]) == ("Exactly", "8")
        assert pair["reportSource"] == "source/collaborate-innovate-press-release-2024-10"


def test_invitations_to_the_training_are_held_against_those_who_came(ask: Ask) -> None:
    [pair] = ask("planned-and-reported", thing=PROGRAMME, indicator="organisations-trained")
    assert (pair["planIndicatorLabel"], pair["planValue"]) == ("Organisations invited", "25")
    assert pair["planSource"] == "source/collaborate-innovate-faq"
    assert (pair["indicatorLabel"], pair["reportValue"]) == ("Organisations trained", "28")
    assert pair["reportSource"] == "source/collaborate-innovate-press-release-2024-10"


def test_plan_and_report_go_by_one_measure_unless_two_are_related(ask: Ask) -> None:
    pairs = {(row["planIndicator"], row["indicator"]) for row in ask("planned-and-reported")}
    assert {(plan, report) for plan, report in pairs if plan != report} == {
        ("indicator/organisations-invited", "indicator/organisations-trained")
    }


def test_inference_is_no_plan(ask: Ask) -> None:
    assert ask("planned-and-reported", indicator="children-in-care") == []


def test_document_that_gives_two_dates_of_the_training_disagrees_with_itself(ask: Ask) -> None:
    [pair] = ask("conflicting-claims", indicator="training-date")
    assert {pair["firstValue"], pair["secondValue"]} == {"2024-05", "summer 2024"}
    assert pair["firstSource"] == pair["secondSource"] == "source/collaborate-innovate-faq"


def test_documents_differ_on_whom_the_funder_approached_and_for_what(ask: Ask) -> None:
    rows = ask("roles-of-body", role="approached")
    assert {(row["bodyLabel"], row["thing"]) for row in rows} == {
        ("Arts Connect", PROGRAMME),
        ("The Mighty Creatives", PROGRAMME),
        ("West Midlands CIC Foundation", PROGRAMME),
        ("Arts Connect", PILOT),
        ("The Mighty Creatives", PILOT),
    }
    # claims about two things are no contradiction
    assert ask("conflicting-claims", indicator="bodies-approached") == []


def test_each_pair_of_claims_stands_once_and_two_inferences_are_none(ask: Ask) -> None:
    rows = ask("conflicting-claims")
    pairs = {(row["first"], row["second"]) for row in rows}
    assert not any((second, first) in pairs for first, second in pairs)
    assert "indicator/same-as" not in {row["indicator"] for row in rows}


def test_twelve_thousand_children_are_said_of_two_areas(ask: Ask) -> None:
    rows = ask("same-figure-different-meaning", indicator="children-in-care")
    assert {row["value"] for row in rows} == {"12000"}
    sides = {(row[side], row.get(f"{side}Area")) for row in rows for side in ("first", "second")}
    assert sides == {
        ("claim/ac-children-in-care", "region/E12000005"),
        ("claim/inferred-children-in-care-midlands", "area/midlands"),
        ("claim/pr-children-in-care", None),
    }


def test_figures_of_a_programme_carry_qualifier_standing_and_place_in_the_source(ask: Ask) -> None:
    rows = {row["claim"]: row for row in ask("programme-figures", programme="collaborate-innovate")}
    budget = rows["claim/faq-funding-per-project"]
    assert (budget["qualifierLabel"], budget["value"], budget["unit"]) == (
        "Up to",
        "3300",
        "unit/gbp",
    )
    assert budget["standing"] == "standing/planned"
    trained = rows["claim/pr-organisations-trained"]
    assert (trained["value"], trained["asOf"], trained["area"]) == (
        "28",
        "2024-10",
        "area/midlands",
    )
    assert rows["claim/ac-programme-end"]["value"] == "2025-12"
    assert rows["claim/pr-conference-date"]["value"] == "2025-06"
    assert rows["claim/faq-sharing-date"]["value"] == "summer 2025"
    assert rows["claim/faq-programme-length"]["locator"] == "What is the partnership project?"


def test_figures_of_other_programmes_are_left_out(ask: Ask) -> None:
    claims = {row["claim"] for row in ask("programme-figures", programme="collaborate-innovate")}
    assert "claim/ac-virtual-schools-in-region" not in claims


def test_inferences_name_the_documents_that_they_rest_on(ask: Ask) -> None:
    rows = ask("inferences")
    foundation = [row for row in rows if row["record"] == "claim/inferred-foundation-names"]
    assert {row["source"] for row in foundation} == {
        "source/collaborate-innovate-faq",
        "source/arts-connect-virtual-schools-programme",
    }
    assert all(row["note"] and row["locator"] for row in foundation)
    assert "engagement/inferred-artslink-manager" in {row["record"] for row in rows}
