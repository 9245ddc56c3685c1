"""What can happen to the booking desk's talk, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dialogs.appointments.facts import Hours, Offer, Visit, Waiting
from dialogs.events import Chose, Returned, Said


class Prompt(StrEnum):
    """What the hospital begins with; each is asked with its message."""

    BOOKED = "booked"  # M-BOOK-OK, after a booking elsewhere
    CONFIRM = "confirm"  # M-REM24
    TOMORROW = "tomorrow"  # M-REM16
    TODAY = "today"  # M-REM0
    LATE = "late"  # M-LATE
    SUBSTITUTE = "substitute"  # M-SUB
    STOPPED = "stopped"  # stopped without a substitute
    MOVED_BY_HOSPITAL = "moved_by_hospital"
    REVIEW = "review"  # M-REV: the review date is near and nothing is booked
    RECALL = "recall"  # M-RECALL
    FREED = "freed"  # a place for somebody on the waiting list
    ANSWERED = "answered"  # the hospital's system said yes: M-BOOK-OK, M-MOVE-OK, M-CANCEL-OK
    REFUSED = "refused"  # the hospital's system said no: offers again
    MEDICINES = "medicines"  # M-PREP-COLO-MED
    BOOK = "book"  # the patient wished to book or rebook elsewhere: R082, after a missed visit


@dataclass(frozen=True, slots=True)
class Prompted:
    """The hospital begins, or tells: `visit` is the one it is about, `offer` the freed place.

    `clinic` and `on` are what a review or recall is about; `note` e.g. book, move, cancel for
    ANSWERED, and `breach` the number of the breach it counted as. `entry` is the entry of the
    waiting list.
    """

    at: datetime
    prompt: Prompt
    visit: Visit | None = None
    offer: Offer | None = None
    entry: str = ""
    until: datetime | None = None
    patient: str = ""
    clinic: str = ""
    clinic_name: str = ""
    doctor: str = ""
    on: date | None = None
    note: str = ""
    breach: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Free slots, three at most, in order of time; they are held until `held_until`.

    `fits`: they are what was wished. `why_not` otherwise: a WhyNot. `earliest` is the first day a
    booking may be for (R091).
    """

    at: datetime
    offers: tuple[Offer, ...]
    fits: bool = True
    why_not: str = ""
    earliest: date | None = None
    held_until: datetime | None = None


class WhyNot(StrEnum):
    """Why something cannot be had; each has its sentence for the patient."""

    PAST = "past"
    TOO_SOON = "too_soon"  # lead two days, or after the cut-off
    NO_SESSION = "no_session"  # the doctor or clinic has no hours then
    FULL = "full"
    TOO_FAR = "too_far"  # beyond what is published
    TAKEN = "taken"  # somebody was faster, or the hold ran out
    SUSPENDED = "suspended"
    NOT_YOURS = "not_yours"
    ENDED = "ended"  # cancelled, past, arrived
    TWICE = "twice"  # there is a booking in this clinic that day already
    NO_REAL_NAME = "no_real_name"
    TOO_MANY = "too_many"  # as many open bookings as a person may hold


@dataclass(frozen=True, slots=True)
class Booked:
    """It is booked."""

    at: datetime
    visit: Visit


@dataclass(frozen=True, slots=True)
class Moved:
    """It is moved; `breach` is the number of the breach it counted as, 0 for none."""

    at: datetime
    visit: Visit
    breach: int = 0


@dataclass(frozen=True, slots=True)
class Cancelled:
    """It is given up; `breach` as in Moved."""

    at: datetime
    visit: Visit
    breach: int = 0


@dataclass(frozen=True, slots=True)
class Pending:
    """It was passed on to the hospital's system; the answer is promised until `due`."""

    at: datetime
    due: datetime
    visit: Visit | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A task was made; somebody calls until `due`."""

    at: datetime
    due: datetime
    number: str = ""


@dataclass(frozen=True, slots=True)
class FoundHours:
    """The next sessions of a clinic, in order of time; stopped ones are left out."""

    at: datetime
    clinic: str
    hours: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Waits:
    """The patient is on the waiting list."""

    at: datetime


@dataclass(frozen=True, slots=True)
class FoundWaiting:
    """What is waited for, first come first."""

    at: datetime
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """It could not be done, and nothing was changed."""

    at: datetime
    why: WhyNot
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The offered slots are no longer held and nobody answered."""

    at: datetime


Event = (
    Said
    | Chose
    | Returned
    | Prompted
    | Found
    | FoundHours
    | FoundWaiting
    | Waits
    | Booked
    | Moved
    | Cancelled
    | Pending
    | HandedOver
    | Refused
    | Lapsed
)
