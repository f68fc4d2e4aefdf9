"""Queries on findings: challenges and solutions, themes, strength, likeness, who asserts what."""

from collections import Counter

from tests.queries.conftest import Ask

NOTES = "peer-learning-session-1-feedback"


def test_table_of_challenges_keeps_its_pairs(ask: Ask) -> None:
    rows = ask("challenges-with-solutions", source=NOTES)
    answered = {row["challenge"] for row in rows if "answer" in row}
    assert len(answered) == 17
    assert len([row for row in rows if "answer" in row]) == 25
    assert len({row["challenge"] for row in rows} - answered) == 9


def test_each_solution_says_how_far_it_was_tried(ask: Ask) -> None:
    rows = ask("challenges-with-solutions", challenge="pl-t-01")
    assert [row["answer"] for row in rows] == ["solution/pl-t-01-a", "solution/pl-t-01-b"]
    assert all(row["answerKindLabel"] == "Solution" for row in rows)
    [governance] = ask("challenges-with-solutions", challenge="pl-t-02")
    assert governance["trialStatus"] == "trial-status/reported-to-have-worked"


def test_question_beside_a_challenge_is_no_solution(ask: Ask) -> None:
    rows = ask("challenges-with-solutions", challenge="pl-t-09")
    assert len(rows) == 2
    assert {row["answerKindLabel"] for row in rows} == {"Insight"}
    assert not any("trialStatus" in row for row in rows)


def test_other_challenges_of_the_notes_stay_open(ask: Ask) -> None:
    open_ones = {row["challenge"] for row in ask("open-challenges")}
    assert {f"challenge/pl-oc-0{number}" for number in range(1, 10)} <= open_ones
    assert not any(challenge.startswith("challenge/pl-t-") for challenge in open_ones)


def test_solutions_that_worked_are_told_from_those_proposed(ask: Ask) -> None:
    worked = {
        row["solution"] for row in ask("solutions-by-trial", trialStatus="reported-to-have-worked")
    }
    assert worked == {"solution/pl-t-02-a", "solution/pl-t-05-a"}
    proposed = ask("solutions-by-trial", trialStatus="proposed")
    ideas = {row["solution"] for row in proposed if "challenge" not in row}
    assert {"idea/pl-t-18", "idea/pl-t-19"} <= ideas


def test_findings_under_a_theme_are_of_every_kind(ask: Ask) -> None:
    rows = ask("findings-by-theme", theme="funding")
    assert {row["theme"] for row in rows} == {"theme/funding"}
    assert {row["kindLabel"] for row in rows} >= {"Success factor", "Challenge", "Solution"}
    assert "challenge/pl-t-04" in {row["finding"] for row in rows}
    challenges = ask("findings-by-theme", theme="funding", kind="cep:Challenge")
    assert challenges == [row for row in rows if row["kind"] == "cep:Challenge"]


def test_no_enquiry_has_reported_findings(ask: Ask) -> None:
    strengths = Counter(row["strength"] for row in ask("findings-by-strength"))
    assert strengths["evidence-strength/testimony"] >= 80
    assert not strengths.keys() & {"evidence-strength/evaluated", "evidence-strength/replicated"}


def test_assumptions_of_the_plan_are_told_as_such(ask: Ask) -> None:
    rows = ask("findings-by-strength", strength="assumption", source="collaborate-innovate-faq")
    assert "insight/faq-more-to-be-done" in {row["finding"] for row in rows}


def test_words_are_found_whatever_their_case(ask: Ask) -> None:
    lower = ask("findings-with-words", words="zoom")
    upper = ask("findings-with-words", words="ZOOM")
    assert [row["finding"] for row in lower] == ["solution/pl-t-05-a"]
    assert [row["finding"] for row in upper] == ["solution/pl-t-05-a"]
    assert ask("findings-with-words", words=".*") == []


def test_notes_hold_84_findings_with_their_place(ask: Ask) -> None:
    rows = ask("findings-of-source", source=NOTES)
    assert len(rows) == len({row["finding"] for row in rows}) == 84
    assert {row["event"] for row in rows} == {"event/peer-learning-core-session-1"}
    assert ask("findings-of-source", event="peer-learning-core-session-1") == rows


def test_themes_count_findings_of_each_kind(ask: Ask) -> None:
    counts = {(row["theme"], row["kind"]): int(row["findings"]) for row in ask("themes")}
    challenges = ask("findings-by-theme", theme="capacity", kind="cep:Challenge")
    assert counts["theme/capacity", "cep:Challenge"] == len({r["finding"] for r in challenges})
    assert len({theme for theme, _ in counts}) >= 12


def test_findings_that_are_alike_point_at_each_other(ask: Ask) -> None:
    pairs = {(row["finding"], row["similar"]) for row in ask("similar-findings")}
    assert ("success-factor/pl-sf-01", "solution/pl-t-17-a") in pairs
    assert all((second, first) in pairs for first, second in pairs)


def test_findings_of_two_documents_are_linked(ask: Ask) -> None:
    rows = ask("similar-findings", finding="insight/faq-virtual-schools-differ")
    assert (
        "insight/ac-virtual-schools-differ",
        "source/arts-connect-virtual-schools-programme",
    ) in {(row["similar"], row["similarSource"]) for row in rows}


def test_what_a_body_asserts_stands_with_its_basis(ask: Ask) -> None:
    rows = ask("statements-of-body", body="organisation/arts-connect")
    bases = {row["record"]: row["basis"] for row in rows}
    assert bases["success-factor/pr-long-term-change"] == "evidence-strength/assertion"
    assert bases["claim/faq-programme-length"] == "standing/planned"


def test_challenges_are_counted_by_theme_with_those_that_have_an_answer(ask: Ask) -> None:
    rows = ask("challenge-gaps")
    assert rows[0]["theme"] == "theme/capacity"
    assert (rows[0]["challenges"], rows[0]["answered"], rows[0]["unanswered"]) == ("8", "3", "5")
    unanswered = {row["challenge"] for row in ask("open-challenges", theme="capacity")}
    assert len(unanswered) == 5
    [inclusion] = ask("challenge-gaps", theme="inclusion")
    assert inclusion["unanswered"] == "0"
