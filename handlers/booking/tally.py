"""Counting what happened to the book: by day, source and clinic, from its rows alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from dialogs.timing.spans import local, moment
from handlers.booking.actor import PATIENT
from handlers.booking.excuses import REACHED
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
)
from models.conversation import Dialog, Outgoing
from models.office import ConsultReason, ConsultTask
from models.people import ContactPoint, System

UNKNOWN: Final = ""
_SOURCES: Final = {System.PHONE: "sms"}
_HERE: Final = (AppointmentStatus.ARRIVED, AppointmentStatus.FULFILLED)
_EXPECTED: Final = (*_HERE, AppointmentStatus.BOOKED, AppointmentStatus.NO_SHOW)
_ANSWERS: Final = (
    AppointmentEventKind.CONFIRMED,
    AppointmentEventKind.CANCELLED,
    AppointmentEventKind.MOVED,
    AppointmentEventKind.ON_THE_WAY,
    AppointmentEventKind.SUBSTITUTE_ACCEPTED,
)
_ENDINGS: Final = (AppointmentEventKind.CANCELLED, AppointmentEventKind.MOVED)
_REMINDERS: Final = ("remind:confirm:", "remind:tomorrow:", "remind:evening:", "remind:today:")
_PARTS: Final = 3
# a booking so soon after the no-show contact counts as its fruit
_FRUIT: Final = timedelta(days=7)


class Figure(StrEnum):
    """What is counted.

    Consultations, bookings, moves and rebookings belong to the day they happened on; everything
    else to the day of the visit.
    """

    CONSULTED = "consulted"
    BOOKED = "booked"
    DUE = "due"
    ARRIVED = "arrived"
    MISSED = "missed"
    LATE = "late"
    CANCELLED = "cancelled"
    MOVED = "moved"
    REMINDED = "reminded"
    DELIVERED = "delivered"
    TOLD = "told"
    ANSWERED = "answered"
    REBOOKED = "rebooked"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where something is counted; an empty clinic is one nobody had named yet."""

    day: date
    source: str
    clinic: str
    figure: Figure


Tally = Counter[Cell]


async def tally(first: date, days: int, now: datetime) -> Tally:
    """Count `days` days from `first` on; what lies after `now` has not happened."""
    begins = moment(first, time())
    ends = min(moment(first + timedelta(days=days), time()), now)
    counted: Tally = Counter()
    await _visits(counted, begins, ends)
    await _events(counted, begins, ends)
    await _unbooked(counted, begins, ends)
    await _reminders(counted, begins, ends)
    return counted


def _add(counted: Tally, at: datetime, visit: Appointment, figure: Figure) -> None:
    counted[Cell(local(at).date(), visit.source.value, visit.clinic.name, figure)] += 1


async def _visits(counted: Tally, begins: datetime, ends: datetime) -> None:
    """What became of the visits of these days (M18, M19)."""
    rows = Appointment.filter(starts_at__gte=begins, starts_at__lt=ends)
    for visit in await rows.prefetch_related("clinic"):
        for figure in _fate(visit):
            _add(counted, visit.starts_at, visit, figure)


def _fate(visit: Appointment) -> tuple[Figure, ...]:
    """Who gave up too late was still expected; who did it in time was not."""
    if visit.status in _HERE:
        return Figure.DUE, Figure.ARRIVED
    if visit.status is AppointmentStatus.NO_SHOW:
        return Figure.DUE, Figure.MISSED
    if visit.status is AppointmentStatus.BOOKED:
        return (Figure.DUE,)
    if visit.status is AppointmentStatus.CANCELLED_BY_PATIENT:
        return (Figure.DUE, Figure.LATE) if visit.late_cancel else (Figure.CANCELLED,)
    return ()


async def _events(counted: Tally, begins: datetime, ends: datetime) -> None:
    kinds = (AppointmentEventKind.BOOKED, AppointmentEventKind.MOVED)
    rows = AppointmentEvent.filter(kind__in=kinds, at__gte=begins, at__lt=ends)
    events = await rows.prefetch_related("appointment__clinic")
    contacted = await _contacted(begins, ends)
    for event in events:
        visit = event.appointment
        if event.kind is AppointmentEventKind.MOVED:
            _add(counted, event.at, visit, Figure.MOVED)
            continue
        _add(counted, event.at, visit, Figure.BOOKED)
        _add(counted, event.at, visit, Figure.CONSULTED)
        asked = contacted.get(visit.patient_id, ())
        if any(at <= event.at < at + _FRUIT for at in asked):
            _add(counted, event.at, visit, Figure.REBOOKED)
    await _moved_late(counted, begins, ends)


async def _moved_late(counted: Tally, begins: datetime, ends: datetime) -> None:
    """A visit moved after the free limit was given up too late on the day it was meant for."""
    rows = AppointmentEvent.filter(
        kind=AppointmentEventKind.MOVED, late=True, from_at__gte=begins, from_at__lt=ends
    )
    for event in await rows.prefetch_related("appointment__clinic"):
        for figure in (Figure.DUE, Figure.LATE):
            _add(counted, event.from_at or event.at, event.appointment, figure)


async def _contacted(begins: datetime, ends: datetime) -> dict[UUID, list[datetime]]:
    """When patients were asked why they had not come."""
    rows = Dialog.filter(
        appointment_id__not_isnull=True, started_at__gte=begins - _FRUIT, started_at__lt=ends
    )
    found: dict[UUID, list[datetime]] = {}
    for dialog in await rows.only("id", "patient_id", "started_at"):
        found.setdefault(dialog.patient_id, []).append(dialog.started_at)
    return found


async def _unbooked(counted: Tally, begins: datetime, ends: datetime) -> None:
    """Talks that ended without a booking are consultations too (M17)."""
    rows = ConsultTask.filter(
        reason=ConsultReason.UNBOOKED, raised_at__gte=begins, raised_at__lt=ends
    )
    tasks = await rows.prefetch_related("conversation", "appointment__clinic")
    sources = await _sources(task.conversation.respondent_id for task in tasks if task.conversation)
    for task in tasks:
        respondent = task.conversation.respondent_id if task.conversation else None
        clinic = task.appointment.clinic.name if task.appointment else UNKNOWN
        source = sources.get(respondent, UNKNOWN) if respondent else UNKNOWN
        counted[Cell(local(task.raised_at).date(), source, clinic, Figure.CONSULTED)] += 1


async def _sources(respondents: Iterable[UUID]) -> dict[UUID, str]:
    points = ContactPoint.filter(respondent_id__in=list(set(respondents)))
    usual = await points.order_by("preferred", "verified_at")
    return {p.respondent_id: _SOURCES.get(p.system, p.system.value) for p in usual}


async def _reminders(counted: Tally, begins: datetime, ends: datetime) -> None:
    """Reminders written and delivered, and versions of visits whose patient answered (M20)."""
    visits = Appointment.filter(starts_at__gte=begins, starts_at__lt=ends)
    known = {visit.id: visit for visit in await visits.prefetch_related("clinic")}
    rows = Outgoing.filter(appointment__starts_at__gte=begins, appointment__starts_at__lt=ends)
    first: dict[tuple[UUID, int], datetime] = {}
    needed = ("id", "appointment_id", "occurrence", "status", "subject_version", "sent_at")
    for row in await rows.filter(occurrence__startswith="remind:").only(*needed, "created_at"):
        visit = known.get(row.appointment_id) if row.appointment_id else None
        if visit is None or not _is_reminder(row.occurrence):
            continue
        _add(counted, visit.starts_at, visit, Figure.REMINDED)
        if row.status in REACHED:
            _add(counted, visit.starts_at, visit, Figure.DELIVERED)
            key, at = (visit.id, row.subject_version), row.sent_at or row.created_at
            first[key] = min(at, first.get(key, at))
    await _answers(counted, known, first)


def _is_reminder(occurrence: str) -> bool:
    """A second bubble of the same reminder has a number at the end, and is not counted again."""
    return occurrence.startswith(_REMINDERS) and occurrence.count(":") == _PARTS


async def _answers(
    counted: Tally, known: dict[UUID, Appointment], first: dict[tuple[UUID, int], datetime]
) -> None:
    answered = await _answered(first)
    for key in first:
        visit = known[key[0]]
        _add(counted, visit.starts_at, visit, Figure.TOLD)
        if key in answered:
            _add(counted, visit.starts_at, visit, Figure.ANSWERED)


async def _answered(first: dict[tuple[UUID, int], datetime]) -> set[tuple[UUID, int]]:
    """Which versions their patients answered; a move or cancellation has ended the one before."""
    ids = list({visit for visit, _ in first})
    rows = AppointmentEvent.filter(appointment_id__in=ids, kind__in=_ANSWERS, by=PATIENT)
    found = set()
    for event in await rows:
        key = event.appointment_id, event.version - (event.kind in _ENDINGS)
        if key in first and event.at >= first[key]:
            found.add(key)
    return found
