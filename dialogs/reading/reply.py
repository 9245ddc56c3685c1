"""What a reply can mean: its context, its intent, and the reading with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from dialogs.reading.when import When

Value: TypeAlias = bool | float | int | tuple[float, ...] | None


class Context(StrEnum):
    """What was asked last; a token means different things after different questions."""

    REMINDER = "reminder"
    SCALE5 = "scale5"
    YESNO = "yesno"
    NUMBER = "number"
    COMPLAINT = "complaint"
    NONE = "none"


class Intent(StrEnum):
    """What the writer wants; UNCLEAR is asked back and never acted upon."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    RESCHEDULE = "reschedule"
    BOOK = "book"
    HUMAN = "human"
    OPT_OUT = "opt_out"
    WRONG_PERSON = "wrong_person"
    DECEASED = "deceased"
    STOP_COMPLAINT = "stop_complaint"
    ANSWER_SCALE = "answer_scale"
    ANSWER_YESNO = "answer_yesno"
    ANSWER_NUMBER = "answer_number"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reply understood.

    `when` is set with RESCHEDULE and BOOK if a day or time was wished, `alternatives` are further
    wishes. `value` is 1-5 with 5 best (scale), True or False to the question (yes-no), a number, or
    a pair: a blood pressure, upper one first, or a range, lower one first. `unit` is the unit of a
    number as the writer means it. `evidence` holds the patient's own words, never logged.
    """

    intent: Intent
    when: When | None = None
    alternatives: tuple[When, ...] = ()
    value: Value = None
    unit: str = ""
    evidence: tuple[str, ...] = ()
