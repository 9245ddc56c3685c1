"""Who is on duty: by the roster, by office where there is none; shifts that cannot be."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from handlers.duty import duty_of, liaisons_of, on_duty, sees_shift, shifts_between, who_is_on
from handlers.duty_entry import ShiftEntry, add_shift, plans_duty, remove_shift, take_shifts
from handlers.import_report import Trouble
from handlers.liaison_entry import LiaisonEntry, take_liaisons
from handlers.staff_words import staff_words
from models.duty import DutyShift, LiaisonDoctor, LiaisonPlace
from models.hospital import Department, StaffMember, StaffRole
from tests.handlers.test_alerts import a_department, a_nurse

pytestmark = pytest.mark.usefixtures("database")
NIGHT = StaffRole.DUTY_DOCTOR


def at(text: str) -> datetime:
    """An instant by the clocks of Shanghai."""
    return datetime.fromisoformat(f"2026-11-{text}+08:00")


async def a_doctor(number: str, **values: Any) -> StaffMember:
    """A doctor of the cardiology ward."""
    known = {"name": f"医生{number}", "role": StaffRole.DOCTOR, **values}
    return await a_nurse(at("01T00:00"), number, **known)


def a_shift(number: str, starts: str, ends: str, **values: Any) -> ShiftEntry:
    """A shift of the cardiology ward."""
    known = {"line": 2, "departments": ("心内科",), **values}
    return ShiftEntry(number=number, starts=at(starts), ends=at(ends), **known)


async def planned(*entries: ShiftEntry) -> tuple[int, int, list[Trouble]]:
    """Take a roster; created, unchanged, refused."""
    taken = await take_shifts(entries, "cli", at("22T10:00"))
    return taken.created, taken.unchanged, [finding.trouble for finding in taken.findings]


async def test_the_roster_says_who_is_on_duty_to_the_minute() -> None:
    ward = await a_department()
    await a_doctor("D1")
    await planned(a_shift("D1", "23T20:00", "24T08:00", role=NIGHT))
    for moment, there in (("23T19:59", 0), ("23T20:00", 1), ("24T07:59", 1), ("24T08:00", 0)):
        assert len(await on_duty(NIGHT, ward.id, at(moment))) == there, moment


async def test_the_department_comes_before_the_house_and_the_first_before_the_second() -> None:
    ward, bones = await a_department(), await a_department("GK", "骨科")
    for number in ("D1", "D2", "D3", "D4"):
        await a_doctor(number)
    await planned(
        a_shift("D3", "23T20:00", "24T08:00", role=NIGHT, whole_house=True),
        a_shift("D2", "23T20:00", "24T08:00", role=NIGHT, place=2),
        a_shift("D1", "23T20:00", "24T08:00", role=NIGHT, place=1),
        a_shift("D4", "23T20:00", "24T08:00", role=NIGHT, departments=("骨科",)),
    )
    people = await on_duty(NIGHT, ward.id, at("23T22:00"))
    assert [one.username for one in people] == ["D1", "D2", "D3"]
    people = await on_duty(NIGHT, bones.id, at("23T22:00"))
    assert [one.username for one in people] == ["D4", "D3"]


async def test_without_a_roster_everybody_of_the_role_is_asked_and_that_is_said() -> None:
    ward = await a_department()
    await a_nurse(at("01T00:00"), "h1", name="孙护长", role=StaffRole.HEAD_NURSE)
    await a_nurse(at("01T00:00"), "h2", role=StaffRole.HEAD_NURSE, departments=["GK"])
    await a_nurse(at("01T00:00"), "h3", role=StaffRole.HEAD_NURSE, active=False)
    await a_nurse(at("01T00:00"), "m1", role=StaffRole.MEDICAL_AFFAIRS, departments=[])
    found = await duty_of(StaffRole.HEAD_NURSE, ward.id, at("23T22:00"))
    assert ([one.username for one in found.people], found.rostered) == (["h1"], False)
    assert found.told(staff_words()) == "护士长 孙护长(无排班)"
    wide = await on_duty(StaffRole.MEDICAL_AFFAIRS, ward.id, at("23T22:00"))
    assert [one.username for one in wide] == ["m1"]


async def test_who_has_left_is_not_on_duty_although_the_roster_says_so() -> None:
    ward, doctor = await a_department(), await a_doctor("D1")
    await planned(a_shift("D1", "23T20:00", "24T08:00", role=NIGHT))
    await StaffMember.filter(id=doctor.id).update(active=False)
    assert await on_duty(NIGHT, ward.id, at("23T22:00")) == []
    assert await who_is_on(at("23T22:00")) == []


async def test_many_of_a_role_are_told_by_the_first_three() -> None:
    ward = await a_department()
    for number in range(5):
        await a_doctor(f"D{number}")
    found = await duty_of(StaffRole.DOCTOR, ward.id, at("23T22:00"))
    assert found.told(staff_words()) == "主管医生 医生D0、医生D1、医生D2等(无排班)"


async def test_the_same_roster_twice_changes_nothing() -> None:
    await a_department()
    await a_doctor("D1")
    entries = [a_shift("D1", "23T20:00", "24T08:00"), a_shift("D1", "24T20:00", "25T08:00")]
    assert await planned(*entries) == (2, 0, [])
    assert await planned(*entries) == (0, 2, [])
    assert await DutyShift.all().count() == 2


async def test_one_doctor_may_cover_two_departments_but_not_two_times() -> None:
    await a_department()
    await a_department("GK", "骨科")
    await a_doctor("D1")
    both = a_shift("D1", "23T20:00", "24T08:00", departments=("心内科", "骨科"))
    assert await planned(both) == (1, 0, [])
    assert await DutyShift.all().count() == 2
    overlapping = [
        a_shift("D1", "24T07:00", "24T12:00"),
        a_shift("D1", "23T20:00", "24T08:00", role=NIGHT),
        a_shift("D1", "23T19:00", "23T20:30"),
    ]
    assert await planned(*overlapping) == (0, 0, [Trouble.DUTY_OVERLAP] * 3)
    assert await planned(a_shift("D1", "24T08:00", "24T12:00")) == (1, 0, [])


async def test_two_overlapping_rows_of_one_list_keep_the_first() -> None:
    await a_department()
    await a_doctor("D1")
    first, second = a_shift("D1", "23T08:00", "23T20:00"), a_shift("D1", "23T19:00", "24T08:00")
    taken = await take_shifts([first, second], "cli", at("22T10:00"))
    assert taken.created == 1
    assert taken.findings[0].text == "2026-11-23 08:00 - 11-23 20:00"


async def test_two_lists_at_once_put_nobody_in_two_places() -> None:
    """Of the whole house, where no key of the table would forbid it."""
    await a_doctor("D1")
    lists = [
        a_shift("D1", f"23T{hour:02}:00", "23T20:00", departments=(), whole_house=True)
        for hour in (8, 8, 9, 10)
    ]
    taken = await asyncio.gather(*(planned(one) for one in lists))
    assert await DutyShift.all().count() == 1
    assert sum(created for created, _, _ in taken) == 1


@pytest.mark.parametrize(
    ("entry", "trouble"),
    [
        (a_shift("D9", "23T08:00", "23T20:00"), Trouble.STAFF_UNKNOWN),
        (a_shift("D1", "23T08:00", "23T20:00", name="别人"), Trouble.STAFF_NAME_DIFFERS),
        (a_shift("D2", "23T08:00", "23T20:00"), Trouble.STAFF_LEFT),
        (a_shift("D1", "23T08:00", "23T20:00", departments=("月球科",)), "department"),
    ],
)
async def test_a_shift_nobody_could_be_woken_by_is_refused_and_the_next_one_goes_on(
    entry: ShiftEntry, trouble: str
) -> None:
    await a_department()
    await a_doctor("D1")
    await a_doctor("D2", active=False)
    good = a_shift("D1", "25T08:00", "25T20:00")
    expected = Trouble.DUTY_DEPARTMENT_UNKNOWN if trouble == "department" else trouble
    assert await planned(entry, good) == (1, 0, [expected])


async def test_a_shift_without_department_is_one_of_the_own_departments() -> None:
    ward = await a_department()
    await a_doctor("D1")
    await a_nurse(at("01T00:00"), "m1", role=StaffRole.MEDICAL_AFFAIRS, departments=[])
    await planned(
        a_shift("D1", "23T08:00", "23T20:00", departments=()),
        a_shift("m1", "23T08:00", "23T20:00", departments=()),
    )
    found = {row.staff.username: row.department_id for row in await who_is_on(at("23T09:00"))}
    assert found == {"D1": ward.id, "m1": None}


async def test_a_head_nurse_plans_the_own_ward_alone() -> None:
    ward, bones = await a_department(), await a_department("GK", "骨科")
    head = await a_nurse(at("01T00:00"), "h1", role=StaffRole.HEAD_NURSE)
    nurse = await a_nurse(at("01T00:00"))
    office = await a_nurse(at("01T00:00"), "m1", role=StaffRole.MEDICAL_AFFAIRS, departments=[])
    assert [plans_duty(head, one) for one in (ward, bones, None)] == [True, False, False]
    assert [plans_duty(office, one) for one in (ward, bones, None)] == [True, True, True]
    assert not plans_duty(nurse, ward)


async def test_a_shift_is_added_and_removed_one_by_one() -> None:
    await a_department()
    await a_doctor("D1")
    head = await a_nurse(at("01T00:00"), "h1", role=StaffRole.HEAD_NURSE)
    other = await a_nurse(at("01T00:00"), "h2", role=StaffRole.HEAD_NURSE, departments=["GK"])
    assert await add_shift(a_shift("D1", "23T08:00", "23T20:00"), head, at("22T10:00")) is None
    refused = await add_shift(a_shift("D1", "23T09:00", "23T21:00"), head, at("22T10:00"))
    assert refused is not None
    (row,) = await shifts_between(at("23T00:00"), at("24T00:00"))
    assert sees_shift(head, row)
    assert not sees_shift(other, row)
    assert not await remove_shift(row.id, other, at("22T11:00"))
    assert await remove_shift(row.id, head, at("22T11:00"))
    assert not await remove_shift(row.id, head, at("22T11:00"))
    assert await shifts_between(at("23T00:00"), at("24T00:00")) == []


async def liaisons(*entries: LiaisonEntry) -> tuple[int, int, int, list[Trouble]]:
    """Take a list of liaison doctors."""
    taken = await take_liaisons(entries, "cli", at("22T10:00"))
    troubles = [finding.trouble for finding in taken.findings]
    return taken.created, taken.changed, taken.unchanged, troubles


async def named(ward: Department) -> list[str]:
    """Who answers for a ward's questions."""
    return [one.username for one in await liaisons_of(ward.id)]


async def test_a_department_names_two_doctors_and_a_deputy_and_a_new_list_replaces_them() -> None:
    ward = await a_department()
    for number in ("D1", "D2", "D3", "D4"):
        await a_doctor(number)
    three = [LiaisonEntry(2 + n, "心内科", f"D{n + 1}") for n in range(3)]
    assert await liaisons(*three) == (3, 0, 0, [])
    assert await named(ward) == ["D1", "D2", "D3"]
    assert await liaisons(*three) == (0, 0, 3, [])
    again = [LiaisonEntry(2, "心内科", "D4"), LiaisonEntry(3, "心内科", "D1", "", _DEPUTY)]
    assert await liaisons(*again) == (0, 2, 0, [])
    assert await named(ward) == ["D4", "D1"]
    assert await LiaisonDoctor.all().count() == 2


_DEPUTY = LiaisonPlace.DEPUTY


async def test_a_fourth_a_nurse_a_stranger_and_a_deputy_alone_are_refused() -> None:
    ward = await a_department()
    await a_department("GK", "骨科")
    for number in ("D1", "D2", "D3", "D4"):
        await a_doctor(number)
    await a_nurse(at("01T00:00"))
    rows = [LiaisonEntry(2 + n, "心内科", f"D{n + 1}") for n in range(4)]
    rows += [
        LiaisonEntry(6, "心内科", "nurse"),
        LiaisonEntry(7, "心内科", "D1"),
        LiaisonEntry(8, "心内科", "D9"),
        LiaisonEntry(9, "月球科", "D1"),
        LiaisonEntry(10, "骨科", "D1", "", _DEPUTY),
    ]
    created, _, _, troubles = await liaisons(*rows)
    assert created == 3
    assert troubles == [
        Trouble.LIAISON_PLACE_TAKEN,
        Trouble.LIAISON_NOT_DOCTOR,
        Trouble.LIAISON_TWICE,
        Trouble.STAFF_UNKNOWN,
        Trouble.DUTY_DEPARTMENT_UNKNOWN,
        Trouble.LIAISON_NO_FIRST,
    ]
    assert await named(ward) == ["D1", "D2", "D3"]


async def test_a_shift_may_last_over_midnight_and_is_listed_for_both_days() -> None:
    await a_department()
    await a_doctor("D1")
    await planned(a_shift("D1", "23T20:00", "24T08:00"))
    for first in ("23T00:00", "24T00:00"):
        assert len(await shifts_between(at(first), at(first) + timedelta(days=1))) == 1
    assert await shifts_between(at("25T00:00"), at("26T00:00")) == []
