"""What the linear model looks at in a message, each thing with its place in the text.

Names: plain characters are runs of one or two characters; `=word` is a whole word, `=word|word` two
that stand side by side, `@notion` a
notion (`@-notion` a denied one, `@notion.2` its second pattern), `!kind` a red flag, `%…` what the
notions mean together, `#…` the shape of the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, TypeAlias

from dialogs.tagging.message import Message
from dialogs.tagging.notions import Notion, hints

Place: TypeAlias = tuple[int, int]
Features: TypeAlias = dict[str, Place]

_NOWHERE: Final = (0, 0)
_SHORTEST_NAME: Final = 4  # of what is no plain run of characters
_MANY_FAULTS: Final = 3
_LENGTHS: Final = (3, 6, 12, 25, 60, 120)
_CLAUSE: Final = re.compile(r"[^,。;!?\n~:、 …\"“”‘’'()—\-]+")
_HAN: Final = re.compile("[一-鿿]")
# the notions that say more than a run of characters weigh more from the start
_WEIGHTS: Final = {"@": 2.0, "!": 2.0, "%": 2.5}


def weight_of(name: str) -> float:
    """Return how much a feature counts before anything is learnt."""
    return _WEIGHTS.get(name[0], 1.0) if len(name) >= _SHORTEST_NAME else 1.0


def is_ruled(name: str) -> bool:
    """Tell whether a feature is what the rules found, and not the writer's words."""
    return name.startswith("%danger") or (name[0] == "!" and len(name) >= _SHORTEST_NAME)


def is_of_illness(name: str) -> bool:
    """Tell whether a feature is a notion of `illness.toml`: seen where danger is heard alone."""
    return name.startswith(("@ill_", "@-ill_"))


def features_of(message: Message) -> Features:
    """Return every feature of a message with the first place where it was seen."""
    found: Features = {"#bias": _NOWHERE, _length(message.text): _NOWHERE}
    if not _HAN.search(message.text):
        found["#no Chinese"] = _NOWHERE
    _add_runs(found, message.text)
    for name, place in _all(message):
        found.setdefault(name, place)
    return found


def _length(text: str) -> str:
    return f"#length {sum(len(text) >= limit for limit in _LENGTHS)}"


def _all(message: Message) -> Iterator[tuple[str, Place]]:
    for token in message.tokens:
        if token.end - token.start > 1:
            yield f"={token.word}", (token.start, token.end)
    for token, following in pairwise(message.tokens):
        yield f"={token.word}|{following.word}", (token.start, following.end)
    for notion in message.notions:
        yield _named(notion), (notion.start, notion.end)
    yield from _together(message.notions)
    for danger in message.dangers:
        yield f"!{danger.kind}", _NOWHERE
        yield f"!{danger.level}{'?' if danger.check else ''} level", _NOWHERE
    if any(danger.level == "L1" for danger in message.dangers) and not _is_faulty(message.notions):
        yield "%danger, no fault", _NOWHERE
    if message.blame:
        yield "!blame", _NOWHERE


def _add_runs(found: Features, text: str) -> None:
    """Add the runs of one and of two characters of each clause: longer runs add nothing."""
    found.setdefault(f"^{text[:2]}", (0, min(2, len(text))))
    found.setdefault(f"{text[-2:]}$", (max(0, len(text) - 2), len(text)))
    add = found.setdefault
    for clause in _CLAUSE.finditer(text):
        first, last = clause.span()
        for start in range(first, last - 1):
            add(text[start], (start, start + 1))
            add(text[start : start + 2], (start, start + 2))
        add(text[last - 1], (last - 1, last))


def _is_faulty(notions: Iterable[Notion]) -> bool:
    return any(not notion.denied and hints().get(notion.name) for notion in notions)


def _named(notion: Notion) -> str:
    number = f".{notion.pattern}" if notion.pattern else ""
    return f"@{'-' if notion.denied else ''}{notion.name}{number}"


def _together(notions: Iterable[Notion]) -> Iterator[tuple[str, Place]]:
    """Weigh the notions of a message against each other: what holds, what is taken back."""
    faults = [notion for notion in notions if hints().get(notion.name)]
    held = [notion for notion in faults if not notion.denied]
    seen: dict[str, Place] = {}
    for notion in notions:
        if not notion.denied:
            seen.setdefault(notion.name, (notion.start, notion.end))
    for notion in held:
        yield f"%fault {hints()[notion.name]}", (notion.start, notion.end)
    yield f"%faults {min(len(held), _MANY_FAULTS)}", _NOWHERE
    yield from _praise(seen, faulty=bool(held))
    yield from _displeasure(seen, faulty=bool(held))
    if any(notion.denied and (notion in faults or notion.name == "fed_up") for notion in notions):
        alone = "" if held or "fed_up" in seen else " alone"
        yield f"%denied{alone}", _NOWHERE


def _praise(seen: Features, *, faulty: bool) -> Iterator[tuple[str, Place]]:
    turned = " turned" if "turning" in seen or "suggesting" in seen else ""
    ironic = " ironic" if "ironic" in seen else ""
    beside = f"{turned}{' faulty' if faulty else ''}{ironic}"
    if "thankful" in seen:
        yield f"%thanks{beside}", seen["thankful"]
    elif "praising" in seen:
        yield f"%praise{beside}", seen["praising"]


def _displeasure(seen: Features, *, faulty: bool) -> Iterator[tuple[str, Place]]:
    if "fed_up" in seen:
        elsewhere = " elsewhere" if "elsewhere" in seen else ""
        thankful = " thankful" if "thankful" in seen else ""
        yield f"%fed up{elsewhere}{thankful}", seen["fed_up"]
    if "ironic" in seen:
        yield "%ironic", seen["ironic"]
    if "elsewhere" in seen:
        yield f"%elsewhere{' faulty' if faulty else ''}", seen["elsewhere"]
    if not faulty and "fed_up" not in seen:
        if "asking" in seen:
            yield "%only asks", seen["asking"]
        if "displeased" not in seen:
            yield "%no fault", _NOWHERE
