"""How the carriers count and cut a text: UTF-16 units, 70 in one SMS, 67 in each of several."""

from __future__ import annotations

from dialogs.wording import OF_SEVERAL, ONE_SEGMENT, length

__all__ = ["length", "parts", "signed", "storable"]


def signed(signature: str, text: str) -> str:
    """Put the signature before a text, as the carriers do; without one it stands alone."""
    return f"【{signature}】{text}" if signature else text


def parts(text: str) -> list[str]:
    """Cut a text, signature and all, into what each SMS carries (R234).

    A character outside the basic plane takes two units and is never cut in two, so that a part
    may have 66 units.
    """
    if length(text) <= ONE_SEGMENT:
        return [text]
    cut: list[str] = []
    room = 0
    for character in text:
        units = length(character)
        if units > room:
            cut.append("")
            room = OF_SEVERAL
        cut[-1] += character
        room -= units
    return cut


def storable(text: str) -> bool:
    """Tell whether a text can be sent at all: half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
