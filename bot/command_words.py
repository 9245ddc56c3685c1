"""The sentences the commands tell, from their catalog."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _all() -> dict[str, dict[str, str]]:
    file = Path(__file__).with_name("commands.toml")
    return dict(tomllib.loads(file.read_text(encoding="utf-8")))


def tell(command: str, sentence: str, /, **values: Any) -> str:
    """Return a sentence with its values filled in."""
    return _all()[command][sentence].format(**values)
