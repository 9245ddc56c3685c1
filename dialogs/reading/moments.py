"""A coming moment in a patient's words, for "later" and not for bookings: 半小时后, 明早九点."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from dialogs.reading import wording
from dialogs.reading.normal import normalise
from dialogs.reading.numbers import in_figures

_WORDS = wording.load(__file__, "moments.toml")
_DAYS = [(re.compile(words), days) for words, days in _WORDS["days"].items()]
_HOURS = [(re.compile(words), hour, late) for words, (hour, late) in _WORDS["hours"].items()]
_DELAY, _CLOCK, _WEEKDAY, _DATE, _PAST = (
    re.compile(_WORDS["grammar"][name]) for name in ("delay", "clock", "weekday", "date", "past")
)
_WEEKDAYS = {char: day for day, char in enumerate("一二三四五六日")} | {"天": 6, "末": 5}
_WEEKDAYS |= {str(day + 1): day for day in range(6)}
_SECONDS = {"分钟": 60, "小时": 3600, "钟头": 3600, "天": 86400, "月": 30 * 86400}
_WEEK_SECONDS = 7 * 86400
_MINUTES = {"半": 30, "1刻": 15, "3刻": 45, None: 0}
_DEFAULT_HOUR = 9
_NOON, _LAST_HOUR, _LAST_MINUTE = 12, 23, 59
_CLINIC_MORNING = 7  # one to six o'clock without a part of the day is the afternoon


def read_moment(text: str, now_local: datetime) -> datetime | None:
    """Return the moment meant, later than `now_local` (aware, local time), or None."""
    plain = _figures(normalise(text))
    if _PAST.search(plain):
        return None
    delay = _DELAY.search(plain)
    moment = _after(delay, now_local) if delay else _named(plain, now_local)
    return moment if moment and moment > now_local else None


def _figures(plain: str) -> str:
    # the weekday keeps its numeral: 周一 is no quantity
    kept = re.sub(
        r"(?<=[周期拜])([一二三四五六])",
        lambda found: str("一二三四五六".index(found[1]) + 1),
        plain,
    )
    return in_figures(kept)


def _after(delay: re.Match[str], now: datetime) -> datetime | None:
    amount, unit, half = (delay.group(place) or delay.group(place + 3) for place in (1, 2, 3))
    count = 0.5 if amount == "半" else float(amount) + (0.5 if half else 0)
    seconds = count * _SECONDS.get(unit, _WEEK_SECONDS)
    return now + timedelta(seconds=seconds) if seconds <= 366 * 86400 else None


def _named(plain: str, now: datetime) -> datetime | None:
    day = _day(plain, now)
    hour = _hour(plain)
    if day is None and hour is None:
        return None
    hours, minutes = hour or (_DEFAULT_HOUR, 0)
    moment = (day or now).replace(hour=hours, minute=minutes, second=0, microsecond=0)
    if day is None and moment <= now:
        moment += timedelta(days=1)
    return moment


def _day(plain: str, now: datetime) -> datetime | None:
    weekday = _WEEKDAY.search(plain)
    if weekday:
        return _on_weekday(weekday, now)
    for pattern, days in _DAYS:
        if pattern.search(plain):
            return now + timedelta(days=days)
    date = _DATE.search(plain)
    return _on_date(date, now) if date else None


def _on_weekday(found: re.Match[str], now: datetime) -> datetime:
    ahead = _WEEKDAYS[found.group(2)] - now.weekday()
    weeks = {"下": 1, "下下": 2}.get(found.group(1) or "", 0)
    if not weeks and ahead < 0:
        weeks = 1
    return now + timedelta(days=ahead + 7 * weeks)


def _on_date(found: re.Match[str], now: datetime) -> datetime | None:
    for months in range(13):
        year, month = now.year + (now.month - 1 + months) // 12, (now.month - 1 + months) % 12 + 1
        try:
            day = now.replace(year=year, month=month, day=int(found.group(2)))
        except ValueError:
            continue
        if day >= now and (not found.group(1) or month == int(found.group(1))):
            return day
    return None


def _hour(plain: str) -> tuple[int, int] | None:
    part = next(((hour, late) for words, hour, late in _HOURS if words.search(plain)), None)
    clock = _CLOCK.search(plain)
    if not clock:
        return (part[0], 0) if part else None
    hour, minute = int(clock.group(1)), _minutes(clock.group(2))
    if hour > _LAST_HOUR or minute > _LAST_MINUTE:
        return None
    afternoon = part[1] if part else hour < _CLINIC_MORNING
    return hour + 12 if afternoon and 0 < hour < _NOON else hour, minute


def _minutes(words: str | None) -> int:
    return _MINUTES[words] if words in _MINUTES else int(words or 0)
