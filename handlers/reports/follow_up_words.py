"""The words of the monthly report of follow-up, from follow_up_month.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

_FILE: Final = "follow_up_month.toml"


@cache
def month_words() -> Mapping[str, Mapping[str, str]]:
    """Return every table of words by its name."""
    text = files(__package__).joinpath(_FILE).read_text("utf-8")
    return tomllib.loads(text)


def say(key: str, /, **values: Any) -> str:
    """Fill a sentence."""
    return month_words()["words"][key].format(**values)
