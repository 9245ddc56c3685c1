"""Yes or no to a question, its own polarity included: 没吃药吗? 吃了 is a no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from dialogs.reading import wording
from dialogs.reading.normal import bare, normalise

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "yes_no.toml")
_GRAMMAR: Final = {
    name: re.compile(wording.expand(pattern, _WORDS["words"]))
    for name, pattern in _WORDS["grammar"].items()
}
_LONGEST: Final = 60  # characters; what is longer tells a story that a person reads
_REACH: Final = 8  # characters before a word in which its negator stands
_SHORTEST_ECHO: Final = 2


@dataclass(frozen=True, slots=True)
class _State:
    """A matter with two poles: fever is there or not, drugs are taken or not."""

    asked: re.Pattern[str]
    there: re.Pattern[str]
    gone: re.Pattern[str]
    reversed: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Question:
    """What a question asserts: its states with the pole it names, its words, its polarity."""

    states: tuple[tuple[_State, bool], ...]
    echo: tuple[str, ...]
    negative: bool


def read_yes_no(text: str, question: str) -> bool | None:
    """Return whether what the question says is so; None when the reply leaves it open."""
    plain = normalise(text).lower()
    if not bare(plain) and not _GRAMMAR["sign_yes"].search(plain + text):
        return None if not _GRAMMAR["sign_no"].search(plain + text) else False
    if len(plain) > _LONGEST or _GRAMMAR["open"].search(plain):
        return None
    asked = _question(normalise(question).lower())
    return _agreed(plain, asked) if asked.negative else _answered(plain, asked)


def _answered(plain: str, asked: _Question) -> bool | None:
    for read in (_outright, _by_state, _by_echo, _leading, _loose):
        answer = read(plain, asked)
        if answer is not None:
            return answer
    return None


def _agreed(plain: str, asked: _Question) -> bool | None:
    """Answer a negative question: 是 and 没有 both agree with it, the bare verb does not."""
    if _GRAMMAR["agrees"].match(plain):
        return True
    if _GRAMMAR["disagrees"].match(plain):
        return False
    there = _answered(plain, asked)
    return None if there is None else not there


def _outright(plain: str, asked: _Question) -> bool | None:
    whole = bare(plain)
    if whole in _wholes()["yes"] or _GRAMMAR["sign_yes"].fullmatch(plain.strip()):
        return True
    if whole in _wholes()["no"] or _GRAMMAR["sign_no"].fullmatch(plain.strip()):
        return False
    return None


def _by_state(plain: str, asked: _Question) -> bool | None:
    for state, pole in asked.states:
        there = _pole(plain, state)
        if there is not None:
            return there == pole
    return None


def _pole(plain: str, state: _State) -> bool | None:
    """Return which pole the reply names; the last word about the matter counts."""
    said: list[tuple[int, bool]] = [(found.end(), False) for found in state.gone.finditer(plain)]
    covered = [found.span() for found in state.gone.finditer(plain)]
    for found in state.there.finditer(plain):
        if any(start <= found.start() < end for start, end in covered):
            continue
        said.append((found.end(), not _denied(plain, found.start())))
    return max(said)[1] if said else None


def _by_echo(plain: str, asked: _Question) -> bool | None:
    """Look for the question's own words in the reply: 会疼, 没有渗液."""
    for word in asked.echo:
        place = plain.rfind(word)
        if place >= 0:
            return not _denied(plain, place)
    return None


def _denied(plain: str, place: int) -> bool:
    before = plain[max(0, place - _REACH) : place]
    return bool(_GRAMMAR["negator"].search(before)) and not _GRAMMAR["doubled"].search(before)


def _leading(plain: str, asked: _Question) -> bool | None:
    opening = _GRAMMAR["opening"].sub("", plain)
    for answer, name in ((False, "begins_no"), (True, "begins_yes")):
        if _GRAMMAR[name].match(opening):
            return answer
    return None


def _loose(plain: str, asked: _Question) -> bool | None:
    if _GRAMMAR["any_no"].search(plain):
        return False
    return True if _GRAMMAR["any_yes"].search(plain) else None


@lru_cache(maxsize=256)
def _question(plain: str) -> _Question:
    said = _GRAMMAR["either_or"].sub("", plain)
    states = tuple(
        (state, not state.reversed.search(plain)) for state in _states() if state.asked.search(plain)
    )
    negative = bool(_GRAMMAR["asked_negatively"].search(said)) and not any(
        not pole for _, pole in states
    )
    core = _GRAMMAR["asking_words"].sub(" ", said)
    words = sorted(set(core.split()), key=len, reverse=True)
    return _Question(states, tuple(_echoes(words)), negative)


def _echoes(words: list[str]) -> list[str]:
    """Return the question's content words and their halves of two characters, longest first."""
    halves = [word[start : start + 2] for word in words for start in range(len(word) - 1)]
    return [word for word in dict.fromkeys([*words, *halves]) if len(word) >= _SHORTEST_ECHO]


@lru_cache(maxsize=1)
def _states() -> tuple[_State, ...]:
    words = _WORDS["words"]
    return tuple(
        _State(*(wording.alternatives(entry[pole], words) for pole in _POLES))
        for entry in _WORDS["state"]
    )


_POLES: Final = ("asked", "there", "gone", "reversed")


@lru_cache(maxsize=1)
def _wholes() -> dict[str, frozenset[str]]:
    return {key: frozenset(map(bare, words)) for key, words in _WORDS["whole"].items()}
