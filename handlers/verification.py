"""Was anybody really in touch? Rounds drawn by lot, the patients asked by others (R188, M13).

A ward never verifies itself. What a patient told in round three (`called`) counts as an answer;
who has not said is called by the complaint office or another office that audits (R040, R253).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from handlers.dialling import Number, numbers_of
from handlers.masking import mask_name, mask_phone
from models.audit import append_entry
from models.care import Encounter
from models.hospital import StaffMember, StaffRole
from models.people import Patient
from models.response import Answer
from models.unit import lock_row, unit_of_work
from models.ward_week import Verification, Verified

AUDITORS: Final = frozenset(
    {
        StaffRole.COMPLAINT_OFFICE,
        StaffRole.MARKET_CENTRE,
        StaffRole.MEDICAL_AFFAIRS,
        StaffRole.NURSING_OFFICE,
        StaffRole.SUPERVISION_OFFICE,
        StaffRole.ADMIN,
    }
)
_SAID: Final = {"yes": Verified.YES, "no": Verified.NO, "unk": Verified.UNSURE}
# the form of one question that is sent to who was drawn
FORM: Final = "verify"
BY_MESSAGE: Final = "message"
_IN_ROUND: Final = "round"
_BY_CALL: Final = "call"
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class VerificationRow:
    """One patient drawn: masked, with nothing of the illness."""

    id: UUID
    name: str
    phone: str
    department: str
    round: int
    closed_at: datetime | None
    answer: Verified | None
    way: str


@dataclass(frozen=True, slots=True)
class OpenedVerification:
    """One patient drawn, opened by who calls; the look is on record."""

    row: VerificationRow
    name: str = field(repr=False)
    numbers: list[Number] = field(repr=False)


def verifies(staff: StaffMember) -> bool:
    """Tell whether somebody may ask in another department's name; wards may not (R253)."""
    return staff.role in AUDITORS


async def take_round_answers() -> int:
    """Take over what patients told since, in round three or when written to; returns how many."""
    waiting = await Verification.filter(answer=None).prefetch_related("task").limit(_PAGE)
    stays = {row.task.encounter_id: row for row in waiting}
    said = await _told_in_rounds(stays.keys())
    for stay_id, told in said.items():
        found = Verification.filter(id=stays[stay_id].id, answer=None)
        way = BY_MESSAGE if told.form == FORM else _IN_ROUND
        await found.update(answer=told.answer, answered_at=told.at, asked_at=told.at, way=way)
    return len(said)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a patient answered, and to which form."""

    answer: Verified
    at: datetime
    form: str


async def _told_in_rounds(stays: Collection[UUID]) -> dict[UUID, _Told]:
    rows = Answer.filter(
        response__encounter_id__in=list(stays), item="called", superseded_at=None
    ).order_by("at")
    found: dict[UUID, _Told] = {}
    for row in await rows.prefetch_related("response"):
        told = _SAID.get(row.value[0]) if isinstance(row.value, list) and row.value else None
        if told is not None and row.response.encounter_id is not None:
            found[row.response.encounter_id] = _Told(told, row.at, row.response.form)
    return found


async def verification_list(staff: StaffMember, month: date) -> list[VerificationRow]:
    """List a month's sample, those still to be asked first; empty for who may not see it."""
    if not verifies(staff):
        return []
    rows = await _shown(Verification.filter(month=month).order_by("drawn_at", "id"))
    return sorted(rows, key=lambda row: (row.answer is not None, row.department))


async def _shown(found: QuerySet[Verification]) -> list[VerificationRow]:
    rows = await found.prefetch_related("task__encounter__patient", "task__encounter__department")
    numbers = await numbers_of([row.task.encounter for row in rows])
    return [_row(row, numbers[row.task.encounter_id]) for row in rows]


def _row(row: Verification, numbers: list[Number]) -> VerificationRow:
    stay = row.task.encounter
    usable = [number for number in numbers if not number.wrong]
    return VerificationRow(
        row.id,
        mask_name(stay.patient.name),
        mask_phone(usable[0].value) if usable else "",
        stay.department.name if stay.department else stay.ward,
        row.task.round,
        row.task.closed_at,
        row.answer,
        row.way,
    )


async def open_verification(
    verification_id: UUID, staff: StaffMember, now: datetime
) -> OpenedVerification | None:
    """Open a drawn patient's number; None for who may not. The look is on record."""
    found = Verification.filter(id=verification_id)
    if not verifies(staff) or not await found.exists():
        return None
    (row,) = await _shown(found)
    stay = await _stay(verification_id)
    patient = await Patient.get(id=stay.patient_id)

    async def work() -> None:
        await append_entry(
            now, staff.username, "contact.opened", subject_type="patient", subject=patient.id
        )

    await unit_of_work(work)
    return OpenedVerification(row, patient.name, (await numbers_of([stay]))[stay.id])


async def _stay(verification_id: UUID) -> Encounter:
    row = await Verification.get(id=verification_id).prefetch_related("task__encounter")
    stay: Encounter = row.task.encounter
    return stay


async def note_answer(
    verification_id: UUID, staff: StaffMember, answer: Verified | None, now: datetime
) -> bool:
    """Write down what a called patient said; None: nobody answered. False when it was settled."""

    async def work() -> bool:
        row = await Verification.get_or_none(id=verification_id)
        if row is None or not verifies(staff):
            return False
        row = await lock_row(row)
        if row.answered_at is not None:
            return False
        row.asked_at, row.asked_by, row.way = now, staff.username, _BY_CALL
        if answer is not None:
            row.answer, row.answered_at = answer, now
        await row.save()
        action = f"verification.{answer or 'unreached'}"
        await append_entry(
            now, staff.username, action, subject_type="follow_up_task", subject=row.task_id
        )
        return True

    return await unit_of_work(work)
