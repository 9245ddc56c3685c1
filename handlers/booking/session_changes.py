"""A session stopped, substituted or moved: everybody booked is told, and none of it is a breach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from dialogs.appointments.events import Prompt, Prompted
from dialogs.timing.booking import check_in_by, free_until, substitute_until
from dialogs.timing.spans import local
from handlers.appointments.facts import visit_of
from handlers.appointments.prompting import prompt
from handlers.booking.actor import Actor
from handlers.booking.answers import phone_about_change
from handlers.booking.doctor_hours import other_hours
from handlers.booking.history import note_event
from handlers.booking.ladder import drop_ladder, plan_ladder
from handlers.booking.notices import notify
from handlers.booking.rules import rules_of
from handlers.booking.session_chase import plan_chase
from handlers.desk import Desk
from models.audit import append_entry
from models.booking import (
    Appointment,
    AppointmentEventKind,
    AppointmentStatus,
    Clinic,
    Place,
    Session,
    SessionStatus,
    Slot,
)
from models.conversation import Conversation
from models.hospital import StaffMember
from models.office import NoticeKind, OfficeDesk
from models.people import Patient, RespondentRole
from models.unit import lock, lock_row, unit_of_work

MESSAGES: Final = {
    Prompt.STOPPED: "S-STOPPED",
    Prompt.SUBSTITUTE: "S-SUBSTITUTE",
    Prompt.MOVED_BY_HOSPITAL: "S-SHIFTED",
}


class ChangeRefusal(StrEnum):
    """Why a session was left as it was."""

    STALE = "stale"
    OVER = "session_over"
    NAME_NEEDED = "name_needed"
    SAME_DOCTOR = "same_doctor"
    TIME_NEEDED = "time_needed"
    TIME_TAKEN = "time_taken"
    TIME_PAST = "time_past"
    DOCTOR_BUSY = "doctor_busy"
    LATE = "late_needs_reason"


@dataclass(frozen=True, slots=True)
class Order:
    """Who changes a session, when, and why; `seen` is the status the page showed.

    After 16:00 of the day before a change wants a reason, so that it is never a slip (R104).
    `despite`: the office knows of the doctor's other hours then, and gives a reason.
    """

    by: StaffMember
    now: datetime
    reason: str = ""
    seen: str = ""
    despite: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """How many visits were touched, and how many of their patients could not be written to.

    `clash`: the session the doctor has at that time already, where that is the refusal.
    """

    refusal: ChangeRefusal | None = None
    visits: int = 0
    unreached: int = 0
    clash: Session | None = None


async def _lock(session: Session) -> Session:
    """Lock a session and then its places: a booking under way looks at its slot once more."""
    row = await lock_row(session)
    slots = await Slot.filter(session_id=row.id).values_list("id", flat=True)
    await lock(Place.filter(slot_id__in=list(slots)).order_by("id"))
    return row


async def substitute(desk: Desk, session: Session, name: str, order: Order) -> Changed:
    """Name who sees the patients instead; each may accept, rebook or cancel."""

    async def work() -> Changed:
        row = await _lock(session)
        if (refusal := await _refusal(row, order) or _no_substitute(row, name)) is not None:
            return Changed(refusal)
        if clash := await _met(order, name, row, row.starts_at):
            return Changed(ChangeRefusal.DOCTOR_BUSY, clash=clash)
        row.status, row.substitute = SessionStatus.SUBSTITUTED, name
        await row.save(update_fields=["status", "substitute"])
        return await _tell_all(desk, row, Prompt.SUBSTITUTE, order)

    return await unit_of_work(work)


async def stop(desk: Desk, session: Session, order: Order) -> Changed:
    """Let a session not take place; each patient may rebook or cancel without a breach."""

    async def work() -> Changed:
        row = await _lock(session)
        if (refusal := await _refusal(row, order)) is not None:
            return Changed(refusal)
        row.status, row.substitute = SessionStatus.STOPPED, ""
        await row.save(update_fields=["status", "substitute"])
        return await _tell_all(desk, row, Prompt.STOPPED, order)

    return await unit_of_work(work)


async def shift(desk: Desk, session: Session, starts_at: datetime, order: Order) -> Changed:
    """Let a session begin at another time; slots and visits move with it."""

    async def work() -> Changed:
        row = await _lock(session)
        if refusal := await _refusal(row, order) or await _no_time(row, starts_at, order):
            return Changed(refusal)
        by = starts_at - row.starts_at
        who = row.substitute or row.doctor
        if clash := await _met(order, who, row, starts_at):
            return Changed(ChangeRefusal.DOCTOR_BUSY, clash=clash)
        row.starts_at, row.ends_at = starts_at, row.ends_at + by
        row.day = local(starts_at).date()
        await row.save(update_fields=["starts_at", "ends_at", "day"])
        await _shift_slots(row, by)
        return await _tell_all(desk, row, Prompt.MOVED_BY_HOSPITAL, order, by)

    return await unit_of_work(work)


async def too_late(session: Session, now: datetime) -> bool:
    """Tell whether the notice the outpatient office is owed can no longer be given (R104)."""
    clinic = await Clinic.get(id=session.clinic_id)
    return now >= substitute_until(session.day, rules_of(clinic))


async def doctors_besides(session: Session) -> list[str]:
    """List who could stand in: the doctors of the house but the session's own."""
    names = await Session.exclude(doctor=session.doctor).distinct().values_list("doctor", flat=True)
    return sorted({str(name) for name in names} - {""})


async def _refusal(session: Session, order: Order) -> ChangeRefusal | None:
    if order.seen and order.seen != session.status:
        return ChangeRefusal.STALE
    if session.ends_at <= order.now or session.status is SessionStatus.STOPPED:
        return ChangeRefusal.OVER
    late = await too_late(session, order.now) and not order.reason.strip()
    return ChangeRefusal.LATE if late else None


def _no_substitute(session: Session, name: str) -> ChangeRefusal | None:
    if not name:
        return ChangeRefusal.NAME_NEEDED
    same = name in (session.doctor, session.substitute)
    return ChangeRefusal.SAME_DOCTOR if same else None


async def _met(order: Order, doctor: str, session: Session, starts_at: datetime) -> Session | None:
    """Return the other hours of the doctor a session would meet, unless the office allows it."""
    if order.despite and order.reason.strip():
        return None
    ends_at = session.ends_at + (starts_at - session.starts_at)
    return await other_hours(doctor, starts_at, ends_at, session)


async def _no_time(session: Session, starts_at: datetime, order: Order) -> ChangeRefusal | None:
    if starts_at <= order.now:
        return ChangeRefusal.TIME_PAST
    known = Session.filter(clinic_id=session.clinic_id, doctor=session.doctor, starts_at=starts_at)
    return ChangeRefusal.TIME_TAKEN if await known.exists() else None


async def _shift_slots(session: Session, by: timedelta) -> None:
    """Move the slot furthest ahead first: no two may begin at one instant on the way."""
    forth = by > timedelta(0)
    for slot in await Slot.filter(session_id=session.id).order_by(
        "-starts_at" if forth else "starts_at"
    ):
        slot.starts_at, slot.ends_at = slot.starts_at + by, slot.ends_at + by
        await slot.save(update_fields=["starts_at", "ends_at"])


async def _tell_all(
    desk: Desk, session: Session, what: Prompt, order: Order, by: timedelta = timedelta(0)
) -> Changed:
    """Change every visit and write to every patient; who cannot be written to is phoned."""
    await _lock_talks(session)
    visits = await _lock_visits(session, order.now)
    for visit in visits:
        await _change(desk, visit, session, what, order, by)
    told = [await _tell(desk, visit, what, order.now) for visit in visits]
    for visit in (visit for visit, reached in zip(visits, told, strict=True) if not reached):
        await phone_about_change(desk, visit, order.now)
    await plan_chase(desk, session, order.now)
    await _tell_desks(session, what, len(visits), order)
    action = f"session.{what.value}"
    await append_entry(
        order.now,
        order.by.username,
        action,
        subject_type="session",
        subject=session.id,
        reason=order.reason[:256],
    )
    return Changed(visits=len(visits), unreached=told.count(False))


async def _lock_talks(session: Session) -> None:
    """Conversations are locked before people and visits, as by everybody who writes to them."""
    patients = await Appointment.filter(session_id=session.id).values_list("patient_id", flat=True)
    roles = RespondentRole.filter(patient_id__in=list(patients), active=True)
    people = await roles.values_list("respondent_id", flat=True)
    await lock(Conversation.filter(respondent_id__in=list(people)).order_by("id"))
    await lock(Patient.filter(id__in=list(patients)).order_by("id"))


async def _lock_visits(session: Session, now: datetime) -> Sequence[Appointment]:
    booked = Appointment.filter(
        session_id=session.id, status=AppointmentStatus.BOOKED, ends_at__gt=now
    )
    return await lock(booked.order_by("id"))


async def _change(
    desk: Desk, visit: Appointment, session: Session, what: Prompt, order: Order, by: timedelta
) -> None:
    before = visit.starts_at
    rules = rules_of(await Clinic.get(id=session.clinic_id))
    visit.starts_at, visit.ends_at = visit.starts_at + by, visit.ends_at + by
    visit.check_in_by = check_in_by(visit.starts_at, rules)
    visit.free_until = free_until(visit.starts_at, rules)
    visit.version += 1
    visit.hospital_changed_at = visit.updated_at = order.now
    visit.confirmed_at, visit.moving = None, False
    await visit.save()
    substituted = what is Prompt.SUBSTITUTE
    kinds = AppointmentEventKind
    kind = kinds.SUBSTITUTED if substituted else kinds.HOSPITAL_CHANGED
    note = session.substitute if substituted else what.value
    actor = Actor(order.by.username)
    await note_event(
        visit, kind, order.now, actor, from_at=before, to_at=visit.starts_at, note=note
    )
    if what is Prompt.STOPPED:
        await drop_ladder(visit, order.now)
    else:
        await plan_ladder(desk, visit, order.now)


async def _tell(desk: Desk, visit: Appointment, what: Prompt, now: datetime) -> bool:
    said = Prompted(now, what, visit=await visit_of(desk, visit), patient=str(visit.patient_id))
    return await prompt(
        desk,
        said,
        visit.patient_id,
        now,
        occurrence=f"changed:{what.value}:{visit.id}:{visit.version}",
        appointment=visit,
        expires_at=visit.ends_at,
        must_arrive=True,
    )


async def _tell_desks(session: Session, what: Prompt, visits: int, order: Order) -> None:
    clinic = await Clinic.get(id=session.clinic_id)
    wall = local(session.starts_at)
    values = {
        "date": f"{wall:%m-%d}",
        "time": f"{wall:%H:%M}",
        "dept": clinic.name,
        "doc": session.doctor,
        "sub": session.substitute,
        "n": str(visits),
    }
    for desk_role in (OfficeDesk.OUTPATIENT_OFFICE, OfficeDesk.REGISTRATION, OfficeDesk.GUIDE_DESK):
        await notify(
            desk_role,
            NoticeKind.STOPPED,
            session.day,
            MESSAGES[what],
            values,
            occurrence=f"{what.value}:{session.id}:{order.now.isoformat()}:{desk_role.value}",
            now=order.now,
            doctor=session.doctor,
        )
