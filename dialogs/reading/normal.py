"""One spelling for what people type: width, script, dialect, emoji, invisible characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import opencc

from dialogs.reading import wording

_INVISIBLE = frozenset({"Cf", "Cc", "Mn", "Me", "Cs", "Co"})
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_DINGBAT_DIGITS = {
    chr(first + offset): str(offset + 1)
    for first in (0x2776, 0x2780, 0x278A)
    for offset in range(9)
}
_PUNCTUATION = re.compile(r"[\W_]+")
_LEADING = re.compile(r"^(?:嗯|恩|啊|那个|哦|噢|呃|额|唉|哎|哈|呀|呢|吧|了|的)+")
_TRAILING = re.compile(r"(?:嗯|啊|那个|的|了|吧|呢|呀|哦|噢|哈|啦|喽|咯|嘛|哟|诶|额)+$")


@dataclass(frozen=True, slots=True)
class Traced:
    """A normalised text that knows, for every character, where it came from."""

    text: str
    origins: tuple[int, ...]
    source: str

    def original(self, start: int, end: int) -> str:
        """Return the writer's own characters behind `text[start:end]`."""
        if start >= end:
            return ""
        return self.source[self.origins[start] : self.origins[end - 1] + 1]


def normalise(text: str) -> str:
    """Return the text in the one spelling that every word list is written in."""
    return trace(text).text


def bare(text: str) -> str:
    """Return the text as it is compared whole: no case, punctuation, spaces or fillers."""
    plain = _PUNCTUATION.sub("", normalise(text)).lower()
    stripped = _TRAILING.sub("", _LEADING.sub("", plain))
    return stripped or plain


def trace(text: str) -> Traced:
    """Normalise and remember the origin of every character."""
    chars, origins = _folded(text)
    chars = _simplified(chars)
    return _respelled("".join(chars), origins, text)


def _folded(text: str) -> tuple[list[str], list[int]]:
    chars: list[str] = []
    origins: list[int] = []
    for place, char in enumerate(text):
        for folded in _fold(char):
            chars.append(folded)
            origins.append(place)
    return chars, origins


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _fold(char: str) -> str:
    if "一" <= char <= "鿿":
        return char
    if char in "\n\t\r":
        return "\n" if char == "\n" else " "
    if char in _DINGBAT_DIGITS:
        return _DINGBAT_DIGITS[char]
    if ord(char) in _SKIN_TONES or unicodedata.category(char) in _INVISIBLE:
        return ""
    return "".join(
        part
        for part in unicodedata.normalize("NFKC", char)
        if unicodedata.category(part) not in _INVISIBLE
    )


def _simplified(chars: list[str]) -> list[str]:
    joined = "".join(chars)
    converted = _converter().convert(joined)
    if len(converted) == len(joined):
        return list(converted)
    return [_converter().convert(char)[:1] or char for char in chars]


@cache
def _spoken() -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], str], ...]]:
    lists = wording.load(__file__, "spoken.toml").values()
    entries = [entry for words in lists for entry in words.items()]
    rules = tuple((re.compile(pattern), word) for pattern, word in entries)
    return wording.alternatives(pattern for pattern, _ in entries), rules


def _respelled(text: str, origins: list[int], source: str) -> Traced:
    any_word, rules = _spoken()
    if any_word.search(text):
        for pattern, word in rules:
            text, origins = _replaced(pattern, word, text, origins)
    return Traced(text, tuple(origins), source)


def _replaced(
    pattern: re.Pattern[str], word: str, text: str, origins: list[int]
) -> tuple[str, list[int]]:
    pieces: list[str] = []
    places: list[int] = []
    done = 0
    for found in pattern.finditer(text):
        pieces += [text[done : found.start()], word]
        places += origins[done : found.start()] + _stretched(origins, found, len(word))
        done = found.end()
    if not pieces:
        return text, origins
    return "".join([*pieces, text[done:]]), places + origins[done:]


def _stretched(origins: list[int], found: re.Match[str], length: int) -> list[int]:
    first, last = origins[found.start()], origins[found.end() - 1]
    return [first] * (length - 1) + [last]
