"""Reads the words of days, weeks, months and festivals."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs.reading import wording
from dialogs.reading.when.counting import count, counts
from dialogs.reading.when.days import Ahead, Neighbour, Offset, SameDay
from dialogs.reading.when.feasts import FESTIVALS, Feast, Span
from dialogs.reading.when.lunar import LunarDay, Term
from dialogs.reading.when.months import Month, MonthDay, MonthName, Year
from dialogs.reading.when.nth import LAST, Few, Nth
from dialogs.reading.when.tokens import Token, Value
from dialogs.reading.when.weeks import SameWeek, Week, Weekday, Weekend, Workdays

_WORDS = wording.load(__file__, "words.toml")
_WEEKDAYS: dict[str, int] = _WORDS["weekdays"]
_WEEKS: dict[str, int] = _WORDS["weeks"]
_SHORT_YEAR, _CENTURY = 100, 2000
_A_FEW = 5  # 月底那几天 too is taken for five days
_LUNAR_MONTHS: dict[str, int] = _WORDS["lunar_months"]
_NUMBER = re.compile(r"\d+")
Found = re.Match[str]
Reader = Callable[[Found], Value | None]


def read_weekdays(rule: str, found: Found) -> list[Token]:
    """Read one token for each weekday: 下周一三五."""
    weeks = _weeks(found) if rule == "weekdays" else None
    tokens: list[Token] = []
    for place, char in enumerate(found["days"], found.start("days")):
        if char in _WEEKDAYS:
            start = place if tokens else found.start()
            value = Weekday(_WEEKDAYS[char], weeks, listed=bool(tokens))
            tokens.append(Token("weekdays", value, start, place + 1))
    return tokens


def read_day_numbers(_: str, found: Found) -> list[Token]:
    """Read one token for each day of the month: 26 28都得闲."""
    days = _NUMBER.finditer(found.string, *found.span("days"))
    return [
        Token("day_bare", MonthDay(MonthName(), int(day[0]), int(day[0])), *day.span())
        for day in days
    ]


def _weeks(found: Found) -> int | None:
    prefix = found["prefix"]
    if prefix is None:
        return None
    return _WEEKS.get(prefix, prefix.count(_WORDS["next"]))


def _month_name(found: Found) -> MonthName:
    name = found.groupdict().get("month")
    year, years = _year(found.groupdict().get("year"))
    if not name:
        return MonthName()
    ahead = _WORDS["months"].get(name[0])
    if ahead is None:
        number = name.removesuffix(_WORDS["month"]).replace(*_WORDS["first_month"])
        return MonthName(year, count(number), years=years)
    if name[0] == _WORDS["again"]:
        return MonthName(ahead=2)
    return MonthName(ahead=name.count(_WORDS["next"]) or ahead)


def _year(words: str | None) -> tuple[int | None, int | None]:
    if not words or words in _WORDS["years"]:
        return None, _WORDS["years"][words] if words else None
    number = count(words[:-1]) or 0
    return number + _CENTURY if number < _SHORT_YEAR else number, None


def _month_day(found: Found) -> Value | None:
    run = found["pair"] or found["bare"]
    days = counts(run)
    name = _month_name(found)
    return MonthDay(name, *days) if days else None


def _day(found: Found) -> Value | None:
    days = counts(found[1])
    return MonthDay(MonthName(), *days) if days else None


def _numbers(order: tuple[int, int, int]) -> Reader:
    def reader(found: Found) -> Value:
        year, month, day = (int(found[place]) for place in order)
        return MonthDay(MonthName(year, month), day, day)

    return reader


def _slash(found: Found) -> Value:
    day = int(found["day"])
    whole = found["sign"] == "." or (found["sign"] == "-" and not found["month"].startswith("0"))
    return MonthDay(MonthName(number=int(found["month"])), day, day, doubtful=whole)


def _lunar(found: Found) -> Value | None:
    groups = found.groupdict()
    run = (groups.get("day") or "").removeprefix(_WORDS["lunar_prefix"])
    run = _WORDS["lunar_days"].get(run, run)
    day, name = count(run), groups.get("month")
    if day is None:
        return None
    return LunarDay((_LUNAR_MONTHS.get(name) or count(name)) if name else _lunar_month(groups), day)


def _lunar_month(groups: dict[str, str | None]) -> int | None:
    return 1 if groups.get("year") else None


def _month_part(found: Found) -> Value:
    return Month(_month_name(found), _WORDS["month_parts"][found["part"]])


def _festival(found: Found) -> Value:
    place = (found.lastindex or 1) - 1
    return Feast(place) if place < len(FESTIVALS) else Term(found[0])


def _nth(found: Found) -> Value | None:
    which, unit = found["which"], found["unit"]
    number = LAST if which[0] in _WORDS["last"] else count(which.lstrip(_WORDS["nth"])) or 1
    weekday = _WEEKDAYS.get(found["weekday"] or "")
    kind = "weekday" if weekday is not None else _WORDS["units"].get(unit, "working")
    return Nth(number, "working" if which[0] in _WORDS["opening"] else kind, weekday)


def _few(found: Found) -> Value:
    some = count(found["count"])
    return Few(_A_FEW if some is None else some, found["which"][0] in _WORDS["last"])


def _offset(found: Found) -> Value:
    far = len(found["far"] or "")
    days, more = next(
        (days for word, days in _WORDS["offsets"].items() if found[0].endswith(word)), (0, 0)
    )
    return Offset(days + far, more)


def _ahead(found: Found) -> Value:
    booked = any(word in found[0] for word in _WORDS["same_day"])
    return Ahead(len(found["weeks"] or ""), len(found["months"] or ""), booked)


def _half_week(found: Found) -> Value:
    return Week(_weeks(found) or 0, "first" if found["half"] == _WORDS["upper"] else "second")


DAYS: dict[str, Reader] = {
    "month_part": _month_part,
    "ten_days": _month_part,
    "iso": _numbers((1, 2, 3)),
    "dmy": _numbers((3, 2, 1)),
    "compact": _numbers((1, 2, 3)),
    "same_day_ahead": _ahead,
    "lunar_word": _lunar,
    "lunar_month": _lunar,
    "lunar_early": _lunar,
    "lunar_idiom": _lunar,
    "lunar_day": _lunar,
    "festival": _festival,
    "month_day": _month_day,
    "day_pair": _day,
    "day_first": _day,
    "day_bare": _day,
    "day_next": _day,
    "year": lambda found: Year(*_year(found["year"])),
    "month": lambda found: Month(_month_name(found)),
    "nth": _nth,
    "few": _few,
    "slash": _slash,
    "weekend": lambda found: Weekend(_weeks(found)),
    "half_week": _half_week,
    "week": lambda found: Week(_weeks(found) or 0),
    "tonight": lambda found: Offset(_WORDS["tonight"][found[0][0]]),
    "offset": _offset,
    "same_week": lambda _: SameWeek(),
    "same_day": lambda _: SameDay(),
    "neighbour": lambda found: Neighbour(-1 if found["before"] else 1),
    "span": lambda found: Span(any(word in found[0] for word in _WORDS["holiday"])),
    "workdays": lambda _: Workdays(),
}
