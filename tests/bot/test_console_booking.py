"""The book over HTTP: who sees what of it, and what is done at the counters."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from dialogs.identity import check_character
from handlers.login import invite
from models.audit import AuditEntry
from models.booking import Appointment, AppointmentStatus, Breach, VisitKind
from models.hospital import StaffRole
from models.people import ContactPoint, Patient
from tests.bot.book_scene import (
    WEDNESDAY,
    Outpatients,
    a_busy_day,
    at,
    free_in,
    the_hospitals_clinic,
    the_outpatients,
)
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.handlers.booking_scene import an_id_number

OFFICES = ("outpatient_office", "registration", "guide_desk", "consult_room")
DAY = f"/staff/book?day={WEDNESDAY}"


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


async def press(desktop: Desktop, out: Outpatients, button: str, **fields: str) -> tuple[int, str]:
    """Press a button on the visit of the ward's patient, as the page shows it now."""
    visit = await out.visit("王小明")
    known = {"version": str(visit.version), **fields}
    return await desktop.post(f"/staff/book/visits/{visit.number}/{button}", **known)


@pytest.mark.parametrize("role", OFFICES)
async def test_each_desk_sees_the_day_with_true_numbers_and_masked_people(
    site: StaffSite, out: Outpatients, role: str
) -> None:
    desk = await site.desktop(await a_colleague(site.ward, role, "", licensed=True))
    status, shown = await desk.get(DAY)
    assert status == 200
    assert "陈医生" in shown
    assert "已约 <b>5</b>" in shown
    assert "余 <b>7</b>" in shown
    assert "现场 <b>4</b>" in shown
    assert "赵*" in shown
    assert "139****0100" in shown
    assert "赵一" not in shown
    assert "13900000100" not in shown
    assert out.visits["赵一"].number in shown


@pytest.mark.parametrize("role", OFFICES)
async def test_no_desk_opens_a_medical_record(site: StaffSite, role: str) -> None:
    desk = await site.desktop(await a_colleague(site.ward, role, "", licensed=True))
    assert (await desk.get(f"/staff/patients/{site.ward.patient.id}"))[0] == 404
    _, shown = await desk.get("/staff/phone-list")
    assert "王*" not in shown


async def test_the_it_office_sees_nothing_of_the_book(site: StaffSite, out: Outpatients) -> None:
    clerk = await site.desktop(await a_colleague(site.ward, "it", "", licensed=True))
    number = out.visits["王小明"].number
    for path in ("", "/new", "/consult", "/waiting", "/breaches", "/requests", "/clinics"):
        assert (await clerk.get(f"/staff/book{path}"))[0] == 404, path
    assert (await clerk.get(f"/staff/book/visits/{number}"))[0] == 404


async def test_a_ward_sees_its_own_patients_alone(site: StaffSite, out: Outpatients) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    status, shown = await nurse.get(DAY)
    assert status == 200
    assert "王*" in shown
    assert "赵*" not in shown
    assert (await nurse.get(f"/staff/book/visits/{out.visits['王小明'].number}"))[0] == 200
    assert (await nurse.get(f"/staff/book/visits/{out.visits['赵一'].number}"))[0] == 404
    other = await site.desktop(await a_colleague(site.ward, "nurse", "GK"))
    assert (await other.get(f"/staff/book/visits/{out.visits['王小明'].number}"))[0] == 404


async def test_a_ward_looks_and_does_not_book(site: StaffSite, out: Outpatients) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    before = await out.visit("王小明")
    for button in ("confirm", "came", "move", "cancel"):
        assert (await press(nurse, out, button, what="arrived", reason="ill"))[0] == 404, button
    assert (await nurse.get("/staff/book/new"))[0] == 404
    after = await out.visit("王小明")
    assert (after.status, after.confirmed_at) == (before.status, None)


async def test_a_doctor_sees_who_comes_to_the_own_session(
    site: StaffSite, out: Outpatients
) -> None:
    doctor = await site.desktop(await a_colleague(site.ward, "doctor", "XN", name="陈医生"))
    _, shown = await doctor.get(DAY)
    assert "赵*" in shown
    namesake = await site.desktop(await a_colleague(site.ward, "doctor", "GK", name="陈医生"))
    assert (await namesake.get(f"/staff/book/visits/{out.visits['赵一'].number}"))[0] == 404


async def test_names_and_numbers_are_shown_on_demand_and_on_record(
    out: Outpatients, guide: Desktop
) -> None:
    visit = await out.visit("赵一")
    _, shown = await guide.get(f"/staff/book/visits/{visit.number}")
    assert "赵一" not in shown
    status, shown = await guide.post(f"/staff/book/visits/{visit.number}/person")
    assert status == 200
    assert "赵一" in shown
    assert "13900000100" in shown
    entry = await AuditEntry.filter(action="appointment.person_shown").get()
    assert (entry.subject, guide.staff and entry.actor) == (visit.id, entry.actor)
    assert entry.actor == (guide.staff.username if guide.staff else "")


@pytest.mark.parametrize("said", ["{number}", " {number} ", "{last}", "{lower}"])
async def test_a_visit_is_found_by_its_number(out: Outpatients, guide: Desktop, said: str) -> None:
    out.ward.now = at(WEDNESDAY, 8)
    number = out.visits["赵一"].number
    text = said.format(number=number, last=number[-4:], lower=number.lower())
    where = f"/staff/book/visits/{number}"
    assert await guide.post("/staff/book/find", number=text) == (303, where)


@pytest.mark.parametrize("said", ["YY20261125-9999", "0", "'; DROP TABLE appointment; --", "９９"])
async def test_an_unknown_number_is_told_so(guide: Desktop, said: str) -> None:
    status, where = await guide.post("/staff/book/find", number=said)
    assert (status, where) == (303, "/staff/book?said=not_found")
    assert "没有找到这个预约号" in (await guide.get(where))[1]


async def test_the_counter_confirms_for_the_patient(out: Outpatients, guide: Desktop) -> None:
    status, where = await press(guide, out, "confirm")
    assert (status, where.partition("?")[2]) == (303, "said=confirmed")
    assert (await out.visit("王小明")).confirmed_at == out.ward.now
    assert "已确认" in (await guide.get(DAY))[1]


async def test_arrived_then_seen(out: Outpatients, guide: Desktop) -> None:
    out.ward.now = at(WEDNESDAY, 8)
    assert (await press(guide, out, "came", what="arrived"))[0] == 303
    assert (await out.visit("王小明")).status is AppointmentStatus.ARRIVED
    assert (await press(guide, out, "came", what="fulfilled"))[0] == 303
    assert (await out.visit("王小明")).status is AppointmentStatus.FULFILLED
    entries = await AuditEntry.filter(action__startswith="appointment.").order_by("sequence")
    assert [entry.action for entry in entries] == ["appointment.arrived", "appointment.fulfilled"]


@pytest.mark.parametrize("what", ["arrived", "fulfilled"])
async def test_nobody_arrives_before_the_day_of_the_visit(
    out: Outpatients, guide: Desktop, what: str
) -> None:
    out.ward.now = at(WEDNESDAY, 8) - timedelta(hours=9)
    assert 'value="arrived"' not in (await guide.get(DAY))[1]
    _, where = await press(guide, out, "came", what=what)
    assert where.endswith("said=not_today")
    assert (await out.visit("王小明")).status is AppointmentStatus.BOOKED


async def test_nobody_is_missing_before_the_deadline(out: Outpatients, guide: Desktop) -> None:
    _, where = await press(guide, out, "came", what="no_show")
    assert where.endswith("said=not_yet")
    out.ward.now = at(WEDNESDAY, 10, 30)
    _, where = await press(guide, out, "came", what="no_show")
    assert "said=no_show" in where
    assert (await out.visit("王小明")).status is AppointmentStatus.NO_SHOW


async def test_a_wrong_mark_is_taken_back_at_the_same_desk_on_the_same_day(
    site: StaffSite, out: Outpatients, guide: Desktop
) -> None:
    out.ward.now = at(WEDNESDAY, 10, 30)
    page = f"/staff/book/visits/{(await out.visit('王小明')).number}"
    assert "/came/back" not in (await guide.get(page))[1]
    for what in ("arrived", "no_show"):
        await press(guide, out, "came", what=what)
        assert "/came/back" in (await guide.get(page))[1]
        _, where = await press(guide, out, "came/back")
        assert where.endswith("said=reason_needed")
        _, where = await press(guide, out, "came/back", reason="wrong_person")
        assert where.endswith("said=mark_taken_back")
        assert "点错了人" in (await guide.get(page))[1]
        visit = await out.visit("王小明")
        assert (visit.status, visit.arrived_at) == (AppointmentStatus.BOOKED, None)
    assert not await Breach.filter(waived_at__isnull=True).exists()
    assert await AuditEntry.filter(action="appointment.mark_taken_back").count() == 2


async def test_a_mark_of_another_desk_or_day_stands(
    site: StaffSite, out: Outpatients, guide: Desktop
) -> None:
    out.ward.now = at(WEDNESDAY, 8)
    await press(guide, out, "came", what="arrived")
    other = await site.desktop(await a_colleague(site.ward, "registration", "MZ"))
    why = {"reason": "wrong_button"}
    assert (await press(other, out, "came/back", **why))[1].endswith("said=not_allowed")
    out.ward.now = at(WEDNESDAY, 8) + timedelta(days=1)
    assert (await press(guide, out, "came/back", **why))[1].endswith("said=not_allowed")
    assert (await out.visit("王小明")).status is AppointmentStatus.ARRIVED


async def test_a_visit_is_moved_to_a_slot_that_is_really_free(
    out: Outpatients, guide: Desktop
) -> None:
    visit = await out.visit("王小明")
    status, shown = await guide.get(f"/staff/book/visits/{visit.number}/move?day={WEDNESDAY}")
    assert status == 200
    offered = re.findall(r'name="slot" value="([^"]+)"', shown)
    assert str(out.slots[5].id) in offered
    assert str(out.slots[1].id) not in offered
    status, where = await press(guide, out, "move", slot=str(out.slots[5].id))
    assert (status, where.partition("?")[2]) == (303, "said=moved")
    moved = await out.visit("王小明")
    assert (moved.number, moved.starts_at) == (visit.number, out.slots[5].starts_at)
    assert (await free_in(out.slots[1]), await free_in(out.slots[5])) == (1, 1)
    assert any("10:30" in line for line in await out.ward.shown())


async def test_a_full_slot_is_told_and_nothing_changes(out: Outpatients, guide: Desktop) -> None:
    _, where = await press(guide, out, "move", slot=str(out.slots[1].id))
    assert "said=twice" in where
    await out.book.booked(
        await Patient.create(
            name="测试",
            id_type="resident_card",
            id_no=an_id_number(997),
            created_at=out.ward.now,
            updated_at=out.ward.now,
        ),
        out.slots[0],
        out.ward.now,
    )
    _, where = await press(guide, out, "move", slot=str(out.slots[0].id))
    assert "said=taken" in where
    assert (await out.visit("王小明")).starts_at == out.slots[1].starts_at


@pytest.mark.parametrize("slot", ["", "nonsense", "dfec5dd6-9e8c-4000-b7d6-d386fc6ecbdf"])
async def test_a_slot_that_is_none_moves_nothing(
    out: Outpatients, guide: Desktop, slot: str
) -> None:
    status, where = await press(guide, out, "move", slot=slot)
    assert status == 303
    assert "said=slot_needed" in where or "said=no_session" in where
    assert (await out.visit("王小明")).version == 1


async def test_a_cancellation_wants_its_reason_and_frees_the_place(
    out: Outpatients, guide: Desktop
) -> None:
    _, where = await press(guide, out, "cancel", reason="")
    assert "said=reason_needed" in where
    _, where = await press(guide, out, "cancel", reason="busy")
    assert "said=cancelled" in where
    cancelled = await out.visit("王小明")
    assert cancelled.status is AppointmentStatus.CANCELLED_BY_PATIENT
    assert await free_in(out.slots[1]) == 1
    assert any("取消" in line for line in await out.ward.shown())


async def test_the_hospital_cancels_late_for_a_listed_reason_and_without_a_breach(
    site: StaffSite, out: Outpatients, guide: Desktop
) -> None:
    out.ward.now = at(WEDNESDAY, 7)
    _, where = await press(guide, out, "cancel", reason="equipment", whose="hospital")
    assert where.endswith("said=not_allowed")
    office = await site.desktop(await a_colleague(site.ward, "outpatient_office", ""))
    _, where = await press(office, out, "cancel", reason="other", whose="hospital")
    assert where.endswith("said=hospital_reason_needed")
    _, where = await press(office, out, "cancel", reason="equipment", whose="hospital")
    assert "said=cancelled" in where
    assert (await out.visit("王小明")).status is AppointmentStatus.CANCELLED_BY_HOSPITAL
    assert await Breach.all().count() == 0
    _, shown = await office.get(f"/staff/book/visits/{out.visits['王小明'].number}")
    assert "设备故障" in shown


async def test_before_the_limit_any_desk_cancels_for_the_hospital(
    out: Outpatients, guide: Desktop
) -> None:
    _, where = await press(guide, out, "cancel", reason="other", whose="hospital")
    assert "said=cancelled" in where


@pytest.mark.parametrize("what", ["confirm", "came", "move", "cancel"])
async def test_a_page_that_is_stale_does_nothing(
    out: Outpatients, guide: Desktop, what: str
) -> None:
    visit = await out.visit("王小明")
    fields = {"slot": str(out.slots[5].id), "reason": "busy", "what": "arrived"}
    await press(guide, out, "move", slot=str(out.slots[4].id))
    path = f"/staff/book/visits/{visit.number}/{what}"
    for version in (str(visit.version), "", "x", "9" * 30):
        _, where = await guide.post(path, version=version, **fields)
        assert where.endswith("said=stale"), version
    after = await out.visit("王小明")
    assert (after.starts_at, after.status) == (out.slots[4].starts_at, AppointmentStatus.BOOKED)
    assert "没有做任何改动" in (await guide.get(where))[1]


async def test_an_unknown_deed_is_refused(out: Outpatients, guide: Desktop) -> None:
    assert (await press(guide, out, "came", what="died"))[0] == 400
    missing = "/staff/book/visits/YY20261125-9999"
    assert (await guide.get(missing))[0] == 404
    assert (await guide.get(f"{missing}/move"))[0] == 404
    assert (await guide.post(f"{missing}/person"))[0] == 404
    _, where = await guide.post(f"{missing}/confirm", version="1")
    assert where.endswith("said=not_found")


NEW = {
    "name": "新患者",
    "id_type": "resident_card",
    "id_no": an_id_number(996),
    "phone": "13900000996",
    "visit_kind": "first",
    "source": "phone",
}


async def test_somebody_new_is_booked_in_a_real_name(out: Outpatients, guide: Desktop) -> None:
    slot = str(out.slots[5].id)
    _, shown = await guide.get(f"/staff/book/new?slot={slot}")
    assert "实名预约" in shown
    status, where = await guide.post("/staff/book/new", slot=slot, **NEW)
    assert (status, where.partition("?")[2]) == (303, "said=booked")
    visit = (
        await Appointment.filter(session_id=out.session_id)
        .order_by("-booked_at", "-number")
        .first()
    )
    assert visit is not None
    patient = await Patient.get(id=visit.patient_id)
    assert (patient.name, patient.id_no) == ("新患者", NEW["id_no"])
    assert patient.birth_date is not None
    assert visit.visit_kind is VisitKind.FIRST
    assert await ContactPoint.filter(system="phone").count() == 5
    assert visit.number in where


async def test_a_foreigner_s_residence_card_is_a_document_too(
    out: Outpatients, guide: Desktop
) -> None:
    first17 = "91199919700101995"
    fields = {**NEW, "id_no": first17 + check_character(first17)}
    status, where = await guide.post("/staff/book/new", slot=str(out.slots[5].id), **fields)
    assert (status, where.partition("?")[2]) == (303, "said=booked")
    assert await Patient.filter(id_type="foreign_card").count() == 1


async def test_a_name_keeps_nothing_that_cannot_be_seen(out: Outpatients, guide: Desktop) -> None:
    fields = {**NEW, "name": "\x01新\u202e患\u200b者\x0b"}
    status, where = await guide.post("/staff/book/new", slot=str(out.slots[5].id), **fields)
    assert status == 303
    visit = await Appointment.get(number=where.rpartition("/")[2].partition("?")[0])
    assert (await Patient.get(id=visit.patient_id)).name == "新患者"
    assert (await guide.get(f"/staff/book/files/day.xlsx?day={WEDNESDAY}"))[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "visits/{}",
        "visits/{}/move",
        "new?visit={}",
        "new?task={}",
        "consult/{}",
        "requests/{}",
        "clinics/{}",
    ],
)
async def test_an_endless_number_is_looked_for_nowhere(site: StaffSite, path: str) -> None:
    office = await site.desktop(await a_colleague(site.ward, "outpatient_office", ""))
    assert (await office.get(f"/staff/book/{path.format('9' * 500)}"))[0] == 404
    status, where = await office.post("/staff/book/find", number="张三13900000013" * 4)
    assert (status, where) == (303, "/staff/book?said=not_found")


async def test_a_visit_is_moved_within_its_clinic_alone(out: Outpatients, guide: Desktop) -> None:
    _, slots, _ = await the_hospitals_clinic(out)
    _, where = await press(guide, out, "move", slot=str(slots[2].id))
    assert where.endswith("said=no_session")
    assert (await out.visit("王小明")).version == 1


async def test_a_known_document_is_not_entered_twice(out: Outpatients, guide: Desktop) -> None:
    known = await Patient.get(id=(await out.visit("赵一")).patient_id)
    before = await Patient.all().count()
    slot = str(out.slots[5].id)
    fields = {**NEW, "name": "赵一", "id_no": known.id_no or ""}
    status, shown = await guide.post("/staff/book/new", slot=slot, **fields)
    assert (status, "当天在这个门诊已有预约" in shown) == (422, True)
    fields["name"] = "别人"
    status, shown = await guide.post("/staff/book/new", slot=slot, **fields)
    assert (status, "档案里是另一个姓名" in shown) == (422, True)
    assert await Patient.all().count() == before


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("id_no", "199999197001011111", "末位校验不符"),
        ("id_no", "", "请填证件号"),
        ("id_no", "123", "末位校验不符"),
        ("name", " ", "请填姓名"),
        ("phone", "12", "请填能打通的"),
        ("phone", "无", "请填能打通的"),
        ("id_type", "library_card", "请填证件号"),
    ],
)
async def test_a_wrong_field_is_named_and_what_was_typed_stays(
    out: Outpatients, guide: Desktop, field: str, value: str, words: str
) -> None:
    fields = {**NEW, field: value}
    status, shown = await guide.post("/staff/book/new", slot=str(out.slots[5].id), **fields)
    assert (status, words in shown) == (422, True)
    assert 'value="13900000996"' in shown or field == "phone"
    assert await Appointment.all().count() == 5


async def test_the_counter_is_bound_by_the_cut_off_and_not_by_the_lead(
    out: Outpatients, guide: Desktop
) -> None:
    out.ward.now = at(WEDNESDAY - timedelta(days=1), 13, 59)
    slot = str(out.slots[5].id)
    assert (await guide.post("/staff/book/new", slot=slot, **NEW))[0] == 303
    out.ward.now = at(WEDNESDAY - timedelta(days=1), 14)
    fields = {**NEW, "id_no": an_id_number(995), "phone": "13900000995"}
    status, shown = await guide.post("/staff/book/new", slot=slot, **fields)
    assert (status, "已过截止时间" in shown) == (422, True)


async def test_a_patient_on_file_is_booked_without_typing_again(
    site: StaffSite, out: Outpatients, guide: Desktop
) -> None:
    visit = await out.visit("赵一")
    await press(guide, out, "confirm")
    await guide.post(f"/staff/book/visits/{visit.number}/cancel", version="1", reason="busy")
    slot = str(out.slots[5].id)
    _, shown = await guide.get(f"/staff/book/new?visit={visit.number}&slot={slot}")
    assert "赵*" in shown
    assert 'name="id_no"' not in shown
    status, where = await guide.post("/staff/book/new", slot=slot, visit=visit.number)
    assert (status, "said=booked" in where) == (303, True)
    assert (await guide.get("/staff/book/new?visit=YY20261125-9999"))[0] == 404


async def test_a_doctor_s_log_can_be_printed(out: Outpatients, guide: Desktop) -> None:
    status, shown = await guide.get(f"/staff/book/log?day={WEDNESDAY}&doctor=陈医生")
    assert status == 200
    assert "预约回访日志" in shown
    assert shown.index("08:00</td>") < shown.index("08:30</td>")
    assert "data-print" in shown


@pytest.mark.parametrize("day", ["", "2026-13-01", "31 February", "9999-12-31", "0001-01-01"])
async def test_any_day_can_be_asked_for(guide: Desktop, day: str) -> None:
    assert (await guide.get(f"/staff/book?day={day}"))[0] == 200


async def test_a_day_shows_every_state(out: Outpatients, guide: Desktop) -> None:
    await a_busy_day(out)
    _, shown = await guide.get("/staff/book")
    for word in ("已确认", "已到诊", "要改期", "重点", "轮椅"):
        assert word in shown
    _, shown = await guide.get("/staff/book?clinic=PF")
    assert "周主任" not in shown.partition("</select>")[2].partition("</select>")[2]


async def test_a_doctor_marks_who_was_seen_in_the_own_session(
    site: StaffSite, out: Outpatients
) -> None:
    doctor = await site.desktop(await a_colleague(site.ward, "doctor", "XN", name="陈医生"))
    out.ward.now = at(WEDNESDAY, 9)
    visit = await out.visit("赵一")
    path = f"/staff/book/visits/{visit.number}/came"
    assert (await doctor.post(path, version="1", what="arrived"))[0] == 303
    assert (await doctor.post(path, version="1", what="fulfilled"))[0] == 303
    assert (await out.visit("赵一")).status is AppointmentStatus.FULFILLED
    other = await site.desktop(await a_colleague(site.ward, "doctor", "GK", name="高医生"))
    _, where = await other.post(path, version="1", what="arrived")
    assert where.endswith("said=not_found")


async def test_the_record_of_a_patient_leads_to_the_visits(
    site: StaffSite, out: Outpatients
) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    _, shown = await nurse.get(f"/staff/patients/{site.ward.patient.id}")
    assert out.visits["王小明"].number in shown
    assert out.visits["赵一"].number not in shown


async def test_a_doctor_fills_in_a_recall(site: StaffSite, out: Outpatients) -> None:
    doctor = await site.desktop(await a_colleague(site.ward, "doctor", "XN", name="陈医生"))
    out.ward.now = at(WEDNESDAY, 11)
    visit = await out.visit("赵一")
    await Appointment.filter(id=visit.id).update(status=AppointmentStatus.NO_SHOW)
    status, where = await doctor.post(f"/staff/book/visits/{visit.number}/recall")
    assert (status, "said=recalled" in where) == (303, True)
    room = await site.desktop(await a_colleague(site.ward, "consult_room", "", name="姜咨询"))
    _, shown = await room.get("/staff/book/consult")
    assert "回访单" in shown
    guide = await site.desktop(await a_colleague(site.ward, "guide_desk", ""))
    assert (await guide.post(f"/staff/book/visits/{visit.number}/recall"))[0] == 404


async def test_a_desk_is_led_to_the_book(site: StaffSite) -> None:
    admin = await a_colleague(site.ward, "admin", "")
    clerk = await a_colleague(site.ward, StaffRole.REGISTRATION, "", name="华挂号")
    code = await invite(clerk.id, admin, site.ward.now) or ""
    fields = {"code": code, "password": "correct horse battery"}
    assert await site.visitor().send("/staff/setup", fields) == (303, "/staff/book")
