"""The cards behind the board: one alert, one patient, one photo; each look is on record (R217)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tortoise.expressions import Q

from dialogs.timing import local
from handlers.alert_board import BoardRow, board_row, board_rows
from handlers.answer_words import AnswerLine, answers_of, cause_words
from handlers.claims import Refusal
from handlers.desk import Desk
from handlers.dialling import Number, numbers_of
from handlers.emergency import contacts_first
from handlers.matters import age_on
from handlers.scope import may_close, may_open, may_open_alert, visible_alerts, visible_stays
from handlers.talk_shown import talk_about, talk_in
from handlers.transcript import Line
from models.alert import Alert, AlertEntry, AlertEvent
from models.audit import AuditEntry, append_entry
from models.care import Encounter, FollowUpPlan, FollowUpTask
from models.conversation import Conversation, Dialog, DialogKind, Inbound, Media
from models.hospital import StaffMember
from models.people import Patient, RespondentRole
from models.response import Response
from models.unit import unit_of_work

_ALERT_OPENED: Final = "alert.opened"


@dataclass(frozen=True, slots=True)
class Person:
    """Who the patient is, as staff of the ward read it."""

    patient: Patient
    encounter: Encounter | None
    age: int | None
    days: int | None
    numbers: list[Number] = field(repr=False)


@dataclass(frozen=True, slots=True)
class AlertCard:
    """An alert opened: the patient's words, the answers, the talk, and all that happened.

    `contact_first`: the patient was not to be had, so the emergency contact is to be called.
    """

    row: BoardRow
    alert: Alert
    words: str
    person: Person | None
    answers: list[AnswerLine]
    entries: list[AlertEntry]
    lines: list[Line]
    close_refusal: Refusal | None
    contact_first: bool


@dataclass(frozen=True, slots=True)
class PatientCard:
    """A patient's record: stays, plans, rounds, answers, talks and alerts."""

    person: Person
    plans: list[FollowUpPlan]
    stays: list[Encounter]
    tasks: list[FollowUpTask]
    answers: list[AnswerLine]
    lines: list[Line]
    alerts: list[BoardRow]


async def alert_row(number: str, staff: StaffMember) -> tuple[Alert, BoardRow] | None:
    """Find an alert by its number, as the board shows it; None for what is not to be known of."""
    alert = await visible_alerts(staff).get_or_none(number=number)
    return None if alert is None else (alert, await board_row(alert, staff))


async def open_alert(
    number: str, staff: StaffMember, desk: Desk, now: datetime, *, on_record: bool = True
) -> AlertCard | None:
    """Open an alert's card; None where it may not be opened.

    The look is written to the audit trail; an open page that only refreshes itself adds nothing
    to it, and so shows nothing to who has no such look on record.
    """
    found = await alert_row(number, staff)
    if found is None or not may_open_alert(staff, found[0]):
        return None
    alert, row = found
    if on_record:
        await look(staff, _ALERT_OPENED, "alert", alert.id, now)
    elif not await _has_looked(staff, alert):
        return None
    history = AlertEntry.filter(alert_id=alert.id).order_by("at", "id").prefetch_related("staff")
    entries = await history
    contact_first = any(entry.event is AlertEvent.EMERGENCY_CONTACT for entry in entries)
    person = await _person_of(alert, now)
    if contact_first and person is not None:
        person = replace(person, numbers=contacts_first(person.numbers))
        if on_record:
            await look(staff, "contact.opened", "patient", person.patient.id, now)
    return AlertCard(
        row=row,
        alert=alert,
        words=cause_words(desk.catalog, alert.rule, alert.words),
        person=person,
        answers=await _answers_of(alert, desk) if may_open(staff) else [],
        entries=entries,
        lines=await talk_about(alert, staff, now),
        close_refusal=None if may_close(staff, alert) else Refusal.NOT_LICENSED,
        contact_first=contact_first,
    )


async def open_patient(
    patient_id: UUID, staff: StaffMember, desk: Desk, now: datetime
) -> PatientCard | None:
    """Open a patient's record within what this person answers for, and note the look."""
    stays = await (
        visible_stays(staff)
        .filter(patient_id=patient_id)
        .order_by("expected", "-discharged_on")
        .prefetch_related("department")
    )
    if not stays:
        return None
    await look(staff, "patient.opened", "patient", patient_id, now)
    ids = [stay.id for stay in stays]
    dialogs = await Dialog.filter(encounter_id__in=ids)
    return PatientCard(
        person=await person_of(await Patient.get(id=patient_id), stays[0], now),
        plans=await FollowUpPlan.filter(encounter_id__in=ids),
        stays=stays,
        tasks=await FollowUpTask.filter(encounter_id__in=ids)
        .order_by("-due_at")
        .prefetch_related("assigned_to"),
        answers=await answers_of(desk.catalog, Response.filter(encounter_id__in=ids)),
        lines=await talk_in(dialogs, now),
        alerts=await board_rows(visible_alerts(staff).filter(encounter_id__in=ids), staff),
    )


async def open_photo(media_id: UUID, staff: StaffMember, now: datetime) -> Media | None:
    """Find a photo of a patient this person may read of, and note the look.

    One sent to the complaint desk is not the ward's: a case may be anonymous.
    """
    media = await Media.get_or_none(id=media_id)
    if media is None or not may_open(staff):
        return None
    dialog = await _dialog_of(media)
    if dialog is not None and dialog.kind is DialogKind.COMPLAINT:
        return None
    if not await visible_stays(staff).filter(await _stays_of(media, dialog)).exists():
        return None
    await look(staff, "photo.opened", "media", media.id, now)
    return media


async def look(
    staff: StaffMember, action: str, subject_type: str, subject: UUID, now: datetime
) -> None:
    """Write down that somebody looked."""

    async def work() -> None:
        await append_entry(now, staff.username, action, subject_type=subject_type, subject=subject)

    await unit_of_work(work)


async def person_of(patient: Patient, encounter: Encounter | None, now: datetime) -> Person:
    """Gather who a patient is."""
    numbers = await numbers_of([encounter]) if encounter else {}
    today = local(now).date()
    return Person(
        patient=patient,
        encounter=encounter,
        age=age_on(patient, today.toordinal()),
        days=_days_since(encounter, today),
        numbers=numbers.get(encounter.id, []) if encounter else [],
    )


def _days_since(encounter: Encounter | None, today: date) -> int | None:
    if encounter is None or encounter.expected:
        return None
    return (today - encounter.discharged_on).days


async def _person_of(alert: Alert, now: datetime) -> Person | None:
    if alert.patient_id is None:
        return None
    encounter = await Encounter.get_or_none(id=alert.encounter_id).prefetch_related("department")
    return await person_of(await Patient.get(id=alert.patient_id), encounter, now)


async def _answers_of(alert: Alert, desk: Desk) -> list[AnswerLine]:
    if alert.task_id is not None:
        return await answers_of(desk.catalog, Response.filter(task_id=alert.task_id))
    if alert.dialog_id is not None:
        return await answers_of(desk.catalog, Response.filter(dialog_id=alert.dialog_id))
    return []


async def _dialog_of(media: Media) -> Dialog | None:
    """Return the dialog that took a photo: the message knows it, else the photo itself."""
    inbound = await Inbound.filter(media_id=media.id).first()
    dialog_id = (inbound.dialog_id if inbound else None) or media.dialog_id
    return await Dialog.get_or_none(id=dialog_id) if dialog_id else None


async def _stays_of(media: Media, dialog: Dialog | None) -> Q:
    """A photo belongs to the stay of the dialog it was sent in.

    One sent outside any dialog belongs to whom the conversation is about.
    """
    if dialog is not None and dialog.encounter_id is not None:
        return Q(id=dialog.encounter_id)
    patients = [dialog.patient_id] if dialog else await _patients_in(media.conversation_id)
    return Q(patient_id__in=patients)


async def _patients_in(conversation_id: UUID) -> list[UUID]:
    conversation = await Conversation.get(id=conversation_id)
    roles = await RespondentRole.filter(respondent_id=conversation.respondent_id, active=True)
    return [role.patient_id for role in roles]


async def _has_looked(staff: StaffMember, alert: Alert) -> bool:
    looks = AuditEntry.filter(subject=alert.id, action=_ALERT_OPENED, actor=staff.username)
    return await looks.exists()
