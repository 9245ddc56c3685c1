"""Ages as the wards write them: 56, 3岁2月, 28天, 15/30."""

import datetime as dt
import re
import unicodedata

_OLDEST = 130
_DAYS_A_YEAR = 365.25
_AGE = re.compile(
    r"(?:(?P<years>\d{1,3}(?:\.\d+)?)(?:周?岁|Y))?"
    r"(?:零?(?P<months>\d{1,3})(?:个?月|M))?"
    r"(?:零?(?P<weeks>\d{1,2})(?:周|W))?"
    r"(?:零?(?P<days>\d{1,3})(?:天|日|D))?"
    r"(?:(?P<hours>\d{1,3})(?:小?时|H))?(?:(?P<minutes>\d{1,2})(?:分钟?))?",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,3}(?:\.\d{1,2})?")
_UNIT_FIRST = re.compile(r"([YMD])(\d{1,3})", re.IGNORECASE)
_FRACTION = re.compile(r"(?:(\d{1,2})(?:个?月|又|-))?(\d{1,2})/(\d{2})(?:个?月)?")


def parse_age(text: str) -> float | None:
    """Return an age in years, None when it is no age.

    "15/30" is a newborn of 15 days; "2月15/30" is two months and 15 days.
    """
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    folded = _UNIT_FIRST.sub(r"\2\1", folded)
    if _BARE.fullmatch(folded):
        return _plausible(float(folded))
    if found := _FRACTION.fullmatch(folded):
        return _newborn(found)
    found = _AGE.fullmatch(folded)
    return _plausible(_years(found)) if found and found.lastgroup else None


def _newborn(found: re.Match[str]) -> float | None:
    months, days, whole = int(found[1] or 0), int(found[2]), int(found[3])
    if whole not in {30, 31} or days > whole:
        return None
    return months / 12 + days / _DAYS_A_YEAR


def _years(found: re.Match[str]) -> float:
    months = int(found["months"] or 0)
    days = int(found["weeks"] or 0) * 7 + int(found["days"] or 0) + int(found["hours"] or 0) / 24
    return float(found["years"] or 0) + months / 12 + days / _DAYS_A_YEAR


def _plausible(years: float) -> float | None:
    return years if 0 <= years <= _OLDEST else None


def age_on(day: dt.date, birth: dt.date) -> float:
    """Return the age in years on a day."""
    return (day - birth).days / _DAYS_A_YEAR


def birth_from_age(years: float, day: dt.date) -> dt.date:
    """Return about when somebody of that age on `day` was born."""
    return day - dt.timedelta(days=round(years * _DAYS_A_YEAR))
