"""What the complaint desk's talk wants done; the transaction does it, and answers some of it."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.actions import Ask, Say


@dataclass(frozen=True, slots=True)
class AskedToFile:
    """Note that the patient is asked whether to file what these messages said."""

    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeepOpinion:
    """Keep what these messages said as an opinion: it counts, and nobody is to answer it."""

    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeclineOpinion:
    """Note that the patient wants nothing made of what these messages said."""

    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """Register a complaint out of these messages; answered by Filed.

    `explicit`: 投诉 or 举报 in the patient's own words, else the patient agreed to the question.
    `brief`: it was said beside something graver, so little is to be told. `grave`: a death is laid
    at our door, which is a dispute whatever the words.
    """

    refs: tuple[str, ...]
    explicit: bool
    anonymous: bool = False
    brief: bool = False
    grave: bool = False


@dataclass(frozen=True, slots=True)
class AddWords:
    """Put further words, or a picture, of the patient into a complaint."""

    number: str
    ref: str


@dataclass(frozen=True, slots=True)
class Urge:
    """Tell the office that the patient presses for what was promised."""

    number: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take a complaint back; the patient was asked whether that is meant."""

    number: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Note how the patient takes the result: accept, refuse or call; answered by Answered."""

    number: str
    answer: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Note the stars, 5 best; answered by Rated."""

    number: str
    stars: int


@dataclass(frozen=True, slots=True)
class SetMode:
    """Set how much the department is told of who complains: a name of ComplaintMode."""

    number: str
    mode: str


@dataclass(frozen=True, slots=True)
class CallMe:
    """Put a call before the office: agreed to after a survey; answered by Answered."""


@dataclass(frozen=True, slots=True)
class CallOff:
    """The call agreed to after a survey is not wanted any more."""

    words: str


@dataclass(frozen=True, slots=True)
class RaiseAbuse:
    """Put somebody who is beside himself before a person; nobody is blocked (R152).

    Answered by AbuseRaised.
    """

    words: str


@dataclass(frozen=True, slots=True)
class Done:
    """The talk rests: nothing is asked any more."""


Action = (
    Say
    | Ask
    | AskedToFile
    | KeepOpinion
    | DeclineOpinion
    | File
    | AddWords
    | Urge
    | Withdraw
    | Answer
    | Rate
    | SetMode
    | CallMe
    | CallOff
    | RaiseAbuse
    | Done
)
