"""The words of slips and booking cards, from slip.toml of a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def slip_words(language: str) -> Mapping[str, Any]:
    """Read them; those of the card stand in a table of their own, and those of a second code."""
    source = files("dialogs.catalog").joinpath(language, "slip.toml")
    return tomllib.loads(source.read_text("utf-8"))
