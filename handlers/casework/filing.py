"""A complaint becomes a case: its number, its office, its clocks; and the patient's part in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from dialogs.complaints.owners import accused_offices, owner_beside
from dialogs.tagging.tags import Tags
from dialogs.timing.spans import local
from handlers.casework.accused import name_accused
from handlers.casework.answers import ANSWERS, REFUSE, open_again, record_answer
from handlers.casework.clocks import WITHDRAWN, renew_timers, start_clocks
from handlers.casework.entries import note, patients_words
from handlers.casework.gravity import add_weight, route_of, weigh
from handlers.casework.group import post_closed, post_filed, post_moved
from handlers.casework.keeping import keep
from handlers.casework.widening import widen
from handlers.desk import Desk
from handlers.staff_words import staff_words
from models.complaint import (
    Complaint,
    ComplaintClosing,
    ComplaintEntry,
    ComplaintEvent,
    ComplaintMode,
    ComplaintState,
    FiledBy,
)
from models.hospital import StaffRole
from models.once import insert_once
from models.timetable import next_number
from models.unit import lock_row

SERIES: Final = "complaint"
_DISSATISFIED: Final = 2
_GRAVE: Final = "A"


@dataclass(frozen=True, slots=True)
class Filing:
    """A complaint to be registered; `occurrence` names it once and for all.

    `words` are the complainant's own; `staff_id` who took them down, where a person did.
    """

    occurrence: str
    filed_by: FiledBy
    words: str = field(repr=False)
    tags: Tags = field(repr=False)
    mode: ComplaintMode = ComplaintMode.BACK_TO_BACK
    conversation_id: UUID | None = None
    patient_id: UUID | None = None
    encounter_id: UUID | None = None
    department_id: UUID | None = None
    inbound_id: UUID | None = None
    staff_id: UUID | None = None


async def file_complaint(desk: Desk, filing: Filing, now: datetime) -> Complaint:
    """Register a complaint once an occurrence: number, owner, clocks, history, timers, group.

    The caller is inside a unit of work and calls this late in it: the day's numbers are locked
    until it ends. Filed again, the case that is there is returned as it stands.
    """
    known = await Complaint.get_or_none(occurrence=filing.occurrence)
    if known is not None:
        return known
    complaint = _new_complaint(desk, filing, now)
    await name_accused(complaint, filing.words)
    complaint.number = await _number(local(now).date())
    if not await insert_once(complaint):
        return await Complaint.get(occurrence=filing.occurrence)
    await note(
        complaint,
        ComplaintEvent.FILED,
        now,
        staff_id=filing.staff_id,
        inbound_id=filing.inbound_id,
        detail=filing.words,
    )
    await renew_timers(complaint, desk, now)
    await post_filed(complaint, desk, now)
    return complaint


async def open_complaints(conversation_id: UUID) -> list[Complaint]:
    """Return the cases of a conversation that have not ended, newest first."""
    rows = Complaint.filter(conversation_id=conversation_id)
    still = rows.exclude(state=ComplaintState.CLOSED).exclude(patient_answer=WITHDRAWN)
    return await still.order_by("-received_at", "-number")


async def add_words(
    desk: Desk,
    complaint: Complaint,
    words: str,
    tags: Tags,
    now: datetime,
    *,
    inbound_id: UUID | None = None,
) -> Complaint:
    """Put further words of the complainant beside the case, once a message; returns the case.

    Tags join, severity and grade only rise. While the result is before the patient, another
    complaint says that it is not accepted.
    """
    case = await lock_row(complaint)
    if inbound_id is not None and await _heard(case, inbound_id):
        return case
    event = ComplaintEvent.PATIENT_ADDED
    await note(case, event, now, inbound_id=inbound_id, detail=words)
    if case.state is ComplaintState.CLOSED:
        return case
    case.snoozed_until = None
    if add_weight(case, tags, await patients_words(case)):
        await widen(case, desk, now)
    await name_accused(case, words)
    await _leave_accused(case, words, now)
    if case.state is ComplaintState.ANSWERED and tags.is_complaint:
        await record_answer(case, REFUSE, now)
    await keep(case, desk, now)
    return case


async def withdraw(desk: Desk, complaint: Complaint, now: datetime) -> Complaint:
    """The patient takes the complaint back; a grave one stays open for a person to look into.

    Harm, a breach of privacy or a dispute is looked into whether or not anybody complains.
    """
    case = await lock_row(complaint)
    if case.state is ComplaintState.CLOSED or case.patient_answer == WITHDRAWN:
        return case
    case.patient_answer = WITHDRAWN
    await note(case, ComplaintEvent.WITHDRAWN, now)
    if case.grade != _GRAVE:
        case.state, case.closing = ComplaintState.CLOSED, ComplaintClosing.WITHDRAWN
        case.closed_at, case.snoozed_until = now, None
        entry = await note(case, ComplaintEvent.CLOSED, now, detail=ComplaintClosing.WITHDRAWN)
        await post_closed(case, entry, now)
    await keep(case, desk, now)
    return case


async def take_answer(desk: Desk, complaint: Complaint, answer: str, now: datetime) -> Complaint:
    """Note what the patient says to the result: accept, refuse or call; ValueError else.

    Refused or to be talked about, the case is negotiated again; accepted, a person closes it.
    """
    if answer not in ANSWERS:
        raise ValueError("a result is accepted, refused, or to be talked about")
    case = await lock_row(complaint)
    if case.state is ComplaintState.ANSWERED and case.patient_answer != answer:
        await record_answer(case, answer, now)
        await keep(case, desk, now)
    return case


async def rate(desk: Desk, complaint: Complaint, stars: int, now: datetime) -> bool:
    """Note how satisfied the patient is, 5 to 1; two or less opens a closed case again: True."""
    case = await lock_row(complaint)
    case.satisfaction = stars
    await note(case, ComplaintEvent.RATED, now, detail=str(stars))
    again = stars <= _DISSATISFIED and case.state is ComplaintState.CLOSED
    if again:
        await open_again(case, desk, now)
    await keep(case, desk, now)
    return again


async def set_mode(complaint: Complaint, mode: ComplaintMode, now: datetime) -> Complaint:
    """Note how much the department may know of who complains, as the patient wishes."""
    case = await lock_row(complaint)
    if case.mode is not mode:
        case.mode = mode
        await case.save(update_fields=["mode"])
        await note(case, ComplaintEvent.MODE_CHANGED, now, detail=mode.value)
    return case


def _new_complaint(desk: Desk, filing: Filing, now: datetime) -> Complaint:
    found = route_of(filing.tags, filing.words)
    complaint = Complaint(
        occurrence=filing.occurrence,
        filed_by=filing.filed_by,
        mode=filing.mode,
        conversation_id=filing.conversation_id,
        patient_id=filing.patient_id,
        encounter_id=filing.encounter_id,
        department_id=filing.department_id,
        owner_role=StaffRole(found.owner),
        received_at=now,
    )
    weigh(complaint, filing.tags, found)
    start_clocks(complaint, desk, now)
    return complaint


async def _number(day: date) -> str:
    return f"TS-{day:%Y%m%d}-{await next_number(SERIES, day):03}"


async def _heard(case: Complaint, inbound_id: UUID) -> bool:
    return await ComplaintEntry.filter(complaint_id=case.id, inbound_id=inbound_id).exists()


async def _leave_accused(case: Complaint, words: str, now: datetime) -> None:
    """An office that is itself complained about does not keep the case."""
    if case.owner_role.value not in accused_offices(words):
        return
    case.owner_role = StaffRole(owner_beside(case.owner_role, words))
    case.owner_id = case.claimed_at = None
    said = staff_words()
    detail = said.complaint_notes["accused"].format(role=said.roles[case.owner_role])
    entry = await note(case, ComplaintEvent.TRANSFERRED, now, detail=detail)
    await post_moved(case, entry, now)
