"""Red flags in what a patient writes: which words, how urgent, and what is answered at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from dialogs.reading.normal import Traced, trace
from dialogs.reading.wishes import tells_of_death
from dialogs.tagging import measures, scope
from dialogs.tagging.lexicon import Lexicon, Sign, lexicon
from dialogs.tagging.red_flag import CHEMO_TAGS, RANK, Danger

__all__ = ["Danger", "dangers_in", "find_danger"]

_CHILD_KINDS = frozenset({"seizure", "faint", "breath", "child"})
_DRUG_KINDS = frozenset({"breath", "allergy"})
_DRUG_QUESTIONS = frozenset({"side"})
_LONGEST_WORDS = 60


def find_danger(
    text: str, *, tags: frozenset[str] = frozenset(), asked: str = ""
) -> tuple[Danger, ...]:
    """Return every red flag of the message, the most urgent first, one of each kind.

    `tags` are the patient's: chemo, neutropenia, child. `asked` is the id of the item asked last.
    """
    return dangers_in(trace(text), tags=tags, asked=asked)


def dangers_in(
    traced: Traced, *, tags: frozenset[str] = frozenset(), asked: str = ""
) -> tuple[Danger, ...]:
    """Return every red flag of a text that has been normalised already, as `find_danger` does."""
    words = lexicon()
    masked = _lowered(traced.text)
    for idiom in words.idioms.passing(masked):
        masked = idiom.sub(_blank, masked)
    if asked in _DRUG_QUESTIONS:
        masked = words.no_reaction.sub(_blank, masked)
    is_child = "child" in tags or bool(words.child.search(masked))
    found = [
        *_signs(words, traced, masked, is_child=is_child),
        *measures.dangerous_figures(traced, tags=tags, asked=asked),
    ]
    drugged = asked in _DRUG_QUESTIONS or bool(words.drug.search(masked))
    told = tags | CHEMO_TAGS if measures.tells_of_chemotherapy(traced.text) else tags
    fitted = [_fitted(danger, told, drugged=drugged, is_child=is_child) for danger in found]
    return _ranked(_without_echo_of_death(fitted, traced.source))


def _blank(found: re.Match[str]) -> str:
    return "_" * len(found.group())


def _lowered(text: str) -> str:
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else text  # every place must keep its number


def _signs(words: Lexicon, traced: Traced, masked: str, *, is_child: bool) -> Iterator[Danger]:
    for sign, passing in groupby(words.signs.passing(masked), itemgetter(0)):
        if sign.child and not is_child:
            continue
        yield from _hits(sign, [pattern for _, pattern in passing], traced, masked)


def _hits(
    sign: Sign, patterns: list[re.Pattern[str]], traced: Traced, masked: str
) -> Iterator[Danger]:
    for start, end in _places(patterns, masked):
        if sign.unless and sign.unless.search(scope.sentence(masked, start, end)):
            continue
        own = traced.original(start, end)[:_LONGEST_WORDS]
        danger = _judged(sign, masked, start, end, own)
        if danger:
            yield danger
            if danger.level == sign.level and not danger.check:
                return  # nothing stronger can follow


def _places(patterns: list[re.Pattern[str]], text: str) -> Iterator[tuple[int, int]]:
    """Yield the places as one pattern of all alternatives would: none within another."""
    hits = sorted(
        (found.start(), which, found.end())
        for which, pattern in enumerate(patterns)
        for found in pattern.finditer(text)
    )
    reached = 0
    for start, _, end in hits:
        if start >= reached:
            yield start, end
            reached = end


def _judged(sign: Sign, text: str, start: int, end: int, own: str) -> Danger | None:
    """Weigh one hit: absent, over, past, supposed, somebody else's, or here and now."""
    whole = Danger(sign.level, sign.kind, sign.message, own, check=False, rule="lexicon")
    if scope.denied(text, start, crisis=sign.fixed):
        return None
    if not sign.fixed and scope.of_a_stranger(text, start, end):
        return replace(whole, level="", kind="bystander", message="M-BYSTANDER")
    if not sign.fixed and _only_asked(text, start, end):
        return replace(whole, level="Q", message="", check=True)
    if _is_over(sign, text, start, end):
        return replace(whole, level="L2", message="", check=True)
    return whole


def _is_over(sign: Sign, text: str, start: int, end: int) -> bool:
    if sign.fixed and scope.a_tale(text, start, end):
        return True
    if sign.event or sign.kind == "violence":
        return False
    return scope.gone(text, end) or scope.past(text, start, end)


def _only_asked(text: str, start: int, end: int) -> bool:
    return scope.supposed(text, start, end) or scope.asked_in_general(text, start, end)


def _fitted(danger: Danger, tags: frozenset[str], *, drugged: bool, is_child: bool) -> Danger:
    """Fit level and safety text to the patient: RC15, RC17, a child."""
    if danger.kind == "fever" and danger.level == "L2" and tags & CHEMO_TAGS:
        danger = replace(danger, level="L1", message="M-RF1", rule="RC15", check=False)
    if danger.message != "M-RF1":
        return danger
    if danger.kind in _DRUG_KINDS and drugged:
        return replace(danger, message="M-RF-DRUG", rule="RC17")
    if "child" in tags or (is_child and danger.kind in _CHILD_KINDS):
        return replace(danger, message="M-RFC")
    return danger


def _without_echo_of_death(found: list[Danger], text: str) -> list[Danger]:
    """A danger that ended in death sends no safety text, but a person is alarmed (section 6)."""
    if not found or not tells_of_death(text):
        return found
    return [
        replace(danger, message="")
        if danger.message != "M-CRISIS" and not _is_somebodys_now(danger, text)
        else danger
        for danger in found
    ]


def _is_somebodys_now(danger: Danger, text: str) -> bool:
    before = text[max(0, text.find(danger.words) - 12) : max(0, text.find(danger.words))]
    return any(word in before for word in ("现在", "現在", "正在", "而家", "刚才", "剛才"))


def _ranked(found: list[Danger]) -> tuple[Danger, ...]:
    strongest: dict[str, Danger] = {}
    for danger in sorted(found, key=lambda danger: (RANK[danger.level], danger.check)):
        strongest.setdefault(danger.kind, danger)
    if any(danger.kind != "bystander" for danger in strongest.values()):
        strongest.pop("bystander", None)
    return tuple(strongest.values())
