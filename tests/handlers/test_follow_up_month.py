"""The month's report from a database: the hand-computed month, and what it is compared with."""

from datetime import date

import pytest

from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_month import report_follow_up
from handlers.reports.follow_up_rules import FigureRules, Unfinished
from handlers.reports.period import month_of
from models.care import Encounter, TaskKind, TaskStatus
from models.people import (
    ContactPoint,
    ContactStatus,
    HospitalPhone,
    RespondentRole,
    ResponderRole,
)
from tests.handlers.follow_up_scene import (
    DECEMBER,
    NEW_YEAR,
    House,
    a_house,
    lay_november,
    lay_signals,
)
from tests.handlers.people import a_contact_point

pytestmark = pytest.mark.usefixtures("database")

NOVEMBER = month_of("2026-11")


@pytest.fixture
async def house() -> House:
    """November as in the table."""
    found = await a_house()
    await lay_november(found)
    return found


async def test_the_database_gives_what_was_computed_by_hand(house: House) -> None:
    report = await report_follow_up(NOVEMBER, None, DECEMBER)
    rates = {row.name: row.figures.followed for row in report.rows}
    assert rates == {"心内科": Share(3, 7), "骨科": Share(3, 6), "精神科": Share(1, 5)}
    total = report.total.figures
    assert (total.discharged, total.left_out, total.expected, total.missing) == (20, 5, 15, 8)
    assert total.followed == Share(7, 18)
    assert total.attempted == Share(9, 15)
    assert total.rounds[1].completed == Share(7, 14)
    assert total.rounds[2].completed == Share(2, 2)
    assert total.rounds[1].in_time + total.rounds[2].in_time == Share(6, 14)
    assert total.succeeded == Share(8, 12)
    assert total.recorded == Share(15, 16)
    assert total.numbers == Share(17, 19)
    assert total.unfinished[Unfinished.WAITING] == 1
    assert total.reasons["F44"] == 2
    assert [row.selective for row in report.rows] == [False, False, True]
    everybody = await report_follow_up(NOVEMBER, None, DECEMBER, FigureRules(deaths_count=True))
    assert everybody.total.figures.followed == Share(7, 20)


async def test_a_month_is_preliminary_while_rounds_of_its_stays_are_to_come(house: House) -> None:
    report = await report_follow_up(NOVEMBER, None, DECEMBER)
    assert (report.open_rounds, report.preliminary) == (1, True)
    # a8's round fell due on 3 December: it is a round of December, its stay one of November
    later = await report_follow_up(NOVEMBER, None, NEW_YEAR)
    assert (later.open_rounds, later.preliminary) == (0, False)
    assert later.total.figures.unfinished[Unfinished.OVERDUE] == 3
    assert later.total.figures.rounds[1] == report.total.figures.rounds[1]
    december = await report_follow_up(month_of("2026-12"), None, NEW_YEAR)
    assert december.total.figures.rounds[1].completed == Share(0, 1)
    assert december.total.figures.discharged == 0


async def test_what_is_not_discharged_and_what_was_taken_back_counts_nowhere(house: House) -> None:
    await house.stay("a91", expected=True)
    await house.stay("a92", withdrawn_at=DECEMBER)
    await house.done("a92")
    report = await report_follow_up(NOVEMBER, None, DECEMBER)
    assert report.total.figures.discharged == 20
    assert report.total.figures.followed == Share(7, 18)
    assert report.total.figures.rounds[1].completed == Share(7, 14)


async def test_only_rounds_count_by_round_but_any_contact_counts_for_the_stay(house: House) -> None:
    await house.round(
        "c5",
        kind=TaskKind.HOME_VISIT,
        deadline=date(2026, 11, 9),
        status=TaskStatus.COMPLETED,
        reached_at=DECEMBER,
    )
    report = await report_follow_up(NOVEMBER, None, DECEMBER)
    assert report.total.figures.followed == Share(8, 18)
    assert report.total.figures.rounds[1].completed == Share(7, 14)


async def test_a_ward_sees_its_own_rows_and_their_sum(house: House) -> None:
    report = await report_follow_up(NOVEMBER, ["A"], DECEMBER)
    assert [row.code for row in report.rows] == ["A"]
    assert report.total.figures.followed == Share(3, 7)
    nobody = await report_follow_up(NOVEMBER, [], DECEMBER)
    assert nobody.empty


async def test_last_month_and_last_year_stand_beside_this_one(house: House) -> None:
    await house.stay("a81", date(2026, 10, 5))
    await house.done("a81")
    await house.stay("a82", date(2026, 10, 6))
    await house.ended("a82", "F14")
    # died in October without a contact, and died after one
    await house.stay("a83", date(2026, 10, 6), exclusion="F41")
    await house.stay("a84", date(2025, 11, 6), exclusion="F41")
    await house.done("a84")
    # a curve ends with its month
    await house.stay("a85", date(2026, 12, 2))
    report = await report_follow_up(NOVEMBER, None, DECEMBER)
    row = report.rows[0]
    assert (row.before, row.year_before) == (Share(1, 2), Share(1, 1))
    # 3/7 is 42.86 %, 7.14 points less than October's 50 %
    assert row.change == pytest.approx(-7.142857, abs=1e-5)
    assert report.total.before == Share(1, 2)
    assert report.total.year_before == Share(1, 1)
    assert [point.whole for point in report.year] == [0] * 9 + [2, 18, 0]
    assert [point.whole for point in report.last_year] == [0] * 10 + [1, 0]
    january = await report_follow_up(month_of("2026-12"), None, NEW_YEAR)
    assert january.total.before == Share(7, 18)


async def test_alerts_complaints_and_proofs_stand_with_their_department(house: House) -> None:
    await lay_signals(house)
    report = await report_follow_up(NOVEMBER, None, DECEMBER)
    heart, bone, _ = (row.figures for row in report.rows)
    assert (bone.red, bone.orange, bone.complaints) == (1, 1, 1)
    assert (heart.verified, heart.drawn) == (Share(1, 2), 2)
    assert (bone.verified, bone.unsure) == (Share(0, 0), 1)
    assert report.total.figures.verified == Share(1, 2)


async def test_a_number_proven_wrong_is_none_and_a_corrected_one_counts(house: House) -> None:
    phone = await HospitalPhone.get(encounter=house.stays["a4"])
    wrong = await _point(phone.number, house.stays["a4"])
    corrected = await _point("13900099999", house.stays["a5"])
    before = (await report_follow_up(NOVEMBER, ["A"], DECEMBER)).total.figures.numbers
    # a5's file has no number, but a nurse has entered one; a6 has none, a7 died
    assert before == Share(6, 7)
    wrong.wrong_at, wrong.status = DECEMBER, ContactStatus.WRONG_NUMBER
    await wrong.save()
    after = (await report_follow_up(NOVEMBER, ["A"], DECEMBER)).total.figures.numbers
    assert after == Share(5, 7)
    corrected.wrong_at = DECEMBER
    await corrected.save()
    last = (await report_follow_up(NOVEMBER, ["A"], DECEMBER)).total.figures.numbers
    assert last == Share(4, 7)


async def _point(number: str, stay: Encounter) -> ContactPoint:
    point = await a_contact_point(DECEMBER, number)
    await RespondentRole.create(
        respondent_id=point.respondent_id, patient_id=stay.patient_id, role=ResponderRole.SELF
    )
    return point


async def test_a_month_without_data_says_so() -> None:
    report = await report_follow_up(NOVEMBER, None, DECEMBER)
    assert report.empty
    assert report.total.figures.followed.percent is None
    assert not report.rows
