"""Clock times and hours as clinics write them: 8:00-12:00, 上午, 下午2点半."""

import datetime as dt
import re
from typing import Final

from bot.intake.words import folded, meanings
from handlers.booking.periods import USUAL_HOURS, Hours, Period

_PERIODS: Final = meanings("period")
_PERIOD_WORDS: Final = "|".join(
    sorted((word for word in _PERIODS if not word.isdecimal()), key=len, reverse=True)
)
_LED: Final = re.compile(rf"\(?({_PERIOD_WORDS})\)?[(:]?(.*?)\)?")
_CLOCK: Final = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.点时](?P<minute>\d{2})?分?(?::\d{2})?(?P<half>半)?|(?P<short>\d{2}))"
)
_FRACTION: Final = re.compile(r"0?\.\d+")
_DASH: Final = re.compile(r"[-~—–――至到]+")
_MINUTES_A_DAY: Final = 1440
_NOON: Final = 12


def parse_clock(text: str) -> dt.time | None:
    """Return the clock time a cell names, None when it names none; "下午2:30" is 14:30.

    A fraction of a day, as Excel stores times, is one too.
    """
    return _clock(folded(text), None)


def parse_hours(text: str) -> Hours | None:
    """Return from when to when: "8:00-12:00", "上午 8:00-11:30", or the usual hours of "上午"."""
    if period := parse_period(text):
        return USUAL_HOURS[period]
    period, rest = _led(folded(text))
    ends = [_clock(end, period) for end in _DASH.split(rest)]
    if len(ends) != 2:  # noqa: PLR2004 - a beginning and an end
        return None
    first, last = ends
    return (first, last) if first and last else None


def parse_period(text: str) -> Period | None:
    """Return the part of the day a cell names, None when it says more or something else."""
    meaning = _PERIODS.get(folded(text))
    return Period(meaning) if meaning else None


def _led(said: str) -> tuple[Period | None, str]:
    """Split 下午2:30 into the part of the day and the rest."""
    found = _LED.fullmatch(said)
    return (Period(_PERIODS[found[1]]), found[2]) if found else (None, said)


def _clock(said: str, half: Period | None) -> dt.time | None:
    """Read one time; `half` is the part of the day named before both ends of "下午2:00-5:00"."""
    own, rest = _led(said)
    if _FRACTION.fullmatch(rest):
        return _of_minutes(round(float(rest) * _MINUTES_A_DAY))
    found = _CLOCK.fullmatch(rest)
    if not found:
        return None
    hour = int(found["hour"])
    if hour < _NOON and (own or half) in {Period.AFTERNOON, Period.EVENING}:
        hour += _NOON
    minute = 30 if found["half"] else int(found["minute"] or found["short"] or 0)
    return _time(hour, minute)


def _of_minutes(minutes: int) -> dt.time | None:
    return _time(*divmod(minutes, 60))


def _time(hour: int, minute: int) -> dt.time | None:
    try:
        return dt.time(hour, minute)
    except ValueError:
        return None
