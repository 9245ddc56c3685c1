"""What people say to the booking desk at any time: questions, orders, odd days, reasons."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final

from dialogs.reading import numerals, wording
from dialogs.reading.normal import bare, normalise

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "words.toml")
_QUERIES: Final = tuple((q["name"], re.compile(q["search"])) for q in _WORDS["query"])
_ASSENT: Final = frozenset(map(bare, _WORDS["assent"]))
_SEEN: Final = re.compile(_WORDS["seen"])
_NUMBER: Final = re.compile(_WORDS["number"])
_ORDERS: Final = {
    name: re.compile(_WORDS[name])
    for name in (
        "abandon",
        "any",
        "begs",
        "dropped",
        "earliest",
        "every_one",
        "gives_up",
        "hedge",
        "how_early",
        "how_far",
        "late",
        "more",
        "never_booked",
        "no_appeal",
        "no_review",
        "regret",
        "reviewed",
        "some_other_day",
        "someday",
        "stays",
        "still_waits",
        "unwait",
        "wait",
        "withdraw",
    )
}
_HEALTH: Final = re.compile(_WORDS["health"]["search"])
_UNSUBSCRIBE: Final = re.compile(_WORDS["health"]["unsubscribe"])
_CLAIMS: Final = {name: re.compile(pattern) for name, pattern in _WORDS["claims"].items()}
_REASONS: Final = {name: re.compile(pattern) for name, pattern in _WORDS["reasons"].items()}
_CLINIC: Final = re.compile(_WORDS["clinic"]["search"])
_NO_CLINIC: Final = re.compile(_WORDS["clinic"]["not"])
_BEFORE_CLINIC: Final = re.compile(_WORDS["clinic"]["strip"])
_PAST: Final = re.compile(_WORDS["past"]["search"])
_DAY: Final = re.compile(_WORDS["past"]["day"])
_NO_DAY: Final = re.compile(_WORDS["past"]["no_day"])
_NO_HOUR: Final = re.compile(_WORDS["past"]["no_hour"])
_LEAP_YEAR: Final = 2028  # any year with a 29 February
_LONG_AGO: Final = timedelta(days=120)


def query_in(text: str) -> str:
    """Name the question about visits, clinics or rules that the words ask; empty for none."""
    plain = normalise(text).lower()
    return next((name for name, search in _QUERIES if search.search(plain)), "")


def orders(text: str, name: str) -> bool:
    """Tell whether the words hold one of the desk's own orders."""
    return bool(_ORDERS[name].search(normalise(text).lower().strip()))


def gives_up_for_now(text: str) -> bool:
    """Tell whether a visit is given up and no other day is named: 来不了,过几天再约."""
    both = orders(text, "someday") and orders(text, "some_other_day")
    return both and not orders(text, "begs")


def is_assent(text: str) -> bool:
    """Tell whether the words agree without saying to what."""
    return bare(text) in _ASSENT


def only_thanks(text: str) -> bool:
    """Tell whether the words say that the text has come, and promise nothing: 收到, 好的谢谢."""
    return bool(_SEEN.fullmatch(bare(text).lower()))


def booking_number(text: str) -> str:
    """Return the booking number in the words, as it is written in the book; else empty."""
    found = _NUMBER.search(normalise(text).lower())
    return found.group().upper() if found else ""


def about_health(text: str) -> bool:
    """Tell whether the words say how somebody is."""
    return bool(_HEALTH.search(normalise(text)))


def unsubscribes(text: str) -> bool:
    """Tell whether a subscription is cancelled, not a visit."""
    return bool(_UNSUBSCRIBE.search(normalise(text)))


def names(text: str, claim: str) -> bool:
    """Tell whether the words name the wish themselves: book, cancel, move, come."""
    return bool(_CLAIMS[claim].search(normalise(text)))


def names_unknown_clinic(text: str) -> bool:
    """Tell whether the words name some clinic; asked once no clinic of ours was found in them."""
    found = _CLINIC.search(normalise(text))
    if found is None or _NO_CLINIC.search(found[0]):
        return False
    return bool(_BEFORE_CLINIC.sub("", found[1]))


def reason_in(text: str) -> str:
    """Name a reason that excuses a late cancellation: readmitted or ill; else empty."""
    plain = normalise(text)
    return next((name for name, search in _REASONS.items() if search.search(plain)), "")


def odd_day(text: str, today: date) -> str:
    """Say what is wrong with the time that was named: "day" (31 February), "hour", "past" or ""."""
    plain = normalise(text)
    if _NO_HOUR.search(plain):
        return "hour"
    if _NO_DAY.search(plain):
        return "day"
    for found in _DAY.finditer(plain):
        day = _day(found[1], found[2])
        if day is None:
            return "day"
        if timedelta(0) < today - day.replace(year=_year(day, today)) < _LONG_AGO:
            return "past"
    return "past" if _PAST.search(plain) else ""


def _day(month: str, day: str) -> date | None:
    try:
        return date(_LEAP_YEAR, _figure(month), _figure(day))
    except ValueError:
        return None


def _figure(text: str) -> int:
    return int(text) if text.isdigit() else numerals.value(text) or 0


def _year(day: date, today: date) -> int:
    leap = (day.month, day.day) == (2, 29)
    return _LEAP_YEAR if leap else today.year
