"""What the booking desk's talk wants done; the transaction does it and answers with an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dialogs.actions import Ask, Say
from dialogs.appointments.facts import Search


class HandOverReason(StrEnum):
    """Why a person of the consult room goes on; stored as models.office.ConsultReason."""

    UNBOOKED = "unbooked"
    ASKED = "asked"
    APPEAL = "appeal"
    MEDICINES = "medicines"


@dataclass(frozen=True, slots=True)
class Find:
    """Look for three free slots and hold them for a short time; answered by Found."""

    search: Search


@dataclass(frozen=True, slots=True)
class FindHours:
    """Look the next sessions of a clinic up, twelve at most; answered by FoundHours."""

    clinic: str
    doctor: str = ""


@dataclass(frozen=True, slots=True)
class LetGo:
    """Give up what is held for this conversation."""


@dataclass(frozen=True, slots=True)
class Book:
    """Take this slot for the patient; answered by Booked, Pending or Refused."""

    slot: str
    patient: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Move the visit to this slot; answered by Moved, Pending or Refused.

    `since`: when the wish was first written (ISO), by which late is judged; empty: just now.
    """

    visit: str
    slot: str
    words: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Give the visit up; answered by Cancelled, Pending or Refused.

    `reason`: ill, readmitted …; `since` as in Move.
    """

    visit: str
    words: str = ""
    reason: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class AskHospital:
    """A move or booking without a slot, in a clinic whose book is the hospital's: a request.

    Answered by Pending. `visit` is empty for a new booking.
    """

    visit: str
    patient: str
    clinic: str
    words: str


@dataclass(frozen=True, slots=True)
class WithdrawRequest:
    """Take back what was asked of the hospital's system about this visit."""

    visit: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """Note that the patient means to come."""

    visit: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Note that the patient has read about the visit, and promised nothing."""

    visit: str


@dataclass(frozen=True, slots=True)
class ComeLate:
    """Note that the patient is on the way, or will be late; the place is kept for the grace."""

    visit: str


@dataclass(frozen=True, slots=True)
class AcceptSubstitute:
    """Note that the patient takes the substitute doctor."""

    visit: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Put the patient on the waiting list for what was searched; answered by Waits or Refused."""

    search: Search


@dataclass(frozen=True, slots=True)
class FindWaiting:
    """Look up what is waited for by those this conversation answers for: FoundWaiting."""


@dataclass(frozen=True, slots=True)
class TakeFreed:
    """Take the place offered from the waiting list; answered by Booked, Moved or Refused."""

    entry: str


@dataclass(frozen=True, slots=True)
class PassFreed:
    """Let the place offered from the waiting list go to the next; `leave` ends the waiting.

    An entry that was offered nothing can be left as well.
    """

    entry: str
    leave: bool = False


@dataclass(frozen=True, slots=True)
class KeepConsent:
    """Store the answer to whether reminders may be sent (M-CONSENT-REM)."""

    patient: str
    granted: bool


@dataclass(frozen=True, slots=True)
class RemindAgain:
    """Prompt once more at this instant: the patient asked for it (REVIEW or RECALL)."""

    prompt: str
    patient: str
    clinic: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteElsewhere:
    """Note that the review took place elsewhere: no more recalls for it."""

    patient: str
    clinic: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Make a task of the consult room; nothing that ends without a booking is lost."""

    reason: HandOverReason
    words: str = ""
    visit: str = ""
    patient: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The talk rests: nothing is asked any more."""


Action = (
    Say
    | Ask
    | Find
    | FindHours
    | FindWaiting
    | LetGo
    | Book
    | Move
    | Cancel
    | AskHospital
    | WithdrawRequest
    | Confirm
    | Seen
    | ComeLate
    | AcceptSubstitute
    | Wait
    | TakeFreed
    | PassFreed
    | KeepConsent
    | RemindAgain
    | NoteElsewhere
    | HandOver
    | Done
)
