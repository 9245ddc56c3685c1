"""Emergencies of every ward in the words of those at home, and what only sounds like one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from dialogs.tagging.danger import find_danger
from dialogs.tagging.urgency import urgent_kinds

PHRASES = tomllib.loads(Path(__file__).with_name("ward_phrases.toml").read_text("utf-8"))
URGENT = [(ward, text) for ward, texts in PHRASES["urgent"].items() for text in texts]


@pytest.mark.parametrize(("ward", "text"), URGENT)
def test_an_emergency_told_in_plain_words_alarms(ward: str, text: str) -> None:
    """By the rules alone: an alert does not wait for what the weights make of the words."""
    assert urgent_kinds(find_danger(text)), ward


@pytest.mark.parametrize("text", PHRASES["calm"]["look_alikes"])
def test_a_question_in_general_or_a_tale_of_the_past_alarms_nobody(text: str) -> None:
    """A disease asked about, long ago, somebody else's, or a symptom that is not there."""
    assert not urgent_kinds(find_danger(text))
