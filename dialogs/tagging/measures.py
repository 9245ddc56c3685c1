"""Figures that are a danger by themselves: glucose, temperature, blood pressure, pulse, oxygen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from dialogs.reading.normal import Traced
from dialogs.reading.numbers import traced_in_figures
from dialogs.tagging import scope
from dialogs.tagging.lexicon import lexicon
from dialogs.tagging.red_flag import CHEMO_TAGS, Danger

_NOW, _TODAY = ("L1", "M-RF1"), ("L2", "M-RF2")
_LONGEST_WORDS = 60


def dangerous_figures(traced: Traced, *, tags: frozenset[str], asked: str) -> Iterator[Danger]:
    """Find every dangerous figure in a normalised text."""
    if not (asked or tags or _relevant().search(traced.text)):
        return
    figured = traced_in_figures(traced)
    yield from _glucose(figured)
    yield from _low_in_words(traced)
    yield from _low_now(traced, asked)
    yield from _meter(traced, asked)
    yield from _temperature(figured, tags)
    yield from _pressure(figured)
    yield from _vitals(figured)


def tells_of_chemotherapy(text: str) -> bool:
    """Say whether the writer speaks of chemotherapy or a low count: RC15 holds without the tag."""
    return bool(_pattern("temperature", "frail").search(text))


def _glucose(traced: Traced) -> Iterator[Danger]:
    limits = _limits("glucose")
    for found in _pattern("glucose", "value").finditer(traced.text):
        value = float(found.group("value"))
        if value <= limits["lowest_sound"]:
            yield _danger(traced, found, ("L1", "M-HYPO"), "hypo", "RC16")
        elif value >= limits["highest_sound"]:
            trouble = _pattern("glucose", "high_trouble").search(traced.text)
            yield _danger(traced, found, _NOW if trouble else _TODAY, "glucose", "RC2")


def _low_in_words(traced: Traced) -> Iterator[Danger]:
    for found in _pattern("glucose", "low_word").finditer(traced.text):
        place = traced.text, found.start(), found.end()
        if scope.denied(traced.text, found.start()) or scope.of_a_stranger(*place):
            continue
        if scope.supposed(*place):
            yield _danger(traced, found, ("Q", ""), "hypo", "RC16", check=True)
        elif scope.past(*place) or scope.gone(traced.text, found.end()):
            yield _danger(traced, found, ("L2", ""), "hypo", "RC16", check=True)
        else:
            ill = _pattern("glucose", "symptom").search(traced.text)
            yield _danger(traced, found, ("L1", "M-HYPO") if ill else _TODAY, "hypo", "RC16")


def _low_now(traced: Traced, asked: str) -> Iterator[Danger]:
    found = _pattern("hypo", "now").search(traced.text)
    if asked in _limits("hypo")["questions"] and found:
        yield _danger(traced, found, ("L1", "M-HYPO"), "hypo", "RC16")


def _meter(traced: Traced, asked: str) -> Iterator[Danger]:
    asked_now = asked in _limits("glucose")["questions"]
    for name, urgency, kind in (("lo", ("L1", "M-HYPO"), "hypo"), ("hi", _NOW, "glucose")):
        found = _pattern("glucose", f"meter_{name}").search(traced.text)
        if not found and asked_now:
            found = _pattern("glucose", f"bare_{name}").fullmatch(traced.text.strip())
        if found:
            yield _danger(traced, found, urgency, kind, "RC16")


def _temperature(traced: Traced, tags: frozenset[str]) -> Iterator[Danger]:
    limits, frail = _limits("temperature"), bool(tags & CHEMO_TAGS)
    if _pattern("temperature", "weather").search(traced.text):
        return
    names = ("value", "alone") if frail else ("value",)
    for found in (
        hit for name in names for hit in _pattern("temperature", name).finditer(traced.text)
    ):
        value = float(next(group for group in found.groups() if group))
        if value < limits["fever"] or _pattern("temperature", "below").search(
            traced.text[: found.start()]
        ):
            continue
        if frail:
            yield _danger(traced, found, _NOW, "fever", "RC15")
        else:
            urgency = _NOW if value >= limits["dangerous"] else _TODAY
            yield _danger(traced, found, urgency, "fever", "lexicon")


def _pressure(traced: Traced) -> Iterator[Danger]:
    limits = _limits("pressure")
    for found in _pattern("pressure", "value").finditer(traced.text):
        high, low = int(found.group("high") or 0), int(found.group("low") or 0)
        if high >= limits["highest_sound"] or low >= limits["low_highest_sound"]:
            ill = _pattern("pressure", "trouble").search(traced.text)
            yield _danger(
                traced, found, _NOW if ill else _TODAY, "pressure", "RC3" if ill else "RC4"
            )
        elif 0 < high < limits["lowest_sound"]:
            urgency = _NOW if high < limits["shock"] else _TODAY
            yield _danger(traced, found, urgency, "pressure", "lexicon")


def _vitals(traced: Traced) -> Iterator[Danger]:
    for name, kind in (("oxygen", "breath"), ("pulse", "heart")):
        limits = _limits(name)
        for found in _pattern(name, "value").finditer(traced.text):
            value = int(found.group("value"))
            if not limits["lowest_sound"] < value < limits["highest_sound"]:
                yield _danger(traced, found, _NOW, kind, "lexicon")


def _danger(
    traced: Traced,
    found: re.Match[str],
    urgency: tuple[str, str],
    kind: str,
    rule: str,
    *,
    check: bool = False,
) -> Danger:
    words = traced.original(found.start(), found.end())[:_LONGEST_WORDS]
    return Danger(urgency[0], kind, urgency[1], words, check, rule)


def _limits(measure: str) -> dict[str, Any]:
    limits: dict[str, Any] = lexicon().measures[measure]
    return limits


@cache
def _relevant() -> re.Pattern[str]:
    return re.compile(lexicon().measures["relevant"], re.IGNORECASE)


@cache
def _pattern(measure: str, name: str) -> re.Pattern[str]:
    return re.compile(lexicon().measures[measure][name], re.IGNORECASE)
