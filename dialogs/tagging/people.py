"""Whom and which place a writer names: staff by name, a role, a department, as written."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from dialogs.reading import wording
from dialogs.tagging.message import Message

_FILE = "people.toml"


def named_staff(message: Message) -> tuple[str, ...]:
    """Return the staff named (护士小王, 杜医生), each once, in the writer's own spelling."""
    spans = (hit.span() for hit in _pattern("named").finditer(message.text))
    return tuple(dict.fromkeys(message.own_words(*span) for span in spans))


def staff_role(message: Message) -> str:
    """Return the first role that is named (护士长, 保安), or nothing."""
    return _first(message, "role")


def department(message: Message) -> str:
    """Return the department or place that is named, the most telling one, or nothing."""
    found = [hit.span() for hit in _pattern("department").finditer(message.text)]
    telling = [span for span in found if not _is_vague(message.text[span[0] : span[1]])]
    span = next(iter(telling or found), (0, 0))
    return message.own_words(*span)


def _first(message: Message, name: str) -> str:
    hit = _pattern(name).search(message.text)
    return message.own_words(*hit.span()) if hit else ""


def _is_vague(words: str) -> bool:
    return re.match(_lists()["department"]["vague"], words) is not None


@cache
def _lists() -> dict[str, Any]:
    return wording.load(__file__, _FILE)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    lists = _lists()
    return wording.alternatives(lists[name]["patterns"], lists["words"])
