"""A message that is made of nothing but an answer and the words people put around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from dialogs.reading import wording

_WORDS: Final = wording.load(__file__, "options.toml")
_LEAD: Final = re.compile(_WORDS["lead"])
_FILLER: Final = re.compile(_WORDS["filler"])
_ONLY_THANKS: Final = re.compile(_WORDS["thanks"])
_LONGEST: Final = 40  # characters; a longer message is a story
_LONE: Final = 3  # what a phrase of one character costs: it must not eat up a longer word

_Cost: TypeAlias = tuple[int, frozenset[str]]


def spelled(whole: str, table: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the options whose phrases, with fillers between, make up the whole message.

    Of several ways to take it apart the one with the fewest pieces counts; nothing may be left
    over, so a word the table does not know makes the message unread.
    """
    if len(whole) > _LONGEST:
        return frozenset()
    longest = max(map(len, table), default=0)
    best: dict[int, _Cost] = {0: (0, frozenset())}
    for start in range(len(whole)):
        if start not in best:
            continue
        cost, keys = best[start]
        for end, price, found in _pieces(whole, start, longest, table):
            known = best.get(end)
            if known is None or cost + price < known[0]:
                best[end] = (cost + price, keys | found)
    return best.get(len(whole), (0, frozenset()))[1]


def is_filler(whole: str) -> bool:
    """Tell whether words say nothing by themselves: 谢谢关心."""
    return not whole or bool(_ONLY_THANKS.fullmatch(whole))


def _pieces(
    whole: str, start: int, longest: int, table: Mapping[str, frozenset[str]]
) -> list[tuple[int, int, frozenset[str]]]:
    found = [
        (end, 1 if end - start > 1 else _LONE, table[whole[start:end]])
        for end in range(start + 1, min(len(whole), start + longest) + 1)
        if len(table.get(whole[start:end], ())) == 1
    ]
    filler = (_LEAD.match(whole) if start == 0 else None) or _FILLER.match(whole, start)
    if filler and filler.end() > start:
        found.append((filler.end(), 1, frozenset()))
    shorter = _FILLER.match(whole, start)
    if shorter and shorter.end() > start and filler is not shorter:
        found.append((shorter.end(), 1, frozenset()))
    return found
