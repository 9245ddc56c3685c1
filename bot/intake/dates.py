"""Dates as clerks and hospital systems write them."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_SEPARATED = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(.*)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(|\s*\d{2}:?\d{2}(?::?\d{2})?(?:\.\d+)?)")
_MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_TIME = re.compile(
    r"[\sT]*(?P<half>上午|下午|AM|PM)?\s*"
    r"(?P<hour>\d{1,2})[:时点]?(?P<minute>\d{2})?[:分]?(?P<second>\d{2})?秒?(?:\.\d+)?"
    r"\s*(?P<late>AM|PM)?(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"[\s(]*(?:星期|周)[一二三四五六日天]\)?")
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's day zero has no zone
_NOON = 12


def parse_moment(text: str) -> dt.datetime | None:
    """Return the Shanghai moment a cell names; midnight when it names only a day.

    Two-digit years and month-first dates are refused: a guess would send a message on the
    wrong day.
    """
    text = _WEEKDAY.sub("", text.strip())
    if _SERIAL.fullmatch(text):
        moment = _EPOCH + dt.timedelta(seconds=round(float(text) * 86400))
        return moment.replace(tzinfo=SHANGHAI)
    found = _SEPARATED.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found:
        return None
    try:
        day = dt.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return _with_time(day, found[4].strip())


def parse_day(text: str) -> dt.date | None:
    """Return the day a cell names, None when it names none."""
    moment = parse_moment(text)
    return moment.date() if moment else None


def parse_month(text: str) -> dt.date | None:
    """Return the first day of a month as in "1956-03" (出生年月)."""
    found = _MONTH.fullmatch(text.strip())
    try:
        return dt.date(int(found[1]), int(found[2]), 1) if found else None
    except ValueError:
        return None


def _with_time(day: dt.date, text: str) -> dt.datetime | None:
    if not text:
        return dt.datetime.combine(day, dt.time(), SHANGHAI)
    found = _TIME.fullmatch(text)
    if not found:
        return None
    try:
        moment = dt.datetime.combine(day, _clock(found), SHANGHAI)
    except ValueError:
        return None
    return _in_shanghai(moment, found["zone"])


def _clock(found: re.Match[str]) -> dt.time:
    hour = int(found["hour"])
    half = (found["half"] or found["late"] or "").upper()
    if half in {"下午", "PM"} and hour < _NOON:
        hour += _NOON
    if half in {"上午", "AM"} and hour == _NOON:
        hour = 0
    return dt.time(hour, int(found["minute"] or 0), int(found["second"] or 0))


def _in_shanghai(moment: dt.datetime, zone: str | None) -> dt.datetime:
    """Move a moment that states its own zone; hospitals otherwise mean their clock."""
    if not zone:
        return moment
    offset = dt.datetime.fromisoformat(f"2000-01-01T00:00:00{zone.upper()}").tzinfo
    return moment.replace(tzinfo=offset).astimezone(SHANGHAI)
