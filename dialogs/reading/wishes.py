"""What somebody wants of the bot itself, whatever was asked: stop, a person, later, a death."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from dialogs.reading import wording
from dialogs.reading.normal import bare, normalise, stripped
from dialogs.tagging.blame import is_blame

_CLAUSES = re.compile(r"[,。;!?\s]+")
_SHORT = 40  # characters; a longer message tells a story
# 退 订 and 退出 随访: in a message this short a space divides nothing
_SPACED = 8
_SPACES = re.compile(r"(?<=[^\x00-\x7f]) +(?=[^\x00-\x7f])")


class Wish(StrEnum):
    """A wish that outranks the question asked last (`content` section 6)."""

    DECEASED = "deceased"
    MAYBE_DECEASED = "maybe_deceased"
    OPT_OUT = "opt_out"
    HUMAN = "human"
    WRONG_PERSON = "wrong_person"
    BLAME = "blame"
    COMPLAINT = "complaint"
    CORRECT = "correct"
    SKIP = "skip"
    REPEAT = "repeat"
    LATER = "later"
    HELP = "help"
    RESUBSCRIBE = "resubscribe"
    FAMILY = "family"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class _Sign:
    wish: Wish
    whole: frozenset[str]
    search: re.Pattern[str]
    short: re.Pattern[str]
    unless: re.Pattern[str]
    orders: frozenset[str]

    def found_in(self, plain: str, whole: str) -> bool:
        if whole in self.whole:
            return True
        # a match that something else explains is taken out, the rest is read again
        return self._matches(plain) and self._matches(self.unless.sub(" ", plain), len(plain))

    def _matches(self, plain: str, length: int = 0) -> bool:
        if self.search.search(plain):
            return True
        return max(length, len(plain)) <= _SHORT and bool(self.short.search(plain))


def read_wish(text: str) -> Wish | None:
    """Return the wish of the message, or None; danger (find_danger) is read beside it."""
    plain = _joined(normalise(text).lower())
    whole = stripped(plain)
    for sign in _signs():
        if sign.wish is Wish.COMPLAINT and is_blame(text):
            return Wish.BLAME
        if sign.found_in(plain, whole):
            return sign.wish
    return None


def first_wish(text: str, among: Collection[Wish]) -> Wish | None:
    """Return the first of these wishes that the message holds, in the order of the word lists."""
    return wish_in(normalise(text).lower(), among)


def wish_in(plain: str, among: Collection[Wish]) -> Wish | None:
    """Do the same for a text that is normalised and lower-case already."""
    plain, whole = _joined(plain), stripped(plain)
    wanted = (sign for sign in _signs() if sign.wish in among)
    return next((sign.wish for sign in wanted if sign.found_in(plain, whole)), None)


def is_order(text: str, wish: Wish) -> bool:
    """Say whether a clause of the message is nothing but this wish: 退订, but not 退订太麻烦."""
    sign = next(sign for sign in _signs() if sign.wish is wish)
    return any(bare(clause) in sign.orders for clause in _CLAUSES.split(normalise(text)))


def tells_of_death(text: str) -> bool:
    """Say whether the message clearly reports a death; 走了 alone is not clear."""
    death = _signs()[0]
    plain = normalise(text).lower()
    return death.found_in(plain, stripped(plain))


def _joined(plain: str) -> str:
    return _SPACES.sub("", plain) if len(plain) <= _SPACED else plain


@cache
def _signs() -> tuple[_Sign, ...]:
    lists = wording.load(__file__, "wishes.toml")
    return tuple(
        _Sign(
            Wish(entry["name"]),
            frozenset(map(bare, entry["whole"])),
            wording.alternatives(entry["search"], lists["words"]),
            wording.alternatives(entry.get("short", ()), lists["words"]),
            wording.alternatives(entry["unless"], lists["words"]),
            frozenset(map(bare, entry.get("orders", entry["whole"]))),
        )
        for entry in lists["wish"]
    )
