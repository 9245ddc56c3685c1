"""What an order in the staff group says: verb, number, the rest; tolerant of how it is typed."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final

from handlers.claims import Closing


class Verb(StrEnum):
    """What can be ordered."""

    CLAIM = "claim"
    TRANSFER = "transfer"
    REPLY = "reply"
    CLOSE = "close"
    SNOOZE = "snooze"
    CALLED = "called"
    UNREACHED = "unreached"
    BACK = "back"
    WHO = "who"
    HELP = "help"


class Series(StrEnum):
    """What a number counts: alerts, test alarms, complaints."""

    ALERT = "A"
    DRILL = "D"
    COMPLAINT = "TS"


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A number as it was typed; what was left out is None."""

    series: Series | None
    day: date | None
    count: int

    def candidates(self, today: date) -> tuple[str, ...]:
        """Return the full numbers it can mean."""
        day = f"{self.day or today:%Y%m%d}"
        wanted = (self.series,) if self.series else tuple(Series)
        dashed = {Series.COMPLAINT: "TS-"}
        return tuple(f"{dashed.get(one, one.value)}{day}-{self.count:03}" for one in wanted)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it was read; `rest` may hold words for a patient and is never kept."""

    verb: Verb | None
    number: CaseNumber | None = None
    rest: str = field(default="", repr=False)


_FILE: Final[Mapping[str, Any]] = tomllib.loads(
    files(__package__).joinpath("orders.toml").read_text("utf-8")
)
_DASH: Final = r"(?:\s*[-—–_]+\s*)"
_NUMBER: Final = re.compile(
    rf"(?P<series>TS|A|D)?{_DASH}?\s?(?:(?P<day>20\d{{6}}){_DASH}?)?(?P<count>\d{{1,4}})"
    r"(?=$|[\s,.:;。、])",
    re.IGNORECASE,
)
_BETWEEN: Final = " \t\r\n\u3000,.:;。、，．：；"


def read_order(text: str) -> Order:
    """Read an order; full-width signs, spaces and lower case do not matter.

    What follows the number is kept as it was typed, since it may be an answer to a patient.
    """
    said = _folded(text)
    begin = _skip(said, 0)
    found = _led_by("verbs", said[begin:])
    if found is None:
        return Order(None)
    place = _skip(said, begin + len(found[0]))
    number, place = _number(said, place)
    return Order(Verb(found[1]), number, text[_skip(said, place) :].rstrip())


def read_closing(rest: str) -> Closing:
    """Read 确认|不符 and what was done; what is no listed outcome is another, with the words."""
    said = _folded(rest)
    found = _led_by("verdicts", said)
    if found is None:
        return Closing("", "")
    word, verdict = found
    done = said[_skip(said, len(word)) :]
    # 误报 alone says both that it was none and why
    outcome = _led_by("outcomes", done or word)
    if outcome is None:
        return Closing(verdict, "other" if done else "", done)
    return Closing(verdict, outcome[1], done[len(outcome[0]) :].strip(_BETWEEN) if done else "")


def _led_by(section: str, said: str) -> tuple[str, str] | None:
    """Return the longest word a text begins with and what it stands for."""
    words = [(word, key) for key, many in _FILE[section].items() for word in many]
    led = [pair for pair in words if said.casefold().startswith(pair[0])]
    return max(led, key=lambda pair: len(pair[0]), default=None)


def _number(said: str, place: int) -> tuple[CaseNumber | None, int]:
    """Read the number at a place of an order; and the place behind it."""
    found = _NUMBER.match(said, place)
    day = _day(found["day"]) if found else None
    if found is None or (found["day"] and day is None):
        return None, place
    series = Series(found["series"].upper()) if found["series"] else None
    return CaseNumber(series, day, int(found["count"])), found.end()


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _folded(text: str) -> str:
    """Narrow full-width signs one by one, so that every place stays where it is."""
    narrow = ((char, unicodedata.normalize("NFKC", char)) for char in text)
    return "".join(folded if len(folded) == 1 else char for char, folded in narrow)


def _skip(said: str, place: int) -> int:
    return place + len(said[place:]) - len(said[place:].lstrip(_BETWEEN))
