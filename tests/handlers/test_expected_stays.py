"""Who is to leave tomorrow: known before, followed up only once the discharge has come true."""

from datetime import date, datetime, timedelta

import pytest

from handlers.binding import bind
from handlers.contents import content_of
from handlers.discharge_entry import DischargeEntry
from handlers.discharges import Source, import_discharges
from handlers.import_consents import BEDSIDE
from handlers.import_report import ImportReport, Trouble
from handlers.plans import READMITTED
from handlers.reminders.reviews import plan_reviews
from handlers.reports.complaint_counts import by_department
from handlers.reports.period import month_of
from handlers.slips import issue
from handlers.welcome import welcome
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus
from models.conversation import Outgoing
from models.hospital import Department
from models.keys import KeyRing
from models.people import Consent, ConsentBasis, ConsentPurpose, ContactPoint
from models.timetable import Due
from scheduler.due import run_due
from tests.handlers.discharge_lists import DESK, OWN, discharge, own, take, the_plan, the_point

pytestmark = pytest.mark.usefixtures("database")
TODAY, TOMORROW = date(2026, 11, 22), date(2026, 11, 23)


async def expect(now: datetime, *entries: DischargeEntry) -> ImportReport:
    """Take these as a list of who is to leave."""
    source = Source("tomorrow.csv")
    return await import_discharges(DESK, entries, source, now, expected=True)


async def settle(now: datetime, *, granted: bool) -> None:
    """Have the patient asked at the bedside."""
    stay = await Encounter.get(inpatient_no="Z1")
    await Consent.create(
        patient_id=stay.patient_id,
        purpose=ConsentPurpose.FOLLOW_UP,
        basis=ConsentBasis.CONSENT,
        granted=granted,
        channel=BEDSIDE,
        at=now,
    )


async def test_who_is_to_leave_is_known_with_number_and_in_no_plan(now: datetime) -> None:
    report = await expect(now, discharge(discharged_on=TOMORROW, disposition="5"))
    assert (report.created, report.planned, report.excluded) == (1, 0, {})
    stay = await Encounter.get(inpatient_no="Z1")
    assert (stay.expected, stay.disposition, stay.discharged_on) == (True, "9", TOMORROW)
    assert (await the_point()).value == OWN
    assert not await FollowUpPlan.exists()
    assert not await Due.exists()


async def test_the_same_list_again_changes_nothing_and_a_moved_day_is_taken(now: datetime) -> None:
    await expect(now, discharge(discharged_on=TOMORROW))
    assert (await expect(now, discharge(discharged_on=TOMORROW))).unchanged == 1
    moved = await expect(now, discharge(discharged_on=TOMORROW + timedelta(days=2)))
    assert moved.updated == 1
    assert (await Encounter.get(inpatient_no="Z1")).discharged_on == date(2026, 11, 25)


async def test_the_ordinary_list_makes_the_plan_though_it_says_the_same(now: datetime) -> None:
    """Word for word the same row says something new: the patient has left."""
    row = discharge(discharged_on=TOMORROW, disposition="9")
    await expect(now, row)
    report = await take(now + timedelta(days=1), row)
    assert (report.created, report.planned) == (1, 1)
    stay = await Encounter.get(inpatient_no="Z1")
    assert not stay.expected
    plan = await the_plan()
    assert plan.status is PlanStatus.ACTIVE
    assert await FollowUpTask.filter(plan_id=plan.id).count() == 3


async def test_rounds_count_from_the_day_the_patient_really_left(now: datetime) -> None:
    await expect(now, discharge(discharged_on=TOMORROW))
    await take(now + timedelta(days=2), discharge(discharged_on=date(2026, 11, 24)))
    first = await FollowUpTask.get(plan_id=(await the_plan()).id, round=1)
    await expect_first(first, now)


async def expect_first(first: FollowUpTask, now: datetime) -> None:
    """The first round is laid as if nobody had been expected."""
    await take(now + timedelta(days=2), other := discharge(3, inpatient_no="Z2", mrn="B2"))
    assert other.stay.discharged_on == date(2026, 11, 20)
    second = await FollowUpTask.get(plan_id=(await the_plan("Z2")).id, round=1)
    assert first.due_at.date() - second.due_at.date() >= timedelta(days=3)


async def test_a_list_that_knows_the_visit_finds_the_stay_of_one_that_did_not(
    now: datetime,
) -> None:
    await expect(now, discharge(discharged_on=TOMORROW))
    await take(now + timedelta(days=1), discharge(discharged_on=TOMORROW, visit_seq=2))
    stay = await Encounter.get(inpatient_no="Z1")
    assert (stay.visit_seq, stay.expected) == (2, False)


async def test_who_has_left_already_is_not_expected_again(now: datetime) -> None:
    await take(now, discharge())
    report = await expect(now, discharge(discharged_on=TOMORROW))
    assert [finding.trouble for finding in report.findings] == [Trouble.LEFT_ALREADY]
    stay = await Encounter.get(inpatient_no="Z1")
    assert (stay.expected, stay.discharged_on) == (False, date(2026, 11, 20))


@pytest.mark.parametrize("listed", [None, True])
async def test_a_no_at_the_bedside_outlives_the_list_and_is_a_reason(
    now: datetime, listed: bool | None
) -> None:
    await expect(now, discharge(discharged_on=TOMORROW))
    await settle(now, granted=False)
    report = await take(now + timedelta(days=1), discharge(discharged_on=TOMORROW, consent=listed))
    assert report.excluded == {"F24": 1}
    assert await Consent.all().count() == 1


async def test_a_yes_at_the_bedside_outlives_a_list_that_says_no(now: datetime) -> None:
    await expect(now, discharge(discharged_on=TOMORROW))
    await settle(now, granted=True)
    report = await take(now + timedelta(days=1), discharge(discharged_on=TOMORROW, consent=False))
    assert (report.excluded, report.planned) == ({}, 1)


async def test_a_stay_that_is_only_expected_ends_no_plan_and_excludes_none(now: datetime) -> None:
    """Whether the patient came back is proven by the discharge, not by a plan to discharge."""
    again = discharge(inpatient_no="Z2", admitted_on=TODAY, discharged_on=TOMORROW)
    await expect(now, again)
    report = await take(now, discharge())
    assert (report.planned, report.excluded) == (1, {})
    assert (await the_plan()).status is PlanStatus.ACTIVE
    await take(now + timedelta(days=1), again)
    assert (await the_plan()).stop_reason == READMITTED


async def test_a_discharge_that_never_comes_true_is_in_no_figure_and_reminded_of_nothing(
    now: datetime,
) -> None:
    await Department.create(code="0101", name="心内科")
    row = discharge(
        department="心内科",
        discharged_on=TOMORROW,
        review_on=date(2026, 11, 26),
        numbers=(own(),),
    )
    await expect(now, row)
    counted = await by_department([], month_of("2026-11"))
    assert [one.discharges for one in counted] == []
    assert await plan_reviews(DESK, TOMORROW, now + timedelta(days=1)) == 0


async def bind_in_bed(now: datetime, ring: KeyRing) -> ContactPoint:
    """Have the patient scan the slip while still in bed."""
    stay = await Encounter.get(inpatient_no="Z1")
    (slip,) = await issue([stay.id], now, "https://example.org", ring)
    link = await bind(slip.link.rpartition("/")[2], "1970", now)
    return await ContactPoint.get(id=link.contact_point_id)


async def greetings(point: ContactPoint) -> list[tuple[str, datetime]]:
    """What this phone was welcomed with, and when."""
    rows = await Outgoing.filter(contact_point_id=point.id)
    return [(content_of(row).body.message, row.created_at) for row in rows]


async def test_who_bound_a_phone_in_bed_is_greeted_once_the_discharge_is_true(
    now: datetime, key_ring: KeyRing
) -> None:
    await expect(now, discharge(discharged_on=TOMORROW, birth_date=date(1970, 5, 1)))
    point = await bind_in_bed(now, key_ring)
    await welcome(DESK, point.id, now)
    assert await greetings(point) == []
    early = datetime.fromisoformat("2026-11-24T06:30+08:00")
    row = discharge(discharged_on=TOMORROW, birth_date=date(1970, 5, 1))
    await take(early, row)
    await take(early, row)
    await run_due(DESK, early)
    assert await greetings(point) == []
    eight = datetime.fromisoformat("2026-11-24T08:00+08:00")
    await run_due(DESK, eight)
    assert await greetings(point) == [("M-DUP", eight)]


async def test_who_wants_no_messages_is_not_greeted_at_home(
    now: datetime, key_ring: KeyRing
) -> None:
    await expect(now, discharge(discharged_on=TOMORROW, birth_date=date(1970, 5, 1)))
    point = await bind_in_bed(now, key_ring)
    await ContactPoint.filter(id=point.id).update(opted_out_at=now)
    await take(now, discharge(discharged_on=TOMORROW, birth_date=date(1970, 5, 1)))
    await run_due(DESK, now + timedelta(hours=6))
    assert await greetings(point) == []
