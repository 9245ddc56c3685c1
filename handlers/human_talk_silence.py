"""A talk somebody took and then forgot goes back to all, with a word to the group."""

from __future__ import annotations

from datetime import datetime

from handlers.alerts import note
from handlers.desk import Desk
from handlers.human_talk import SILENT_AFTER, hold_talk, open_talks
from handlers.human_talk_consult import CONSULT_ROLES, climb, give_back_beside, number_of
from handlers.room.posts import Post, post
from handlers.silence import give_to_all
from handlers.timers import DueKind, Timer, set_timer
from models.alert import Alert, AlertEvent, AlertStatus
from models.hospital import Department, StaffMember
from models.room import HumanTalk, PostKind, TalkDesk
from models.timetable import Due
from models.unit import lock


async def return_silent(desk: Desk, due: Due, now: datetime) -> str:
    """Give a talk back when a patient has waited a quarter of a staffed hour for its holder."""
    talk = await hold_talk(due.subject)
    if talk is not None and talk.staff_id is None:
        return await climb(desk, talk, due, now)
    since = _waits_since(talk) if talk else None
    if talk is None or since is None:
        return "answered"
    at = desk.staffed_hours.add(since, SILENT_AFTER, desk.calendar)
    if at > now:
        await set_timer(Timer(DueKind.TALK_SILENT, talk.id, at, f"{since.isoformat()}/staffed"))
        return f"looked at again {at.isoformat()}"
    await _give_back(talk, now)
    await _tell(desk, talk, since, now)
    return "returned"


def _waits_since(talk: HumanTalk) -> datetime | None:
    """Return since when its holder has kept the patient waiting, or None."""
    if talk.staff_id is None or talk.waiting_since is None or talk.taken_at is None:
        return None
    return max(talk.waiting_since, talk.taken_at)


async def _give_back(talk: HumanTalk, now: datetime) -> None:
    holder = talk.staff_id
    await open_talks().filter(id=talk.id).update(staff_id=None, taken_at=None)
    if talk.alert_id is None:
        await give_back_beside(talk, await StaffMember.get(id=holder), now)
        return
    alert = await lock(Alert.filter(id=talk.alert_id)).get()
    if alert.status == AlertStatus.CLAIMED and alert.claimed_by_id == holder:
        await give_to_all(alert)
        await note(alert, AlertEvent.RETURNED, now, staff_id=holder)


async def _tell(desk: Desk, talk: HumanTalk, since: datetime, now: datetime) -> None:
    alert = await Alert.get_or_none(id=talk.alert_id)
    ward = await Department.get_or_none(id=alert.department_id) if alert else None
    said = Post(
        PostKind.WARNING,
        "S-TALK-SILENT",
        {
            "no": alert.number if alert else number_of(talk),
            "ward": ward.name if ward else "",
            "min": str(int((now - since).total_seconds() // 60)),
            "link": f"{desk.public_url}/staff/talks/{talk.id}",
        },
        f"talk-silent:{talk.id}:{since.isoformat()}",
        department_id=ward.id if ward else None,
        roles=() if talk.for_desk is TalkDesk.WARD else CONSULT_ROLES,
        alert_id=talk.alert_id,
    )
    await post(said, now)
