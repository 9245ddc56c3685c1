"""Somebody asks who writes, and whether it is really the hospital (verification against fraud)."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Final

from dialogs.reading.normal import bare, normalise

_CLAUSE: Final = re.compile(r"[,。;!?\s]+")


def asks_if_genuine(text: str) -> bool:
    """Tell whether a whole message asks only that, or who we are; more words belong to the talk."""
    clauses = [bare(clause) for clause in _CLAUSE.split(normalise(text)) if bare(clause)]
    return bool(clauses) and all(map(_asks, clauses))


def _asks(said: str) -> bool:
    return said in _whole() or said.rstrip("啊吧呢呀嘛") in _whole()


@cache
def _whole() -> frozenset[str]:
    raw = tomllib.loads(files(__package__).joinpath("genuine.toml").read_text("utf-8"))
    return frozenset(bare(phrase) for phrase in raw["whole"])
