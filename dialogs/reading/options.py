"""An answer to a closed question: numbers, labels, spoken equivalents, yes and no."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dialogs.form import Option
from dialogs.reading import numerals, wording
from dialogs.reading.normal import bare, normalise
from dialogs.reading.phrases import is_filler, spelled
from dialogs.reading.spoken_options import add_spoken

_WORDS = wording.load(__file__, "options.toml")
_COURTESY = wording.alternatives(_WORDS["courtesy"])
_JOINT = re.compile(_WORDS["joint"])
_FRAGMENTS = re.compile(_WORDS["fragments"])
_NONE_LABEL = re.compile(_WORDS["none_label"])
_NUMBER = r"\d++|[零〇一二两三四五六七八九十]++"
_FIGURE = rf"[(\[]?\s*(?:{_NUMBER})\s*[)\]]?"
# 第三个 and 选3号 are options; 三个 is a count and 3号 a date
_PICK = rf"(?:[第选]\s*{_FIGURE}\s*[个号项条种]|第?\s*{_FIGURE}\s*)(?:选项|答案)?"
_PICKS = re.compile(
    rf"(?:{_WORDS['before']})*\s*{_PICK}(?:{_WORDS['between']}{_PICK})*(?:{_WORDS['after']})*"
)
_NUMBER_RUN = re.compile(_NUMBER)
_NUMBERED = re.compile(r"^[(\[]?(\d)[)\]]?[\s.、:,。]*(\D.*)$", re.DOTALL)
_REPEATED = re.compile(r"^(.+?)\1+$")
_SHORTEST_FRAGMENT = 2
_LONGEST_ANSWER = 200  # characters; a longer message is a story, not a choice
_LONGEST_CHOICE = 40  # characters; nobody picks options in a longer sentence of numbers


@dataclass(frozen=True, slots=True)
class OptionReading:
    """Which options were meant; take `keys` as the answer only if `clear`.

    An `ambiguous` reading names its candidates in `keys`; `bare_digits` says that the answer was
    given by number alone, so that a dangerous one can be echoed (M-RF-ECHO).
    """

    keys: tuple[str, ...]
    clear: bool
    bare_digits: bool
    ambiguous: bool = False
    out_of_range: bool = False


_UNREAD = OptionReading((), clear=False, bare_digits=False)
_OUT_OF_RANGE = OptionReading((), clear=False, bare_digits=True, out_of_range=True)


def read_options(text: str, options: Sequence[Option], *, several: bool) -> OptionReading:
    """Read the answer to a question with these options; `several` may be chosen at once or not."""
    chosen = tuple(options)
    plain = normalise(text).strip()
    if not plain or len(plain) > _LONGEST_ANSWER:
        return _UNREAD
    plain = _COURTESY.sub("", plain).strip() or plain
    if len(plain) <= _LONGEST_CHOICE and _PICKS.fullmatch(plain):
        return _by_number(plain, chosen, several=several)
    return _by_words(plain, chosen, several=several)


def _by_number(plain: str, options: tuple[Option, ...], *, several: bool) -> OptionReading:
    numbers = _numbers(plain, several=several)
    if not all(1 <= number <= len(options) for number in numbers):
        return _OUT_OF_RANGE
    keys = tuple(dict.fromkeys(options[number - 1].key for number in sorted(numbers)))
    if len(keys) < len(numbers) and len(plain) == len(numbers):
        return OptionReading((), clear=False, bare_digits=True)  # "11": a slip or option 1 twice
    return _judged(keys, options, several=several, digits=True)


def _numbers(plain: str, *, several: bool) -> list[int]:
    numbers: list[int] = []
    for run in _NUMBER_RUN.findall(plain):
        numbers += _split(run) if several else [_as_number(run)]
    return numbers


def _split(run: str) -> list[int]:
    if "十" in run:
        return [_as_number(run)]
    digits = [_as_number(char) for char in run]
    # a zero inside is a ten or more, never "one and nothing"
    return digits if 0 not in digits else [0]


def _as_number(run: str) -> int:
    if run.isdigit():
        return int(run[:9])
    return numerals.value(run) or 0


def _by_words(plain: str, options: tuple[Option, ...], *, several: bool) -> OptionReading:
    keys = _exact(plain, options)
    if len(keys) > 1:
        return _candidates(keys, options)
    if not keys:
        parts = [part for part in _JOINT.split(plain) if not is_filler(bare(part))]
        found = [_exact(part, options) or _spelled(part, options) for part in parts]
        if not parts or not all(found):
            return _UNREAD
        keys = frozenset().union(*found)
        if several and any(len(_exact(part, options)) > 1 for part in parts):
            return _candidates(keys, options)
    return _judged(_ordered(keys, options), options, several=several, digits=False)


def _exact(part: str, options: tuple[Option, ...]) -> frozenset[str]:
    """Take the part as a whole; phrases of several options make it ambiguous."""
    numbered = _NUMBERED.match(part.strip())
    if numbered:
        return _number_and_words(int(numbered.group(1)), numbered.group(2), options)
    table, whole = _table(options), bare(part)
    return table.get(whole) or table.get(_REPEATED.sub(r"\1", whole), frozenset())


def _spelled(part: str, options: tuple[Option, ...]) -> frozenset[str]:
    """Take the part to pieces; 没有胸闷 is neither none of these nor the symptom."""
    if _NUMBERED.match(part.strip()):
        return frozenset()
    said = spelled(bare(part), _table(options))
    return said if keys_agree(said, options) else frozenset()


def _number_and_words(number: int, words: str, options: tuple[Option, ...]) -> frozenset[str]:
    said = frozenset[str]()
    if not _NUMBERED.match(words):
        said = _exact(words, options) or _spelled(words, options)
    if not said or not 1 <= number <= len(options):
        return frozenset()
    key = options[number - 1].key
    return frozenset({key}) if key in said else said | {key}


def _judged(
    keys: tuple[str, ...], options: tuple[Option, ...], *, several: bool, digits: bool
) -> OptionReading:
    torn = len(keys) > 1 and (not several or not keys_agree(keys, options))
    return OptionReading(keys, clear=not torn, bare_digits=digits, ambiguous=torn)


def keys_agree(keys: Iterable[str], options: Sequence[Option]) -> bool:
    """Say whether these keys may stand together: "none of them" excludes the others."""
    chosen = set(keys)
    nones = {option.key for option in options if _is_none(option)}
    return len(chosen) <= 1 or not chosen & nones


def _is_none(option: Option) -> bool:
    return option.key in {"none", "no"} or bool(_NONE_LABEL.match(option.label))


def _candidates(keys: frozenset[str], options: tuple[Option, ...]) -> OptionReading:
    return OptionReading(_ordered(keys, options), clear=False, bare_digits=False, ambiguous=True)


def _ordered(keys: frozenset[str], options: tuple[Option, ...]) -> tuple[str, ...]:
    return tuple(option.key for option in options if option.key in keys)


@lru_cache(maxsize=512)
def _table(options: tuple[Option, ...]) -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for option in options:
        for phrase in {bare(option.label), *map(bare, option.synonyms)} - {""}:
            table.setdefault(phrase, set()).add(option.key)
    add_spoken(table, options)
    _add_fragments(table, options)
    return {phrase: frozenset(keys) for phrase, keys in table.items()}


def _add_fragments(table: dict[str, set[str]], options: tuple[Option, ...]) -> None:
    fragments: dict[str, set[str]] = {}
    for option in options:
        for piece in map(bare, _FRAGMENTS.split(normalise(option.label))):
            if len(piece) >= _SHORTEST_FRAGMENT:
                fragments.setdefault(piece, set()).add(option.key)
    for piece, keys in fragments.items():
        table.setdefault(piece, keys)
