"""A ward's own check list: overdue, incomplete, without a reason, without a number (R211, R7)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.form_header import unfilled, with_phones
from handlers.masking import mask_name
from handlers.scope import visible_stays, visible_tasks
from handlers.tasks import OPEN
from models.care import Encounter, FollowUpTask, TaskKind, TaskStatus
from models.hospital import StaffMember
from models.people import HospitalPhone, HospitalPhoneRole, HospitalPhoneStatus, Patient

LOOKED_BACK: Final = timedelta(days=31)
MOST: Final = 200
_SCANNED: Final = 2000
_MISSING: Final = HospitalPhoneStatus.MISSING.value


class Check(StrEnum):
    """What is found wanting."""

    OVERDUE = "overdue"
    INCOMPLETE = "incomplete"
    NO_REASON = "no_reason"
    NO_NUMBER = "no_number"


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One thing to mend, masked; `what` are labels of fields, or the code of a fault."""

    check: Check
    ward: str
    name: str
    inpatient_no: str
    nurse: str
    patient_id: UUID
    task_id: UUID | None = None
    round: int = 0
    since: datetime | None = None
    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckList:
    """What a ward has to mend, and how much of each there is altogether."""

    lines: tuple[CheckLine, ...]
    overdue: int
    incomplete: int
    no_reason: int
    no_number: int

    @property
    def clean(self) -> bool:
        """Whether there is nothing to mend."""
        return not (self.overdue or self.incomplete or self.no_reason or self.no_number)


async def check_list(desk: Desk, staff: StaffMember, now: datetime) -> CheckList:
    """Gather what is wanting in the wards somebody answers for, the oldest first."""
    rounds = visible_tasks(staff).filter(kind=TaskKind.ROUND, encounter__withdrawn_at=None)
    overdue = rounds.filter(status__in=OPEN, deadline_at__lt=now)
    ended = rounds.filter(closed_at__gte=now - LOOKED_BACK)
    mute = ended.filter(status=TaskStatus.CLOSED, reason="")
    incomplete = await _incomplete(
        desk, await _loaded(ended.filter(status=TaskStatus.COMPLETED), _SCANNED)
    )
    numberless = await _numberless(staff, now)
    lines = [
        *(_line(Check.OVERDUE, task) for task in await _loaded(overdue, MOST)),
        *incomplete[:MOST],
        *(_line(Check.NO_REASON, task) for task in await _loaded(mute, MOST)),
        *numberless[:MOST],
    ]
    return CheckList(
        tuple(lines),
        await overdue.count(),
        len(incomplete),
        await mute.count(),
        len(numberless),
    )


async def _loaded(rounds: QuerySet[FollowUpTask], most: int) -> list[FollowUpTask]:
    oldest = rounds.order_by("deadline_at").limit(most)
    return await oldest.prefetch_related("encounter__patient", "encounter__department")


def _line(check: Check, task: FollowUpTask, what: tuple[str, ...] = ()) -> CheckLine:
    stay = task.encounter
    since = task.deadline_at if check is Check.OVERDUE else task.closed_at
    line = _of_stay(check, stay, stay.patient, what)
    return replace(line, task_id=task.id, round=task.round, since=since)


def _of_stay(
    check: Check, stay: Encounter, patient: Patient, what: tuple[str, ...] = ()
) -> CheckLine:
    return CheckLine(
        check=check,
        ward=stay.department.name if stay.department else stay.ward,
        name=mask_name(patient.name),
        inpatient_no=stay.inpatient_no,
        nurse=stay.nurse,
        patient_id=patient.id,
        what=what,
    )


async def _incomplete(desk: Desk, rounds: list[FollowUpTask]) -> list[CheckLine]:
    """Return the completed rounds whose form has gaps in its head (R003)."""
    phones = await with_phones([task.encounter for task in rounds])
    found = []
    for task in rounds:
        stay = task.encounter
        gaps = unfilled(desk.header, stay, stay.patient, phone=stay.id in phones)
        if gaps:
            found.append(_line(Check.INCOMPLETE, task, gaps))
    return found


async def _numberless(staff: StaffMember, now: datetime) -> list[CheckLine]:
    """Return the stays nobody can be called about: which fault the hospital's number has (R001)."""
    since = local(now - LOOKED_BACK).date()
    stays = visible_stays(staff).filter(
        discharged_on__gte=since, expected=False, withdrawn_at=None, exclusion=""
    )
    rows = await (
        stays.order_by("discharged_on").limit(_SCANNED).prefetch_related("patient", "department")
    )
    phones = await with_phones(rows)
    faulty = [stay for stay in rows if stay.id not in phones]
    statuses = await _statuses([stay.id for stay in faulty])
    return [
        _of_stay(Check.NO_NUMBER, stay, stay.patient, (statuses.get(stay.id, _MISSING),))
        for stay in faulty
    ]


async def _statuses(stays: Collection[UUID]) -> dict[UUID, str]:
    own = HospitalPhone.filter(encounter_id__in=list(stays), role=HospitalPhoneRole.SELF)
    pairs = await own.values_list("encounter_id", "status")
    return {UUID(str(stay)): str(status) for stay, status in pairs}
