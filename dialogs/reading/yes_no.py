"""Yes or no to a question, its own polarity included: 没吃药吗? 吃了 is a no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from dialogs.reading import wording
from dialogs.reading.assertions import Assertion, State, assertion_of
from dialogs.reading.normal import bare, normalise

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "yes_no.toml")
_GRAMMAR: Final = {
    name: re.compile(wording.expand(pattern, _WORDS["words"]))
    for name, pattern in _WORDS["grammar"].items()
}
_LONGEST: Final = 60  # characters; what is longer tells a story that a person reads
_SHORT: Final = 8  # characters; in a longer reply a single character means little
_REACH: Final = 8  # characters before a word in which its negator stands


@dataclass(frozen=True, slots=True)
class _Reply:
    plain: str
    asked: Assertion


def read_yes_no(text: str, question: str) -> bool | None:
    """Return whether what the question says is so; None when the reply leaves it open."""
    reply = _Reply(normalise(text).lower().strip(), assertion_of(normalise(question).lower()))
    if len(reply.plain) > _LONGEST:
        return None
    if _GRAMMAR["twice_denied"].search(reply.plain):
        return not reply.asked.negative
    changed = _changed(reply.plain)
    if changed is not None:
        return changed is not reply.asked.negative
    hedged = _hedged(reply.plain)
    if hedged is not None:
        return hedged is not reply.asked.negative
    if _is_open(reply):
        return None
    return _to_negative(reply) if reply.asked.negative else _to_positive(reply)


def _hedged(plain: str) -> bool | None:
    """Read an answer that is soft and yet one: 好像没有."""
    if _GRAMMAR["hedged_no"].search(plain):
        return False
    return True if _GRAMMAR["hedged_yes"].search(plain) else None


def _is_open(reply: _Reply) -> bool:
    """Tell that nobody can know: a doubt, a question, or a look that was not taken."""
    if reply.asked.knowledge:
        return False
    unseen = _GRAMMAR["unseen"].search(reply.plain) and not reply.asked.deed
    return bool(unseen or _GRAMMAR["open"].search(reply.plain))


def _changed(plain: str) -> bool | None:
    """Tell what is so now from what was: 昨天没有今天有了."""
    if _GRAMMAR["now_there"].search(plain):
        return True
    return False if _GRAMMAR["now_gone"].search(plain) else None


def _to_positive(reply: _Reply) -> bool | None:
    for read in _STEPS:
        answer = read(reply)
        if answer is not None:
            return answer
    return None


def _to_negative(reply: _Reply) -> bool | None:
    """Answer a negative question: 是 and 没有 both agree with it, the bare verb does not."""
    if _GRAMMAR["agrees"].match(reply.plain):
        return True
    if _GRAMMAR["disagrees"].match(reply.plain):
        return False
    there = _by_state(reply)
    if there is None:
        there = _to_positive(reply)
    return None if there is None else not there


def _hardly(reply: _Reply) -> bool | None:
    """Read a rhetorical question as a no: 哪能睡得着."""
    return False if _GRAMMAR["hardly"].match(reply.plain) else None


def _plainly_not(reply: _Reply) -> bool | None:
    """Read a no that stands before a comma for itself: 没,靠邻居."""
    return False if _GRAMMAR["plain_no"].match(reply.plain) else None


def _seldom(reply: _Reply) -> bool | None:
    """Read "now and then" as a no to a question about every day."""
    return False if reply.asked.always and _GRAMMAR["seldom"].search(reply.plain) else None


def _recovered(reply: _Reply) -> bool | None:
    """Read 好了 by what was asked: no to a complaint, yes to an appetite."""
    return _by_state(reply) if _GRAMMAR["recovered"].fullmatch(reply.plain) else None


def _outright(reply: _Reply) -> bool | None:
    whole = bare(reply.plain)
    if whole in _wholes()["yes"] or _GRAMMAR["sign_yes"].fullmatch(reply.plain):
        return True
    if whole in _wholes()["no"] or _GRAMMAR["sign_no"].fullmatch(reply.plain):
        return False
    return None


def _by_state(reply: _Reply) -> bool | None:
    for state, named in reply.asked.states:
        there = _pole(reply.plain, state, several=reply.asked.several)
        if there is not None:
            return there == named
    return None


def _pole(plain: str, state: State, *, several: bool) -> bool | None:
    """Return whether the matter is there; the last word counts, of several matters any that is."""
    gone = [found.span() for found in state.gone.finditer(plain)]
    there = [
        (found.end(), not _denied(plain, found.start()))
        for found in state.there.finditer(plain)
        if not any(start <= found.start() < end for start, end in gone)
    ]
    if several and any(present for _, present in there):
        return True
    said = [*there, *((end, False) for _, end in gone)]
    return max(said)[1] if said else None


def _by_echo(reply: _Reply) -> bool | None:
    """Look for the question's own words in the reply: 会疼, 没有渗液."""
    places = (reply.plain.rfind(word) for word in reply.asked.echoes)
    place = next((place for place in places if place >= 0), None)
    return None if place is None else not _denied(reply.plain, place)


def _by_opening(reply: _Reply) -> bool | None:
    opening = _GRAMMAR["opening"].sub("", reply.plain)
    if _GRAMMAR["begins_no"].match(opening):
        return False
    return True if _GRAMMAR["begins_yes"].match(opening) else None


def _by_character(reply: _Reply) -> bool | None:
    """Look for a single character of the question, in a reply that is short: 晕得很."""
    if len(reply.plain) > _SHORT:
        return None
    place = max((reply.plain.rfind(char) for char in reply.asked.characters), default=-1)
    return None if place < 0 else not _denied(reply.plain, place)


def _anywhere(reply: _Reply) -> bool | None:
    if _GRAMMAR["any_no"].search(reply.plain):
        return False
    return True if _GRAMMAR["any_yes"].search(reply.plain) else None


def _denied(plain: str, place: int) -> bool:
    before = plain[max(0, place - _REACH) : place]
    return bool(_GRAMMAR["negator"].search(before)) and not _GRAMMAR["doubled"].search(before)


_STEPS: Final = (
    _hardly,
    _plainly_not,
    _seldom,
    _recovered,
    _outright,
    _by_state,
    _by_echo,
    _by_opening,
    _by_character,
    _anywhere,
)


@cache
def _wholes() -> dict[str, frozenset[str]]:
    return {key: frozenset(map(bare, words)) for key, words in _WORDS["whole"].items()}
