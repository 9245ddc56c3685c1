"""A five-point satisfaction answer in figures, stars or words; 5 is best."""

from __future__ import annotations

import re

from dialogs.reading import numerals, wording
from dialogs.reading.normal import bare, normalise
from dialogs.reading.numbers import in_figures

_WORDS = wording.load(__file__, "scales.toml")
_WHOLE = {bare(word): int(score) for score, words in _WORDS["whole"].items() for word in words}
_SEARCH = [(re.compile(pattern), int(score)) for score, pattern in _WORDS["search"].items()]
_GRAMMAR = {name: re.compile(pattern) for name, pattern in _WORDS["grammar"].items()}
_THANKS = re.compile(_WORDS["grammar"]["thanks"])
_STARS = re.compile("[⭐★🌟]")
_THUMBS = re.compile("👍")
_MOST = 5


def read_scale(text: str) -> int | None:
    """Return 1 to 5, or None when the score is not certain (two scores, out of range, irony)."""
    plain = normalise(text)
    whole = _WHOLE.get(bare(plain)) or _WHOLE.get(bare(_THANKS.sub("", plain)))
    if whole:
        return whole
    for pattern, score in _SEARCH:
        if pattern.search(plain):
            return score
    return _stars(plain) or _figure(numerals.RUN.sub(_arabic, plain))


def read_figure(text: str) -> int | None:
    """Return the point named by a figure alone, 1 to 5, for a scale that may count either way."""
    return _figure(in_figures(normalise(text)))


def _stars(plain: str) -> int | None:
    count = len(_STARS.findall(plain)) or len(_THUMBS.findall(plain))
    return count if 1 <= count <= _MOST and not any(char.isalnum() for char in plain) else None


def _figure(plain: str) -> int | None:
    if _GRAMMAR["mixed"].search(plain):
        return None
    for name in ("latest", "marked", "leading"):
        scores = {score for groups in _GRAMMAR[name].findall(plain) for score in groups if score}
        if len(scores) == 1:
            return int(scores.pop())
        if scores:
            return None
    return None


def _arabic(run: re.Match[str]) -> str:
    number = numerals.value(run.group())
    return run.group() if number is None else str(number)
