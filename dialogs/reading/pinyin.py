"""Pinyin typed instead of characters: gai dao xia zhou er -> 改到下周二."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from dialogs.reading import wording

_LETTERS: Final = re.compile(r"[a-z0-9 ,.!?'\-]*[a-z][a-z0-9 ,.!?'\-]*")
_SPACES: Final = re.compile(r"[\s'\-]+")
_WORD: Final = re.compile(r"[a-z]+")


def in_characters(plain: str) -> str:
    """Return a lower-case text of pinyin in characters, any other text as it is."""
    if not _LETTERS.fullmatch(plain):
        return plain
    joined = _SPACES.sub("", plain)
    written: list[str] = []
    done = 0
    for run in _WORD.finditer(joined):
        words = _spelled(run.group())
        if words is None:
            return plain
        written += [joined[done : run.start()], words]
        done = run.end()
    return "".join([*written, joined[done:]])


def _spelled(letters: str) -> str | None:
    """Take a run of letters to pieces, the longest word first; None if a letter is left over."""
    words, longest = _words()
    ends: dict[int, str] = {len(letters): ""}
    for start in reversed(range(len(letters))):
        for end in range(min(len(letters), start + longest), start + 1, -1):
            if end in ends and letters[start:end] in words:
                ends[start] = words[letters[start:end]] + ends[end]
                break
    return ends.get(0)


@cache
def _words() -> tuple[dict[str, str], int]:
    words: dict[str, str] = wording.load(__file__, "pinyin.toml")["words"]
    return words, max(map(len, words))
