"""Loads a word list written in TOML beside its module and turns it into patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

_REFERENCE = re.compile(r"\{([a-z_]+)\}")


def load(module_file: str, name: str) -> dict[str, Any]:
    """Read the TOML file `name` that stands beside the module `module_file`."""
    return tomllib.loads(Path(module_file).with_name(name).read_text("utf-8"))


def expand(pattern: str, words: Mapping[str, str]) -> str:
    """Replace every `{name}` by its group of words, nested groups too; KeyError if unknown."""
    while (found := _REFERENCE.search(pattern)) is not None:
        group = f"(?:{words[found.group(1)]})"
        pattern = pattern[: found.start()] + group + pattern[found.end() :]
    return pattern


def alternatives(
    patterns: Iterable[str], words: Mapping[str, str] | None = None
) -> re.Pattern[str]:
    """Compile one pattern out of many, for lower-cased text; an empty list never matches."""
    joined = "|".join(expand(pattern, words or {}) for pattern in patterns)
    return re.compile(joined or r"(?!)")
