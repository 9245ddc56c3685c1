"""The figures of follow-up against a month computed by hand (M1-M6, M13, M22-M24, C16, C25).

Twenty stays of November 2026 in three departments, and the rounds that fell due in it:

| stay | ward | rounds due | what happened                                    | M1  | why not     |
| ---- | ---- | ---------- | ------------------------------------------------ | --- | ----------- |
| a1   | A    | 1 2        | both in time                                     | yes |             |
| a2   | A    | 1 2        | 1 in time, 2 late                                | yes |             |
| a3   | A    | 1          | in time, but one item excused (F15)              | yes |             |
| a4   | A    | 1          | tried, nobody answers: F14                       | no  | unreachable |
| a5   | A    | 1          | tried, does not want it: F21                     | no  | refused     |
| a6   | A    | 1          | never tried, still open after its deadline       | no  | overdue     |
| a7   | A    |            | died in hospital: F41, no rounds                 | out | (death)     |
| a8   | A    |            | its first round is due in December               | no  | waiting     |
| b1   | B    | 1          | in time                                          | yes |             |
| b2   | B    | 1 (fest.)  | deadline on a festival, completed late           | yes |             |
| b3   | B    | 1 (fest.)  | deadline on a festival, in time                  | yes |             |
| b4   | B    | 1          | ward had no time: F31, never tried               | no  | ward        |
| b5   | B    | 1          | died after the first try: F41                    | out | (death)     |
| b6   | B    | 1          | readmitted: F42                                  | no  | (left out)  |
| b7   | B    | 1          | closed without a reason                          | no  | overdue     |
| c1   | C    |            | selective department: F44, no rounds             | no  | (left out)  |
| c2   | C    |            | the same                                         | no  | (left out)  |
| c3   | C    | 1          | chosen by a doctor, in time                      | yes |             |
| c4   | C    | 1          | channel broken: F51                              | no  | technical   |
| c5   | C    |            | no round, no reason                              | no  | unplanned   |
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from handlers.reports import follow_up_figures as figures
from handlers.reports.follow_up_facts import MonthFacts, Proof
from handlers.reports.follow_up_figures import RoundFacts, Share, StayFacts
from handlers.reports.follow_up_rows import Signals, figures_by_department, total_of
from handlers.reports.follow_up_rules import Band, FigureRules, ReasonGroup, Unfinished, group_of
from models.ward_week import Verified

DAY = date(2026, 11, 3)
DEADLINE = datetime(2026, 11, 8, 16, 0, tzinfo=UTC)
EARLY, LATE = DEADLINE - timedelta(hours=1), DEADLINE + timedelta(hours=1)
AS_MEANT = FigureRules()
ALL_COUNT = FigureRules(deaths_count=True)


def _stay(name: str, **values: Any) -> StayFacts:
    return StayFacts(name, name[0].upper(), DAY, **values)


def _reached(name: str, rounds: int) -> StayFacts:
    return _stay(name, attempted=True, reached=True, rounds=rounds)


def _round(stay: str, number: int = 1, **values: Any) -> RoundFacts:
    return RoundFacts(f"{stay}.{number}", stay, stay[0].upper(), number, DEADLINE, **values)


def _done(stay: str, number: int = 1, at: datetime = EARLY, **values: Any) -> RoundFacts:
    return _round(stay, number, completed=True, attempted=True, closed_at=at, **values)


def _ended(stay: str, reason: str, *, tried: bool = False) -> RoundFacts:
    return _round(stay, closed=True, reason=reason, attempted=tried, closed_at=EARLY)


STAYS = (
    _reached("a1", 3),
    _reached("a2", 3),
    _reached("a3", 3),
    _stay("a4", attempted=True, rounds=1, reason="F14"),
    _stay("a5", attempted=True, rounds=1, reason="F21", deliverable=False),
    _stay("a6", rounds=1, overdue=True, deliverable=False),
    _stay("a7", exclusion="F41", deliverable=False),
    _stay("a8", rounds=3, waiting=True),
    _reached("b1", 1),
    _reached("b2", 1),
    _reached("b3", 1),
    _stay("b4", rounds=1, reason="F31"),
    _stay("b5", attempted=True, rounds=1, reason="F41", exclusion="F41"),
    _stay("b6", rounds=1, reason="F42", exclusion="F42"),
    _stay("b7", rounds=1),
    _stay("c1", exclusion="F44"),
    _stay("c2", exclusion="F44"),
    _reached("c3", 1),
    _stay("c4", rounds=1, reason="F51"),
    _stay("c5"),
)
ROUNDS = (
    _done("a1"),
    _done("a1", 2),
    _done("a2"),
    _done("a2", 2, LATE),
    _done("a3", reason="F15"),
    _ended("a4", "F14", tried=True),
    _ended("a5", "F21", tried=True),
    _round("a6"),
    _done("b1"),
    _done("b2", at=LATE, festival=True),
    _done("b3", festival=True),
    _ended("b4", "F31"),
    _ended("b5", "F41", tried=True),
    _ended("b6", "F42"),
    _ended("b7", ""),
    _done("c3"),
    _ended("c4", "F51"),
)


def test_a_stay_counts_once_and_deaths_leave_the_denominator() -> None:
    # reached: a1 a2 a3 b1 b2 b3 c3 = 7; of 20 discharged a7 and b5 died unreached: 18
    assert figures.followed_up(STAYS, AS_MEANT) == Share(7, 18)
    # a hospital may follow the words of the national indicator: all discharged
    assert figures.followed_up(STAYS, ALL_COUNT) == Share(7, 20)


def test_who_was_reached_before_dying_or_coming_back_counts_as_reached() -> None:
    stay = _stay("a9", exclusion="F41", attempted=True, reached=True, rounds=2)
    assert figures.followed_up([stay], AS_MEANT) == Share(1, 1)
    assert figures.exclusions([stay]) == {}


def test_rounds_completed_are_of_those_due() -> None:
    # 17 rounds due, without b5's (died) 16; completed: a1 a1 a2 a2 a3 b1 b2 b3 c3 = 9
    assert figures.rounds_completed(ROUNDS, AS_MEANT) == Share(9, 16)
    assert figures.rounds_completed(ROUNDS, ALL_COUNT) == Share(9, 17)
    # round 2: a1 and a2, both completed
    second = [row for row in ROUNDS if row.number == 2]
    assert figures.rounds_completed(second, AS_MEANT) == Share(2, 2)


def test_coverage_is_of_stays_that_are_not_left_out() -> None:
    # left out: a7 b5 b6 c1 c2; of the other 15 tried: a1-a5 (5), b1 b2 b3 (3), c3 (1)
    assert figures.attempted(STAYS) == Share(9, 15)


def test_success_wants_every_required_item() -> None:
    # tried: the 9 completed, a4 a5 b5 = 12; complete without an excuse: 9 less a3
    assert figures.succeeded(ROUNDS) == Share(8, 12)


def test_a_festival_is_no_lateness() -> None:
    # due 16 less b2 b3 = 14; by the deadline: a1 a1 a2 a3 b1 c3 = 6 (a2's second was late)
    assert figures.in_time(ROUNDS, AS_MEANT) == Share(6, 14)


def test_a_record_without_answers_wants_a_reason() -> None:
    # ended: all but a6 = 16; b7 has neither answers nor a reason
    assert figures.recorded(ROUNDS) == Share(15, 16)


def test_who_is_unsure_proves_nothing_and_disproves_nothing() -> None:
    answers = [Verified.YES, Verified.YES, Verified.YES, Verified.NO, Verified.UNSURE]
    assert figures.genuine(answers) == Share(3, 4)
    assert figures.genuine([Verified.UNSURE]).percent is None


def test_the_published_sample_gives_the_published_rate() -> None:
    """Of 933 called 896 confirmed: the source says 96.03 % (R188)."""
    answers = [Verified.YES] * 896 + [Verified.NO] * 37
    rate = figures.genuine(answers).percent
    assert rate is not None
    assert round(rate, 2) == 96.03


def test_reasons_are_of_rounds_not_completed_and_of_stays_without_rounds() -> None:
    # rounds: a4 F14, a5 F21, a6 and b7 none, b4 F31, b5 F41, b6 F42, c4 F51 = 8; stays: a7, c1, c2
    found = figures.reasons(STAYS, ROUNDS)
    assert found == {
        "F14": 1, "F21": 1, "": 2, "F31": 1, "F41": 2, "F42": 1, "F51": 1, "F44": 2,
    }  # fmt: skip
    assert sum(found.values()) == 8 + 3
    assert [group_of(code) for code in ("F14", "F25", "F34", "F41", "F53", "", "stopped")] == [
        ReasonGroup.UNREACHABLE,
        ReasonGroup.REFUSED,
        ReasonGroup.WARD,
        ReasonGroup.EXCLUDED,
        ReasonGroup.TECHNICAL,
        ReasonGroup.NONE,
        ReasonGroup.NONE,
    ]


def test_numbers_count_by_stay() -> None:
    # without a number: a5 a6; a7 died on the ward and is not counted
    assert figures.numbers_valid(STAYS) == Share(17, 19)


def test_the_load_is_a_mean_over_the_days_somebody_called() -> None:
    # li: 3 and 1 on two days, wang: 2 on one: 6 tasks on 3 caller-days
    calls = [("li", DAY)] * 3 + [("li", DAY + timedelta(days=1))] + [("wang", DAY)] * 2
    assert figures.daily_load(calls) == Share(6, 3)
    assert figures.daily_load(calls).each == 2.0


def test_every_stay_is_left_out_or_followed_or_says_why_not() -> None:
    assert figures.exclusions(STAYS) == {"F41": 2, "F42": 1, "F44": 2}
    assert figures.unfinished(STAYS) == {
        Unfinished.UNREACHABLE: 1,
        Unfinished.REFUSED: 1,
        Unfinished.OVERDUE: 2,
        Unfinished.WAITING: 1,
        Unfinished.WARD: 1,
        Unfinished.TECHNICAL: 1,
        Unfinished.UNPLANNED: 1,
    }
    # 20 = 5 left out + 7 followed + 8 not
    assert 5 + 7 + sum(figures.unfinished(STAYS).values()) == 20


def test_departments_add_up_to_the_house() -> None:
    answers = [("A", Verified.YES), ("B", Verified.UNSURE), ("B", None)]
    proofs = tuple(Proof(UUID(int=n), *told) for n, told in enumerate(answers))
    facts = MonthFacts(STAYS, ROUNDS, proofs, (), 0)
    rows = figures_by_department(facts, {"B": Signals(red=2, orange=1)}, AS_MEANT)
    # A: 3 of 7 (a7 died); B: 3 of 6 (b5 died); C: 1 of 5, its left-out stays stay in
    assert {code: row.followed for code, row in rows.items()} == {
        "A": Share(3, 7),
        "B": Share(3, 6),
        "C": Share(1, 5),
    }
    assert rows["A"].rounds[2].completed == Share(2, 2)
    # 2 in A, where one of the two was late
    assert rows["A"].rounds[2].in_time == Share(1, 2)
    total = total_of(rows.values())
    assert total.followed == figures.followed_up(STAYS, AS_MEANT)
    assert (total.discharged, total.left_out, total.expected, total.missing) == (20, 5, 15, 8)
    assert total.rounds[1].completed == Share(7, 14)
    assert total.reasons == figures.reasons(STAYS, ROUNDS)
    assert (total.verified, total.unsure, total.drawn) == (Share(1, 1), 1, 3)
    assert (total.red, total.orange) == (2, 1)
    assert total_of([]).empty


@pytest.mark.parametrize(
    ("rate", "band"),
    [
        (97.0, Band.GOOD),
        # printed as 97.0, so it is one
        (96.96, Band.GOOD),
        (96.94, Band.NORMAL),
        (91.0, Band.NORMAL),
        (90.9, Band.WARN),
        (70.0, Band.WARN),
        (68.47, Band.BAD),
        (None, Band.NONE),
    ],
)
def test_bands_are_those_of_the_published_year(rate: float | None, band: Band) -> None:
    assert AS_MEANT.band(rate) is band


def test_a_completed_round_whose_head_has_gaps_is_no_complete_record() -> None:
    whole = RoundFacts("1", "s", "A", 1, ROUNDS[0].deadline_at, completed=True)
    headless = replace(whole, id="2", headless=True)
    excused = replace(headless, id="3", reason="F53")
    assert figures.recorded([whole, headless, excused]) == Share(2, 3)
    # the answers are there all the same
    assert figures.succeeded([whole, headless]) == Share(2, 2)


def test_a_refusal_at_discharge_stays_in_every_denominator_and_is_named() -> None:
    refused = replace(STAYS[0], id="r", attempted=False, reached=False, rounds=0, reason="F24")
    assert not refused.left_out
    assert figures.followed_up([refused], FigureRules()) == Share(0, 1)
    assert figures.attempted([refused]) == Share(0, 1)
    assert figures.reasons([refused], []) == {"F24": 1}
    assert figures.unfinished([refused]) == {Unfinished.REFUSED: 1}
