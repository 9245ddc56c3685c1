"""What a yes-no question asserts: the matters it names, which pole, its words, its polarity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from dialogs.reading import wording

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "yes_no.toml")
_GRAMMAR: Final = {
    name: re.compile(wording.expand(pattern, _WORDS["words"]))
    for name, pattern in _WORDS["question"].items()
}
_SHORTEST_ECHO: Final = 2


@dataclass(frozen=True, slots=True)
class State:
    """A matter with two poles: fever is there or gone, drugs are taken or not.

    `asked` finds it in a question, `reversed` the questions that name the pole "gone";
    `knowledge` is a matter of knowing, where 不知道 is an answer.
    """

    asked: re.Pattern[str]
    there: re.Pattern[str]
    gone: re.Pattern[str]
    reversed: re.Pattern[str]
    knowledge: bool


@dataclass(frozen=True, slots=True)
class Assertion:
    """A question taken to pieces; `states` go with True where it names the pole "there".

    `several` matters stand side by side (恶心、呕吐); a `deed` is something to be done, of which
    没做 is an answer, where elsewhere it tells that nobody looked.
    """

    states: tuple[tuple[State, bool], ...]
    echoes: tuple[str, ...]
    characters: str
    negative: bool
    always: bool
    several: bool
    deed: bool

    @property
    def knowledge(self) -> bool:
        """Tell whether the question asks what somebody knows."""
        return any(state.knowledge for state, _ in self.states)


@lru_cache(maxsize=256)
def assertion_of(question: str) -> Assertion:
    """Take a normalised, lower-case question to pieces."""
    said = _GRAMMAR["either_or"].sub("", question)
    named = _GRAMMAR["twice"].sub(r"\1", _GRAMMAR["whether"].sub("", question))
    words = _GRAMMAR["asking_words"].sub(" ", said).split()
    negative = _GRAMMAR["asked_negatively"].search(said)
    if negative:  # 没有头晕吧 names what is denied
        named = _GRAMMAR["negation"].sub("", negative.group())
    return Assertion(
        states=tuple((state, not state.reversed.search(named)) for state in _about(question)),
        echoes=_echoes(sorted(set(words), key=lambda word: (-len(word), word))),
        characters=_GRAMMAR["small"].sub("", "".join(words)),
        negative=negative is not None,
        always=bool(_GRAMMAR["always"].search(question)),
        several=bool(_GRAMMAR["several"].search(question)),
        deed=bool(_GRAMMAR["deed"].search(question)),
    )


def _echoes(words: list[str]) -> tuple[str, ...]:
    """Return the question's own words and their pairs of characters, longest first."""
    pairs = [word[start : start + 2] for word in words for start in range(len(word) - 1)]
    return tuple(word for word in dict.fromkeys([*words, *pairs]) if len(word) >= _SHORTEST_ECHO)


def _about(question: str) -> tuple[State, ...]:
    """Return the matters of a question; when it asks what somebody knows, only the knowing."""
    named = tuple(state for state in _states() if state.asked.search(question))
    return tuple(state for state in named if state.knowledge) or named


@cache
def _states() -> tuple[State, ...]:
    return tuple(map(_state, _WORDS["state"]))


def _state(entry: dict[str, Any]) -> State:
    def pattern(name: str) -> re.Pattern[str]:
        return wording.alternatives(entry[name], _WORDS["words"])

    return State(
        asked=pattern("asked"),
        there=pattern("there"),
        gone=pattern("gone"),
        reversed=pattern("reversed"),
        knowledge=bool(entry.get("knowledge")),
    )
