"""Checking a simulated month from outside: windows, breaches and suspensions computed anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from benchmarks.month_patients import Broken
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    Breach,
    Place,
    Suspension,
)
from models.conversation import Outgoing

_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_DAY: Final = timedelta(days=1)
_LIMIT: Final = 3
_WINDOW: Final = timedelta(days=30)
# days before the visit, and between which hours of the wall clock
_WINDOWS: Final = {
    "confirm": (1, time(8, 30), time(15)),
    "tomorrow": (1, time(16, 5), time(20, 30)),
    "evening": (1, time(19, 30), time(20, 30)),
    "today": (0, time(8), time(9)),
    "late": (0, time(9), time(20)),
}


async def faults(expected: Iterable[Broken]) -> list[str]:
    """Name everything that is not as it should be."""
    wanted = list(expected)
    return [
        *await _windows(),
        *await _owed(),
        *await _breaches(wanted),
        *await _suspensions(wanted),
        *await _places(),
    ]


async def _windows() -> list[str]:
    """Each reminder at its hour, of the hour the visit then had."""
    starts = await _starts()
    found = []
    rows = Outgoing.filter(occurrence__startswith="remind:", sent_at__not_isnull=True)
    for row in await rows.only("occurrence", "sent_at", "id"):
        _, kind, visit, version, *_ = row.occurrence.split(":")
        if kind in _WINDOWS and row.sent_at is not None:
            begins = starts[UUID(visit), int(version)].astimezone(_SHANGHAI)
            if not _fits(kind, row.sent_at.astimezone(_SHANGHAI), begins):
                found.append(f"{kind} sent outside its window")
    return found


def _fits(kind: str, sent: datetime, begins: datetime) -> bool:
    days, earliest, latest = _WINDOWS[kind]
    right_day = begins.date() - sent.date() == days * _DAY
    in_time = kind == "late" or sent < begins
    return right_day and in_time and earliest <= sent.time() <= latest


async def _starts() -> dict[tuple[UUID, int], datetime]:
    """When each version of each visit began."""
    known = {(row.id, row.version): row.starts_at for row in await Appointment.all()}
    moved = AppointmentEvent.filter(kind=AppointmentEventKind.MOVED)
    for event in await moved:
        if event.from_at is not None and event.to_at is not None:
            known[event.appointment_id, event.version - 1] = event.from_at
            known[event.appointment_id, event.version] = event.to_at
    ended = (AppointmentStatus.CANCELLED_BY_PATIENT, AppointmentStatus.CANCELLED_BY_HOSPITAL)
    for row in await Appointment.filter(status__in=ended):
        known.setdefault((row.id, row.version - 1), row.starts_at)
    return known


async def _owed() -> list[str]:
    """Whoever was expected to the end had all three reminders of the last version."""
    rows = Outgoing.filter(occurrence__startswith="remind:", sent_at__not_isnull=True)
    names = await rows.values_list("occurrence", flat=True)
    sent = {str(name) for name in names}
    came = (AppointmentStatus.ARRIVED, AppointmentStatus.NO_SHOW)
    counted: Counter[str] = Counter()
    for visit in await Appointment.filter(status__in=came, version=1):
        early = visit.starts_at.astimezone(_SHANGHAI).time() < time(9)
        for kind in ("confirm", "tomorrow", "evening" if early else "today"):
            counted[kind] += f"remind:{kind}:{visit.id}:1" not in sent
    return [f"{kind} missing {number} times" for kind, number in counted.items() if number]


async def _breaches(expected: list[Broken]) -> list[str]:
    wanted = {(broken.visit, broken.kind) for broken in expected}
    found = {(row.appointment_id, row.kind.value) for row in await Breach.all()}
    return [
        *(f"no breach: {kind}" for _, kind in wanted - found),
        *(f"wrong breach: {kind}" for _, kind in found - wanted),
    ]


async def _suspensions(expected: list[Broken]) -> list[str]:
    """Three within thirty days suspend, for six months from the day of the third."""
    by_person: dict[UUID, list[datetime]] = defaultdict(list)
    for broken in expected:
        by_person[broken.person].append(broken.at)
    wanted = {who: end for who, ats in by_person.items() if (end := _suspended(ats))}
    found = {row.patient_id: row.ends_on for row in await Suspension.all()}
    differ = [who for who in wanted.keys() | found.keys() if wanted.get(who) != found.get(who)]
    return [f"suspension: {wanted.get(who)} but {found.get(who)}" for who in differ]


def _suspended(instants: list[datetime]) -> date | None:
    ordered = sorted(instants)
    for first, third in zip(ordered, ordered[_LIMIT - 1 :], strict=False):
        if third - first < _WINDOW:
            day = third.astimezone(_SHANGHAI).date()
            # the simulated months have the same days half a year on
            return date(day.year + (day.month + 5) // 12, (day.month + 5) % 12 + 1, day.day)
    return None


async def _places() -> list[str]:
    """No place twice, and none kept by a visit that was given up."""
    rows = await Place.filter(appointment_id__not_isnull=True).values_list(
        "appointment_id", "appointment__status"
    )
    twice = [visit for visit, n in Counter(visit for visit, _ in rows).items() if n > 1]
    gone = [status for _, status in rows if str(status).startswith("cancelled")]
    return [*(["a visit with two places"] * len(twice)), *(["a place kept"] * len(gone))]
