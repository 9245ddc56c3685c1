"""A hospital's own words and what each stands for; read from its text, line by line.

A line is a word and one or more tags: `夜猫子诊室 waiting medium`. Tags are the categories, `low`,
`medium`, `high`, `clinical`, `self_harm`, `violence`, `dispute_risk` and `praise`. `#` opens a
comment. A line that would fire on ordinary messages is refused, the others hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dialogs.reading.normal import normalise
from dialogs.tagging.tags import Category, Severity, UrgentType

SHORTEST: Final = 2
MOST_ORDINARY: Final = 0.01
_SHOWN: Final = 3
_PRAISE: Final = "praise"
_DISPUTE: Final = "dispute_risk"
_KNOWN: Final = frozenset(
    {
        *(category.value for category in Category),
        *(weight.value for weight in Severity if weight is not Severity.NONE),
        *(kind.value for kind in UrgentType),
        _PRAISE,
        _DISPUTE,
    }
)


@dataclass(frozen=True, slots=True)
class OwnWord:
    """A word in the one spelling texts are compared in, and its tags."""

    word: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class LineFault:
    """Why a line does not hold: its number, a code, what about, and ordinary messages it hits.

    Codes: `no_tag`, `unknown_tag`, `too_short`, `twice`, `too_common`.
    """

    line: int
    code: str
    about: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnLexicon:
    """The words that hold, and the lines that do not."""

    words: tuple[OwnWord, ...] = ()
    faults: tuple[LineFault, ...] = ()

    def find(self, text: str) -> Iterator[tuple[OwnWord, int, int]]:
        """Yield every word of the hospital in a normalised, lower-case text."""
        for own in self.words:
            start = text.find(own.word)
            if start >= 0:
                yield own, start, start + len(own.word)


NO_WORDS: Final = OwnLexicon()


def read_own_words(text: str, ordinary: Sequence[str]) -> OwnLexicon:
    """Read a hospital's file; `ordinary` are messages that must not be tagged by its words."""
    plain = [normalise(message).lower() for message in ordinary]
    held: dict[str, OwnWord] = {}
    faults: list[LineFault] = []
    for number, line in _lines(text):
        word, *tags = line.split()
        own = OwnWord(normalise(word).lower(), frozenset(tag.lower() for tag in tags))
        fault = _fault(number, own, held, ordinary, plain)
        if fault:
            faults.append(fault)
        else:
            held[own.word] = own
    return OwnLexicon(tuple(held.values()), tuple(faults))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        said = line.split("#", 1)[0].strip()
        if said:
            yield number, said


def _fault(
    number: int,
    own: OwnWord,
    held: Iterable[str],
    ordinary: Sequence[str],
    plain: Sequence[str],
) -> LineFault | None:
    unknown = sorted(own.tags - _KNOWN)
    if not own.tags:
        return LineFault(number, "no_tag", own.word)
    if unknown:
        return LineFault(number, "unknown_tag", ", ".join(unknown))
    if len(own.word) < SHORTEST:
        return LineFault(number, "too_short", own.word)
    if own.word in held:
        return LineFault(number, "twice", own.word)
    hit = [said for said, message in zip(ordinary, plain, strict=True) if own.word in message]
    if len(hit) > MOST_ORDINARY * len(ordinary):
        return LineFault(number, "too_common", own.word, tuple(hit[:_SHOWN]))
    return None
