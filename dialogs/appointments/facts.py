"""What the booking desk's talk may know: visits, clinics, free slots; nothing of it is a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from dialogs.reading.when import When
from dialogs.timing.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that is still to come, as its texts say it.

    All instants are aware. `free_until`: giving it up is free until then (R097). `move_until`: it
    may be moved until then (R092). `breach_if_late`: the clinic counts a late cancellation.
    `ours`: we give the place; otherwise a wish becomes a request to the hospital's system.
    `excused`: the hospital changed it, so nothing the patient does is a breach. `whose` says which
    patient, masked (王**), where one conversation is about several; else it is empty.
    """

    id: str
    number: str
    patient: str
    starts: datetime
    check_in_by: datetime
    free_until: datetime
    move_until: datetime
    clinic: str
    clinic_name: str
    doctor: str = ""
    room: str = ""
    guide: str = ""
    route: str = ""
    preparation: str = ""
    phone: str = ""
    whose: str = ""
    substitute: str = ""
    grace_minutes: int = 30
    confirmed: bool = False
    ours: bool = True
    excused: bool = False
    breach_if_late: bool = True
    requested: bool = False
    # the session does not take place; nobody is told the time as if it did
    stopped: bool = False
    # the patient has not been in this clinic before
    first: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A free slot; `left` is the true number of places that remain in it (C19)."""

    slot: str
    starts: datetime
    clinic: str
    clinic_name: str
    doctor: str = ""
    room: str = ""
    left: int = 1


@dataclass(frozen=True, slots=True)
class ClinicRules:
    """A clinic's rules as 预约须知 says them (R091, R092, R097)."""

    lead_days: int = 2
    cutoff: time = time(14)
    free_cancel: time = time(15)


@dataclass(frozen=True, slots=True)
class ClinicName:
    """A clinic as people call it, with the doctors who have sessions in it."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    doctors: tuple[str, ...] = ()
    ours: bool = True
    rules: ClinicRules = ClinicRules()


@dataclass(frozen=True, slots=True)
class Person:
    """A patient this conversation answers for. `may_book_from`: suspended until then (R098)."""

    id: str
    whose: str = ""
    breaches: int = 0
    may_book_from: date | None = None
    consented: bool = True
    # the ID number is on file and valid: bookings are made in a real name (R096)
    real_name: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known before a step, read afresh and never stored with the dialog."""

    channel: str = "web"
    elderly: bool = False
    # the last turn anything in this conversation was asked with
    last_turn: int = 0
    visits: tuple[Visit, ...] = ()
    persons: tuple[Person, ...] = ()
    clinics: tuple[ClinicName, ...] = ()
    # the clinic of the last visit or stay, where "book" alone most likely means
    usual_clinic: str = ""
    breach_limit: int = 3
    breach_window_days: int = 30
    # what a text says that only the desk knows: hosp, switchboard, phone, hours …
    words: Mapping[str, str] = field(default_factory=dict)
    # which days are holidays, so that 国庆后 is read as the hospital has it
    calendar: WorkingCalendar | None = None

    @property
    def rich(self) -> bool:
        """Tell whether the channel shows buttons."""
        return self.channel not in _WITHOUT_BUTTONS


_WITHOUT_BUTTONS = frozenset({"sms", "phone"})


@dataclass(frozen=True, slots=True)
class Search:
    """Which slots are wanted. `moves` is the visit to be moved, `skip` what was shown before.

    `wishes` are tried in order; where nothing fits, what is nearest is found and `Found.fits`
    says so.
    """

    clinic: str
    patient: str
    doctor: str = ""
    wishes: tuple[When, ...] = ()
    moves: str = ""
    skip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place somebody waits for; `day` where it is one day, `period` a part of the day."""

    entry: str
    patient: str
    clinic: str
    clinic_name: str
    doctor: str = ""
    day: date | None = None
    period: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """A session of a clinic in 出诊表; `left` is the true number of places (C19)."""

    starts: datetime
    ends: datetime
    doctor: str = ""
    left: int = 0
