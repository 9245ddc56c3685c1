"""The duty phone: a red alert nobody takes in the room goes there by SMS, then as a call.

Five minutes after it was raised, before the ladder's first step names people (content 1: ten
minutes, head nurse and duty doctor): the group may be muted, but the ward's phone lies on the
desk, and an SMS takes its time. The call goes with that first step, where the SMS moved nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from handlers.room.unposted import unheard_alerts
from models.alert import Alert, AlertLevel, AlertStatus
from models.channel import CallKind, DutyCall
from models.hospital import Department
from models.once import insert_once
from models.seal import normal_phone
from models.unit import unit_of_work

SMS_AFTER: Final = timedelta(minutes=5)
CALL_AFTER: Final = timedelta(minutes=10)
# the phone is not rung for what a whole shift has known
NEWS_FOR: Final = timedelta(hours=12)
_MOST: Final = 100
_MOBILE_DIGITS: Final = 11


@dataclass(frozen=True, slots=True)
class DutyLine:
    """The house's duty phone, for wards without one of their own, and the ways to reach phones."""

    house: str = field(default="", repr=False)
    sms: bool = True
    voice: bool = False

    @property
    def first(self) -> CallKind:
        """The way that is tried first."""
        return CallKind.SMS if self.sms else CallKind.VOICE

    def steps(self) -> Iterator[tuple[CallKind, timedelta]]:
        """Say what is done how long after an alert was raised."""
        if self.sms:
            yield CallKind.SMS, SMS_AFTER
        if self.voice:
            yield CallKind.VOICE, CALL_AFTER if self.sms else SMS_AFTER

    def number_for(self, kind: CallKind, department: Department | None) -> str:
        """Return the ward's number that is answered day and night, or the house's.

        A landline gets no SMS.
        """
        own = normal_phone(department.tel) if department else ""
        fits = kind is CallKind.VOICE or is_mobile(own)
        return own if own and fits else self.house


async def plan_calls(line: DutyLine, now: datetime) -> int:
    """Plan a call for each red alert whose step has come; each step once an alert, ever.

    What no group could be told of is not waited for, and then orange alerts count as well. Test
    alarms ring nowhere.
    """
    wanted = {kind: await _waiting(kind, after, now) for kind, after in line.steps()}
    if line.first in wanted and (unheard := await unheard_alerts(now)):
        rows = await _uncalled(line.first).filter(id__in=list(unheard))
        wanted[line.first] += [row for row in rows if row not in wanted[line.first]]
    if not any(wanted.values()):
        return 0

    async def work() -> int:
        planned = [
            await plan_call(line, alert, kind, now)
            for kind, alerts in wanted.items()
            for alert in alerts
        ]
        return sum(planned)

    return await unit_of_work(work)


async def plan_call(line: DutyLine, alert: Alert, kind: CallKind, now: datetime) -> bool:
    """Queue one step's call; False when it was, or there is no number for it."""
    department = await Department.get_or_none(id=alert.department_id)
    number = line.number_for(kind, department)
    return bool(number) and await insert_once(_call(alert.id, kind, number, now))


async def plan_house_call(line: DutyLine, call: DutyCall, now: datetime) -> bool:
    """Queue the same step for the house's phone when the ward's cannot be had."""
    if not line.house or call.number == line.house:
        return False
    return await insert_once(_call(call.alert_id, call.kind, line.house, now, "house"))


def is_mobile(number: str) -> bool:
    """Tell whether a number gets SMS."""
    return len(number) == _MOBILE_DIGITS and number.isdecimal() and number.startswith("1")


def _call(
    alert_id: UUID, kind: CallKind, number: str, now: datetime, place: str = "first"
) -> DutyCall:
    return DutyCall(
        occurrence=f"{alert_id}:{kind.value}:{place}",
        alert_id=alert_id,
        kind=kind,
        number=number,
        not_before=now,
        created_at=now,
    )


async def _waiting(kind: CallKind, after: timedelta, now: datetime) -> list[Alert]:
    red = _uncalled(kind).filter(level=AlertLevel.L1, raised_at__gt=now - NEWS_FOR)
    return await red.filter(raised_at__lte=now - after).order_by("raised_at").limit(_MOST)


def _uncalled(kind: CallKind) -> QuerySet[Alert]:
    """Select the open alerts this way has not been tried for."""
    tried = Subquery(DutyCall.filter(kind=kind).values("alert_id"))
    return Alert.filter(status=AlertStatus.OPEN, drill=False).exclude(id__in=tried)
