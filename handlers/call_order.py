"""Whom to call first: danger, then what runs out, then who is likely to answer; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from dialogs.timing.spans import Span, local

# a number nobody answered is not tried again at once
REST: Final = timedelta(minutes=30)
_MANY: Final = 2
_PARTS: Final[Mapping[str, Span]] = MappingProxyType(
    {
        "morning": Span(time(8), time(12)),
        "noon": Span(time(12), time(14)),
        "afternoon": Span(time(14), time(18)),
        "evening": Span(time(18), time(21)),
    }
)


class Danger(StrEnum):
    """How grave it is; the first is the gravest."""

    RED = "red"
    ORANGE = "orange"
    HIGH_RISK = "high_risk"
    NONE = "none"


_GRAVEST_FIRST: Final = tuple(Danger)


class Urgency(StrEnum):
    """Why a call stands where it stands, in a word; the words are in console.toml."""

    DANGER = "danger"
    HIGH_RISK = "high_risk"
    AGREED = "agreed"
    LATE = "late"
    TODAY = "today"
    GOOD_HOUR = "good_hour"
    ANSWERS = "answers"
    RESTS = "rests"
    MISSED = "missed"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class CallFacts:
    """What decides the place of a call.

    `best_time` is the part of the day the patient named; `answered` whether an earlier round got
    an answer; `is_visit` that it is a visit at home and no call at all.
    """

    task_id: UUID
    deadline_at: datetime
    danger: Danger = Danger.NONE
    call_at: datetime | None = None
    best_time: str = ""
    answered: bool = False
    missed: int = 0
    missed_at: datetime | None = None
    patient_id: UUID | None = None
    is_visit: bool = False


Place = tuple[bool, int, datetime, bool, bool, int, str]


def place_of(call: CallFacts, now: datetime) -> Place:
    """Return what calls are sorted by; an hour that was agreed on is a deadline too."""
    runs_out = call.call_at or call.deadline_at
    return (
        waits(call, now),
        _GRAVEST_FIRST.index(call.danger),
        runs_out,
        not is_good_hour(call, now),
        not call.answered,
        call.missed,
        str(call.task_id),
    )


def waits(call: CallFacts, now: datetime) -> bool:
    """Tell whether it is not to be called just now: a later hour was agreed, or nobody answered."""
    later = call.call_at is not None and call.call_at > now
    return later or (call.call_at is None and _rests(call, now))


def is_good_hour(call: CallFacts, now: datetime) -> bool:
    """Tell whether this is the part of the day the patient wished for."""
    part = _PARTS.get(call.best_time)
    return part is not None and part.covers(local(now).time())


def urgency_of(call: CallFacts, now: datetime) -> Urgency:
    """Say the one thing that decides most."""
    if call.danger in (Danger.RED, Danger.ORANGE):
        return Urgency.DANGER
    if call.call_at is not None:
        return Urgency.AGREED
    if _rests(call, now):
        return Urgency.RESTS
    return Urgency.HIGH_RISK if call.danger is Danger.HIGH_RISK else _calmly(call, now)


def _calmly(call: CallFacts, now: datetime) -> Urgency:
    if call.deadline_at < now:
        return Urgency.LATE
    # a deadline at midnight is of the day before
    if local(call.deadline_at - timedelta(seconds=1)).date() <= local(now).date():
        return Urgency.TODAY
    if is_good_hour(call, now):
        return Urgency.GOOD_HOUR
    if call.missed >= _MANY:
        return Urgency.MISSED
    return Urgency.ANSWERS if call.answered else Urgency.PLAIN


def _rests(call: CallFacts, now: datetime) -> bool:
    return call.missed_at is not None and now - call.missed_at < REST
