"""A measured number: temperature, glucose, blood pressure, a score, "not measured", LO, HI."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogs.reading import numerals, wording
from dialogs.reading.normal import Spelling, Traced, normalise

_WORDS = wording.load(__file__, "numbers.toml")
_NOT_MEASURED = re.compile(_WORDS["not_measured"])
_LOW = re.compile(_WORDS["low"])
_HIGH = re.compile(_WORDS["high"])
_ASIDE = wording.alternatives(_WORDS["aside"])
_TAKEN_TWICE = re.compile(_WORDS["taken_twice"])
_NUMERAL_WORDS = re.compile(_WORDS["numeral_words"])
_UNITS = {unit: re.compile(pattern) for unit, pattern in _WORDS["units"].items()}
_NUMBER = r"\d{1,6}(?:\.\d{1,3})?"
_PLAIN = re.compile(rf"(?<![\d.]){_NUMBER}(?!\.?\d)")
_CURRENT = re.compile(f"{_WORDS['now']}({_NUMBER})")
_HIGH_LOW = re.compile(f"{_WORDS['high_label']}({_NUMBER})[^\\d]*?{_WORDS['low_label']}({_NUMBER})")
_LOW_HIGH = re.compile(f"{_WORDS['low_label']}({_NUMBER})[^\\d]*?{_WORDS['high_label']}({_NUMBER})")
_NEIGHBOURS = frozenset(
    {"一二", "一两", "两三", "二三", "三四", "四五", "五六", "六七", "七八", "八九"}
)
_LOWEST_PRESSURE = 30  # below this a pair of numbers is no blood pressure
_PAIR = 2


@dataclass(frozen=True, slots=True)
class NumberReading:
    """What was measured; `values` are the answer only if `clear`.

    Two clear values are a blood pressure, upper one first. `meter` is what a glucose meter shows
    instead of a number. `unit` is the unit the writer named, or empty.
    """

    values: tuple[float, ...] = ()
    not_measured: bool = False
    meter: str | None = None
    clear: bool = False
    unit: str = ""


def read_number(text: str, *, decimal: bool) -> NumberReading:
    """Read one measurement; `decimal` says whether a fraction is a possible answer."""
    plain = in_figures(normalise(text).lower().strip())
    values, clear = _values(_ASIDE.sub(" ", plain))
    clear = clear and not (len(values) == _PAIR and _TAKEN_TWICE.search(plain))
    if values:
        fits = decimal or all(value.is_integer() for value in values)
        pair_fits = len(values) == 1 or not decimal
        return NumberReading(values, clear=clear and fits and pair_fits, unit=_unit(plain))
    if _NOT_MEASURED.search(plain):
        return NumberReading(not_measured=True, clear=True)
    meter = "LO" if _LOW.search(plain) else "HI" if _HIGH.search(plain) else None
    return NumberReading(meter=meter, clear=meter is not None)


def in_figures(text: str) -> str:
    """Write the numerals of a normalised text in figures: 三十六度八 -> 36.8度."""
    for pattern, spelling in _FIGURE_STEPS:
        text = pattern.sub(spelling, text)
    return text


def traced_in_figures(traced: Traced) -> Traced:
    """Do the same to a text that keeps the origin of its characters."""
    for pattern, spelling in _FIGURE_STEPS:
        traced = traced.respelled(pattern, spelling)
    return traced


def _blank(found: re.Match[str]) -> str:
    return "_" * len(found.group())


def _figures(run: re.Match[str]) -> str:
    if run.group() in _NEIGHBOURS:
        return "-".join(str(numerals.DIGITS[char]) for char in run.group())
    number = numerals.value(run.group())
    return run.group() if number is None else str(number)


def _clock(found: re.Match[str]) -> str:
    return found.group().replace("点", ":")


_FIGURE_STEPS: tuple[tuple[re.Pattern[str], Spelling], ...] = (
    (_NUMERAL_WORDS, _blank),
    (re.compile("千(?=克|帕|米|卡)"), "k"),
    (numerals.RUN, _figures),
    (_ASIDE, _clock),
    (re.compile(r"(?<![:\d])(\d{1,6})点(\d)(?![\d分])"), r"\1.\2"),
    (re.compile(r"(?<=\d)[。·•](?=\d)"), "."),
    (re.compile(r"(?<!\d)(\d{2}),(\d)(?!\d)"), r"\1.\2"),
    (re.compile(r"(\d{1,6})度半"), r"\1.5度"),
    (re.compile(r"(\d{1,6})度(\d)(?!\d)"), r"\1.\2度"),
    (re.compile(r"(\d{1,6})斤半"), r"\1.5斤"),
    (re.compile(r"(\d{1,6})个半"), r"\1.5个"),
)


def _values(text: str) -> tuple[tuple[float, ...], bool]:
    labelled = _HIGH_LOW.search(text) or _LOW_HIGH.search(text)
    if labelled:
        high, low = sorted((float(labelled.group(1)), float(labelled.group(2))), reverse=True)
        named_high = float(labelled.group(1 if labelled.re is _HIGH_LOW else 2))
        return (high, low) if named_high == high else (low, high), named_high == high
    found = tuple(float(number) for number in _PLAIN.findall(text))
    if len(found) > 1:
        return _several(text, found)
    return found, bool(found)


def _several(text: str, found: tuple[float, ...]) -> tuple[tuple[float, ...], bool]:
    current = _CURRENT.search(text)
    if current and len(found) == _PAIR:
        return (float(current.group(1)),), True
    if len(set(found)) == 1:
        return found[:1], True
    if len(found) == _PAIR and min(found) >= _LOWEST_PRESSURE and found[0] > found[1]:
        return found, True
    return found[:_PAIR], False


def _unit(text: str) -> str:
    return next((unit for unit, pattern in _UNITS.items() if pattern.search(text)), "")
