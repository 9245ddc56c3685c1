"""Beside the bed: list, page, what is settled, the next day's list, the plan with all of it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from dialogs.timing import ContactHours
from handlers.bedside import bedside_stays, bound_channels, last_try, open_bedside, tomorrows
from handlers.bedside_numbers import Tried
from handlers.bedside_settling import (
    BedsideFault,
    BestTime,
    Settled,
    send_test,
    settle,
)
from handlers.binding import bind
from handlers.chosen_way import chosen_channel, wished_hour
from handlers.contents import content_of
from handlers.desk import Desk
from handlers.discharge_entry import DischargeEntry
from handlers.discharges import Source, import_discharges
from handlers.form_header import HeaderField
from handlers.matters import has_consent
from handlers.own_numbers import NewNumber
from handlers.slips import issue
from models.audit import AuditEntry
from models.care import BedsideCheck, Encounter, FollowUpPlan, FollowUpTask
from models.conversation import Outgoing, OutgoingStatus
from models.hospital import Department, StaffMember
from models.people import (
    Consent,
    ConsentPurpose,
    ContactPoint,
    ContactStatus,
    Patient,
    RespondentRole,
    ResponderRole,
    System,
)
from models.seal import keyring
from tests.handlers.discharge_lists import OWN, discharge, own, relative, the_point

pytestmark = pytest.mark.usefixtures("database")
HEADER = (HeaderField("job", "职业"), HeaderField("name", "姓名", "name"))
DESK = Desk(hospital="示例医院", header=HEADER)
TOMORROW = date(2026, 11, 23)
RIGHT = "13900001009"


async def a_nurse(code: str = "XN", role: str = "nurse") -> StaffMember:
    """A colleague of a ward."""
    now = datetime.fromisoformat("2026-11-01T00:00:00Z")
    return await StaffMember.create(
        username=f"{role}-{code}", name="李样例", departments=[code], role=role, created_at=now
    )


def leaving(**said: Any) -> DischargeEntry:
    """Somebody of the ward who leaves tomorrow, with a relative on file."""
    people = (own(), relative("13900001005", True, relation="妻子"))
    fixed: dict[str, Any] = {"department": "心内科", "discharged_on": TOMORROW, "numbers": people}
    return discharge(**{**fixed, "birth_date": date(1960, 1, 2), **said})


async def expect(now: datetime, *entries: DischargeEntry) -> Encounter:
    """Take tomorrow's list; the ward is on file."""
    await Department.get_or_create(code="XN", defaults={"name": "心内科"})
    await import_discharges(DESK, entries, Source("tomorrow.csv"), now, expected=True)
    return await Encounter.get(inpatient_no=entries[0].stay.inpatient_no)


async def come_true(now: datetime, **said: Any) -> Encounter:
    """Take the ordinary list of the next day."""
    await import_discharges(DESK, [leaving(**said)], Source("list.csv"), now + timedelta(days=1))
    return await Encounter.get(inpatient_no="Z1")


async def test_the_list_is_the_own_ward_s_and_shows_no_name(now: datetime) -> None:
    await expect(now, leaving())
    assert [row.name for row in await tomorrows(await a_nurse(), now)] == ["测*"]
    assert await tomorrows(await a_nurse("GK"), now) == []
    assert await tomorrows(await a_nurse(role="it"), now) == []


async def test_who_never_left_drops_from_the_list_after_three_days(now: datetime) -> None:
    await expect(now, leaving())
    nurse = await a_nurse()
    assert len(await tomorrows(nurse, now + timedelta(days=4))) == 1
    assert await tomorrows(nurse, now + timedelta(days=5)) == []
    assert not await FollowUpPlan.exists()


async def test_from_the_list_to_the_bedside_to_a_plan_with_channel_and_consents(
    now: datetime,
) -> None:
    stay, nurse = await expect(now, leaving()), await a_nurse()
    card = await open_bedside(stay.id, nurse, DESK, now)
    assert card is not None
    assert [line.key for line in card.header] == ["job"]
    assert await AuditEntry.filter(action="bedside.opened", subject=stay.id).exists()
    role = await RespondentRole.get(patient_id=stay.patient_id, role=ResponderRole.RELATIVE)
    settled = Settled(
        tried=Tried.WRONG,
        dialled=(await the_point()).id,
        number=NewNumber(RIGHT),
        channel="web",
        best_time=BestTime.AFTERNOON,
        others_may_know=False,
        authorised={role.id: False},
        consents={ConsentPurpose.FOLLOW_UP: True, ConsentPurpose.SURVEY: False},
        header={"job": "教师"},
        explained=True,
        pack_given=True,
    )
    assert await settle(DESK, stay.id, settled, nurse, now) is None
    after = await come_true(now, consent=False)
    assert (after.expected, after.header) == (False, {"job": "教师"})
    plan = await FollowUpPlan.get(encounter_id=after.id)
    assert await FollowUpTask.filter(plan_id=plan.id).count() == 3
    assert await has_consent(await Patient.get(id=after.patient_id))
    said = Consent.filter(patient_id=after.patient_id, channel="bedside")
    assert {(row.purpose, row.granted) for row in await said} == {
        (ConsentPurpose.FOLLOW_UP, True),
        (ConsentPurpose.SURVEY, False),
    }
    assert (await the_point()).status is ContactStatus.WRONG_NUMBER
    assert (await the_point(RIGHT)).respondent_id == (await the_point()).respondent_id
    await role.refresh_from_db()
    assert (role.authorised, role.authorised_by) == (False, nurse.username)
    assert await chosen_channel(after) == "web"
    check = await BedsideCheck.get(encounter_id=after.id)
    assert (check.phone_tried, check.best_time, check.done_by) == ("wrong", "afternoon", "nurse-XN")


async def test_the_same_answers_again_make_no_second_consent(now: datetime) -> None:
    stay, nurse = await expect(now, leaving()), await a_nurse()
    for granted, rows in ((True, 1), (True, 1), (False, 2)):
        consents = {ConsentPurpose.FOLLOW_UP: granted}
        await settle(DESK, stay.id, Settled(consents=consents), nurse, now)
        assert await Consent.filter(patient_id=stay.patient_id).count() == rows
    assert not await has_consent(await Patient.get(id=stay.patient_id))


async def test_a_number_of_the_family_is_shared_as_a_list_shares_it(now: datetime) -> None:
    """A list and the page make the same of one number and two patients."""
    entries = [
        leaving(line=n, name=f"测试{n}", inpatient_no=f"Z{n}", mrn=f"B{n}", numbers=(own(number),))
        for n, number in ((2, OWN), (3, RIGHT), (4, RIGHT))
    ]
    stay, nurse = await expect(now, *entries), await a_nurse()
    assert await settle(DESK, stay.id, Settled(number=NewNumber(RIGHT)), nurse, now) is None
    point = await the_point(RIGHT)
    roles = RespondentRole.filter(respondent_id=point.respondent_id, active=True)
    assert {role.role for role in await roles} == {ResponderRole.SELF}
    assert await roles.count() == 3
    card = await open_bedside(stay.id, nurse, DESK, now)
    assert card is not None
    assert {one.value: one.shared for one in card.person.numbers} == {OWN: 0, RIGHT: 3}


async def test_a_number_that_was_wrong_for_somebody_else_changes_hands(now: datetime) -> None:
    other = leaving(line=3, name="测试丙", inpatient_no="Z2", mrn="B2", numbers=(own(RIGHT),))
    stay, nurse = await expect(now, leaving(), other), await a_nurse()
    before = (await the_point(RIGHT)).respondent_id
    await ContactPoint.filter(id=(await the_point(RIGHT)).id).update(
        status=ContactStatus.WRONG_NUMBER, wrong_at=now
    )
    await settle(DESK, stay.id, Settled(number=NewNumber(RIGHT)), nurse, now)
    after = await the_point(RIGHT)
    assert (after.status, after.wrong_at) == (ContactStatus.OK, None)
    assert after.respondent_id == (await the_point()).respondent_id != before


async def test_a_new_number_is_not_given_to_whom_the_old_one_is_shared_with(
    now: datetime,
) -> None:
    """Mother and son have one telephone; the son's new one is his alone."""
    mother = leaving(line=3, name="测试丙", inpatient_no="Z2", mrn="B2", numbers=(own(OWN),))
    stay, nurse = await expect(now, leaving(), mother), await a_nurse()
    await settle(DESK, stay.id, Settled(number=NewNumber(RIGHT)), nurse, now)
    role = await RespondentRole.get(respondent_id=(await the_point(RIGHT)).respondent_id)
    assert (role.patient_id, role.authorised_by) == (stay.patient_id, nurse.username)


async def test_nothing_said_is_nothing_settled(now: datetime) -> None:
    stay, nurse = await expect(now, leaving()), await a_nurse()
    role = await RespondentRole.get(patient_id=stay.patient_id, role=ResponderRole.RELATIVE)
    blank = Settled(authorised={role.id: False}, header={"job": " "}, note=" ")
    assert await settle(DESK, stay.id, blank, nurse, now) is BedsideFault.NOTHING
    assert not await BedsideCheck.exists()
    trusted = Settled(authorised={role.id: True})
    assert await settle(DESK, stay.id, trusted, nurse, now) is None


async def test_nobody_of_another_ward_settles_anything(now: datetime) -> None:
    stay, other = await expect(now, leaving()), await a_nurse("GK")
    assert await open_bedside(stay.id, other, DESK, now) is None
    assert await settle(DESK, stay.id, Settled(), other, now) is BedsideFault.GONE
    assert await send_test(DESK, stay.id, other, now) is BedsideFault.GONE


async def test_a_patient_who_scanned_is_shown_as_bound_and_gets_the_test(now: datetime) -> None:
    stay, nurse = await expect(now, leaving()), await a_nurse()
    assert await bound_channels(stay) == []
    assert await send_test(DESK, stay.id, nurse, now) is BedsideFault.NO_ADDRESS
    slip = (await issue([stay.id], now, DESK.public_url, keyring()))[0]
    await bind(slip.link.rsplit("/", 1)[1], "1960", now)
    assert await bound_channels(stay) == ["web"]
    assert await send_test(DESK, stay.id, nurse, now) is None
    tried = await last_try(stay.id)
    assert tried is not None
    assert (tried.channel, tried.status) == ("web", OutgoingStatus.QUEUED)
    assert content_of(tried).body.message == "M-TEST"
    assert await Outgoing.all().count() == 1
    after = await come_true(now)
    assert await bound_channels(after) == ["web"]


async def test_on_the_day_of_the_discharge_the_page_still_opens(now: datetime) -> None:
    stay, nurse = await expect(now, leaving()), await a_nurse()
    await come_true(now)
    at = now + timedelta(days=1)
    assert await bedside_stays(nurse, at).filter(id=stay.id).exists()
    assert await tomorrows(nurse, at) == []
    assert not await bedside_stays(nurse, at + timedelta(days=1)).exists()


async def test_the_channel_of_the_department_serves_who_chose_none(now: datetime) -> None:
    stay = await expect(now, leaving())
    await Department.filter(code="XN").update(channel="sms")
    assert await chosen_channel(stay) == "sms"
    await settle(DESK, stay.id, Settled(channel="wechat"), await a_nurse(), now)
    assert await chosen_channel(stay) == "wechat"


@pytest.mark.parametrize(
    ("wish", "at", "elderly", "hour"),
    [
        (None, "2026-11-26T09:30+08:00", False, "09:30"),
        (BestTime.AFTERNOON, "2026-11-26T09:30+08:00", False, "14:00"),
        (BestTime.AFTERNOON, "2026-11-26T15:10+08:00", False, "15:10"),
        (BestTime.MORNING, "2026-11-26T15:10+08:00", False, "15:10"),
        (BestTime.NOON, "2026-11-26T09:30+08:00", False, "11:00"),
        (BestTime.EVENING, "2026-11-26T09:30+08:00", True, "09:30"),
    ],
)
async def test_a_wish_moves_a_round_within_its_day_and_never_into_quiet_hours(
    now: datetime, wish: BestTime | None, at: str, *, elderly: bool, hour: str
) -> None:
    stay = await expect(now, leaving())
    await settle(DESK, stay.id, Settled(best_time=wish), await a_nurse(), now)
    when = datetime.fromisoformat(at)
    found = await wished_hour(stay, when, ContactHours(), elderly=elderly)
    assert f"{found.astimezone(when.tzinfo):%Y-%m-%d %H:%M}" == f"2026-11-26 {hour}"


async def test_a_corrected_number_is_what_is_dialled(now: datetime) -> None:
    stay, nurse = await expect(now, leaving()), await a_nurse()
    dialled = (await the_point()).id
    settled = Settled(tried=Tried.WRONG, dialled=dialled, number=NewNumber(RIGHT))
    await settle(DESK, stay.id, settled, nurse, now)
    after = await come_true(now)
    card = await open_bedside(after.id, nurse, DESK, now + timedelta(days=1))
    assert card is not None
    numbers = [(one.value, one.wrong) for one in card.person.numbers if one.whose == "self"]
    assert numbers == [(RIGHT, False), (OWN, True)]
    assert await ContactPoint.filter(system=System.PHONE, wrong_at=None).count() == 2
