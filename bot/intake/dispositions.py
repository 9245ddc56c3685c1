"""How a stay ended: codes and words of 离院方式 and 转归."""

from enum import StrEnum

from bot.intake.words import folded, meanings, words


class Disposition(StrEnum):
    """离院方式 of the inpatient front page (R055)."""

    DISCHARGED = "1"
    TRANSFERRED = "2"
    COMMUNITY = "3"
    AGAINST_ADVICE = "4"
    DIED = "5"
    OTHER = "9"


_MEANINGS = meanings("disposition")
_DIED = words("died")
_NOT_DIED = words("not_died")


def says_died(text: str) -> bool:
    """Tell whether a text says that the patient died; stillbirths and risks do not count."""
    word = folded(text)
    if not any(death in word for death in _DIED):
        return False
    for other in _NOT_DIED:
        word = word.replace(other, "")
    return any(death in word for death in _DIED)


def parse_disposition(text: str) -> Disposition | None:
    """Read a code, a word, or both as in "4 非医嘱离院"."""
    if says_died(text):
        return Disposition.DIED
    word = folded(text).removesuffix(".0")
    code = _MEANINGS.get(word) or _MEANINGS.get(word.lstrip("0123456789.、-:"))
    return Disposition(code) if code else None
