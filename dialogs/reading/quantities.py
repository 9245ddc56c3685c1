"""A number with its unit, as the answer to a question: 一百零三斤半, 没解, 60多, 135/85."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final, TypeAlias

from dialogs.reading import wording
from dialogs.reading.normal import bare, normalise
from dialogs.reading.numbers import NumberReading, in_figures, read_number

Amount: TypeAlias = float | int | tuple[float, ...]

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "quantities.toml")
_GRAMMAR: Final = {name: re.compile(pattern) for name, pattern in _WORDS["grammar"].items()}
_UNITS: Final = {unit: re.compile(pattern) for unit, pattern in _WORDS["unit"].items()}
_RESPELLED: Final = [(re.compile(found), word) for found, word in _WORDS["respelled"].items()]
_DIGIT: Final = re.compile(r"\d")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_NEVER: Final = r"(?!)"
_PAIR: Final = 2
_KILOPASCAL: Final = 7.5  # mmHg in one kPa
_LARGEST_KILOPASCAL: Final = 40
_UPPER_IN_TENS: Final = range(9, 25)
_LOWER_IN_TENS: Final = 5


@dataclass(frozen=True, slots=True)
class _Measure:
    """What a question asks for: which unit, which values are possible, what "none" stands for.

    `label` is what people call it, `nothing` words without a number that say none of it.
    """

    unit: str
    low: float
    high: float
    pair: bool
    none_is_zero: bool
    label: str
    nothing: str


def read_quantity(text: str, question: str = "", unit: str = "") -> tuple[Amount, str] | None:
    """Return the amount and its unit, the writer's if one is named; None when it is not certain.

    A pair is a blood pressure, upper one first, or a range, lower one first. A value that cannot
    be (44 degrees, 15 of 10 points) is None and is asked again.
    """
    plain = _scaled(_respelled(normalise(text).lower().strip()))
    measure = _measure(normalise(question).lower(), unit)
    if measure.none_is_zero and re.fullmatch(measure.nothing, bare(plain)):
        return 0, measure.unit
    if not plain or _GRAMMAR["open"].search(plain):
        return None
    figures = _settled(in_figures(plain), question)
    named = _named_unit(figures, measure)
    if measure.none_is_zero and _GRAMMAR["none"].search(plain):
        return 0, measure.unit
    amount = _spoken_short(_amount(figures, measure), named)
    if amount is None or not _possible(amount, named or measure.unit, measure):
        return None
    return amount, named or measure.unit


def _settled(figures: str, question: str) -> str:
    """Leave out what was taken back, and what was before if the question asks for the present."""
    figures = _GRAMMAR["taken_back"].sub("", figures)
    now = _GRAMMAR["past"].sub(" ", figures)
    return figures if _GRAMMAR["of_the_past"].search(question) or not _DIGIT.search(now) else now


def _amount(figures: str, measure: _Measure) -> Amount | None:
    for read in (_pressure, _range, _points, _halves, _labelled, _current, _plain):
        amount = read(figures, measure)
        if amount is not None:
            return amount
    return None


def _pressure(figures: str, measure: _Measure) -> Amount | None:
    """Read two figures side by side, whatever else is told: 138/88 心率72."""
    if not measure.pair:
        return None
    current = _GRAMMAR["current_pressure"].search(figures)
    found = [current.groups()] if current else _GRAMMAR["pressure"].findall(figures)
    found = found or _GRAMMAR["joined"].findall(figures) or _GRAMMAR["small"].findall(figures)
    return (_whole(float(found[0][0])), _whole(float(found[0][1]))) if len(found) == 1 else None


def _spoken_short(amount: Amount | None, unit: str) -> Amount | None:
    """Read 14 over 9 as people say it for 140 over 90; kPa are written with a fraction or named."""
    if not isinstance(amount, tuple) or unit == "kPa" or amount[0] <= amount[1]:
        return amount
    tens = all(isinstance(value, int) for value in amount) and amount[0] in _UPPER_IN_TENS
    return tuple(value * 10 for value in amount) if tens and amount[1] >= _LOWER_IN_TENS else amount


def _range(figures: str, measure: _Measure) -> Amount | None:
    """Read 37.2到37.5 and 7-8次; two figures with a dash are a blood pressure if one was asked."""
    found = _GRAMMAR["range"].search(figures)
    if not found or measure.pair:
        return None
    first, second = (float(found[place]) for place in (1, 2))
    return (_whole(first), _whole(second)) if first < second else None


def _points(figures: str, measure: _Measure) -> Amount | None:
    """Read seven of ten: 7/10, 10分里7分."""
    found = _GRAMMAR["out_of"].search(figures)
    if not found or measure.pair:
        return None
    return _whole(float(found[1] or found[2]))


def _halves(figures: str, measure: _Measure) -> Amount | None:
    """Read what is only half of something: 半碗, 半小时."""
    named = _GRAMMAR["half"].fullmatch(figures)
    if not named:
        return None
    unit = _UNITS.get(measure.unit)
    return 0.5 if not named[1] or unit is None or unit.search(named[1]) else None


def _labelled(figures: str, measure: _Measure) -> Amount | None:
    """Take the number beside the name of what was asked, where others stand too: 氧97 心率80."""
    if len(_NUMBER.findall(figures)) < _PAIR:
        return None
    found = re.findall(rf"(?:{measure.label})(?:是|有|:|\s)*({_NUMBER.pattern})", figures)
    return _whole(float(found[0])) if len(found) == 1 else None


def _current(figures: str, measure: _Measure) -> Amount | None:
    """Prefer what is named as the present value: 昨天五今天三."""
    found = _GRAMMAR["at_last"].search(figures) or _GRAMMAR["current"].search(figures)
    return _whole(float(found[1])) if found and not measure.pair else None


def _plain(figures: str, measure: _Measure) -> Amount | None:
    for decimal in (not measure.pair, measure.pair):
        reading = read_number(figures, decimal=decimal)
        amount = _of(reading, measure)
        if amount is not None:
            return amount
    return _first(figures, measure)


def _of(reading: NumberReading, measure: _Measure) -> Amount | None:
    if not reading.clear or not reading.values:
        return None
    if len(reading.values) == _PAIR:
        return tuple(map(_whole, reading.values)) if measure.pair else None
    return None if measure.pair else _whole(reading.values[0])


def _first(figures: str, measure: _Measure) -> Amount | None:
    """Take the one number that carries a unit of the kind asked for."""
    pattern = _UNITS.get(measure.unit)
    if pattern is None or measure.pair:
        return None
    found = re.findall(rf"(\d+(?:\.\d+)?)\s*(?:{pattern.pattern})", figures)
    return _whole(float(found[0])) if len(found) == 1 else None


def _possible(amount: Amount, unit: str, measure: _Measure) -> bool:
    values = amount if isinstance(amount, tuple) else (amount,)
    factor = _WORDS["factor"].get(unit, 1) if unit != measure.unit else 1
    if measure.pair:
        high, low = values[0], values[-1]
        if high <= low:
            return False
        factor = _KILOPASCAL if high < _LARGEST_KILOPASCAL else 1
    return all(measure.low <= value * factor <= measure.high for value in values)


def _whole(value: float) -> float | int:
    return int(value) if float(value).is_integer() else float(value)


def _named_unit(figures: str, measure: _Measure) -> str:
    """Return the unit behind a number, if it measures the same thing as the unit asked for."""
    kin = next((kin for kin in _WORDS["kin"] if measure.unit in kin), ())
    named = (unit for unit, pattern in _numbered_units().items() if pattern.search(figures))
    return next((unit for unit in named if not measure.unit or unit in kin), "")


@cache
def _numbered_units() -> dict[str, re.Pattern[str]]:
    return {unit: re.compile(rf"\d\s*(?:{pattern})") for unit, pattern in _WORDS["unit"].items()}


def _scaled(plain: str) -> str:
    """Write 1.2万 and 6k out."""

    def spelled(found: re.Match[str]) -> str:
        return str(_whole(round(float(found[1]) * _WORDS["scale"][found[2]], 3)))

    return _GRAMMAR["scaled"].sub(spelled, plain)


def _respelled(plain: str) -> str:
    for pattern, word in _RESPELLED:
        plain = pattern.sub(word, plain)
    return plain


@lru_cache(maxsize=256)
def _measure(question: str, unit: str) -> _Measure:
    for entry in _WORDS["measure"]:
        fits = re.search(entry["asked"], question) or (unit and unit == entry["unit"])
        if fits:
            low, high = entry["possible"]
            return _Measure(
                unit or entry["unit"],
                low,
                high,
                entry.get("pair", False),
                entry.get("zero", False),
                entry.get("label", _NEVER),
                entry.get("nothing", _NEVER),
            )
    return _Measure(
        unit, 0, float("inf"), pair=False, none_is_zero=False, label=_NEVER, nothing=_NEVER
    )
