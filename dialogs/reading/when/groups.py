"""Groups options that were named together and hears what is said about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum

from dialogs.reading import wording
from dialogs.reading.when.wishes import Wish

_WORDS = wording.load(__file__, "choice.toml")
_PHRASES = wording.load(__file__, "phrases.toml")
_OPTION, _OTHERWISE, _CORRECTION, _OR, _COMMA, _LEAD = (
    re.compile(_PHRASES[name])
    for name in ("option", "otherwise", "correction", "or", "comma", "lead")
)
CUES = {name: wording.alternatives(cue, _WORDS["words"]) for name, cue in _WORDS["cues"].items()}
_ASKED = [(re.compile(words), plain) for words, plain in _WORDS["asked"].items()]
SEPARATORS = re.compile(_WORDS["separators"])


class Role(IntEnum):
    """What a date is said for; the highest role is the wish."""

    DEAD = 0
    LEFT = 1  # the date one moves away from
    REFUSED = 2
    TOLD = 3  # when something else happens
    NAMED = 4
    WANTED = 5


@dataclass(frozen=True, slots=True)
class Group:
    """Options that were named together, with the words around them up to the next ones.

    `otherwise` options are second best. `gap` is the whole text since the group before, `rest`
    the whole text up to the next.
    """

    wishes: tuple[Wish, ...]
    gap: str = ""
    before: str = ""
    after: str = ""
    rest: str = ""
    role: Role = Role.NAMED
    otherwise: bool = False

    @property
    def dated(self) -> bool:
        """Say whether a day was named."""
        return any(wish.place for wish in self.wishes)

    @property
    def timed(self) -> bool:
        """Say whether a time or part of the day was named."""
        return any(wish.timed for wish in self.wishes)


def groups_of(wishes: list[Wish], text: str) -> list[Group]:
    """Return the groups with the words around them and what those say."""
    runs: list[list[Wish]] = []
    for wish in wishes:
        joined = _together(runs[-1], wish, text) if runs else None
        if joined:
            runs[-1].append(joined)
        else:
            runs.append([wish])
    return _without_corrected([_group(runs, index, text) for index in range(len(runs))])


def _together(run: list[Wish], wish: Wish, text: str) -> Wish | None:
    last = run[-1]
    gap = text[last.end : wish.start]
    if _is_apart(run, wish, text):
        return None
    if wish.listed or (bool(last.place) == bool(wish.place) and _OPTION.fullmatch(gap)):
        return wish
    if last.place and last.timed and not wish.place and _OR.fullmatch(gap):
        return replace(wish, place=last.place)
    return None


def _is_apart(run: list[Wish], wish: Wish, text: str) -> bool:
    """Tell another statement from one more option: 那天; 周一或者周二,周三; 别上午,下午."""
    last = run[-1]
    if wish.back or wish.booked or last.back or last.booked or last.shifted is not wish.shifted:
        return True
    if _is_led_in(last, wish, text):
        return True
    if not _COMMA.fullmatch(text, last.end, wish.start):
        return False
    closed = len(run) > 1 and bool(_OR.fullmatch(text, run[-2].end, last.start))
    if closed or _is_date_of(last, wish):
        return True
    before = text[: run[0].start]
    if CUES["waited"].search(_last_clause(_plain(before))):
        return True  # 考到19号,20号去
    return _refuses(before) and _is_other(wish, text)


def _is_date_of(last: Wish, wish: Wish) -> bool:
    """Tell the date that says what a delay meant: 一周后,1月12号."""
    return last.delayed and bool(wish.place) and not wish.delayed


def _is_led_in(last: Wish, wish: Wish, text: str) -> bool:
    """Tell a day after a holiday from one more option: 元旦放完假4号."""
    if not (last.place and wish.place) or last.timed or wish.place.mod:
        return False
    later = last.place.mod == "after" and wish.place.first > last.place.first
    return later and bool(_LEAD.fullmatch(text, last.end, wish.start))


def _is_other(wish: Wish, text: str) -> bool:
    return (
        not wish.place
        or bool(wish.place.mod)
        or bool(CUES["positive"].search(_first_clause(_plain(text[wish.end :]))))
    )


def _refuses(before: str) -> bool:
    return CUES["refuse_before"].search(_last_clause(_plain(before))) is not None


def _group(runs: list[list[Wish]], index: int, text: str) -> Group:
    run = runs[index]
    begin = runs[index - 1][-1].end if index else 0
    until = runs[index + 1][0].start if index + 1 < len(runs) else len(text)
    gap, rest = text[begin : run[0].start], text[run[-1].end : until]
    other = _OTHERWISE.fullmatch(gap) if index else None
    following = _OTHERWISE.fullmatch(rest) if index + 1 < len(runs) else None
    after = rest[: following.start("cue")] if following else rest
    before = _plain("" if other else gap)
    group = Group(tuple(run), _plain(gap), _last_clause(before), otherwise=bool(other))
    return replace(group, after=_first_clause(_plain(after)), rest=rest)


def _without_corrected(groups: list[Group]) -> list[Group]:
    last = max((n for n, group in enumerate(groups) if _CORRECTION.fullmatch(group.gap)), default=0)
    return groups[last:]


def _plain(words: str) -> str:
    for asked, plain in _ASKED:
        words = asked.sub(plain, words)
    return words


def _last_clause(words: str) -> str:
    return SEPARATORS.split(words)[-1]


def _first_clause(words: str) -> str:
    return SEPARATORS.split(words.lstrip(")"))[0]
