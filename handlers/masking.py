"""Names and numbers as they are shown before a record is opened (T16, PIPL 51)."""

from __future__ import annotations

from typing import Final

_HEAD: Final = 3
_TAIL: Final = 4
_SHORTEST: Final = _HEAD + _TAIL


def mask_name(name: str) -> str:
    """Keep the first character: 张*."""
    return f"{name[:1]}*" if name else ""


def mask_phone(number: str) -> str:
    """Keep three figures and four: 138****0000; a short number is hidden altogether."""
    if len(number) <= _SHORTEST:
        return "****" if number else ""
    return f"{number[:_HEAD]}****{number[-_TAIL:]}"
