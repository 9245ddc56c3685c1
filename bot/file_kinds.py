"""Which list a file of the watched folder is, told by its name."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, cast

from bot.import_lists import Kind


@cache
def _rules() -> dict[str, Any]:
    file = Path(__file__).with_name("file_kinds.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def kind_of(folder: str, name: str) -> Kind | None:
    """Tell by the folder a file lies in, else by its own name; None where neither says it."""
    return _named(folder) or _named(name)


def is_skipped(name: str) -> bool:
    """Tell whether a file is no list, or is still being written under a name of its own."""
    rules, folded = _rules()["skipped"], _folded(name)
    begins = folded.startswith(tuple(rules["prefixes"]))
    return begins or folded.endswith(tuple(rules["suffixes"])) or folded in rules["names"]


def place_of(kind: Kind | None) -> int:
    """Return the place of a list among those that came together; an unknown one is the last."""
    order: list[str] = _rules()["order"]["lists"]
    return order.index(kind) if kind in order else len(order)


def _named(name: str) -> Kind | None:
    folded = _folded(name)
    for rule in _rules()["kind"]:
        if any(word in folded for word in rule["words"]):
            return cast("Kind", rule["list"])
    return None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
