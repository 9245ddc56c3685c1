"""Dates and times in patients' and relatives' words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.reading.when import When, hear, read_when
from tests.dialogs.calendars import official

SCENES = tomllib.loads(Path(__file__).with_name("when_phrases.toml").read_text("utf-8"))["scene"]
NOW = datetime(2026, 11, 24, 9, 30)  # noqa: DTZ001 - wall clock is what is given here
VISIT = datetime(2026, 11, 27, 9, 0)  # noqa: DTZ001


def _phrases() -> Iterator[tuple[str, datetime, datetime | None, str]]:
    for scene in SCENES:
        for text, expected in scene["phrases"].items():
            yield text, scene["now"], scene.get("appointment"), expected


def _written(wishes: tuple[When, ...]) -> str:
    return " | ".join(_one(wish, with_refusals=not place) for place, wish in enumerate(wishes))


def _one(when: When, *, with_refusals: bool) -> str:
    parts = [
        "..".join(str(day) for day in (when.date, when.date_end) if day),
        "..".join(f"{moment:%H:%M}" for moment in (when.time, when.time_end) if moment),
        when.period,
        when.mod,
        *(f"!{day}" for day in when.exclude if with_refusals),
    ]
    return " ".join(part for part in parts if part)


@pytest.mark.parametrize(("text", "now", "appointment", "expected"), _phrases())
def test_a_wish_is_read_as_it_was_meant(
    text: str, now: datetime, appointment: datetime | None, expected: str
) -> None:
    assert _written(read_when(text, now, appointment=appointment)) == expected
