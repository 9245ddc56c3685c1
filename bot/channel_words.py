"""How a channel is doing, in words: for the command at the terminal and the page of the staff."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from dialogs.timing.spans import local
from handlers.channel_states import BROKEN_AFTER
from models.channel import ChannelState


@cache
def channel_words() -> Mapping[str, Mapping[str, str]]:
    """Read the words, by their part."""
    file = Path(__file__).with_name("channels.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def at_text(instant: datetime | None) -> str:
    """Write a moment as 11-22 09:30, or that there was none."""
    return f"{local(instant):%m-%d %H:%M}" if instant else channel_words()["words"]["none"]


def state_text(state: ChannelState | None, now: datetime) -> str:
    """Say how a channel is doing: never used, running, paused, or shaky."""
    words = channel_words()["state"]
    if state is None:
        return words["never"]
    if state.paused_until is not None and state.paused_until > now:
        return words["paused"].format(until=at_text(state.paused_until))
    if state.failures >= BROKEN_AFTER:
        return words["shaky"].format(failures=state.failures)
    return words["running"]


def is_well(state: ChannelState | None, now: datetime) -> bool:
    """Tell whether messages go out by it as they should."""
    if state is None:
        return True
    return state.failures < BROKEN_AFTER and not (state.paused_until and state.paused_until > now)


def fact_text(fact: Mapping[str, Any]) -> str:
    """Say one of the facts the provider told of the account."""
    names, values = channel_words()["facts"], channel_words()["values"]
    name, value = str(fact["name"]), str(fact["value"])
    return f"{names.get(name, name)}: {values.get(value, value)}"
