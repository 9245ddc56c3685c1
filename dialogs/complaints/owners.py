"""Who answers for a complaint: one table from category and words to tag, owner and theme.

The accused never owns the case (content 9): where an office itself is complained about, the
complaint office takes it, and medical affairs where that is the complaint office.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from dialogs.reading import wording
from dialogs.reading.normal import normalise
from dialogs.tagging.tags import Severity

COMPLAINT_OFFICE: Final = "complaint_office"
MEDICAL_AFFAIRS: Final = "medical_affairs"
DISPUTE: Final = "dispute"
OTHER: Final = "other"
_GRAVE: Final = frozenset({"D1", "T15"})


@dataclass(frozen=True, slots=True)
class Route:
    """Where a complaint goes: its tags, gravest first, the owning office and who knows the facts.

    `owner` and `facts` are names of StaffRole; "department" is the one complained about. `theme`
    is what the question repeats, empty where a person is to ask (D1). `joint`: several offices
    have to answer, so the law gives ten working days (R155).
    """

    tags: tuple[str, ...]
    owner: str
    facts: tuple[str, ...]
    theme: str
    joint: bool

    def grade(self, severity: str, *, filed: bool) -> str:
        """Return A for harm, privacy or a dispute, B where an answer is wanted, else C."""
        harm = "T17" in self.tags and severity == Severity.HIGH
        if harm or _GRAVE & set(self.tags):
            return "A"
        return "B" if filed else "C"


def route(categories: Iterable[str], words: str, *, dispute: bool = False) -> Route:
    """Find where a complaint of these categories goes; `words` are the patient's own."""
    text = normalise(words)
    codes = {DISPUTE} if dispute else set[str]()
    codes |= set(categories)
    found = _entries(codes or {OTHER}, text)
    owners = [_fitting(entry["owner"], text) for entry in found]
    facts = tuple(dict.fromkeys(role for entry in found for role in entry["facts"]))
    return Route(
        tags=tuple(dict.fromkeys(entry["tag"] for entry in found)),
        owner=owners[0],
        facts=facts,
        theme="" if dispute else _theme(found[0], text),
        joint=len(facts) > 1,
    )


def _entries(codes: Collection[str], text: str) -> list[Mapping[str, Any]]:
    """One entry a category: the first whose words are there, in the order of the table."""
    chosen: dict[str, Mapping[str, Any]] = {}
    for entry in _table()["route"]:
        category = entry["category"]
        if category in codes and category not in chosen and _fits(entry, text):
            chosen[category] = entry
    return [entry for entry in _table()["route"] if entry in chosen.values()]


def _fits(entry: Mapping[str, Any], text: str) -> bool:
    return "words" not in entry or _any(entry["words"], text)


def _theme(entry: Mapping[str, Any], text: str) -> str:
    missing = "needs_words" in entry and not _any(entry["needs_words"], text)
    barred = "unless_words" in entry and _any(entry["unless_words"], text)
    return str(entry["other_theme"] if missing or barred else entry["theme"])


def accused_offices(words: str) -> frozenset[str]:
    """Name the offices that the patient's words are about, as far as the table knows them."""
    text = normalise(words)
    return frozenset(role for role, said in _table()["offices"].items() if _any(said, text))


def owner_beside(owner: str, words: str) -> str:
    """Return who answers instead of an owner the words are about; else the owner."""
    return _fitting(owner, normalise(words))


def _fitting(owner: str, text: str) -> str:
    accused = accused_offices(text)
    for candidate in (owner, COMPLAINT_OFFICE, MEDICAL_AFFAIRS):
        if candidate not in accused:
            return candidate
    return owner


def _any(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)


@cache
def _table() -> dict[str, Any]:
    return wording.load(__file__, "owners.toml")
