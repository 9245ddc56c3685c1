"""Reads clock times as they are written."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs.reading import wording
from dialogs.reading.when.clocks import Clock
from dialogs.reading.when.counting import count, counts

_WORDS = wording.load(__file__, "words.toml")
_QUARTERS: dict[str, int] = _WORDS["quarters"]
_MINUTES_A_WORD = 5  # Cantonese: 三点四个字 is twenty past three
_Found = re.Match[str]


def _possible(clock: Clock) -> Clock | None:
    return clock if clock.possible else None


def _clock(found: _Found) -> Clock | None:
    hours = counts(found["hour"])
    minute = _minute(found)
    if hours is None or minute is None:
        return None
    until = hours[1] if hours[0] != hours[1] else None
    return _possible(Clock(hours[0], minute, until, _half(found["ampm"])))


def _minute(found: _Found) -> int | None:
    if found["half"] or found["quarter"]:
        return _QUARTERS[found["half"] or found["quarter"]]
    if found["word"]:
        return (count(found["word"]) or 0) * _MINUTES_A_WORD
    return count(found["exact"] or found["minute"] or "0")


def _half(words: str | None) -> str:
    return words[0] + "m" if words else ""


def _colon(found: _Found) -> Clock | None:
    half = _half(found.groupdict().get("ampm"))
    exact = found["hour"].startswith("0") and not half
    return _possible(Clock(int(found["hour"]), int(found["minute"]), half=half, exact=exact))


def _less(found: _Found) -> Clock | None:
    minutes = _QUARTERS.get(found["less"]) or count(found["less"])
    hour = count(found["hour"])
    return None if minutes is None or hour is None else _possible(Clock(hour).earlier(minutes))


def _pair(found: _Found) -> Clock | None:
    if found["one"]:
        return _possible(Clock(int(found["one"]), until=int(found["two"])))
    words = found["pair"]
    hours = _WORDS["hour_pairs"].get(words) or list(counts(words) or (0, 0))
    tens = 10 if found["tens"] else 0
    return _possible(Clock(tens + hours[0], until=tens + hours[1]))


def _hour(found: _Found) -> Clock | None:
    hour = count(found["hour"])
    return None if hour is None else _possible(Clock(hour))


def _named_half(found: _Found) -> Clock | None:
    hour = int(found["hour"] or found["hour_"])
    return _possible(
        Clock(hour, int(found["minute"] or 0), half=_half(found["ampm"] or found["ampm_"]))
    )


TIMES: dict[str, Callable[[_Found], Clock | None]] = {
    "clock_to": _less,
    "clock_less": _less,
    "clock_colon": _colon,
    "clock_dot": _colon,
    "ampm_hour": _named_half,
    "clock_pair": _pair,
    "clock": _clock,
    "hour_first": _hour,
    "hour_next": _hour,
}
