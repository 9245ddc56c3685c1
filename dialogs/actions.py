"""What a dialog wants done, in the imperative; nothing here is done by the dialog itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dialogs.levels import Level


class Outcome(StrEnum):
    """How a dialog ends."""

    COMPLETED = "completed"
    LATER = "later"
    DECLINED = "declined"
    WRONG_NUMBER = "wrong_number"
    OPTED_OUT = "opted_out"
    DECEASED = "deceased"
    HUMAN = "human"
    DANGER = "danger"
    EXPIRED = "expired"


class Reporter(StrEnum):
    """Who answers: the patient, somebody for the patient, or a nurse with the patient's words."""

    SELF = "self"
    FAMILY = "family"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Say:
    """Tell the patient the message of the catalog with this id.

    `values` holds only what the dialog knows; names, due times and numbers are filled at send.
    A `safety` text is never held back (quiet hours, opt-out, festival, dispute).
    """

    message: str
    values: Mapping[str, str] = field(default_factory=dict)
    safety: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the question of an item (`form`, `item`) or of a message, and wait for turn `turn`.

    `options` are the keys offered, numbered from 1; `lead` is a message spoken before it (M-UNK).
    """

    turn: int
    message: str = ""
    form: str = ""
    item: str = ""
    options: tuple[str, ...] = ()
    lead: str = ""
    number: int = 0
    total: int = 0
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keep:
    """Store an answer; the last one for an item counts, earlier ones stay as history."""

    form: str
    item: str
    value: tuple[str, ...]
    text: str
    by: Reporter
    at: datetime


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take an answer back: the patient corrected what it depended on. It stays as history."""

    form: str
    item: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """Put something before the ward. `words` are the patient's own; `rule` names the cause."""

    level: Level
    rule: str
    words: str = ""
    kind: str = ""
    within_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """Add the patient's further words to the alert that is open; those of a `dispute` to its."""

    words: str
    urge: bool = False
    dispute: bool = False


@dataclass(frozen=True, slots=True)
class Remind:
    """Begin again at this instant: the patient chose it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class StopContact:
    """Write no more to this respondent; `reason` is a failure reason code (content section 7)."""

    reason: str


class StopScope(StrEnum):
    """What a stop is narrowed to: the rest goes on."""

    SURVEYS = "surveys"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class NarrowStop:
    """Of all that was stopped, only this stays stopped; the questions include the surveys."""

    scope: StopScope


@dataclass(frozen=True, slots=True)
class AllowContact:
    """Write again to a respondent who had stopped it and asks for it back."""


@dataclass(frozen=True, slots=True)
class WishBooking:
    """The patient asked to book while answering. `now`: the talk ended well and may go on."""

    now: bool


@dataclass(frozen=True, slots=True)
class Close:
    """End the dialog."""

    outcome: Outcome
    reason: str = ""


Action = (
    Say
    | Ask
    | Keep
    | Withdraw
    | Alert
    | Note
    | Remind
    | StopContact
    | NarrowStop
    | AllowContact
    | WishBooking
    | Close
)
