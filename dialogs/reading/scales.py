"""A five-point satisfaction answer in figures, stars or words; 5 is best."""

from __future__ import annotations

import re

from dialogs.reading import numerals, wording
from dialogs.reading.marks import load_marker
from dialogs.reading.normal import bare, normalise
from dialogs.reading.numbers import in_figures

_WORDS = wording.load(__file__, "scales.toml")
_WHOLE = {bare(word): int(score) for score, words in _WORDS["whole"].items() for word in words}
_SEARCH = [(re.compile(pattern), int(score)) for score, pattern in _WORDS["search"].items()]
_GRAMMAR = {name: re.compile(pattern) for name, pattern in _WORDS["grammar"].items()}
_THANKS = re.compile(_WORDS["grammar"]["thanks"])
_STARS = re.compile("[⭐★🌟]")
_FACES = [(re.compile(pattern), score) for pattern, score in _WORDS["faces"].items()]
_MOST = 5
_MIDDLE, _PAIR = 3, 2
_LONGEST = 60  # characters; a longer message is an opinion that a person reads
_DIGIT = re.compile(r"\d")
_CLAUSES = re.compile(r"[,。;!?~\n]+")
_MARKER = load_marker(__file__, "scales.toml")
_WHOLE_VIEW = re.compile(_WORDS["grammar"]["on_the_whole"])
_PLACES = [(re.compile(pattern), point) for pattern, point in _WORDS["place"].items()]


def read_scale(text: str) -> int | None:
    """Return 1 to 5, or None when the score is not certain (two scores, out of range, irony)."""
    plain = settled(normalise(text))
    whole = _WHOLE.get(bare(plain)) or _WHOLE.get(bare(_THANKS.sub("", plain)))
    if whole:
        return whole
    for pattern, score in _SEARCH:
        if pattern.search(plain):
            return score
    figure = _stars(plain) or _figure(in_figures(plain))
    if figure or _DIGIT.search(_GRAMMAR["counts"].sub("", in_figures(plain))):
        return figure
    return _words(plain.lower())


def read_figure(text: str) -> int | None:
    """Return the point named by a figure alone, 1 to 5, for a scale that may count either way."""
    plain = in_figures(settled(normalise(text)))
    placed = (int(point) for pattern, point in _PLACES if pattern.fullmatch(bare(plain)))
    return _figure(plain) or next(placed, None)


def settled(plain: str) -> str:
    """Leave out the points that a normalised message takes back: 3,不对,4."""
    figures = numerals.RUN.sub(_arabic, plain)
    kept = _GRAMMAR["before"].sub(" ", _GRAMMAR["taken_back"].sub("", figures))
    return plain if kept == figures else kept


def _words(plain: str) -> int | None:
    """Weigh praise and blame; both in one message leave it open, the whole outweighs its parts."""
    clauses = [clause for clause in _CLAUSES.split(plain) if clause]
    on_the_whole = [clause for clause in clauses if _WHOLE_VIEW.search(clause)]
    scores = [
        int(mark.sign) for clause in on_the_whole or clauses for mark in _MARKER.mark(clause).marks
    ]
    if not scores or (min(scores) < _MIDDLE < max(scores)) or len(plain) > _LONGEST:
        return None
    if _MIDDLE in scores and len(set(scores)) > 1:
        return None if len(scores) > _PAIR else scores[-1]
    return max(scores) if min(scores) >= _MIDDLE else min(scores)


def _stars(plain: str) -> int | None:
    """Count stars; a face or a hand is praise or blame however often it is sent."""
    if any(char.isalnum() for char in plain):
        return None
    if count := len(_STARS.findall(plain)):
        return count if count <= _MOST else None
    scores = {score for pattern, score in _FACES if pattern.search(plain)}
    return scores.pop() if len(scores) == 1 else None


def _figure(plain: str) -> int | None:
    less = _GRAMMAR["deducted"].search(plain)
    plain = _GRAMMAR["aside"].sub(" ", plain)
    if _GRAMMAR["mixed"].search(plain):
        return None
    for name in ("latest", "marked", "leading", "alone"):
        scores = {score for groups in _GRAMMAR[name].findall(plain) for score in groups if score}
        if len(scores) == 1:
            return int(scores.pop())
        if scores:
            return None
    return _MOST - int(less[1]) if less and not _DIGIT.search(plain) else None


def _arabic(run: re.Match[str]) -> str:
    number = numerals.value(run.group())
    return run.group() if number is None else str(number)
