"""The menu below the talk in WeChat: what is published, and what a click on it says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

# shows the question that waits, or when the next round is
FOLLOW_UP: Final = "follow_up"


def said_by(key: str) -> str:
    """Return the words a click stands for; empty for a key that says nothing."""
    words: Mapping[str, str] = _file()["says"]
    return words.get(key, "")


def menu_buttons(public_url: str) -> list[dict[str, Any]]:
    """Return the menu as WeChat takes it, with its links to our pages."""
    return [_filled(button, public_url.rstrip("/")) for button in _file()["button"]]


def _filled(button: Mapping[str, Any], public_url: str) -> dict[str, Any]:
    filled = dict(button)
    if "url" in filled:
        filled["url"] = filled["url"].format(public_url=public_url)
    if "sub_button" in filled:
        filled["sub_button"] = [_filled(below, public_url) for below in filled["sub_button"]]
    return filled


@cache
def _file() -> Mapping[str, Any]:
    file = Path(__file__).with_suffix(".toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
