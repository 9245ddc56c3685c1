"""What the SMS clouds refuse to file, and what no first message may say (R225); pure."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from bot.channels.sms_segments import length
from bot.channels.sms_shapes import Shape
from dialogs.checking.fault import WORDS

_LONGEST: Final = 500
_LINK: Final = re.compile(r"https?:|www\.|[a-z0-9-]+\.(?:cn|com|net|org|top)\b", re.IGNORECASE)
_ADJACENT: Final = re.compile(r"\}\{")
_RUN: Final = re.compile(r"(?:\{[a-z_0-9]+\})+")
_ONE: Final = re.compile(r"\{[a-z_0-9]+\}")
_NAME: Final = re.compile(r"[a-z_0-9]+")
_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_SIGNS: Final = frozenset({"So", "Sm", "No", "Sk", "Sc"})
_NUMBERS_AT_MOST: Final = 2
_PLAIN: Final = frozenset("+<=>$^`|~")


def lint(shape: Shape, filled: str, samples: Mapping[str, str], provider: str) -> tuple[str, ...]:
    """Name what a provider will object to, as codes of sms_filing.toml with a detail behind `:`.

    `filled` is the text with its sample values.
    """
    rules = _rules()["providers"].get(provider, {})
    found = [*_of_words(shape, rules), *_of_variables(shape, samples, rules)]
    if provider in shape.banned_by:
        found.append("banned")
    if length(filled) > _LONGEST:
        found.append(f"too_long:{length(filled)}")
    return tuple(found + list(_of_first_contact(shape)))


def _of_words(shape: Shape, rules: Mapping[str, Any]) -> Iterator[str]:
    for code in ("survey", "greeting", "refusal"):
        yield from (f"{code}:{word}" for word in rules.get(code, ()) if word in shape.words)
    if "【" in shape.words or "】" in shape.words:
        yield "brackets"
    if _LINK.search(shape.words) and not rules.get("fixed_links"):
        yield "link"
    if rules.get("no_signs"):
        signs = {c for c in shape.words if unicodedata.category(c) in _SIGNS and c not in _PLAIN}
        yield from (f"sign:{sign}" for sign in sorted(signs))


def _of_variables(
    shape: Shape, samples: Mapping[str, str], rules: Mapping[str, Any]
) -> Iterator[str]:
    named = shape.variables
    kinds = _rules()["variables"]
    yield from (f"link_variable:{name}" for name in sorted(named & set(kinds["links"])))
    yield from (f"free_text:{name}" for name in sorted(named & set(kinds["free_text"])))
    if rules.get("no_adjacent") and _ADJACENT.search(shape.words):
        yield "adjacent"
    phones = named & set(kinds["phones"])
    if rules.get("phones") and len(phones) > _NUMBERS_AT_MOST:
        yield f"numbers:{len(phones)}"
    if rules.get("phones") and any(_MOBILE.search(samples.get(name, "")) for name in phones):
        yield "mobile"
    yield from _too_long(shape, samples, rules)


def _too_long(shape: Shape, samples: Mapping[str, str], rules: Mapping[str, Any]) -> Iterator[str]:
    """Measure each variable of the provider's: where none may stand side by side, the joined."""
    pattern = _RUN if rules.get("no_adjacent") else _ONE
    for run in dict.fromkeys(pattern.findall(shape.words)):
        names = _NAME.findall(run)
        size = sum(len(samples.get(name, "")) for name in names)
        if size > rules.get("variable_limit", _LONGEST):
            yield f"long_variable:{'+'.join(names)}"


def _of_first_contact(shape: Shape) -> Iterator[str]:
    """Whoever reads the first message may be anybody: it names no illness and no department."""
    first = shape.name.rpartition("+")[2]
    if first in WORDS["first_contact"] or first == "M-OPEN":
        yield from (f"clinical:{word}" for word in WORDS["stigma"] if word in shape.words)


@cache
def _rules() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("sms_lint.toml").read_text(encoding="utf-8"))
