"""The emergency contact: whom to call when the patient in danger is not to be had (F34, R162)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from handlers.alerts import note
from handlers.claims import Refusal, in_whose_hand
from handlers.desk import Desk
from handlers.dialling import Number, numbers_of_patients
from handlers.room.alert_posts import link_of, post_entry
from handlers.scope import CLINICAL_LEVELS
from handlers.stranger_alarms import is_of_stranger
from models.alert import Alert, AlertEntry, AlertEvent, AlertStatus
from models.hospital import StaffMember
from models.room import PostKind
from models.timetable import Due
from models.unit import lock, lock_row, unit_of_work


async def name_emergency_contact(desk: Desk, due: Due, now: datetime) -> str:
    """Ask for the emergency contact when nobody has called about a red alert.

    Somebody no record is known of has none to be looked for: that would send a nurse searching.
    """
    alert = await lock(Alert.filter(id=due.subject)).get()
    if alert.status == AlertStatus.CLOSED:
        return "closed"
    if await AlertEntry.filter(alert_id=alert.id, event=AlertEvent.CALLED).exists():
        return "called"
    return "asked" if await _ask(desk, alert, now) else "not asked"


async def note_unreached(
    alert_id: UUID, staff: StaffMember, desk: Desk, now: datetime
) -> Refusal | None:
    """Record a call that did not get through; about danger, the emergency contact comes next."""

    async def work() -> Refusal | None:
        alert = await lock_row(await Alert.get(id=alert_id))
        if (refusal := in_whose_hand(alert, staff)) is not None:
            return refusal
        await note(alert, AlertEvent.UNREACHED, now, staff_id=staff.id)
        if alert.level in CLINICAL_LEVELS:
            await _ask(desk, alert, now)
        return None

    return await unit_of_work(work)


def contacts_first(numbers: Iterable[Number]) -> list[Number]:
    """Put everybody before the patient, who could not be had; wrong numbers stay last."""
    return sorted(numbers, key=lambda number: (number.wrong, number.whose == "self"))


async def _ask(desk: Desk, alert: Alert, now: datetime) -> bool:
    if is_of_stranger(alert):
        return False
    asked = AlertEntry.filter(alert_id=alert.id, event=AlertEvent.EMERGENCY_CONTACT)
    if await asked.exists():
        return False
    entry = await note(alert, AlertEvent.EMERGENCY_CONTACT, now)
    message = "S-EMC" if await _has_contact(alert) else "S-EMC-NONE"
    link = link_of(desk, alert)
    await post_entry(alert, entry, PostKind.EMERGENCY_CONTACT, message, now, link=link)
    return True


async def _has_contact(alert: Alert) -> bool:
    if alert.patient_id is None:
        return False
    numbers = await numbers_of_patients([alert.patient_id])
    return any(n.whose != "self" and not n.wrong for n in numbers[alert.patient_id])
