"""The red-flag lexicon, read once.

danger.toml names, wards.toml and similes.toml tell as patients do; crisis.toml, farewells.toml and
partings.toml are despair, threats.toml is violence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from dialogs.reading import wording
from dialogs.tagging.sieve import Sieve, alternatives_of


@dataclass(frozen=True, slots=True)
class Sign:
    """One kind of danger: the entry of that number in the files.

    `unless` are words that explain it harmlessly where they stand in the same sentence.
    """

    number: int
    kind: str
    level: str
    message: str
    fixed: bool = False
    child: bool = False
    event: bool = False
    unless: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All signs, the idioms that only sound like one, and the figures that are one.

    Patterns stand apart alternative by alternative: most are sieved out unsearched.
    """

    signs: Sieve[tuple[Sign, re.Pattern[str]]]
    idioms: Sieve[re.Pattern[str]]
    child: re.Pattern[str]
    drug: re.Pattern[str]
    no_reaction: re.Pattern[str]
    measures: dict[str, Any]


@cache
def lexicon() -> Lexicon:
    """Return the lexicon; the file is read at the first call."""
    lists = wording.load(__file__, "danger.toml")
    words = lists["words"]
    told = wording.load(__file__, "wards.toml")
    likened = wording.load(__file__, "similes.toml")
    despair = wording.load(__file__, "crisis.toml")
    farewells = wording.load(__file__, "farewells.toml")
    partings = wording.load(__file__, "partings.toml")
    threats = wording.load(__file__, "threats.toml")
    at_home = words | told["words"]
    entries = [
        *((entry, words) for entry in lists["sign"]),
        *((entry, at_home) for entry in told["sign"]),
        *((entry, at_home | likened["words"]) for entry in likened["sign"]),
        *((entry, despair["words"]) for entry in despair["sign"]),
        *((entry, despair["words"] | farewells["words"]) for entry in farewells["sign"]),
        *((entry, despair["words"] | partings["words"]) for entry in partings["sign"]),
        *((entry, threats["words"]) for entry in threats["sign"]),
    ]
    signs = [
        (sign, pattern)
        for number, entry in enumerate(entries)
        for sign in [_sign(number, *entry)]
        for pattern in _patterns(*entry)
    ]
    idioms = [
        re.compile(one)
        for pattern in lists["idioms"]["patterns"]
        for one in alternatives_of(pattern)
    ]
    taken = "吃|服|喝|打|输|用|挂|换|注射|抹|涂|做"
    return Lexicon(
        signs=Sieve((sign, sign[1]) for sign in signs),
        idioms=Sieve((idiom, idiom) for idiom in idioms),
        child=wording.alternatives(["{child}"], words),
        drug=wording.alternatives(
            [
                f"(?<!没)(?<!没有)(?<!不)(?:{taken})(?:了|完|过|着|的|上|下)?[^,。;!?]{{0,6}}(?:{words['drug']})"
            ]
        ),
        no_reaction=re.compile(lists["answers"]["drug"]),
        measures=lists["measures"],
    )


def _sign(number: int, entry: dict[str, Any], words: dict[str, str]) -> Sign:
    plain = {name: entry[name] for name in entry if name not in ("patterns", "unless")}
    unless = wording.alternatives([entry["unless"]], words) if "unless" in entry else None
    return Sign(number, **plain, unless=unless)


def _patterns(entry: dict[str, Any], words: dict[str, str]) -> Iterator[re.Pattern[str]]:
    for pattern in entry["patterns"]:
        for one in alternatives_of(wording.expand(pattern, words)):
            yield re.compile(one)
