"""The red-flag lexicon, read once: danger.toml, wards.toml as patients tell it, crisis.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from dialogs.reading import wording
from dialogs.tagging.sieve import Sieve


@dataclass(frozen=True, slots=True)
class Sign:
    """One kind of danger and the words that show it."""

    kind: str
    level: str
    message: str
    pattern: re.Pattern[str]
    fixed: bool = False
    child: bool = False
    event: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All signs, the idioms that only sound like one, and the figures that are one."""

    signs: Sieve[Sign]
    idioms: re.Pattern[str]
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
    despair = wording.load(__file__, "crisis.toml")
    signs = [
        *(_sign(entry, words) for entry in lists["sign"]),
        *(_sign(entry, words | told["words"]) for entry in told["sign"]),
        *(_sign(entry, despair["words"]) for entry in despair["sign"]),
    ]
    taken = "吃|服|喝|打|输|用|挂|换|注射|抹|涂|做"
    return Lexicon(
        signs=Sieve((sign, sign.pattern) for sign in signs),
        idioms=wording.alternatives(lists["idioms"]["patterns"]),
        child=wording.alternatives(["{child}"], words),
        drug=wording.alternatives(
            [
                f"(?<!没)(?<!没有)(?<!不)(?:{taken})(?:了|完|过|着|的|上|下)?[^,。;!?]{{0,6}}(?:{words['drug']})"
            ]
        ),
        no_reaction=re.compile(lists["answers"]["drug"]),
        measures=lists["measures"],
    )


def _sign(entry: dict[str, Any], words: dict[str, str]) -> Sign:
    pattern = wording.alternatives(entry["patterns"], words)
    return Sign(
        **{**{name: entry[name] for name in entry if name != "patterns"}, "pattern": pattern}
    )
