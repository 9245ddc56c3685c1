"""What came of a call: reached, missed, later, or an end with its reason (R034, R035)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from dialogs.endings import DECEASED, NOT_DISTURBED, OPTED_OUT, WRONG_NUMBER
from handlers.booking.deaths import note_in_book
from handlers.call_facts import MISSED, TRY
from handlers.dialling import numbers_of
from handlers.follow_up_marks import note_attempt, note_reached
from handlers.one_call import lock_call
from handlers.staff_words import staff_words
from handlers.tasks import OPEN, RUNNING, close_task, stop_plan
from models.audit import AuditEntry, append_entry
from models.care import Encounter, FollowUpPlan, FollowUpTask, TaskStatus
from models.hospital import StaffMember
from models.people import Consent, ContactPoint, ContactStatus, Patient, RespondentRole
from models.unit import unit_of_work

TRIES_BEFORE_NO_ANSWER: Final = 3
NO_ANSWER: Final = "F14"
READMITTED: Final = "F42"
REFUSED: Final = ("F21", "F22", "F23", NOT_DISTURBED, "F25")
# after these nothing more is to be asked, in this round or a later one
ENDS_ALL: Final = frozenset({OPTED_OUT, NOT_DISTURBED, DECEASED, READMITTED})
_LONGEST_NOTE: Final = 500
# not to be had, unwilling, no longer to be asked
_OF_THE_PATIENT: Final = ("F1", "F2", "F4")


class CallResult(StrEnum):
    """What came of a call; the words are in console.toml."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"
    CALL_LATER = "call_later"
    CANNOT = "cannot"


class CallFault(StrEnum):
    """Why a result was not taken; the words are among the refusals of console.toml."""

    REASON_NEEDED = "reason_needed"
    TIME_NEEDED = "time_needed"
    NUMBER_NEEDED = "number_needed"
    TOO_FEW_TRIES = "too_few_tries"
    DONE_ALREADY = "done_already"


@dataclass(frozen=True, slots=True)
class CallReport:
    """What the caller says: `reason` is a code F11 to F53, `call_at` the time agreed on.

    `contact_point_id` is the number that turned out to be somebody else's.
    """

    result: CallResult
    reason: str = ""
    note: str = ""
    call_at: datetime | None = None
    contact_point_id: UUID | None = None


async def record_result(
    task_id: UUID, staff: StaffMember, report: CallReport, now: datetime
) -> CallFault | None:
    """Record a call; None when it was taken.

    One call is about all rounds of the patient that wait for it. What came of it settles them
    all, save that who was reached has answered only what was asked. Three calls nobody answered
    allow a round to be closed as F14; a refusal or another reason closes it; what must end
    everything (death, opt-out, back in hospital) stops the plan.
    """
    return await unit_of_work(lambda: _record(task_id, staff, report, now))


async def _record(
    task_id: UUID, staff: StaffMember, report: CallReport, now: datetime
) -> CallFault | None:
    task, others = await lock_call(task_id, staff, now)
    if task.status not in OPEN:
        return CallFault.DONE_ALREADY
    fault = await _fault(task, report, now)
    if fault is not None:
        return fault
    await _take(task, staff, report, now)
    for other in others:
        # read again: a reason that ends everything has ended it by now
        await _share(await FollowUpTask.get(id=other.id), staff, report, now)
    return None


async def _share(task: FollowUpTask, staff: StaffMember, report: CallReport, now: datetime) -> None:
    """Write down what the result means for another round the same call was about."""
    open_still = task.status in OPEN and _is_about_all(report)
    if open_still and await _fault(task, report, now) is None:
        await _take(task, staff, report, now)


def _is_about_all(report: CallReport) -> bool:
    """Who was reached answers round by round; a reason of the ward's or the machine's is of one."""
    if report.result is CallResult.CANNOT:
        return report.reason[:2] in _OF_THE_PATIENT
    return report.result is not CallResult.REACHED


async def _note_call(
    task: FollowUpTask, staff: StaffMember, report: CallReport, now: datetime
) -> None:
    await append_entry(
        now,
        staff.username,
        f"{TRY}{report.result}",
        subject_type="follow_up_task",
        subject=task.id,
        reason=report.reason,
    )


async def _fault(task: FollowUpTask, report: CallReport, now: datetime) -> CallFault | None:
    match report.result:
        case CallResult.CALL_LATER if report.call_at is None or report.call_at <= now:
            return CallFault.TIME_NEEDED
        case CallResult.WRONG_NUMBER if report.contact_point_id is None:
            return CallFault.NUMBER_NEEDED
        case CallResult.REFUSED if report.reason not in REFUSED:
            return CallFault.REASON_NEEDED
        case CallResult.CANNOT if report.reason not in staff_words().reasons:
            return CallFault.REASON_NEEDED
        case CallResult.CANNOT if report.reason == NO_ANSWER and await _tries(task) < (
            TRIES_BEFORE_NO_ANSWER
        ):
            return CallFault.TOO_FEW_TRIES
    return None


async def _tries(task: FollowUpTask) -> int:
    return await AuditEntry.filter(subject=task.id, action__in=list(MISSED)).count()


async def _take(task: FollowUpTask, staff: StaffMember, report: CallReport, now: datetime) -> None:
    task.attempts += 1
    task.opened_at = task.opened_at or now
    task.call_at = report.call_at if report.result is CallResult.CALL_LATER else None
    task.reason_note = report.note.strip()[:_LONGEST_NOTE] or task.reason_note
    if report.result is CallResult.CALL_LATER:
        task.status = TaskStatus.PHONE_LIST
    await task.save()
    await _note_call(task, staff, report, now)
    await _note_contact(task, report.result, now)
    match report.result:
        case CallResult.WRONG_NUMBER:
            await _wrong_number(task, staff, report, now)
        case CallResult.REFUSED | CallResult.CANNOT:
            await _end(task, staff, report.result, report.reason, now)


async def _note_contact(task: FollowUpTask, result: CallResult, now: datetime) -> None:
    """A refusal was a try and no contact; what cannot be called was neither (M1, M3)."""
    if result is CallResult.REACHED:
        await note_reached(task, now)
    elif result is not CallResult.CANNOT:
        await note_attempt(task, now)


async def _wrong_number(
    task: FollowUpTask, staff: StaffMember, report: CallReport, now: datetime
) -> None:
    """Mark the number; a round without any number left ends as F13."""
    encounter = await Encounter.get(id=task.encounter_id)
    own = {number.contact_point_id for number in (await numbers_of([encounter]))[encounter.id]}
    if report.contact_point_id in own:
        await ContactPoint.filter(id=report.contact_point_id).update(
            status=ContactStatus.WRONG_NUMBER, wrong_at=now
        )
    numbers = (await numbers_of([encounter]))[encounter.id]
    if all(number.wrong for number in numbers):
        await _end(task, staff, CallResult.WRONG_NUMBER, WRONG_NUMBER, now)


async def _end(
    task: FollowUpTask, staff: StaffMember, result: CallResult, reason: str, now: datetime
) -> None:
    await close_task(task, result.value, reason, now)
    await FollowUpTask.filter(id=task.id).update(closed_by_id=staff.id)
    if reason in ENDS_ALL:
        await _end_all(task, reason, now)


async def _end_all(task: FollowUpTask, reason: str, now: datetime) -> None:
    encounter = await Encounter.get(id=task.encounter_id)
    running = FollowUpPlan.filter(
        encounter__patient_id=encounter.patient_id,
        status__in=RUNNING,
    )
    for plan in await running:
        await stop_plan(plan, reason, now)
    if reason == DECEASED:
        alive = Patient.filter(id=encounter.patient_id, deceased_at=None)
        await alive.update(deceased_at=now, deceased_by="staff")
        await note_in_book(encounter.patient_id, now)
    if reason == OPTED_OUT:
        await _opt_out(encounter.patient_id, now)


async def _opt_out(patient_id: UUID, now: datetime) -> None:
    """Withdraw what was agreed to for the patient and close the addresses, as a message does."""
    agreed = Consent.filter(patient_id=patient_id, granted=True, withdrawn_at__isnull=True)
    await agreed.update(withdrawn_at=now)
    own = RespondentRole.filter(patient_id=patient_id, active=True)
    respondents = await own.values_list("respondent_id", flat=True)
    points = ContactPoint.filter(respondent_id__in=list(respondents), opted_out_at=None)
    await points.update(opted_out_at=now)
