"""What a hospital may say to a patient, and what no text may say (R059, R061, R220, R225)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from dialogs.checking.fault import WORDS, Fault, error
from dialogs.checking.texts import Text, Variant
from dialogs.wording import variables

_APOLOGY: Final = re.compile(WORDS["apology"])
_COMFORTING: Final = tuple(WORDS["comforting"])
_TURNING: Final = re.compile(WORDS["turning"])


def check_tone(text: Text, *, first_contact: bool) -> Iterator[Fault]:
    """Check the words of one text and of its choices."""
    spoken = " ".join([text.words, *(option.label for option in text.options)])
    allowed = WORDS["allowed"].get(text.item, ())
    for code in ("jargon", "forbidden"):
        for word in WORDS[code]:
            if word in spoken and word not in allowed:
                yield error(text.file, text.item, code, word)
    sorry = text.item.startswith(_COMFORTING) or _APOLOGY.search(text.words)
    if sorry and _TURNING.search(text.words):
        yield error(text.file, text.item, "turning")
    if first_contact and text.variant is not Variant.RICH:
        for word in WORDS["stigma"]:
            if word in spoken:
                yield error(text.file, text.item, "stigma", word)


def check_variables(text: Text, known: Collection[str]) -> Iterator[Fault]:
    """Check that something will stand for every variable."""
    for name in sorted(variables(text.words) - set(known)):
        yield error(text.file, text.item, "unknown_variable", name)
    if text.item in WORDS["leads"] and "q" not in variables(text.words):
        yield error(text.file, text.item, "lead_without_question", text.variant)
