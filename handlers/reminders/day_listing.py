"""Who is expected on a day, by clinic and doctor, as the desks' sheets show it (R087, R100, R3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from dialogs.timing.spans import local, moment
from handlers.booking.visit_lines import CANCELLED, VisitLine, VisitState, visit_lines
from handlers.matters import age_on
from models.booking import Appointment, Clinic, Session, SessionStatus

_TAIL: Final = 4


@dataclass(frozen=True, slots=True)
class ListedVisit:
    """One line of a sheet; `changed` since the list was frozen."""

    line: VisitLine
    sex: str
    age: int | None
    document_tail: str
    clinic_kind: str
    arrived_at: datetime | None
    changed: bool = False

    @property
    def unconfirmed(self) -> bool:
        """Tell whether nobody has said yes yet."""
        return self.line.state in (VisitState.BOOKED, VisitState.NO_ANSWER, VisitState.MOVING)


@dataclass(frozen=True, slots=True)
class ListedSession:
    """One doctor's visits in one clinic; `replaces` is the doctor a substitute sits in for."""

    clinic: str
    doctor: str
    room: str
    visits: tuple[ListedVisit, ...]
    replaces: str = ""
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A day's list; `frozen_at` where it is the one that was sent the day before."""

    day: date
    sessions: tuple[ListedSession, ...]
    made_at: datetime
    frozen_at: datetime | None = None

    @property
    def visits(self) -> tuple[ListedVisit, ...]:
        """All visits, in the order of the sheets."""
        return tuple(visit for session in self.sessions for visit in session.visits)

    @property
    def unconfirmed(self) -> int:
        """Count who has not said yes."""
        return sum(visit.unconfirmed for visit in self.visits)

    @property
    def key_patients(self) -> int:
        """Count who is to be phoned."""
        return sum(visit.line.key_patient for visit in self.visits)


async def list_day(day: date, now: datetime, doctor: str = "") -> Listing:
    """List everybody expected on a day as things stand; of one doctor, if named."""
    rows = Appointment.filter(starts_at__gte=moment(day, time()), starts_at__lt=_midnight(day))
    present = await rows.exclude(status__in=CANCELLED).prefetch_related("patient", "clinic")
    return Listing(day, await _sessions(present, {}, now, doctor), now)


async def list_frozen(
    day: date, versions: Mapping[str, int], frozen_at: datetime, now: datetime
) -> Listing:
    """List who was frozen; what has changed since is marked, and told apart as a delta (R100)."""
    ids = [UUID(key) for key in versions]
    rows = await Appointment.filter(id__in=ids).prefetch_related("patient", "clinic")
    frozen = {UUID(key): version for key, version in versions.items()}
    return Listing(day, await _sessions(rows, frozen, now), now, frozen_at)


def _midnight(day: date) -> datetime:
    return moment(day + timedelta(days=1), time())


async def _sessions(
    rows: Collection[Appointment], frozen: Mapping[UUID, int], now: datetime, doctor: str = ""
) -> tuple[ListedSession, ...]:
    ids = {row.session_id for row in rows if row.session_id}
    sessions = {session.id: session for session in await Session.filter(id__in=list(ids))}
    grouped: dict[tuple[str, str, str], list[Appointment]] = defaultdict(list)
    for row in rows:
        who, replaces = _doctor_of(row, sessions)
        if not doctor or who == doctor:
            grouped[(row.clinic.name, who, replaces)].append(row)
    lines = await visit_lines([row for group in grouped.values() for row in group], now)
    return tuple(
        _session(key, sorted(grouped[key], key=_order), sessions, lines, frozen)
        for key in sorted(grouped)
    )


def _order(row: Appointment) -> tuple[datetime, str]:
    return row.starts_at, row.number


def _doctor_of(row: Appointment, sessions: Mapping[UUID, Session]) -> tuple[str, str]:
    """Who sees the patient, and whom that is instead of."""
    session = sessions.get(row.session_id) if row.session_id else None
    if session is not None and session.substitute:
        return session.substitute, session.doctor
    return row.doctor, ""


def _session(
    key: tuple[str, str, str],
    rows: Sequence[Appointment],
    sessions: Mapping[UUID, Session],
    lines: Mapping[UUID, VisitLine],
    frozen: Mapping[UUID, int],
) -> ListedSession:
    clinic_name, doctor, replaces = key
    first = rows[0]
    clinic: Clinic = first.clinic
    session = sessions.get(first.session_id) if first.session_id else None
    return ListedSession(
        clinic=clinic_name,
        doctor=doctor,
        room=(session.room if session else "") or clinic.room,
        visits=tuple(_visit(row, clinic, lines[row.id], frozen) for row in rows),
        replaces=replaces,
        stopped=session is not None and session.status is SessionStatus.STOPPED,
    )


def _visit(
    row: Appointment, clinic: Clinic, line: VisitLine, frozen: Mapping[UUID, int]
) -> ListedVisit:
    patient = row.patient
    return ListedVisit(
        line=line,
        sex=patient.sex.value,
        age=age_on(patient, local(row.starts_at).date().toordinal()),
        document_tail=(patient.id_no or "")[-_TAIL:],
        clinic_kind=clinic.kind.value,
        arrived_at=row.arrived_at,
        changed=bool(frozen) and (line.cancelled or frozen.get(row.id) != row.version),
    )
