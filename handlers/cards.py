"""The cards behind the board: one alert, one patient, one photo; each look is on record (R217)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from dialogs.timing import local
from handlers.alert_board import BoardRow, board_row, board_rows
from handlers.answer_words import AnswerLine, answers_of, cause_words
from handlers.claims import Refusal
from handlers.desk import Desk
from handlers.dialling import Number, numbers_of
from handlers.matters import age_on
from handlers.scope import may_close, may_open, may_open_alert, visible_alerts, visible_stays
from handlers.transcript import Line, lines_after
from models.alert import Alert, AlertEntry
from models.audit import append_entry
from models.care import Encounter, FollowUpTask
from models.conversation import Dialog, Inbound, Media, Outgoing
from models.hospital import StaffMember
from models.people import Patient
from models.response import Response
from models.unit import unit_of_work


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
    """An alert opened: the patient's words, the answers, the talk, and all that happened."""

    row: BoardRow
    alert: Alert
    words: str
    person: Person | None
    answers: list[AnswerLine]
    entries: list[AlertEntry]
    lines: list[Line]
    close_refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class PatientCard:
    """A patient's record: stays, rounds, answers, talks and alerts."""

    person: Person
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

    The look is written to the audit trail; not so when an open page only refreshes itself.
    """
    found = await alert_row(number, staff)
    if found is None or not may_open_alert(staff, found[0]):
        return None
    alert, row = found
    if on_record:
        await look(staff, "alert.opened", "alert", alert.id, now)
    entries = AlertEntry.filter(alert_id=alert.id).order_by("at", "id").prefetch_related("staff")
    return AlertCard(
        row=row,
        alert=alert,
        words=cause_words(desk.catalog, alert.rule, alert.words),
        person=await _person_of(alert, now),
        answers=await _answers_of(alert, desk),
        entries=await entries,
        lines=await _talk(await _dialogs_of(alert), now),
        close_refusal=None if may_close(staff, alert) else Refusal.NOT_LICENSED,
    )


async def open_patient(
    patient_id: UUID, staff: StaffMember, desk: Desk, now: datetime
) -> PatientCard | None:
    """Open a patient's record within what this person answers for, and note the look."""
    stays = await (
        visible_stays(staff)
        .filter(patient_id=patient_id)
        .order_by("-discharged_on")
        .prefetch_related("department")
    )
    if not stays:
        return None
    await look(staff, "patient.opened", "patient", patient_id, now)
    ids = [stay.id for stay in stays]
    dialogs = await Dialog.filter(encounter_id__in=ids)
    return PatientCard(
        person=await person_of(await Patient.get(id=patient_id), stays[0], now),
        stays=stays,
        tasks=await FollowUpTask.filter(encounter_id__in=ids).order_by("-due_at"),
        answers=await answers_of(desk.catalog, Response.filter(encounter_id__in=ids)),
        lines=await _talk(dialogs, now),
        alerts=await board_rows(visible_alerts(staff).filter(encounter_id__in=ids), staff),
    )


async def open_photo(media_id: UUID, staff: StaffMember, now: datetime) -> Media | None:
    """Find a photo of a patient this person may read of, and note the look."""
    media = await Media.get_or_none(id=media_id)
    if media is None or not may_open(staff):
        return None
    if not await visible_stays(staff).filter(id__in=await _stays_of(media)).exists():
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
    return (today - encounter.discharged_on).days if encounter else None


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


async def _dialogs_of(alert: Alert) -> list[Dialog]:
    return await Dialog.filter(
        conversation_id=alert.conversation_id, patient_id=alert.patient_id
    ).order_by("started_at")


async def _talk(dialogs: Sequence[Dialog], now: datetime) -> list[Line]:
    """Return what was said in these dialogs; a mother's talk about another child is not shown."""
    lines: list[Line] = []
    for conversation_id in {dialog.conversation_id for dialog in dialogs}:
        own = {"conversation_id": conversation_id, "dialog_id__in": [d.id for d in dialogs]}
        places = {row.position for row in await Inbound.filter(**own)}
        places |= {row.position for row in await Outgoing.filter(**own)}
        said = await lines_after(conversation_id, 0, now)
        lines += [line for line in said if line.position in places]
    return sorted(lines, key=lambda line: (line.at, line.position))


async def _stays_of(media: Media) -> list[UUID]:
    """A photo belongs to the stay of the dialog it was sent in, as its message says."""
    inbound = await Inbound.filter(media_id=media.id).first()
    dialog_id = media.dialog_id or (inbound.dialog_id if inbound else None)
    dialog = await Dialog.get_or_none(id=dialog_id) if dialog_id else None
    return [dialog.encounter_id] if dialog is not None and dialog.encounter_id else []
