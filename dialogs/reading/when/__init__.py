"""Reads when a patient wants to come: dates, times, ranges, alternatives and days to avoid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from dialogs.reading.normal import Traced, trace
from dialogs.reading.when.choice import choose
from dialogs.reading.when.phrases import phrases_of
from dialogs.reading.when.place import Scene
from dialogs.reading.when.scanner import scan
from dialogs.reading.when.spelling import in_characters
from dialogs.reading.when.value import When
from dialogs.reading.when.wishes import wishes_of
from dialogs.timing.calendar import WorkingCalendar

__all__ = ["Heard", "When", "hear", "read_when"]

_SHANGHAI = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Heard:
    """The wishes of a message, and the writer's own words about dates and times.

    `counted` wishes count from now (三天后), so that a moment keeps the hour.
    """

    wishes: tuple[When, ...] = ()
    words: tuple[str, ...] = ()
    counted: bool = False


def read_when(
    text: str,
    now: datetime,
    *,
    appointment: datetime | None = None,
    calendar: WorkingCalendar | None = None,
) -> tuple[When, ...]:
    """Return the preferred wish, then the alternatives; () when no date or time is wanted.

    `now` and `appointment` are local wall clock, naive or aware; so is the result. A single
    When that is false holds nothing but refused days.
    """
    return hear(text, now, appointment=appointment, calendar=calendar).wishes


def hear(
    text: str,
    now: datetime,
    *,
    appointment: datetime | None = None,
    calendar: WorkingCalendar | None = None,
) -> Heard:
    """Return what `read_when` returns, and the words it was read from."""
    traced = _spelled(text)
    plain = traced.text
    phrases = phrases_of(scan(plain), plain)
    if not phrases:
        return Heard()
    scene = Scene(_local(now), _local(appointment) if appointment else None, calendar)
    wishes = wishes_of(phrases, plain, scene)
    words = tuple(traced.original(wish.start, wish.end) for wish in wishes)
    counted = len(wishes) == 1 and wishes[0].delayed
    return Heard(choose(wishes, plain, scene), words, counted)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(_SHANGHAI).replace(tzinfo=None) if moment.tzinfo else moment


def _spelled(text: str) -> Traced:
    traced = trace(text)
    lower = traced.text.lower()
    if len(lower) == len(traced.text):  # a few foreign letters become two
        traced = replace(traced, text=lower)
    return in_characters(traced)
