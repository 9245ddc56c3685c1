"""Naming a patient in few words: a surname and a title, to tell people of one phone apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from dialogs.catalog import load_words
from dialogs.whom import Person


def titles(people: Sequence[Person], language: str = "zh") -> tuple[str, ...]:
    """Return a title for each, in order; two who would have the same one are told apart by age."""
    words = load_words("titles", language)
    plain = [_title(person, words) for person in people]
    often = Counter(plain)
    pairs = zip(people, plain, strict=True)
    return tuple(
        words["aged"].format(title=title, age=person.age)
        if often[title] > 1 and person.age is not None
        else title
        for person, title in pairs
    )


def _title(person: Person, words: Mapping[str, str]) -> str:
    kind = "child" if person.is_child else person.sex or "unknown"
    return words[kind].format(surname=_surname(person.name, words))


def _surname(name: str, words: Mapping[str, str]) -> str:
    return next((two for two in words["compound"].split() if name.startswith(two)), name[:1])
