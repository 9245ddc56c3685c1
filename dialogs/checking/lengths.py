"""How long a text may be and how its choices are numbered, by SMS and for the elderly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from dialogs.checking.fault import Fault, error
from dialogs.checking.texts import Text, Variant
from dialogs.form import Option
from dialogs.wording import A_PERSON, MissingValue, fill, length, numbers, segments

_NAMED_LATER: Final = re.compile(r"\{[a-z_]+\}")
_MARKER: Final = re.compile(r"(?<=[\s复:,。?!:,。?!])([1-9])(?=[^\d\s.])")
_ELDERLY: Final = 30
_ELDERLY_SAFETY: Final = 45
_MOST_CHOICES: Final = 3
_ANY: Final = "?"


def check_lengths(text: Text, samples: Mapping[str, str]) -> Iterator[Fault]:
    """Check one text as it would go out with everyday values."""
    try:
        words = fill(text.words, _fitting(text, samples))
    except MissingValue:
        return
    if text.variant is Variant.SMS and segments(words, samples["hosp"]) > text.segments:
        yield error(text.file, text.item, "sms_long", str(length(words)))
    if text.variant is Variant.ELDER:
        yield from _for_the_elderly(text, words)
    if text.variant is not Variant.RICH and text.numbered and text.options:
        yield from _numbers(text)


def _fitting(text: Text, samples: Mapping[str, str]) -> Mapping[str, str]:
    """What leads to a question is counted without it: the question is counted by itself."""
    return {**samples, "q": _ANY} if text.variant is Variant.ELDER else samples


def _for_the_elderly(text: Text, words: str) -> Iterator[Fault]:
    longest = _ELDERLY_SAFETY if text.safety else _ELDERLY
    if length(words) > longest:
        yield error(text.file, text.item, "elder_long", f"{length(words)} > {longest}")
    if len(_counted(text)) > _MOST_CHOICES:
        yield error(text.file, text.item, "elder_choices", str(len(text.options)))


def _counted(text: Text) -> list[Option]:
    return [option for option in text.options if option.key != A_PERSON]


def _numbers(text: Text) -> Iterator[Fault]:
    """The numbers in the text are those of its choices: 1, 2, 3 ... as a rule.

    Choices that are filled in when it is sent are answered in words by SMS.
    """
    found = _MARKER.findall(f" {text.words}")
    named = any(_NAMED_LATER.fullmatch(option.label) for option in text.options)
    wanted = [] if named else list(numbers(_counted(text)))
    if found != wanted:
        yield error(text.file, text.item, "sms_numbers", f"{found} / {wanted}")
