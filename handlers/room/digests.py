"""The digest of eight o'clock: what to look at today, what is late, what falls due (R162, R211)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from dialogs.timing import local, moment
from handlers.casework.clocks import promised_until, waits_for_contact, waits_for_result
from handlers.desk import Desk
from handlers.room.posts import DUE_AT, Post, post
from handlers.staff_words import staff_words
from models.alert import Alert, AlertLevel, AlertStatus
from models.complaint import Complaint, ComplaintState
from models.hospital import Department, StaffRole
from models.room import PostKind
from models.timetable import Due

_EVENING: Final = time(17)
_NUMBERED_AT_MOST: Final = 8


async def post_digest(desk: Desk, due: Due, now: datetime) -> str:
    """Post, once a day and ward, the yellow alerts and what is late or due by five o'clock.

    Complaints are told to the office that answers for them, never to the ward concerned.
    """
    day = local(due.due_at).date()
    alerts = await Alert.exclude(status=AlertStatus.CLOSED).filter(drill=False)
    told = await _tell_yellow(desk, day, alerts, now)
    told += await _tell_late_alerts(desk, day, alerts, now)
    told += await _tell_late_complaints(desk, day, now)
    return f"{told} posts"


async def _tell_yellow(desk: Desk, day: date, alerts: Iterable[Alert], now: datetime) -> int:
    yellow = by_ward(alert for alert in alerts if alert.level == AlertLevel.L3)
    names = await ward_names(desk)
    for ward, rows in yellow.items():
        values = {
            "ward": names[ward],
            "n": str(len(rows)),
            DUE_AT: min(row.due_at for row in rows).isoformat(),
            "link": room_link(desk),
        }
        await post(_digest("S-L3", values, f"yellow:{day}:{ward}", ward), now)
    return len(yellow)


async def _tell_late_alerts(desk: Desk, day: date, alerts: Iterable[Alert], now: datetime) -> int:
    evening, names = moment(day, _EVENING), await ward_names(desk)
    late = [
        alert
        for alert in alerts
        if alert.level != AlertLevel.L3 and alert.due_at <= evening and not _put_off(alert, now)
    ]
    wards = by_ward(alert for alert in late if alert.level != AlertLevel.T)
    for ward, rows in wards.items():
        due = {row.number: row.due_at for row in rows}
        values = {"ward": names[ward], **_late_and_today(due, now), "link": room_link(desk)}
        await post(_digest("S-OVERDUE", values, f"overdue:{day}:{ward}", ward), now)
    calls = {row.number: row.due_at for row in late if row.level == AlertLevel.T}
    return len(wards) + await _tell_late_calls(desk, day, calls, now)


async def _tell_late_calls(
    desk: Desk, day: date, due: Mapping[str, datetime], now: datetime
) -> int:
    """Tell the complaint office of the calls it owes; the ward's board does not show them."""
    if not due:
        return 0
    role = StaffRole.COMPLAINT_OFFICE.value
    values = {"ward": staff_words(desk.language).roles[role], **_late_and_today(due, now)}
    values["link"] = room_link(desk)
    await post(_digest("S-OVERDUE", values, f"overdue:{day}:calls", None, (role,)), now)
    return 1


async def _tell_late_complaints(desk: Desk, day: date, now: datetime) -> int:
    evening, words = moment(day, _EVENING), staff_words(desk.language)
    offices: dict[str, dict[str, datetime]] = defaultdict(dict)
    for case in await Complaint.exclude(state=ComplaintState.CLOSED).order_by("received_at"):
        promise = _promise(case)
        if promise is not None and promise <= evening:
            offices[case.owner_role][case.number] = promise
    for role, due in offices.items():
        values = {"ward": words.roles[role], **_late_and_today(due, now)}
        values["link"] = f"{desk.public_url.rstrip('/')}/staff/complaints"
        said = _digest("S-OVERDUE", values, f"overdue:{day}:{role}", None, (role,))
        await post(said, now)
    return len(offices)


def by_ward(alerts: Iterable[Alert]) -> dict[UUID | None, list[Alert]]:
    """Group alerts by their department, as they come."""
    found: dict[UUID | None, list[Alert]] = defaultdict(list)
    for alert in alerts:
        found[alert.department_id].append(alert)
    return dict(found)


async def ward_names(desk: Desk) -> Mapping[UUID | None, str]:
    """Name every department; None is the one nobody knows."""
    known: dict[UUID | None, str] = {row.id: row.name for row in await Department.all()}
    return {**known, None: staff_words(desk.language).room["no_ward"]}


def room_link(desk: Desk, page: str = "") -> str:
    """Return the address of the staff room."""
    return f"{desk.public_url.rstrip('/')}/staff{page}"


def _promise(case: Complaint) -> datetime | None:
    """Until when the next thing is due; nothing more once it is answered."""
    if not waits_for_result(case):
        return None
    return case.contact_due_at if waits_for_contact(case) else promised_until(case)


def _late_and_today(due: Mapping[str, datetime], now: datetime) -> dict[str, str]:
    numbers: Sequence[str] = sorted(due, key=lambda number: due[number])
    late = sum(at < now for at in due.values())
    more = "…" if len(numbers) > _NUMBERED_AT_MOST else ""
    return {
        "late": str(late),
        "today": str(len(due) - late),
        "numbers": " ".join(numbers[:_NUMBERED_AT_MOST]) + more,
    }


def _put_off(alert: Alert, now: datetime) -> bool:
    red = alert.level == AlertLevel.L1
    return not red and alert.snoozed_until is not None and alert.snoozed_until > now


def _digest(
    message: str,
    values: Mapping[str, str],
    occurrence: str,
    department_id: UUID | None,
    roles: Iterable[str] = (),
) -> Post:
    return Post(PostKind.DIGEST, message, values, occurrence, department_id, roles)
