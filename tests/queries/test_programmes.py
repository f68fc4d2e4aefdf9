"""Queries on programmes: dates, stages, bodies, rules, questions, events, training, money."""

from tests.queries.conftest import Ask

PROGRAMME = "programme/collaborate-innovate"
REGIONAL = "programme/regional-virtual-schools-development"
COUNCIL = "organisation/arts-council-england"


def test_sources_give_start_and_end_of_the_programme_between_them(ask: Ask) -> None:
    rows = ask("programmes", programme="collaborate-innovate")
    dates = {
        row["graph"].rsplit("/", 1)[-1]: (row.get("startDate"), row.get("endDate")) for row in rows
    }
    assert dates == {
        "collaborate-innovate-faq": (None, None),
        "collaborate-innovate-press-release-2024-10": ("2023-04", None),
        "virtual-schools-programme": (None, "2025-12"),
    }


def test_sources_differ_on_what_a_programme_belongs_to(ask: Ask) -> None:
    rows = ask("programmes", programme="arts-ambassadors")
    assert {row["partOfLabel"] for row in rows} == {
        "Artslink",
        "Regional research and development with Virtual Schools",
    }


def test_stages_follow_one_another_with_their_dates(ask: Ask) -> None:
    rows = [
        row
        for row in ask("programme-stages", programme="collaborate-innovate")
        if row["graph"].endswith("faq")
    ]
    assert [row["stageLabel"] for row in rows] == [
        "Training",
        "Matching",
        "Orientation",
        "Action research",
        "Sharing",
        "Evaluation",
    ]
    assert rows[0]["startDate"] == "2024-05"
    assert (rows[2]["startDate"], rows[2]["endDate"]) == ("2024-07-03", "2024-07-04")


def test_evaluator_is_never_named(ask: Ask) -> None:
    rows = ask("programme-bodies", programme="collaborate-innovate", role="evaluator")
    assert {(row["standing"], row["source"]) for row in rows} == {
        ("standing/planned", "source/collaborate-innovate-faq"),
        ("standing/reported", "source/collaborate-innovate-press-release-2024-10"),
    }
    assert not any("body" in row for row in rows)


def test_bodies_of_a_programme_include_those_of_its_events(ask: Ask) -> None:
    rows = ask("programme-bodies", programme="collaborate-innovate")
    told = {(row["roleLabel"], row.get("bodyLabel"), row["part"]) for row in rows}
    assert ("Lead", "Arts Connect", PROGRAMME) in told
    assert ("Trainer", "The Mighty Creatives", "event/collaborate-innovate-training") in told
    assert ("Host", "University of Wolverhampton", "event/collaborate-innovate-conference") in told


def test_rules_name_what_they_refer_to(ask: Ask) -> None:
    rows = ask("programme-rules", programme="collaborate-innovate")
    assert len({row["rule"] for row in rows}) == 6
    refers = {(row["ruleKind"].rsplit("/")[-1], row.get("refersTo")) for row in rows}
    assert ("training-before-action-research", "event/collaborate-innovate-training") in refers
    assert ("member-kinds", "cep:VirtualSchool") in refers
    assert ("light-monitoring", None) in refers
    [ceiling] = ask("programme-rules", ruleKind="funding-ceiling")
    assert (ceiling["ceiling"], ceiling["currency"]) == ("3300", "GBP")


def test_core_question_has_two_wordings(ask: Ask) -> None:
    rows = ask("programme-questions", programme="collaborate-innovate")
    wordings = {row["graph"].rsplit("/", 1)[-1]: row["question"] for row in rows}
    assert wordings["collaborate-innovate-faq"] == wordings["virtual-schools-programme"]
    assert len(set(wordings.values())) == 2


def test_enquiries_cover_the_six_dimensions(ask: Ask) -> None:
    rows = ask("enquiries", programme="collaborate-innovate")
    assert {row["dimension"] for row in rows} == {
        f"dimension/{key}"
        for key in (
            "training-needed",
            "engagement-models",
            "youth-influence",
            "learning-partnerships",
            "access",
            "creative-careers",
        )
    }


def test_orientation_is_held_in_two_cities_on_two_days(ask: Ask) -> None:
    rows = ask("events", programme="collaborate-innovate", eventKind="orientation")
    assert {row["placeLabel"] for row in rows} == {"Leicester", "Wolverhampton"}
    assert {(row["startDate"], row["endDate"]) for row in rows} == {("2024-07-03", "2024-07-04")}


def test_conference_is_announced_for_june_2025(ask: Ask) -> None:
    [conference] = ask("events", eventKind="conference")
    assert conference["startDate"] == "2025-06"
    assert conference["venue"] == "University of Wolverhampton"


def test_sources_name_different_topics_of_the_training(ask: Ask) -> None:
    rows = ask("event-topics", event="collaborate-innovate-training")
    plan = {row["topic"].rsplit("/")[-1] for row in rows if row["graph"].endswith("faq")}
    report = {row["topic"].rsplit("/")[-1] for row in rows if row["graph"].endswith("2024-10")}
    assert plan == {
        "trauma-informed-practice",
        "working-with-care-experienced",
        "safeguarding",
        "youth-voice",
    }
    assert report == {"trauma-informed-practice"}


def test_training_is_given_to_groups_invited_and_trained(ask: Ask) -> None:
    rows = ask("who-trains-whom", trainer="organisation/the-mighty-creatives")
    assert {(row["trained"], row["standing"]) for row in rows} == {
        ("cohort/collaborate-innovate-invited", "standing/planned"),
        ("cohort/collaborate-innovate-trained", "standing/reported"),
    }
    [institute] = ask("who-trains-whom", trainer="organisation/icrd")
    assert institute["training"] == PROGRAMME
    assert "trained" not in institute


def test_funder_funds_bodies_and_programmes_without_a_stated_amount(ask: Ask) -> None:
    rows = ask("who-funds-whom", funder=COUNCIL)
    assert {row["recipient"] for row in rows} >= {
        "organisation/arts-connect",
        "organisation/the-mighty-creatives",
        PROGRAMME,
        REGIONAL,
    }
    assert not any("amount" in row for row in rows)


def test_artslink_is_funded_by_virtual_schools_with_matched_investment(ask: Ask) -> None:
    rows = ask("who-funds-whom", recipient="programme/artslink")
    contributions = {row["funder"] for row in rows if row["kindLabel"] == "Contribution"}
    assert contributions == {"cohort/west-midlands-virtual-schools", "organisation/arts-connect"}


def test_offer_of_funding_names_its_ceiling_and_costs(ask: Ask) -> None:
    rows = ask("funding-schemes", programme="collaborate-innovate")
    assert {(row["ceiling"], row["currency"]) for row in rows} == {("3300", "GBP")}
    assert {row["eligibleCost"] for row in rows} >= {"artist time", "travel", "visits"}
