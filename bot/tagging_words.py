"""The sentences of the tag, weights and lexicon commands, from their catalog."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


def tell(name: str, **values: Any) -> str:
    """Return a sentence with its values filled in."""
    return str(sentences()[name]).format(**values)


@cache
def sentences() -> dict[str, Any]:
    """Return the whole catalog: sentences, and the headers a list may have."""
    return tomllib.loads(Path(__file__).with_name("tagging.toml").read_text("utf-8"))
