"""Whom of several patients a message speaks of: one phone often answers for a whole family."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from dialogs.actions import Reporter
from dialogs.reading import wording
from dialogs.reading.normal import normalise

CHILD: Final = 14
GROWN_UP: Final = 18
_A_PARENT, _A_GRANDPARENT, _AN_ELDER, _A_SPOUSE = 30, 45, 60, 20
_A_GENERATION, _APART = 14, 25
_NAME: Final = "name"
_ONE_OF_TWO: Final = ("spouse", "other")
_YOUNGEST: Final = {
    "parent": _A_PARENT,
    "grandparent": _A_GRANDPARENT,
    "elder": _AN_ELDER,
    "spouse": _A_SPOUSE,
}
_CHILDREN: Final = ("child", "grandchild")
_MALE_OR_FEMALE: Final = ("male", "female")
_SHORTEST_GIVEN_NAME: Final = 2


@dataclass(frozen=True, slots=True)
class Person:
    """A patient of the phone's; `own`: on file it answers for this patient as the patient."""

    key: str
    name: str
    age: int | None = None
    sex: str = ""
    own: bool = False

    @property
    def is_child(self) -> bool:
        """Tell whether the cards for children are for this patient."""
        return self.age is not None and self.age < CHILD


@dataclass(frozen=True, slots=True)
class Circle:
    """The patients a phone answers for; the open questions are about `current`.

    `by` says who answered them (self, family, or empty while nobody has said); `asking`: one of
    them waits for an answer now.
    """

    people: tuple[Person, ...]
    current: str = ""
    by: str = ""
    asking: bool = False

    @property
    def writer(self) -> str:
        """The patient who is writing, as far as somebody has said so."""
        return self.current if self.by == Reporter.SELF else ""


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom words are about: the patient to act on; `sure`: nobody need ask whether."""

    key: str
    sure: bool


@dataclass(frozen=True, slots=True)
class _Word:
    kind: str
    sex: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    kind: str
    sex: str = ""
    key: str = ""


def whom(text: str, signs: Sequence[str], circle: Circle) -> Meant:
    """Tell whom a message is about; `signs` are the words of it that say what is wrong.

    The person named last before the sign has it, else the first one named at all. Where the words
    fit nobody or several, it is the current patient, unsurely.
    """
    plain = normalise(text)
    at, end = _place(plain, signs)
    named = _named_at(_mentions(plain, circle.people), at, end)
    if named is None:
        return Meant(circle.current, sure=circle.asking and bool(circle.current))
    fitting = [person.key for person in circle.people if _fits(named, person, circle)]
    fitting = fitting or _grown_children(named, circle)
    if named.kind in _ONE_OF_TWO and circle.by == Reporter.FAMILY and circle.current in fitting:
        # who answers for somebody speaks of them, and not of others on the same phone
        fitting = [circle.current]
    if len(fitting) == 1:
        # I and my brother are somebody's only once it is known who writes
        return Meant(fitting[0], sure=bool(circle.writer) or named.kind not in ("self", "sibling"))
    return Meant(circle.current, sure=False)


def names_somebody(text: str, people: Iterable[Person]) -> bool:
    """Tell whether a message speaks of anybody at all."""
    return bool(_mentions(normalise(text), tuple(people)))


def _place(plain: str, signs: Sequence[str]) -> tuple[int, int]:
    """Return where the first sign stands; the whole message where it cannot be found."""
    for sign in signs:
        words = normalise(sign)
        if words and words != plain and (at := plain.find(words)) >= 0:
            return at, at + len(words)
    return 0, len(plain)


def _named_at(mentions: Sequence[_Mention], at: int, end: int) -> _Mention | None:
    """Of the people named choose who has the sign; he and she stand for somebody named."""
    telling = [mention for mention in mentions if mention.kind != "other"] or list(mentions)
    before = [mention for mention in telling if mention.start < at]
    within = [mention for mention in telling if at <= mention.start < end]
    return next(iter([*within[:1], *before[::-1], *telling]), None)


def _mentions(plain: str, people: tuple[Person, ...]) -> list[_Mention]:
    masked = _nobody().sub(lambda found: "_" * len(found.group()), plain)
    found: list[_Mention] = []
    for person in people:
        for name in _names(person):
            found += [_Mention(hit.start(), _NAME, key=person.key) for hit in _all(name, masked)]
            masked = masked.replace(name, "_" * len(name))
    for word in _words():
        found += [
            _Mention(hit.start(), word.kind, word.sex) for hit in word.pattern.finditer(masked)
        ]
        masked = word.pattern.sub(lambda hit: "_" * len(hit.group()), masked)
    return sorted(found, key=lambda mention: mention.start)


def _all(name: str, text: str) -> Iterable[re.Match[str]]:
    return re.finditer(re.escape(name), text)


def _names(person: Person) -> list[str]:
    """The whole name, and the given name where it has two characters: nobody else has it."""
    whole = normalise(person.name)
    given = whole[1:] if len(whole) > _SHORTEST_GIVEN_NAME else ""
    return [name for name in (whole, given) if len(name) >= _SHORTEST_GIVEN_NAME]


def _fits(named: _Mention, person: Person, circle: Circle) -> bool:
    if named.kind == _NAME:
        return named.key == person.key
    if named.kind == "self":
        return _may_be_writer(person, circle)
    if person.key == circle.writer or not _is_of_sex(named, person):
        return False
    if named.kind in _CHILDREN:
        return person.age is not None and person.age < GROWN_UP
    return _is_of_age(named, person, circle)


def _is_of_sex(named: _Mention, person: Person) -> bool:
    return not named.sex or person.sex not in _MALE_OR_FEMALE or person.sex == named.sex


def _may_be_writer(person: Person, circle: Circle) -> bool:
    """Tell who may say I: the patient who answers, else one whose own phone it is on file."""
    if circle.writer:
        return person.key == circle.writer
    grown = person.age is None or person.age >= GROWN_UP
    return person.own and grown and not (circle.by and person.key == circle.current)


def _is_of_age(named: _Mention, person: Person, circle: Circle) -> bool:
    """A wife is no mother of her husband, nor a grandchild his brother."""
    if person.age is None:
        return True
    least = _YOUNGEST.get(named.kind, 0)
    writer = next((p.age for p in circle.people if p.key == circle.writer), None)
    if writer is None:
        return person.age >= least
    if named.kind in ("parent", "grandparent"):
        return person.age >= writer + _A_GENERATION
    apart = abs(person.age - writer) if named.kind in ("spouse", "sibling") else 0
    return person.age >= least and apart <= _APART


def _grown_children(named: _Mention, circle: Circle) -> list[str]:
    """A son or a daughter may be sixty: whoever is not older than the writer, or than anybody."""
    if named.kind not in _CHILDREN:
        return []
    known = {person.key: person.age for person in circle.people if person.age is not None}
    eldest = known.get(circle.writer, max(known.values(), default=0))
    return [
        person.key
        for person in circle.people
        if person.key != circle.writer
        and _is_of_sex(named, person)
        and known.get(person.key, 0) <= eldest - GROWN_UP
    ]


@cache
def _words() -> tuple[_Word, ...]:
    listed = wording.load(__file__, "whom.toml")["word"]
    return tuple(_Word(raw["kind"], raw["sex"], re.compile(raw["pattern"])) for raw in listed)


@cache
def _nobody() -> re.Pattern[str]:
    return re.compile(wording.load(__file__, "whom.toml")["nobody"])
