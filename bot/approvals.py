"""Who of the hospital signed which version of which questionnaire (R064)."""

from __future__ import annotations

import tomllib
from pathlib import Path


class BadApprovals(ValueError):
    """The approvals file cannot be used; the message says where."""


def read_approvals(path: Path) -> frozenset[str]:
    """Read tables `[fu-d3]` with `version`, `by` and `on` as `fu-d3@1`; no file, no approval."""
    if not path.exists():
        return frozenset()
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadApprovals(f"{path.name}: {fault}") from fault
    return frozenset(_signed(path, form, entry) for form, entry in raw.items())


def _signed(path: Path, form: str, entry: object) -> str:
    if not isinstance(entry, dict) or not all(entry.get(key) for key in ("version", "by", "on")):
        raise BadApprovals(f"{path.name}: {form}: version, by and on are needed")
    return f"{form}@{entry['version']}"
