"""Names as they are written: rare characters kept, dots and stray spaces put right."""

import re

from bot.intake.words import folded, words

MIDDLE_DOT = "\u00b7"
_DOTS = re.compile(r"\s*[·•‧∙⋅・･．.]\s*")
_LATIN = re.compile(r"[A-Za-z]")
_LOST = re.compile(r"[\ufffd?？□■]")
_UNNAMED = words("unnamed")


def tidy_name(text: str) -> str:
    """Return a name without inner spaces, its dot as U+00B7; Latin names keep their spaces."""
    if _LATIN.search(text):
        return text
    return re.sub(r"\s+", "", _DOTS.sub(MIDDLE_DOT, text)).strip(MIDDLE_DOT)


def is_unnamed(name: str) -> bool:
    """Tell whether a name stands for an unknown person."""
    return any(folded(name).startswith(word) for word in _UNNAMED)


def has_lost_characters(name: str) -> bool:
    """Tell whether a system could not write a character of the name."""
    return _LOST.search(name) is not None
