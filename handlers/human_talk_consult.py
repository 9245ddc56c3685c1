"""A talk of the consult room goes with its task, and climbs when nobody takes it (R090, R164)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from handlers.booking.consult_desk import HANDED, Outcome, claim_task, close_task, give_back
from handlers.desk import Desk
from handlers.duty import duties_of
from handlers.human_talk import WAITS
from handlers.room.posts import DUE_AT, Post, post
from handlers.staff_words import staff_words
from models.hospital import StaffMember, StaffRole
from models.office import ConsultStatus, ConsultTask
from models.room import HumanTalk, PostKind, TalkDesk
from models.timetable import Due

CONSULT_ROLES: Final = (StaffRole.CONSULT_ROOM, StaffRole.OUTPATIENT_OFFICE)
_LONGEST: Final = 32


async def claim_beside(talk: HumanTalk, staff: StaffMember, now: datetime) -> None:
    """Take the task with the talk, so that nobody else calls about it."""
    task = await _tasks(talk).filter(status=ConsultStatus.OPEN).first()
    if task is not None:
        await claim_task(task.number, staff, now)


async def give_back_beside(talk: HumanTalk, staff: StaffMember, now: datetime) -> None:
    """Give the task back with the talk; one a colleague has taken stays there."""
    task = await _tasks(talk).filter(claimed_by_id=staff.id).first()
    if task is not None:
        await give_back(task.number, staff, now)


async def close_beside(
    talk: HumanTalk, staff: StaffMember, outcome: Outcome, now: datetime
) -> None:
    """The task is done with: answered in the talk, or sent to the ward with it.

    One a colleague has taken is the colleague's to close.
    """
    await claim_beside(talk, staff, now)
    task = await _tasks(talk).filter(claimed_by_id=staff.id).first()
    if task is not None:
        note = staff_words().talks[f"task_{outcome}"]
        await close_task(task.number, staff, outcome, note, now)


async def closed_beside(talk: HumanTalk) -> StaffMember | None:
    """Return who has done with the task of a consult room's talk; None while one is open."""
    if talk.for_desk is not TalkDesk.CONSULT or await _tasks(talk).exists():
        return None
    done = ConsultTask.filter(_own(talk), status=ConsultStatus.DONE).order_by("-closed_at")
    last = await done.first()
    return await StaffMember.get_or_none(id=last.claimed_by_id) if last is not None else None


async def handed_at(talk: HumanTalk) -> datetime:
    """Return since when the consult room has the talk: what was said before is the ward's."""
    handed = ConsultTask.filter(occurrence__startswith=f"{HANDED}:{talk.id}:")
    last = await handed.order_by("-raised_at").first()
    return last.raised_at if last is not None else talk.opened_at


async def climb(desk: Desk, talk: HumanTalk, due: Due, now: datetime) -> str:
    """Tell that nobody has taken a talk in time; a ward's climbs with its alert."""
    if talk.for_desk is not TalkDesk.CONSULT or talk.waiting_since is None:
        return "answered"
    words = staff_words(desk.language)
    duties = await duties_of(CONSULT_ROLES, None, now)
    values = {
        "no": number_of(talk),
        "people": words.room["comma"].join(duty.told(words) for duty in duties),
        DUE_AT: talk.due_at.isoformat(),
        "link": f"{desk.public_url}/staff/talks/{talk.id}",
    }
    once, roles = f"{WAITS}:{due.id}", [role.value for role in CONSULT_ROLES]
    await post(Post(PostKind.ESCALATION, "S-TALK-LATE", values, once, roles=roles), now)
    return "climbed"


def number_of(talk: HumanTalk) -> str:
    """Return the number a talk without an alert is known by."""
    return talk.occurrence.removeprefix("talk:")


def _tasks(talk: HumanTalk) -> QuerySet[ConsultTask]:
    """Select the open tasks this talk is about: who asked the desk, or was handed on."""
    return ConsultTask.filter(_own(talk)).exclude(status=ConsultStatus.DONE).order_by("raised_at")


def _own(talk: HumanTalk) -> Q:
    # a talk that an alert began is named by the alert's id, which is longer than any number
    return Q(number=number_of(talk)[:_LONGEST]) | Q(occurrence__startswith=f"{HANDED}:{talk.id}:")
