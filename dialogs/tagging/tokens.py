"""Cuts a normalised text into words: jieba with our own dictionary, or rjieba where installed.

jieba's global tokenizer is never touched, and its cache in the shared temporary directory is
never read or written: whoever may write there could have code of theirs unmarshalled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

import jieba

Cut: TypeAlias = Callable[[str], list[str]]

_WORDS: Final = "hospital_words.txt"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text and its place."""

    word: str
    start: int
    end: int


def tokenise(text: str, cut: Cut | None = None) -> tuple[Token, ...]:
    """Return the words of a text in order; together they are the text."""
    tokens: list[Token] = []
    place = 0
    for word in (cut or fastest_cut())(text):
        tokens.append(Token(word, place, place + len(word)))
        place += len(word)
    return tuple(tokens)


@cache
def fastest_cut() -> Cut:
    """Return rjieba where it is installed, else jieba: both cut the same words."""
    try:
        return rjieba_cut()
    except ImportError:
        return jieba_cut()


@cache
def jieba_cut() -> Cut:
    """Return the plain engine; its dictionary is read at the first call."""
    tokenizer = jieba.Tokenizer()
    with Path(jieba.__file__).with_name("dict.txt").open("rb") as dictionary:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(dictionary)
    tokenizer.initialized = True
    for word, frequency in hospital_words():
        tokenizer.add_word(word, frequency)
    return tokenizer.lcut  # type: ignore[no-any-return]  # jieba is untyped


@cache
def rjieba_cut() -> Cut:
    """Return the fast engine, with the same words; ImportError where rjieba is not installed."""
    import rjieba  # noqa: PLC0415 - an optional engine is imported by whoever asks for it

    tokenizer: Any = rjieba.Jieba()
    for word, frequency in hospital_words():
        tokenizer.add_word(word, frequency, None)
    cut: Cut = tokenizer.cut
    return cut


@cache
def hospital_words() -> tuple[tuple[str, int], ...]:
    """Return the words jieba's dictionary lacks or cuts, each with its frequency."""
    lines = Path(__file__).with_name(_WORDS).read_text("utf-8").splitlines()
    words = [line.split() for line in lines if line and not line.startswith("#")]
    return tuple((word, int(frequency)) for word, frequency in words)
