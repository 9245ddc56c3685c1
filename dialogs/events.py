"""What can happen to a dialog, in the past tense; each carries the instant it happened at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialogs.tagging.tags import UrgentType


@dataclass(frozen=True, slots=True)
class Began:
    """The hospital begins: the round is due."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote something; `urgent` is what the tagger heard of danger in it."""

    at: datetime
    text: str
    urgent: tuple[UrgentType, ...] = ()


@dataclass(frozen=True, slots=True)
class Chose:
    """Somebody pressed a button of the question with this turn."""

    at: datetime
    key: str
    turn: int


@dataclass(frozen=True, slots=True)
class Sent:
    """Somebody sent a picture; `media` is its id."""

    at: datetime
    media: str


@dataclass(frozen=True, slots=True)
class Reminded:
    """The question has waited: the hospital asks whether to go on (R074)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """Something else was talked about and is settled: the open question is asked again."""

    at: datetime


@dataclass(frozen=True, slots=True)
class HandedBack:
    """A person led the talk and has given it back: what was interrupted may go on."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Overheard:
    """Words another desk answers: if they answer the open question as well, that is kept."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Blamed:
    """Words of a dispute, without danger in them; `again`: people have taken one over already."""

    at: datetime
    text: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The deadline passed without an end."""

    at: datetime


Event = Began | Said | Chose | Sent | Reminded | Returned | HandedBack | Overheard | Blamed | Lapsed
