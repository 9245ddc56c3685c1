"""One appointment as the hospital states it, whatever it was read from: the import's input."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from handlers.booking.periods import Period
from handlers.discharge_entry import NumberEntry, PatientEntry
from models.booking import AppointmentStatus, BookingSource, ClinicKind, VisitKind
from models.seal import keyring

_PART: Final = 20


@dataclass(frozen=True, slots=True)
class AppointmentEntry:
    """An appointment; `status` is None on the waiting list. Instants are aware.

    `clock` is None where only the part of the day is named; `card_no` finds a known patient.
    """

    line: int
    number: str
    status: AppointmentStatus | None
    patient: PatientEntry = field(repr=False)
    clinic: str
    day: date
    clock: time | None = None
    period: Period | None = None
    doctor: str = ""
    kind: ClinicKind | None = None
    numbers: tuple[NumberEntry, ...] = field(default=(), repr=False)
    card_no: str = field(default="", repr=False)
    room: str = ""
    visit_kind: VisitKind | None = None
    source: BookingSource = BookingSource.IMPORT
    cancel_reason: str = ""
    cancelled_at: datetime | None = None
    checkin_at: datetime | None = None
    booked_at: datetime | None = None
    key_patient: bool = False
    consent: bool | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Keyed hashes of what a list says: of the hour, of the state, of everything else.

    Kept apart, so that a list which still has the old hour does not undo a move made since.
    """

    hour: str
    state: str
    rest: str

    @classmethod
    def of(cls, entry: AppointmentEntry) -> Said:
        """Hash an entry."""
        person = [
            *(getattr(entry.patient, name) for name in ("name", "mrn", "sex", "id_type", "id_no")),
            entry.patient.birth_date,
            [(number.role, number.number, number.status) for number in entry.numbers],
        ]
        key = keyring().signing_key("appointment-row")
        return cls(
            _hash(
                key, [entry.clinic, entry.kind, entry.doctor, entry.day, entry.clock, entry.period]
            ),
            _hash(key, [entry.status]),
            _hash(key, [person, entry.visit_kind, entry.key_patient, entry.room, entry.consent]),
        )

    @classmethod
    def parse(cls, text: str) -> Said:
        """Read what `row_hash` holds; blank parts differ from every hash."""
        return cls(text[:_PART], text[_PART : 2 * _PART], text[2 * _PART :])

    def __str__(self) -> str:
        return self.hour + self.state + self.rest


def _hash(key: bytes, said: list[Any]) -> str:
    return hmac.digest(key, json.dumps(said, default=str).encode(), hashlib.sha256).hex()[:_PART]
