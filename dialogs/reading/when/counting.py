"""Small numbers in dates and times: 三, 廿三, 十七八 (17 or 18), 一五 (15), 半."""

from __future__ import annotations

from dialogs.reading import numerals, wording

_WORDS = wording.load(__file__, "counting.toml")
_SCORES: dict[str, str] = _WORDS["scores"]
_PAIRS = frozenset(_WORDS["pairs"])
_TENS = frozenset(_WORDS["tens"])


def count(run: str) -> int | None:
    """Return the value of figures or numerals; None if they are no number."""
    if run.isascii():
        return int(run) if run.isdigit() else None
    for word, tens in _SCORES.items():
        run = run.replace(word, tens)
    return numerals.value(run) if numerals.RUN.fullmatch(run) else None


def counts(run: str) -> tuple[int, int] | None:
    """Return the one number twice, or the two neighbours of 三四 and 十七八; None if no number."""
    if not run.isascii() and run[-2:] in _PAIRS and (len(run) == len("三四") or run[:-2] in _TENS):
        tens = count(run[:-2]) or 0 if run[:-2] else 0
        return tens + (count(run[-2]) or 0), tens + (count(run[-1]) or 0)
    value = count(run)
    return None if value is None else (value, value)


def amount(run: str) -> tuple[float, float] | None:
    """Return the number of days or weeks: 半 is a half, 两三 is two to three."""
    if run in _WORDS["halves"]:
        return 0.5, 0.5
    if run.replace(".", "", 1).isdigit():
        return float(run), float(run)
    return counts(run)
