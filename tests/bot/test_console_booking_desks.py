"""The consult room, breaches, requests, waiting list, notices and clinics over HTTP."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from dialogs.appointments.events import WhyNot
from dialogs.appointments.facts import Search
from dialogs.timing.booking import BookingRules
from handlers.booking.consult import consult
from handlers.booking.consult_desk import Outcome, TaskRefusal
from handlers.booking.counter import Told
from handlers.booking.newcomers import PersonFault
from handlers.booking.requests import Asking, ask
from handlers.booking.session_changes import ChangeRefusal
from handlers.booking.visit_lines import VisitState
from handlers.booking.waiting import join
from handlers.staff_words import staff_words
from models.audit import AuditEntry
from models.booking import (
    AppointmentEventKind,
    AppointmentStatus,
    BookingRequest,
    BookingSource,
    BookKeeper,
    Breach,
    BreachKind,
    Clinic,
    ClinicKind,
    RequestKind,
    RequestStatus,
    SessionStatus,
    Suspension,
    WaitingEntry,
    WaitingStatus,
)
from models.conversation import Conversation
from models.hospital import StaffRole
from models.office import ConsultReason, ConsultStatus, ConsultTask, NoticeKind, OfficeDesk
from models.people import Patient
from models.unit import unit_of_work
from tests.bot.book_scene import Outpatients, the_hospitals_clinic, the_outpatients
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site

WORDS = "那天要上班,<b>能不能</b>换个时间"


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
async def room(site: StaffSite) -> Desktop:
    """Somebody of the consult room, signed in."""
    return await site.desktop(await a_colleague(site.ward, "consult_room", "", name="姜咨询"))


@pytest.fixture
async def office(site: StaffSite) -> Desktop:
    """Somebody of the outpatient office, signed in."""
    return await site.desktop(await a_colleague(site.ward, "outpatient_office", "", name="许门诊"))


@pytest.fixture
async def registrar(site: StaffSite) -> Desktop:
    """Somebody of registration, signed in."""
    return await site.desktop(await a_colleague(site.ward, "registration", "", name="华挂号"))


async def a_task(out: Outpatients, reason: str = "unbooked", minutes: int = 60) -> ConsultTask:
    """A task about the visit of 赵一."""
    visit = out.visits["赵一"]

    async def work() -> ConsultTask:
        return await consult(
            out.ward.desk,
            ConsultReason(reason),
            occurrence=f"scene:{uuid4()}",
            now=out.ward.now,
            due_at=out.ward.now + timedelta(minutes=minutes),
            patient_id=visit.patient_id,
            appointment_id=visit.id,
            words=WORDS,
        )

    return await unit_of_work(work)


async def a_breach(out: Outpatients, name: str, **values: Any) -> Breach:
    """A visit that was missed."""
    visit = out.visits[name]
    patient = await Patient.get(id=visit.patient_id)
    return await Breach.create(
        appointment_id=visit.id,
        patient=patient,
        person=patient.id_no_index or "",
        kind=BreachKind.NO_SHOW,
        at=out.ward.now - timedelta(days=1),
        **values,
    )


# ---- the consult room ---------------------------------------------------------------------


async def test_tasks_stand_in_the_order_of_their_due_times(out: Outpatients, room: Desktop) -> None:
    later, sooner = await a_task(out, "asked", 90), await a_task(out, "no_show", 30)
    status, shown = await room.get("/staff/book/consult")
    assert status == 200
    assert shown.index(sooner.number) < shown.index(later.number)
    assert "赵*" in shown
    assert "赵一" not in shown
    assert "能不能" not in shown
    _, shown = await room.get("/staff/book/consult?reason=asked")
    assert (later.number in shown, sooner.number in shown) == (True, False)


async def test_of_two_who_claim_at_once_one_has_it(
    site: StaffSite, out: Outpatients, room: Desktop
) -> None:
    task = await a_task(out)
    other = await site.desktop(await a_colleague(site.ward, "consult_room", "", name="陶咨询"))
    path = f"/staff/book/consult/{task.number}/claim"
    answers = await asyncio.gather(room.post(path), other.post(path), room.post(path))
    lost = [where for _, where in answers if "said=task_taken" in where]
    holder = (await ConsultTask.get(id=task.id)).claimed_by_id
    assert holder in {desk.staff.id for desk in (room, other) if desk.staff}
    assert len(lost) in {1, 2}
    claims = await AuditEntry.filter(action="consult.claimed", subject=task.id).count()
    assert claims == 1


async def test_a_task_shows_words_at_once_and_the_phone_on_demand(
    out: Outpatients, room: Desktop
) -> None:
    task = await a_task(out)
    _, shown = await room.get(f"/staff/book/consult/{task.number}")
    assert "&lt;b&gt;能不能&lt;/b&gt;" in shown
    assert "13900000100" not in shown
    assert await AuditEntry.filter(action="consult.opened", subject=task.id).count() == 1
    _, shown = await room.post(f"/staff/book/consult/{task.number}/person")
    assert "13900000100" in shown
    assert await AuditEntry.filter(action="consult_task.person_shown").count() == 1


async def test_a_task_is_closed_by_its_holder_with_an_outcome(
    out: Outpatients, room: Desktop
) -> None:
    task = await a_task(out)
    path = f"/staff/book/consult/{task.number}"
    _, where = await room.post(f"{path}/close", outcome="booked")
    assert where.endswith("said=task_claim_first")
    await room.post(f"{path}/claim")
    for outcome, note, said in (
        ("", "", "outcome_needed"),
        ("vanished", "", "outcome_needed"),
        ("other", " ", "note_needed"),
    ):
        _, where = await room.post(f"{path}/close", outcome=outcome, note=note)
        assert where.endswith(f"said={said}")
    _, where = await room.post(f"{path}/close", outcome="other", note="改天再说")
    assert where.endswith("said=task_closed")
    closed = await ConsultTask.get(id=task.id)
    assert (closed.status, closed.outcome, closed.note) == (ConsultStatus.DONE, "other", "改天再说")
    _, where = await room.post(f"{path}/claim")
    assert where.endswith("said=task_done")
    assert "改天再说" in (await room.get(path))[1]


async def test_the_doctors_remark_is_read_before_the_call_and_kept_with_what_came_of_it(
    out: Outpatients, room: Desktop
) -> None:
    task = await a_task(out, "no_review")
    task.note = "<i>约好</i>换药"
    await task.save()
    path = f"/staff/book/consult/{task.number}"
    assert (await room.get(path))[1].count("&lt;i&gt;约好&lt;/i&gt;换药") == 1
    await room.post(f"{path}/claim")
    assert (await room.get(path))[1].count("&lt;i&gt;约好&lt;/i&gt;换药") == 2


async def test_a_task_given_back_is_open_to_all(out: Outpatients, room: Desktop) -> None:
    task = await a_task(out)
    path = f"/staff/book/consult/{task.number}"
    await room.post(f"{path}/claim")
    await room.post(f"{path}/give-back")
    assert (await ConsultTask.get(id=task.id)).status is ConsultStatus.OPEN


async def test_the_room_books_for_the_patient_of_a_task(out: Outpatients, room: Desktop) -> None:
    task = await a_task(out)
    await room.post(
        f"/staff/book/visits/{out.visits['赵一'].number}/cancel", version="1", reason="busy"
    )
    slot = str(out.slots[5].id)
    _, shown = await room.get(f"/staff/book/new?task={task.number}")
    assert f'name="task" value="{task.number}"' in shown
    status, where = await room.post("/staff/book/new", slot=slot, task=task.number)
    assert (status, "said=booked" in where) == (303, True)


@pytest.mark.parametrize("role", ["guide_desk", "registration", "nurse", "it"])
async def test_the_tasks_are_the_consult_room_s(
    site: StaffSite, out: Outpatients, role: str
) -> None:
    task = await a_task(out)
    desk = await site.desktop(await a_colleague(site.ward, role, "XN"))
    assert (await desk.get("/staff/book/consult"))[0] == 404
    assert (await desk.get(f"/staff/book/consult/{task.number}"))[0] == 404
    for what in ("claim", "close", "give-back", "person"):
        assert (await desk.post(f"/staff/book/consult/{task.number}/{what}"))[0] == 404, what


async def test_an_unknown_task_is_not_found(room: Desktop) -> None:
    assert (await room.get("/staff/book/consult/ZX20261123-999"))[0] == 404
    assert (await room.post("/staff/book/consult/ZX20261123-999/claim"))[0] == 404
    assert (await room.get("/staff/book/new?task=ZX20261123-999"))[0] == 404


# ---- breaches -----------------------------------------------------------------------------


async def test_appeals_come_first_with_the_patient_s_words(
    out: Outpatients, office: Desktop
) -> None:
    await a_breach(out, "钱二")
    await a_breach(out, "赵一", appealed_at=out.ward.now)
    await a_task(out, "appeal")
    status, shown = await office.get("/staff/book/breaches")
    assert status == 200
    assert shown.index("赵*") < shown.index("钱*")
    assert "&lt;b&gt;能不能" in shown


async def test_a_waiver_wants_its_reason_and_lifts_the_suspension(
    out: Outpatients, office: Desktop
) -> None:
    breach = await a_breach(out, "赵一")
    running = await Suspension.create(
        person=breach.person,
        patient_id=breach.patient_id,
        starts_at=breach.at,
        ends_on=(out.ward.now + timedelta(days=180)).date(),
    )
    path = f"/staff/book/breaches/{breach.id}/waive"
    _, where = await office.post(path, reason=" ")
    assert where.endswith("said=words_needed")
    assert (await Breach.get(id=breach.id)).waived_at is None
    _, where = await office.post(path, reason="当天大雪封路")
    assert where.endswith("said=waived")
    waived = await Breach.get(id=breach.id)
    assert (waived.waive_reason, waived.waived_at) == ("当天大雪封路", out.ward.now)
    assert (await Suspension.get(id=running.id)).lifted_at == out.ward.now
    assert "当天大雪封路" in (await office.get("/staff/book/breaches"))[1]
    _, where = await office.post(path, reason="再来一次")
    assert where.endswith("said=stale")
    assert await AuditEntry.filter(action="breach.waived").count() == 1


async def test_a_suspension_is_lifted_with_a_reason(out: Outpatients, office: Desktop) -> None:
    breach = await a_breach(out, "赵一")
    running = await Suspension.create(
        person=breach.person,
        patient_id=breach.patient_id,
        starts_at=breach.at,
        ends_on=(out.ward.now + timedelta(days=180)).date(),
    )
    _, shown = await office.get("/staff/book/breaches")
    assert "停约至 2027-05-22" in shown
    path = f"/staff/book/suspensions/{running.id}/lift"
    assert (await office.post(path, reason=""))[1].endswith("said=words_needed")
    assert (await office.post(path, reason="申诉成立"))[1].endswith("said=lifted")
    assert (await Suspension.get(id=running.id)).lift_reason == "申诉成立"


async def test_the_consult_room_reads_breaches_and_waives_none(
    out: Outpatients, room: Desktop, office: Desktop
) -> None:
    breach = await a_breach(out, "赵一")
    _, shown = await room.get("/staff/book/breaches")
    assert "赵*" in shown
    assert "撤销这次违约" not in shown
    path = f"/staff/book/breaches/{breach.id}/waive"
    assert (await room.post(path, reason="x"))[0] == 404
    assert (await office.post(f"/staff/book/breaches/{uuid4()}/waive", reason="x"))[0] == 404
    assert (await office.post("/staff/book/suspensions/nonsense/lift", reason="x"))[0] == 404


# ---- requests to the hospital's system ----------------------------------------------------


async def a_request(out: Outpatients, kind: RequestKind = RequestKind.MOVE) -> BookingRequest:
    """The ward's patient wants to move a visit the hospital's system keeps."""
    clinic, slots, visit = await the_hospitals_clinic(out)
    conversation, _ = await Conversation.get_or_create(
        respondent_id=out.ward.contact_point.respondent_id
    )
    asking = Asking(
        kind,
        out.ward.patient.id,
        clinic.id,
        "=HYPERLINK(1)改到十点",
        conversation_id=conversation.id,
        appointment_id=visit.id,
        slot_id=None if kind is RequestKind.CANCEL else slots[2].id,
    )
    return await ask(out.ward.desk, asking, out.ward.now)


async def test_registration_answers_and_the_patient_hears(
    out: Outpatients, registrar: Desktop
) -> None:
    asked = await a_request(out)
    _, shown = await registrar.get("/staff/book/requests")
    assert asked.number in shown
    assert "王*" in shown
    assert (await registrar.get(f"/staff/book/requests/{asked.number}"))[0] == 200
    path = f"/staff/book/requests/{asked.number}"
    assert (await registrar.post(path, answer="done"))[1].endswith("said=request_answered")
    request = await BookingRequest.get(id=asked.id)
    assert request.status is RequestStatus.DONE
    assert any(" 9:00" in line for line in await out.ward.shown())
    status, shown = await registrar.post(path, answer="done")
    assert (status, "已经结束" in shown) == (422, True)


async def test_the_hospital_s_system_gives_no_place_of_another_clinic(
    out: Outpatients, registrar: Desktop
) -> None:
    asked = await a_request(out)
    path = f"/staff/book/requests/{asked.number}"
    status, shown = await registrar.post(path, answer="done", slot=str(out.slots[5].id))
    assert (status, "没有出诊" in shown) == (422, True)
    assert (await BookingRequest.get(id=asked.id)).status is RequestStatus.NEW


async def test_a_refusal_wants_its_reason(out: Outpatients, registrar: Desktop) -> None:
    asked = await a_request(out)
    path = f"/staff/book/requests/{asked.number}"
    status, shown = await registrar.post(path, answer="refused", note=" ")
    assert (status, "请写明理由" in shown) == (422, True)
    assert (await registrar.post(path, answer="refused", note="无号"))[0] == 303
    assert (await BookingRequest.get(id=asked.id)).status is RequestStatus.REFUSED
    assert (await registrar.post(path, answer="maybe"))[0] == 400


async def test_the_list_leaves_the_house_on_record_and_without_formulas(
    out: Outpatients, registrar: Desktop
) -> None:
    asked = await a_request(out)
    async with registrar.http.post(
        f"{registrar.url}/staff/book/requests.xlsx", data={"csrf": registrar.csrf}
    ) as answer:
        assert answer.status == 200
        sheet = load_workbook(io.BytesIO(await answer.read())).active
    assert sheet is not None
    heads, row = list(sheet.iter_rows(values_only=True))
    assert heads[:2] == ("申请号", "类型")
    assert (row[0], row[6]) == (asked.number, "王小明")
    assert str(row[9]).startswith("'=")
    _, text = await registrar.post("/staff/book/requests.csv")
    assert text.startswith("\ufeff申请号")
    entries = await AuditEntry.filter(action="export.booking_requests")
    assert [entry.reason for entry in entries] == ["1 rows", "1 rows"]


async def test_the_hospital_s_book_is_not_changed_at_our_counter(
    out: Outpatients, registrar: Desktop
) -> None:
    _, slots, visit = await the_hospitals_clinic(out)
    for what in ("move", "cancel"):
        _, where = await registrar.post(
            f"/staff/book/visits/{visit.number}/{what}",
            version=str(visit.version),
            slot=str(slots[2].id),
            reason="busy",
        )
        assert where.endswith("said=ask_hospital")
    await visit.refresh_from_db()
    assert (visit.status, visit.version) == (AppointmentStatus.BOOKED, 1)


async def test_the_guide_desk_answers_no_requests(site: StaffSite, out: Outpatients) -> None:
    asked = await a_request(out)
    guide = await site.desktop(await a_colleague(site.ward, "guide_desk", ""))
    assert (await guide.get("/staff/book/requests"))[0] == 404
    assert (await guide.post(f"/staff/book/requests/{asked.number}", answer="done"))[0] == 404
    assert (await guide.post("/staff/book/requests.xlsx"))[0] == 404


# ---- who waits, what the desks are told ----------------------------------------------------


async def test_who_waits_stands_in_order_and_may_leave(
    out: Outpatients, registrar: Desktop
) -> None:
    for name, later in (("钱二", 1), ("赵一", 2)):
        patient = out.visits[name].patient_id
        search = Search(str(out.book.clinic.id), str(patient))
        now = out.ward.now + timedelta(minutes=later)
        await join(out.ward.desk, search, None, now)
    _, shown = await registrar.get("/staff/book/waiting?clinic=PF")
    assert shown.index("钱*") < shown.index("赵*")
    entry = await WaitingEntry.filter(patient_id=out.visits["钱二"].patient_id).get()
    path = f"/staff/book/waiting/{entry.id}/leave"
    assert (await registrar.post(path))[1].endswith("said=left_list")
    assert (await WaitingEntry.get(id=entry.id)).status is WaitingStatus.WITHDRAWN
    assert (await registrar.post(path))[1].endswith("said=ended")


async def test_the_guide_desk_reads_its_board_and_marks_it_read(
    site: StaffSite, out: Outpatients
) -> None:
    guide = await site.desktop(await a_colleague(site.ward, "guide_desk", "", name="卫导诊"))
    _, shown = await guide.get("/staff/book/notices")
    assert 'class="count">5<' in shown
    assert out.visits["赵一"].number in shown
    assert "复诊" in shown
    assert "赵" not in shown.partition('class="board"')[2]
    await guide.post("/staff/book/notices/seen")
    _, shown = await guide.get("/staff/book/notices")
    assert 'class="count">' not in shown.partition('class="tabs"')[2].partition("</nav>")[0]
    assert "卫导诊 已读" in shown


async def test_no_desk_reads_another_s_board(site: StaffSite, out: Outpatients) -> None:
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    _, shown = await nurse.get("/staff/book/notices")
    assert out.visits["赵一"].number not in shown


async def fetched(desk: Desktop, path: str) -> tuple[int, bytes]:
    """Status and bytes of a file."""
    async with desk.http.get(f"{desk.url}{path}", allow_redirects=False) as answer:
        return answer.status, await answer.read()


async def test_the_lists_are_taken_as_workbooks_on_record(
    out: Outpatients, office: Desktop
) -> None:
    for path in (
        "day.xlsx?day=2026-11-25",
        "doctor.xlsx?day=2026-11-25&doctor=陈医生",
        "week.xlsx",
    ):
        status, body = await fetched(office, f"/staff/book/files/{path}")
        assert status == 200, path
        book = load_workbook(io.BytesIO(body))
        words = [
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        ]
        assert not any("赵一" in word for word in words)
        assert ("week" in path) or any("赵*" in word for word in words), path
    actions = await AuditEntry.filter(action__startswith="export.").order_by("sequence")
    assert [entry.action for entry in actions] == [
        "export.day_list",
        "export.doctor_day",
        "export.week_report",
    ]
    assert [entry.reason for entry in actions] == ["2026-11-25", "2026-11-25 陈医生", "2026-W47"]


@pytest.mark.parametrize("week", ["0001-W01", "9999-W52", "2026-W99", "nonsense"])
async def test_a_week_of_no_year_of_ours_is_last_week(office: Desktop, week: str) -> None:
    assert (await fetched(office, f"/staff/book/files/week.xlsx?week={week}"))[0] == 200


async def test_a_doctor_takes_the_own_list_alone(site: StaffSite, out: Outpatients) -> None:
    doctor = await site.desktop(await a_colleague(site.ward, "doctor", "XN", name="黄医生"))
    path = "/staff/book/files/doctor.xlsx?day=2026-11-25&doctor=陈医生"
    status, body = await fetched(doctor, path)
    assert status == 200
    sheet = load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    assert not any("赵*" in str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    nurse = await site.desktop(await a_colleague(site.ward, "nurse", "XN"))
    for name in ("day", "doctor", "week"):
        assert (await fetched(nurse, f"/staff/book/files/{name}.xlsx"))[0] == 404


# ---- the clinics --------------------------------------------------------------------------


async def clinic_form(office: Desktop) -> dict[str, str]:
    """The fields of the clinic's page as a browser would send them back."""
    _, shown = await office.get("/staff/book/clinics/PF")
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)" value="([^"]*)"', shown))
    fields |= dict(re.findall(r'<input type="time" name="([^"]+)" value="([^"]*)"', shown))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', shown, re.DOTALL):
        chosen = re.search(r'value="([^"]+)" selected', options)
        fields[name] = chosen.group(1) if chosen else ""
    return {**fields, "route": "", "preparation": "", "active": "yes"}


async def test_rules_are_overridden_with_the_default_beside_them(
    out: Outpatients, office: Desktop
) -> None:
    form = await clinic_form(office)
    changed = {**form, "rule:cutoff": "12:00", "rule:min_lead_days": "1", "room": "5诊室"}
    status, where = await office.post("/staff/book/clinics/PF", **changed)
    assert (status, where.endswith("said=clinic_saved")) == (303, True)
    clinic = await Clinic.get(code="PF")
    assert clinic.rules == {"cutoff": "12:00", "min_lead_days": 1}
    assert clinic.room == "5诊室"
    _, shown = await office.get("/staff/book/clinics")
    assert "截止预约(前一日):12:00" in shown
    entry = await AuditEntry.get(action="clinic.edited")
    assert (entry.subject, entry.reason) == (clinic.id, "room,rules")


async def test_every_fault_of_a_clinic_is_named_and_nothing_written(
    out: Outpatients, office: Desktop
) -> None:
    form = await clinic_form(office)
    wrong = {
        **form,
        "name": " ",
        "rule:cutoff": "25:00",
        "rule:breach_limit": "0",
        "rule:min_lead_days": "two",
        "rule:late_cancel_counts": "maybe",
        "keeper": "nobody",
        "rule:invented": "1",
    }
    status, shown = await office.post("/staff/book/clinics/PF", **wrong)
    assert status == 422
    for words in ("必填", "按 14:00 这样写", "至少填1", "填不小于0的整数", "请选一项"):
        assert words in shown
    assert (await Clinic.get(code="PF")).rules == {}
    assert (await office.post("/staff/book/clinics/PF", seen="x"))[0] == 422


async def test_a_clinic_s_form_that_is_stale_writes_nothing(
    out: Outpatients, office: Desktop
) -> None:
    form = await clinic_form(office)
    await Clinic.filter(code="PF").update(room="9诊室")
    _, where = await office.post("/staff/book/clinics/PF", **{**form, "room": "5诊室"})
    assert where.endswith("said=stale")
    assert (await Clinic.get(code="PF")).room == "9诊室"


def test_every_closed_set_has_its_words_in_chinese() -> None:
    words = staff_words()
    for names, closed in (
        (words.visit_states, VisitState),
        (words.visit_events, AppointmentEventKind),
        (words.sources, BookingSource),
        (words.session_states, SessionStatus),
        (words.clinic_kinds, ClinicKind),
        (words.keepers, BookKeeper),
        (words.consult_reasons, ConsultReason),
        (words.consult_outcomes, Outcome),
        (words.consult_states, ConsultStatus),
        (words.request_kinds, RequestKind),
        (words.request_states, RequestStatus),
        (words.notice_kinds, NoticeKind),
        (words.desks, OfficeDesk),
        (words.roles, StaffRole),
    ):
        assert {*closed} <= {*names}, closed
    for refusals in (WhyNot, ChangeRefusal, TaskRefusal, PersonFault, Told):
        assert {*refusals} - {Told.DONE} <= {*words.untold}, refusals


def test_every_rule_has_its_name_in_chinese() -> None:
    named = set(staff_words().rule_names)
    assert named == {field.name for field in fields(BookingRules)}


async def test_only_the_outpatient_office_sets_rules(
    out: Outpatients, registrar: Desktop, office: Desktop
) -> None:
    assert (await registrar.get("/staff/book/clinics"))[0] == 200
    assert (await registrar.get("/staff/book/clinics/PF"))[0] == 404
    assert (await registrar.post("/staff/book/clinics/PF", name="x"))[0] == 404
    assert (await office.get("/staff/book/clinics/NONE"))[0] == 404
