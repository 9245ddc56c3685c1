"""What free words mean to the booking desk: the reader's intent, and what only the desk knows."""

from __future__ import annotations

from dataclasses import replace

from dialogs.appointments.facts import Visit
from dialogs.appointments.phrases import gives_up_for_now, names
from dialogs.appointments.state import Stage
from dialogs.appointments.turn import Turn
from dialogs.appointments.visits import named_clinics, next_start
from dialogs.reading.intents import Context, Intent, Reading, read_reply
from dialogs.reading.when import When, hear, read_when
from dialogs.timing.spans import local


def read(turn: Turn, text: str) -> Reading:
    """Read the words as a reply to the desk, or as words of their own where nothing was asked.

    Another booking is told from a change by its own words: a clinic or a number to be had.
    """
    wants = wants_booking(turn, text)
    asked = not wants and (bool(turn.facts.visits) or not turn.state.resting)
    starts = next_start(turn)
    reading = read_reply(
        text,
        Context.REMINDER if asked else Context.NONE,
        now=local(turn.at),
        appointment=local(starts) if starts else None,
        calendar=turn.facts.calendar,
    )
    if wants and reading.intent in (Intent.UNCLEAR, Intent.RESCHEDULE, Intent.CONFIRM):
        return _booking(turn, text, reading)
    return for_now(text, reading) if asked else reading


def for_now(text: str, reading: Reading) -> Reading:
    """Take a visit that is given up until some other day as given up: no day is looked for."""
    doubtful = reading.intent in (Intent.UNCLEAR, Intent.RESCHEDULE, Intent.BOOK)
    if not doubtful or not gives_up_for_now(text):
        return reading
    return replace(reading, intent=Intent.CANCEL, when=None, alternatives=())


def wants_booking(turn: Turn, text: str) -> bool:
    """Tell whether the words ask for a booking, whatever else is booked already."""
    if names(text, "change"):
        return False
    if turn.state.resting and names(text, "book_day"):
        return True
    named = bool(named_clinics(turn, text)) and names(text, "book")
    return named or names(text, "explicit_book")


def _booking(turn: Turn, text: str, reading: Reading) -> Reading:
    first, *others = read_days(turn, text) or (None,)
    return replace(
        reading,
        intent=Intent.BOOK,
        when=first,
        alternatives=tuple(other for other in others if other),
    )


def read_days(turn: Turn, text: str, *, of_list: bool = False) -> tuple[When, ...]:
    """Read days and times alone; `of_list`: they name one of several, and count from no visit."""
    open_visit = turn.visit if turn.state.stage is not Stage.REST and not of_list else None
    appointment = local(open_visit.starts) if open_visit else None
    found = read_when(text, local(turn.at), appointment=appointment, calendar=turn.facts.calendar)
    return tuple(wish for wish in found if wish)


def on_days_named(turn: Turn, text: str, visits: tuple[Visit, ...]) -> tuple[Visit, ...]:
    """周五那个不去了: keep the visits on the day that is named, though nobody wants it."""
    now, calendar = local(turn.at), turn.facts.calendar
    words = hear(text, now, calendar=calendar).words
    days = {wish.date for word in words for wish in read_when(word, now, calendar=calendar)}
    named = tuple(visit for visit in visits if local(visit.starts).date() in days)
    return named or visits


def wishes_of(reading: Reading) -> tuple[When, ...]:
    """Return what was wished for, the preferred first."""
    return (reading.when, *reading.alternatives) if reading.when else ()
