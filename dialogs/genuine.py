"""Somebody asks whether it is really the hospital that writes (verification against fraud)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from dialogs.reading.normal import bare


def asks_if_genuine(text: str) -> bool:
    """Tell whether a whole message asks only that; more words than that belong to the talk."""
    return bare(text).rstrip("啊吧呢呀嘛") in _whole() or bare(text) in _whole()


@cache
def _whole() -> frozenset[str]:
    raw = tomllib.loads(files(__package__).joinpath("genuine.toml").read_text("utf-8"))
    return frozenset(bare(phrase) for phrase in raw["whole"])
