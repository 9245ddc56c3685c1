"""Finds notions in a text: rudeness, a queue, a price, a toilet, praise, a wish, a question.

A notion is a list of words and patterns in `notions/*.toml`. Words are compared with the words of
the text and with joined runs of up to four of them, so 凶 is found in 医生很凶 and not in 凶险.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dialogs.tagging.sieve import Sieve
from dialogs.tagging.tokens import Token

_FOLDER = Path(__file__).with_name("notions")
_DENIED = re.compile(
    r"(?:没有?|不|无|未|别|并非|并不|并没有?|不是|不算|算不上|谈不上|毫不|毫无|从不|从来不|从没有?|从来没有?"
    r"|没觉得|不觉得|一点都不|一点也不|没怎么|没人|绝无)(?:再|有|是|觉得|什么|任何|那么|这么|很|太|被|给|出现|发生)*$"
)
# 饭菜不难吃: the negator stands within what a pattern takes for a fault
_DENIED_INSIDE = re.compile(
    r"(?:不(?!是|得|能|干)|没有?)(?:怎么|那么|很|太|算|觉得|什么)?(?:难[吃看听]|[脏臭吵贵乱挤冷热慢凶差破坏滑烂闷暗旧咸淡霉馊漏堵])"
)
# 态度好差: the good word only says how bad the next one is
_BAD = frozenset("差凶恶慢烦坏臭脏贵吵乱烂拽横狠难糟冷假")
_REACH = 9
_WINDOW = 4  # words joined at most


@dataclass(frozen=True, slots=True)
class Notion:
    """A notion found: its name, its place, and whether a negator stands before it.

    `pattern` is the number of the pattern that found it, empty if it was a word of the list.
    """

    name: str
    start: int
    end: int
    denied: bool
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class _Lists:
    words: dict[str, tuple[str, ...]]
    openings: frozenset[str]  # what a word of the list begins with
    patterns: Sieve[tuple[str, str, re.Pattern[str]]]


def find_notions(text: str, tokens: tuple[Token, ...]) -> tuple[Notion, ...]:
    """Return every notion of a normalised, lower-case text in the order of places."""
    lists = _lists()
    found = [*_by_word(lists, text, tokens), *_by_pattern(lists, text)]
    return tuple(sorted(found, key=lambda notion: (notion.start, notion.end, notion.name)))


def notion_words() -> Iterable[str]:
    """Return every word of the lists."""
    return _lists().words


@cache
def hints() -> dict[str, str]:
    """Return for each notion the category it speaks for, or nothing."""
    return {name: entry.get("hint", "") for name, entry in _entries()}


def _by_word(lists: _Lists, text: str, tokens: tuple[Token, ...]) -> Iterator[Notion]:
    for first, token in enumerate(tokens):
        joined = ""
        for last in tokens[first : first + _WINDOW]:
            joined += last.word
            if joined not in lists.openings:
                break
            for name in lists.words.get(joined, ()):
                if _only_intensifies(text, token.start, last.end):
                    continue
                yield Notion(name, token.start, last.end, _is_denied(text, token.start))


def _by_pattern(lists: _Lists, text: str) -> Iterator[Notion]:
    for name, number, pattern in lists.patterns.passing(text):
        for hit in pattern.finditer(text):
            if _only_intensifies(text, *hit.span()):
                continue
            denied = _is_denied(text, hit.start()) or bool(_DENIED_INSIDE.search(hit.group()))
            yield Notion(name, hit.start(), hit.end(), denied, number)


def _only_intensifies(text: str, start: int, end: int) -> bool:
    return text[end - 1] == "好" and end - start > 1 and text[end : end + 1] in _BAD


def _is_denied(text: str, start: int) -> bool:
    return _DENIED.search(text, max(0, start - _REACH), start) is not None


@cache
def _lists() -> _Lists:
    words: dict[str, tuple[str, ...]] = {}
    patterns: list[tuple[str, str, re.Pattern[str]]] = []
    for name, entry in sorted(_entries()):
        for word in entry["words"].lower().split():
            words[word] = tuple(dict.fromkeys((*words.get(word, ()), name)))
        for number, pattern in enumerate(entry.get("patterns", ()), start=1):
            patterns.append((name, str(number), re.compile(pattern.lower())))
    openings = frozenset(word[:end] for word in words for end in range(1, len(word) + 1))
    return _Lists(words, openings, Sieve((entry, entry[-1]) for entry in patterns))


def _entries() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(_FOLDER.glob("*.toml")):
        yield from tomllib.loads(file.read_text("utf-8")).items()
