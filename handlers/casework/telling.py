"""Telling the patient: a later day, the result, a few words; all in the words of staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from dialogs.actions import Say
from dialogs.complaints.events import Prompt
from dialogs.timing.spans import moment
from dialogs.timing.words import date_text
from handlers.answering import last_address
from handlers.casework.clocks import BEFORE_RESULT, WITHDRAWN, promised_until
from handlers.casework.entries import note
from handlers.casework.keeping import keep
from handlers.casework.locking import case_in_hand
from handlers.claims import LONGEST_REPLY, Refusal
from handlers.complaints.prompting import prompt
from handlers.desk import Desk
from handlers.outgoing import Draft, write
from handlers.staff_words import staff_words
from models.complaint import Complaint, ComplaintEvent, ComplaintState, Finding
from models.conversation import Conversation, DeliveryClass, OutgoingPurpose
from models.hospital import StaffMember
from models.unit import unit_of_work

_FURTHER: Final = (*BEFORE_RESULT, ComplaintState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it, in words the patient reads, and what was found (R136)."""

    facts: str
    measures: str
    finding: str


async def tell_interim(
    complaint_id: UUID, staff: StaffMember, until: date, why: str, desk: Desk, now: datetime
) -> Refusal | None:
    """Tell a later day and its reason (M-CMP3); never one beyond what the law allows.

    Where nobody can be written to, the history says that the patient has to be called.
    """
    if not why.strip():
        return Refusal.REASON_NEEDED
    return await unit_of_work(
        lambda: _tell_interim(complaint_id, staff, until, why.strip(), desk, now)
    )


async def tell_result(
    complaint_id: UUID, staff: StaffMember, result: Result, desk: Desk, now: datetime
) -> Refusal | None:
    """Put the result before the patient, who accepts it or not (M-CMP4)."""
    known = result.finding in tuple(Finding)
    if not (known and result.facts.strip() and result.measures.strip()):
        return Refusal.UNFINISHED
    return await unit_of_work(lambda: _tell_result(complaint_id, staff, result, desk, now))


async def reply(
    complaint_id: UUID, staff: StaffMember, text: str, once: str, desk: Desk, now: datetime
) -> Refusal | None:
    """Write to the patient through the bot; `once` names the reply, a second click sends none.

    It counts as a contact: the patient has heard from a person, unknown though the patient may be.
    """
    words = text.strip()[:LONGEST_REPLY]
    if not words:
        return Refusal.EMPTY
    return await unit_of_work(lambda: _reply(complaint_id, staff, words, once, desk, now))


async def _tell_interim(
    complaint_id: UUID, staff: StaffMember, until: date, why: str, desk: Desk, now: datetime
) -> Refusal | None:
    case = await case_in_hand(complaint_id, staff, writes=True)
    if isinstance(case, Refusal):
        return case
    if case.state not in BEFORE_RESULT or case.answered_at is not None:
        return Refusal.NOT_OPEN
    if case.patient_answer == WITHDRAWN:
        # who has taken it back waits for nothing and is promised nothing
        return Refusal.NOT_OPEN
    ends = moment(until + timedelta(days=1), time(0))
    if not promised_until(case) < ends <= case.legal_due_at or ends <= now:
        return Refusal.BEYOND_LAW
    case.interim_at, case.interim_until, case.interim_why = now, ends, why
    said = date_text(until, language=desk.language)
    event = ComplaintEvent.INTERIM_TOLD
    await note(case, event, now, staff_id=staff.id, detail=f"{said}\n{why}")
    await keep(case, desk, now)
    await _prompt(desk, case, Prompt.INTERIM, {"why": why, "date": said}, now)
    return None


async def _tell_result(
    complaint_id: UUID, staff: StaffMember, result: Result, desk: Desk, now: datetime
) -> Refusal | None:
    case = await case_in_hand(complaint_id, staff, writes=True)
    if isinstance(case, Refusal):
        return case
    if case.state not in _FURTHER:
        return Refusal.NOT_OPEN
    case.facts, case.measures = result.facts.strip(), result.measures.strip()
    case.finding, case.state = Finding(result.finding), ComplaintState.ANSWERED
    # the first result keeps the promise, and is a first contact where there was none
    case.answered_at = case.answered_at or now
    case.contacted_at = case.contacted_at or now
    withdrawn = case.patient_answer == WITHDRAWN
    if not withdrawn:
        case.patient_answer = ""
    detail = f"{case.facts}\n{case.measures}"
    await note(case, ComplaintEvent.ANSWERED, now, staff_id=staff.id, detail=detail)
    await keep(case, desk, now)
    if withdrawn:
        # who has taken it back is not asked about it any more
        await _note_untold(desk, case, "untold", now)
    else:
        values = {"fact": case.facts, "act": case.measures}
        await _prompt(desk, case, Prompt.RESULT, values, now)
    return None


async def _prompt(
    desk: Desk, case: Complaint, kind: Prompt, values: Mapping[str, str], now: datetime
) -> None:
    if not await prompt(desk, case, kind, values, now):
        await _note_untold(desk, case, "unsent", now)


async def _note_untold(desk: Desk, case: Complaint, why: str, now: datetime) -> None:
    detail = staff_words(desk.language).complaint_notes[why]
    await note(case, ComplaintEvent.NOTED, now, detail=detail)


async def _reply(
    complaint_id: UUID, staff: StaffMember, text: str, once: str, desk: Desk, now: datetime
) -> Refusal | None:
    case = await case_in_hand(complaint_id, staff, writes=True)
    if isinstance(case, Refusal):
        return case
    conversation = await Conversation.get_or_none(id=case.conversation_id)
    point = await last_address(conversation) if conversation else None
    if conversation is None or point is None:
        return Refusal.NOBODY_TO_WRITE_TO
    draft = Draft(
        Say("M-STAFF", {}),
        f"complaint-reply:{case.id}:{once}",
        purpose=OutgoingPurpose.STAFF,
        delivery_class=DeliveryClass.A,
        contact_point_id=point.id,
        channel=point.system.channel,
        patient_id=case.patient_id,
    )
    values = {"caller": staff_words(desk.language).caller(staff), "text": text}
    if await write(conversation, draft, values, now) is not None:
        case.contacted_at = case.contacted_at or now
        await case.save(update_fields=["contacted_at"])
        await note(case, ComplaintEvent.CONTACTED, now, staff_id=staff.id, detail=text)
    return None
