"""One spelling for what people type: width, script, dialect, emoji, invisible characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

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


Spelling: TypeAlias = str | Callable[[re.Match[str]], str]


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

    def respelled(self, pattern: re.Pattern[str], spelling: Spelling) -> Traced:
        """Replace as `pattern.sub(spelling, text)` does, and keep the origins."""
        pieces: list[str] = []
        origins: list[int] = []
        done = 0
        for found in pattern.finditer(self.text):
            word = found.expand(spelling) if isinstance(spelling, str) else spelling(found)
            pieces += [self.text[done : found.start()], word]
            origins += self.origins[done : found.start()]
            origins += _stretched(self.origins[found.start() : found.end()], len(word))
            done = found.end()
        if not pieces:
            return self
        text = "".join([*pieces, self.text[done:]])
        return Traced(text, (*origins, *self.origins[done:]), self.source)


def normalise(text: str) -> str:
    """Return the text in the one spelling that every word list is written in."""
    return trace(text).text


def bare(text: str) -> str:
    """Return the text as it is compared whole: no case, punctuation, spaces or fillers."""
    return stripped(normalise(text))


def stripped(plain: str) -> str:
    """Do the same to a text that is normalised already."""
    plain = _PUNCTUATION.sub("", plain).lower()
    core = _TRAILING.sub("", _LEADING.sub("", plain))
    return core or plain


# a message is read by many, each of whom wants it normalised
@lru_cache(maxsize=16)
def trace(text: str) -> Traced:
    """Normalise and remember the origin of every character."""
    chars, origins = _folded(text)
    chars = _simplified(chars)
    return _respelled(Traced("".join(chars), tuple(origins), text))


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


@lru_cache(maxsize=4096)
def _fold(char: str) -> str:
    if "一" <= char <= "鿿" or " " <= char <= "~":
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


def _respelled(traced: Traced) -> Traced:
    any_word, rules = _spoken()

    def standard(found: re.Match[str]) -> str:
        place = found.start()
        return next(word for pattern, word in rules if pattern.match(found.string, place))

    return traced.respelled(any_word, standard)


def _stretched(origins: tuple[int, ...], length: int) -> list[int]:
    if len(origins) == length:
        return list(origins)
    return [origins[0]] * (length - 1) + [origins[-1]] * (length > 0)
