"""Voices that were never learnt from: how many in despair and how many who threaten are heard.

`unheard_voices.toml` was written before the rules and messages that were to hear the like of it.
The floors lie a little below what was measured; to learn from these voices would make them
worthless.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Final

import pytest

from benchmarks.train import DEVELOPMENT
from dialogs.tagging.alarms import alarms_in
from dialogs.tagging.complaint import tag
from dialogs.tagging.corpus import shipped_corpus
from dialogs.tagging.red_flag import Danger
from dialogs.tagging.tags import UrgentType

VOICES: Final[dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("unheard_voices.toml").read_text("utf-8")
)
HEARD_AT_LEAST: Final = {"despair": 0.72, "threats": 0.64}
ALARMED_AT_MOST: Final = 0.24  # of what only looks like a danger, and was written to do so


def _now(danger: Danger) -> bool:
    return danger.level == "L1" and not danger.check


def _alarms(text: str) -> bool:
    """Tell whether somebody is called at once, by rules or weights."""
    return any(map(_now, alarms_in(text, tag(text).urgent_type)))


@pytest.mark.parametrize("name", HEARD_AT_LEAST)
def test_of_voices_never_learnt_from_no_fewer_are_heard_than_were_measured(name: str) -> None:
    heard = sum(map(_alarms, VOICES[name]))
    assert heard / len(VOICES[name]) >= HEARD_AT_LEAST[name]


def test_threats_are_called_violence_by_most_that_are_heard() -> None:
    kinds = [tag(text).urgent_type for text in VOICES["threats"]]
    heard = [kind for kind in kinds if kind]
    assert sum(UrgentType.VIOLENCE in kind for kind in heard) / len(heard) >= 0.9


def test_of_words_that_only_look_like_danger_no_more_alarm_than_were_measured() -> None:
    alarmed = sum(map(_alarms, VOICES["ordinary"]))
    assert alarmed / len(VOICES["ordinary"]) <= ALARMED_AT_MOST


def test_nothing_of_them_is_learnt() -> None:
    learnt = {row.text for row in shipped_corpus()}
    for path in DEVELOPMENT:
        lines = path.read_text("utf-8").splitlines()
        learnt |= {json.loads(line)["text"] for line in lines if line.strip()}
    assert not learnt & {text for texts in VOICES.values() for text in texts}
