"""Puts words that stand together into phrases: 下周三 + 下午 + 两点 + 以后."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from dialogs.reading import wording
from dialogs.reading.when.clocks import Clock
from dialogs.reading.when.days import Delay, Neighbour, Offset, SameDay, Shift
from dialogs.reading.when.feasts import Feast, Span
from dialogs.reading.when.lunar import LunarDay
from dialogs.reading.when.months import Month, MonthDay, MonthName, Year
from dialogs.reading.when.nth import Few, Nth
from dialogs.reading.when.place import Link, Place, Scene
from dialogs.reading.when.tokens import Mod, Part, SameTime, Token, Void
from dialogs.reading.when.weeks import SameWeek, Week, Weekday, Weekend, Workdays

_WORDS = wording.load(__file__, "phrases.toml")
_GLUE = re.compile(_WORDS["glue"])
_GLOSS = re.compile(_WORDS["gloss"])


@dataclass(frozen=True, slots=True)
class Beside:
    """Before or after the days named."""

    mod: str

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the same days, marked."""
        del scene
        return replace(place, mod=self.mod) if place else None


@dataclass(slots=True)
class Phrase:
    """Words of one point or run of time, and where they stand in the text."""

    start: int
    end: int
    links: list[Link] = field(default_factory=list)
    clock: Clock | None = None
    period: str = ""
    time_mod: str = ""
    same_time: bool = False
    listed: bool = False
    past: bool = False
    void: bool = False
    habit: bool = False
    pending: str = ""  # an "after" that stands before its date

    @property
    def timed(self) -> bool:
        """Say whether a time or a part of the day was named."""
        return bool(self.clock or self.period or self.same_time)

    @property
    def empty(self) -> bool:
        """Say whether it wishes for nothing."""
        dated = self.links and not isinstance(self.links[-1], Year)
        return self.past or self.void or not (dated or self.timed)

    def take(self, token: Token, gap: str) -> bool:
        """Add one word if it belongs here; `gap` is the text between."""
        if self.void and not (self.habit and isinstance(token.value, Clock | Part) and not gap):
            return False
        if not _joins(self, token, gap):
            return False
        self._add(token)
        self.end = token.end
        return True

    def _add(self, token: Token) -> None:
        value = token.value
        if isinstance(value, Clock):
            self.clock = value
            self.time_mod, self.pending = self.pending, ""
        elif isinstance(value, Part):
            self.period = value.period
        elif isinstance(value, Mod):
            self._modify(value)
        elif isinstance(value, SameTime):
            self.same_time = True
        elif isinstance(value, Void):
            self.void, self.past, self.habit = not value.past, value.past, value.timed
        else:
            self._name_day(value)

    def _modify(self, mod: Mod) -> None:
        if mod.ahead:
            self.pending = mod.word
        elif self.clock:
            self.time_mod = mod.word
        else:
            self.links.append(Beside(mod.word))

    def _name_day(self, link: Link) -> None:
        if self.links and _glosses(self.links[-1], link):
            return
        self.links.append(link)
        self.listed = isinstance(link, Weekday) and link.listed
        if self.pending:
            self.links.append(Beside(self.pending))
            self.pending = ""


def phrases_of(tokens: tuple[Token, ...], text: str) -> list[Phrase]:
    """Return the phrases of a text in their order."""
    phrases: list[Phrase] = []
    for token, following in zip_longest(tokens, tokens[1:]):
        if phrases and phrases[-1].clock and _leads(token, following):
            phrases.append(_begun(token))
            continue
        if phrases and phrases[-1].take(token, text[phrases[-1].end : token.start]):
            continue
        if not _may_begin(token):
            continue
        phrases.append(_begun(token))
    return [phrase for phrase in phrases if not phrase.empty]


def _begun(token: Token) -> Phrase:
    phrase = Phrase(token.start, token.end)
    phrase._add(token)  # noqa: SLF001 - the first word needs no leave to join
    return phrase


def _leads(token: Token, following: Token | None) -> bool:
    """Say whether a part of the day belongs to the time after it: 九点上午十点."""
    ahead = following is not None and isinstance(following.value, Clock)
    return isinstance(token.value, Part) and ahead


def _may_begin(token: Token) -> bool:
    value = token.value
    if isinstance(value, Mod):
        return value.ahead
    return value.alone if isinstance(value, Span) else not isinstance(value, Workdays | SameWeek)


def _joins(phrase: Phrase, token: Token, gap: str) -> bool:
    value = token.value
    if isinstance(value, Void):
        return False
    if isinstance(value, Mod):
        return not gap and not value.ahead and bool(phrase.links or phrase.timed)
    if isinstance(value, Clock | Part | SameTime):
        if isinstance(value, Part) and phrase.clock:
            return not phrase.period and not phrase.time_mod and not gap
        taken = phrase.period if isinstance(value, Part) else ""
        return phrase.clock is None and not taken and bool(_GLUE.fullmatch(gap))
    return _day_joins(phrase, value, gap)


def _day_joins(phrase: Phrase, link: Link, gap: str) -> bool:
    if phrase.past:
        return gap in _WORDS["of_the_past"]
    if not phrase.links:
        return bool(phrase.pending) and not gap
    last = phrase.links[-1]
    if phrase.timed:
        return _glosses(last, link) and gap == "("
    if isinstance(link, Weekday) and link.listed:
        return False
    if _glosses(last, link):
        return bool(_GLOSS.fullmatch(gap))
    return isinstance(link, _may_follow(last, link)) and bool(_GLUE.fullmatch(gap))


def _glosses(last: Link, link: Link) -> bool:
    """Say whether a weekday or date only explains the day before it: 明天(周三), 12月1日周二."""
    if isinstance(link, Weekday):
        return not link.weeks and not link.listed and isinstance(last, MonthDay | Offset)
    if isinstance(link, Offset):
        return isinstance(last, Delay) and not link.days
    return isinstance(link, MonthDay) and isinstance(last, Offset)


def _may_follow(last: Link, link: Link) -> tuple[type, ...]:
    for before, after in _FOLLOWERS:
        if isinstance(last, before):
            open_day = not isinstance(link, MonthDay) or link.month == MonthName()
            open_week = not isinstance(link, Weekday | Weekend) or link.weeks is None
            return after if open_day and open_week else _ANYWHERE
    return _ANYWHERE


_ANYWHERE = (Nth, Few, Neighbour, Workdays, SameDay, SameWeek, Span)
_FOLLOWERS: tuple[tuple[type | tuple[type, ...], tuple[type, ...]], ...] = (
    ((Week, Delay, Beside), (Weekday, Weekend, *_ANYWHERE)),
    (Month, (MonthDay, Feast, *_ANYWHERE)),
    (Weekday, (MonthDay, *_ANYWHERE)),
    (Year, (Feast, Nth)),
    (Nth, (Weekday, *_ANYWHERE)),
    (LunarDay, (Feast, *_ANYWHERE)),
    (Shift, ()),
)
