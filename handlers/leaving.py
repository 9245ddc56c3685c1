"""Somebody leaves: nothing stays in a hand that is gone; all of it moves in one unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from tortoise.queryset import QuerySet

from handlers.alerts import note
from handlers.casework import claims as casework
from handlers.casework.access import may_work_on
from handlers.casework.entries import note as note_case
from handlers.casework.group import post_returned
from handlers.human_talk import open_talks
from handlers.human_talk_passing import release
from handlers.room.alert_posts import post_entry
from handlers.room.posts import Post, post
from handlers.scope import visible_tasks
from handlers.sessions import end_sessions
from handlers.silence import give_to_all
from handlers.staff_words import staff_words
from handlers.tasks import OPEN
from models.alert import Alert, AlertEvent, AlertStatus
from models.audit import append_entry
from models.care import FollowUpTask
from models.complaint import Complaint, ComplaintEvent, ComplaintState
from models.duty import DutyShift, LiaisonDoctor
from models.hospital import Department, StaffMember
from models.office import ConsultStatus, ConsultTask
from models.people import Patient
from models.room import PostKind
from models.unit import lock, unit_of_work
from models.ward_week import QuestionTicket, TicketState

_REASON_WIDTH: Final = 256


@dataclass(frozen=True, slots=True)
class Handed:
    """What went out of the hands of somebody who left, by number; never whom it is about.

    `liaison` names the departments whose place for questions is empty now.
    """

    calls: int = 0
    alerts: int = 0
    talks: int = 0
    complaints: int = 0
    questions: int = 0
    consult: int = 0
    patients: int = 0
    shifts: int = 0
    liaison: tuple[str, ...] = field(default=())

    @property
    def work(self) -> int:
        """How much somebody else has to take up."""
        return (
            self.calls + self.alerts + self.talks + self.complaints + self.questions + self.consult
        )


async def leave(staff: StaffMember, heir: StaffMember | None, by: str, now: datetime) -> Handed:
    """Let somebody sign in no more and move their work, to `heir` as far as it is theirs to do.

    Alerts and talks are open to everybody again whoever the heir is: danger must not wait for
    somebody who does not know of it yet. Activated again, nothing comes back.
    """
    return await unit_of_work(lambda: _leave(staff, heir, by, now))


async def work_of(staff: StaffMember) -> int:
    """Count what would change hands."""
    counts = (
        _calls(staff).count(),
        _alerts(staff).count(),
        open_talks().filter(staff_id=staff.id).count(),
        _cases(staff).count(),
        _questions(staff).count(),
        _consult(staff).count(),
    )
    return sum([await count for count in counts])


async def heirs_of(staff: StaffMember) -> list[StaffMember]:
    """List who may take over: colleagues of the same role, of a department in common if any."""
    alike = await StaffMember.filter(role=staff.role, active=True).exclude(id=staff.id)
    own = set(staff.departments)
    return [one for one in alike if not own or own & set(one.departments) or not one.departments]


async def _leave(staff: StaffMember, heir: StaffMember | None, by: str, now: datetime) -> Handed:
    await StaffMember.filter(id=staff.id).update(active=False)
    await end_sessions(staff.id, now)
    handed = Handed(
        alerts=await _let_go_alerts(staff, now),
        talks=await _let_go_talks(staff, now),
        calls=await _move_calls(staff, heir, now),
        complaints=await _move_cases(staff, heir, now),
        questions=await _questions(staff).update(liaison_id=heir.id if heir else None),
        consult=await _let_go_consult(staff),
        patients=await _move_patients(staff, heir),
        shifts=await _end_shifts(staff, now),
        liaison=await _vacate(staff),
    )
    reason = " ".join(f"{name}={_told(value)}" for name, value in asdict(handed).items())
    if heir is not None:
        reason = f"to={heir.username} {reason}"
    await append_entry(
        now,
        by,
        "staff.left",
        subject_type="staff",
        subject=staff.id,
        reason=reason[:_REASON_WIDTH],
    )
    await _tell(staff, heir, handed, now)
    return handed


def _told(value: Any) -> str:
    return str(len(value)) if isinstance(value, tuple) else str(value)


def _calls(staff: StaffMember) -> QuerySet[FollowUpTask]:
    return FollowUpTask.filter(assigned_to_id=staff.id, status__in=OPEN)


def _alerts(staff: StaffMember) -> QuerySet[Alert]:
    return Alert.filter(claimed_by_id=staff.id, status=AlertStatus.CLAIMED)


def _cases(staff: StaffMember) -> QuerySet[Complaint]:
    return Complaint.filter(owner_id=staff.id).exclude(state=ComplaintState.CLOSED)


def _questions(staff: StaffMember) -> QuerySet[QuestionTicket]:
    return QuestionTicket.filter(liaison_id=staff.id).exclude(state=TicketState.CLOSED)


def _consult(staff: StaffMember) -> QuerySet[ConsultTask]:
    return ConsultTask.filter(claimed_by_id=staff.id, status=ConsultStatus.CLAIMED)


async def _let_go_alerts(staff: StaffMember, now: datetime) -> int:
    alerts = await lock(_alerts(staff).order_by("id"))
    for alert in alerts:
        await give_to_all(alert)
        entry = await note(alert, AlertEvent.TRANSFERRED, now, staff_id=staff.id)
        await post_entry(alert, entry, PostKind.ALERT, "S-BACK", now, name=staff.name)
    return len(alerts)


async def _let_go_talks(staff: StaffMember, now: datetime) -> int:
    talks = await lock(open_talks().filter(staff_id=staff.id).order_by("id"))
    for talk in talks:
        await release(talk, staff, now)
    return len(talks)


async def _move_calls(staff: StaffMember, heir: StaffMember | None, now: datetime) -> int:
    """Give the calls to who may make them; the others are the ward's, as before they were given."""
    moved = 0
    if heir is not None:
        theirs = await visible_tasks(heir).filter(assigned_to_id=staff.id).values_list("id")
        ids = [row[0] for row in theirs]
        moved = (
            await _calls(staff).filter(id__in=ids).update(assigned_to_id=heir.id, assigned_at=now)
        )
    return moved + await _calls(staff).update(assigned_to_id=None, assigned_at=None)


async def _move_cases(staff: StaffMember, heir: StaffMember | None, now: datetime) -> int:
    cases = await lock(_cases(staff).order_by("id"))
    for case in cases:
        if heir is not None and may_work_on(heir, case):
            await Complaint.filter(id=case.id).update(owner_id=heir.id, claimed_at=now)
            await note_case(case, ComplaintEvent.CLAIMED, now, staff_id=heir.id)
            continue
        await casework.give_to_all(case)
        entry = await note_case(case, ComplaintEvent.RETURNED, now, staff_id=staff.id)
        await post_returned(case, entry, staff, now)
    return len(cases)


async def _let_go_consult(staff: StaffMember) -> int:
    """Open the consult room's tasks to everybody; those of a talk went with the talk."""
    freed = {"claimed_by_id": None, "status": ConsultStatus.OPEN}
    return await _consult(staff).update(**freed)


async def _move_patients(staff: StaffMember, heir: StaffMember | None) -> int:
    usual = Patient.filter(usual_caller=staff.username)
    return await usual.update(usual_caller=heir.username if heir else "")


async def _end_shifts(staff: StaffMember, now: datetime) -> int:
    running = DutyShift.filter(staff_id=staff.id, starts_at__lte=now, ends_at__gt=now)
    ended = await running.update(ends_at=now)
    return ended + await DutyShift.filter(staff_id=staff.id, starts_at__gt=now).delete()


async def _vacate(staff: StaffMember) -> tuple[str, ...]:
    rows = await LiaisonDoctor.filter(staff_id=staff.id).prefetch_related("department")
    await LiaisonDoctor.filter(staff_id=staff.id).delete()
    return tuple(sorted({row.department.name for row in rows}))


async def _tell(
    staff: StaffMember, heir: StaffMember | None, handed: Handed, now: datetime
) -> None:
    """Tell the departments concerned: the role and the number of tasks, nobody's name."""
    if not handed.work and not handed.liaison:
        return
    words = staff_words()
    values = {
        "role": words.roles[staff.role],
        "n": str(handed.work),
        "to": words.people["to_heir"] if heir else words.people["to_ward"],
        "liaison": _liaison_words(handed.liaison),
    }
    once = f"left:{staff.id}:{now.isoformat()}"
    for number, ward in enumerate(await _wards(staff)):
        ward_id = ward.id if ward else None
        roles = () if ward else (staff.role.value,)
        await post(
            Post(PostKind.WARNING, "S-LEFT", values, f"{once}:{number}", ward_id, roles), now
        )


def _liaison_words(departments: Sequence[str]) -> str:
    words = staff_words()
    if not departments:
        return ""
    return words.people["vacant"].format(departments=words.room["comma"].join(departments))


async def _wards(staff: StaffMember) -> Sequence[Department | None]:
    return await Department.filter(code__in=list(staff.departments)) or [None]
