"""What the scanner finds: days, clock times, parts of the day, before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dialogs.reading.when.clocks import Clock
from dialogs.reading.when.place import Link


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day."""

    period: str


@dataclass(frozen=True, slots=True)
class Mod:
    """Before or after; `ahead` stands in front of what it belongs to: 过了十点."""

    word: str
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class SameTime:
    """The time of the appointment stays."""


@dataclass(frozen=True, slots=True)
class Void:
    """Words that look like a date or time and are none, or are over: 昨天, 三点意见."""

    past: bool = False
    timed: bool = False  # a time that follows belongs to it: 每天晚上八点


Value: TypeAlias = Link | Clock | Part | Mod | SameTime | Void


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a date or time and where it stands."""

    rule: str
    value: Value
    start: int
    end: int
