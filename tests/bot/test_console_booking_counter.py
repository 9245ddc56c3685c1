"""What a clerk at the counter finds and is told: only what is true and what can still be done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from models.audit import AuditEntry
from models.booking import Appointment, BookingRequest, RequestKind
from models.people import HospitalPhone, HospitalPhoneRole, HospitalPhoneStatus, Patient
from tests.bot.book_scene import (
    WEDNESDAY,
    Outpatients,
    at,
    the_hospitals_clinic,
    the_outpatients,
)
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.handlers.booking_scene import remind

TUESDAY = WEDNESDAY - timedelta(days=1)


@pytest.fixture
async def out(sqlite_database: str) -> Outpatients:
    """Wednesday's session, on Monday morning."""
    assert sqlite_database
    return await the_outpatients()


@pytest.fixture
async def site(out: Outpatients, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The pages of that morning."""
    async with a_site(out.ward, tmp_path) as found:
        yield found


@pytest.fixture
async def guide(site: StaffSite) -> Desktop:
    """Somebody at the guide desk, signed in."""
    return await site.desktop(await a_colleague(site.ward, "guide_desk", "", name="卫导诊"))


@pytest.mark.parametrize(("hour", "minute", "offered"), [(13, 59, True), (14, 0, False)])
async def test_after_the_cut_off_no_page_offers_a_slot_of_that_day(
    out: Outpatients, guide: Desktop, hour: int, minute: int, offered: bool
) -> None:
    out.ward.now = at(TUESDAY, hour, minute)
    number = out.visits["王小明"].number
    for path in ("/new?clinic=PF", f"/visits/{number}/move", f"?day={WEDNESDAY}"):
        status, shown = await guide.get(f"/staff/book{path}")
        assert (status, str(out.slots[5].id) in shown) == (200, offered), path


async def test_what_the_hospital_s_system_decided_is_bound_by_no_cut_off(
    site: StaffSite, out: Outpatients
) -> None:
    clinic, slots, visit = await the_hospitals_clinic(out)
    asked = await BookingRequest.create(
        number="SQ20261124-0001",
        kind=RequestKind.MOVE,
        appointment=visit,
        patient=out.ward.patient,
        clinic=clinic,
        asked_at=at(TUESDAY, 13),
        due_at=at(TUESDAY, 16),
    )
    out.ward.now = at(TUESDAY, 15)
    office = await site.desktop(await a_colleague(site.ward, "registration", ""))
    status, shown = await office.get(f"/staff/book/requests/{asked.number}")
    assert (status, str(slots[2].id) in shown) == (200, True)


async def test_a_breach_is_announced_only_where_it_would_count(
    out: Outpatients, guide: Desktop
) -> None:
    visit = out.visits["赵一"]
    paths = [f"/staff/book/visits/{visit.number}{page}" for page in ("", "/move")]

    async def announced() -> list[bool]:
        return ["记违约一次" in (await guide.get(path))[1] for path in paths]

    out.ward.now = visit.free_until - timedelta(seconds=1)
    assert await announced() == [False, False]
    out.ward.now = visit.free_until
    # no reminder and no confirmation ever reached this patient: that excuses
    assert await announced() == [False, False]
    await remind(visit)
    assert await announced() == [True, True]
    await Appointment.filter(id=visit.id).update(hospital_changed_at=out.ward.now)
    assert await announced() == [False, False]


@pytest.mark.parametrize("said", ["13900000100", " 139 0000 0100", "+86 139-0000-0100", "{id_no}"])
async def test_the_one_visit_of_a_phone_or_document_is_opened(
    out: Outpatients, guide: Desktop, said: str
) -> None:
    visit = await out.visit("赵一")
    patient = await Patient.get(id=visit.patient_id)
    text = said.format(id_no=(patient.id_no or "").lower())
    where = f"/staff/book/visits/{visit.number}"
    assert await guide.post("/staff/book/find", number=text) == (303, where)


async def test_several_visits_of_a_person_are_listed_masked(
    out: Outpatients, guide: Desktop
) -> None:
    patient = await Patient.get(id=out.visits["赵一"].patient_id)
    _, slots, _ = await the_hospitals_clinic(out)
    second = await out.book.booked(patient, slots[2], out.ward.now)
    for said in ("13900000100", patient.id_no or ""):
        status, shown = await guide.post("/staff/book/find", number=said)
        assert status == 200
        assert [n for n in (out.visits["赵一"].number, second.number) if n not in shown] == []
        assert out.visits["钱二"].number not in shown
        assert not [secret for secret in ("赵一", said) if secret in shown]


async def test_the_phone_of_the_hospital_s_file_finds_the_visit(
    out: Outpatients, guide: Desktop
) -> None:
    await HospitalPhone.filter(encounter_id=out.ward.encounter.id).delete()
    await HospitalPhone.create(
        encounter=out.ward.encounter,
        role=HospitalPhoneRole.CONTACT,
        number="13900000777",
        status=HospitalPhoneStatus.OK,
    )
    where = f"/staff/book/visits/{out.visits['王小明'].number}"
    assert await guide.post("/staff/book/find", number="13900000777") == (303, where)


async def test_a_ward_finds_by_phone_only_patients_of_its_own(
    site: StaffSite, out: Outpatients
) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    assert out.visits["赵一"].number
    status, where = await nurse.post("/staff/book/find", number="13900000100")
    assert (status, where) == (303, "/staff/book?said=not_found")


async def test_the_desks_find_who_comes_these_days_by_full_name_or_last_figures(
    out: Outpatients, guide: Desktop
) -> None:
    visit = out.visits["赵一"]
    patient = await Patient.get(id=visit.patient_id)
    where = f"/staff/book/visits/{visit.number}"
    assert await guide.post("/staff/book/find", number=" 赵 一 ") == (303, where)
    assert await guide.post("/staff/book/find", number=str(patient.id_no)[-4:]) == (303, where)
    assert await guide.post("/staff/book/find", number="0100") == (303, where)
    assert (await guide.post("/staff/book/find", number="赵"))[1].endswith("said=not_found")
    out.ward.now += timedelta(days=30)
    assert (await guide.post("/staff/book/find", number="赵一"))[1].endswith("said=not_found")


async def test_no_ward_looks_for_people_by_name(site: StaffSite, out: Outpatients) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    assert (await nurse.post("/staff/book/find", number="王小明"))[1].endswith("said=not_found")


async def test_every_look_for_a_person_is_on_record_and_says_nothing_of_whom(
    out: Outpatients, guide: Desktop
) -> None:
    for said in ("13900000100", "赵一", "没有此人", "13900009999"):
        await guide.post("/staff/book/find", number=said)
    await guide.post("/staff/book/find", number=out.visits["赵一"].number)
    entries = await AuditEntry.filter(action="book.searched").order_by("sequence")
    assert [entry.reason for entry in entries] == ["phone: 1", "person: 1", "person: 0", "phone: 0"]
