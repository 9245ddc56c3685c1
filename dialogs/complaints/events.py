"""What can happen to the complaint desk's talk, in the past tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dialogs.events import Chose
from dialogs.tagging.tags import Tags


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody wrote something: the words, what they are tagged with, and the id they keep.

    `follows`: the desk spoke last and nobody else takes the words, so that they may be more of it.
    """

    at: datetime
    text: str
    tags: Tags = field(default_factory=Tags)
    ref: str = ""
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The same beside something graver, which was answered: nothing is asked now."""

    at: datetime
    text: str
    tags: Tags = field(default_factory=Tags)
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Deferred:
    """The same beside a wish that another desk is just seeing to: it is asked about afterwards."""

    at: datetime
    text: str
    tags: Tags = field(default_factory=Tags)
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Freed:
    """Nobody else is asking any more: what was put off may be asked."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Pictured:
    """Somebody sent a picture after filing; `ref` is the message it came with."""

    at: datetime
    ref: str


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The question has waited two hours: what was said stays an opinion, nothing is filed."""

    at: datetime


class Prompt(StrEnum):
    """What the office begins with."""

    INTERIM = "interim"  # M-CMP3
    LATE_CALL = "late_call"  # nobody has been in touch in time
    LATE = "late"  # there is no result in time
    RESULT = "result"  # M-CMP4
    RATE = "rate"  # M-CMP5
    IDENTITY = "identity"  # may the department know who you are?
    SURVEY_CALL = "survey_call"  # a survey was answered badly: may somebody call?
    CONTACTED = "contacted"  # a person has spoken with the patient: nothing is said


@dataclass(frozen=True, slots=True)
class Prompted:
    """The office tells or asks; `values` are its own words (fact, act, why, date)."""

    at: datetime
    prompt: Prompt
    number: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filed:
    """It is registered; somebody calls by `contact_due`, the result is due by `result_due`.

    `brief`: something graver was just answered, so that one line has to do.
    """

    at: datetime
    number: str
    contact_due: datetime
    result_due: datetime
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to a result is noted, or the wish for a call; who is to call does so by `due`.

    `answer` is what it answers: accept, refuse, call, or survey.
    """

    at: datetime
    answer: str
    due: datetime


@dataclass(frozen=True, slots=True)
class AbuseRaised:
    """Somebody beside himself was put before a person, who writes or calls by `due`."""

    at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Rated:
    """The stars are noted; `reopened`: the case is taken up once more, a person calls by `due`."""

    at: datetime
    reopened: bool
    due: datetime


Event = (
    Said
    | Mentioned
    | Deferred
    | Freed
    | Pictured
    | Chose
    | Lapsed
    | Prompted
    | Filed
    | Answered
    | AbuseRaised
    | Rated
)
