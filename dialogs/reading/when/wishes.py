"""Resolves phrases into wishes with days and times, and joins the two ends of a range."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from dialogs.reading import wording
from dialogs.reading.when.clocks import Clock, after, hour_of_day, time_of
from dialogs.reading.when.days import Delay, Neighbour, SameDay, Shift, add_months
from dialogs.reading.when.months import MonthDay
from dialogs.reading.when.phrases import Phrase
from dialogs.reading.when.place import DAY, WEEK, Place, Scene
from dialogs.reading.when.weeks import Weekday

_WORDS = wording.load(__file__, "phrases.toml")
_RANGE = re.compile(_WORDS["range"])
_PAIR = re.compile(_WORDS["pair"])
_NEXT = re.compile(_WORDS["next"])
_BETWEEN = re.compile(_WORDS["between"])
_MIDNIGHT = 24


@dataclass(frozen=True, slots=True)
class Wish:
    """What one phrase (or a range of two) asks for; `place` is None when no day was named.

    `dead` words name a day that does not exist or is over. `back` points at a day
    named before, `booked` at the appointment's.
    """

    start: int
    end: int
    place: Place | None = None
    time: dt.time | None = None
    time_end: dt.time | None = None
    period: str = ""
    mod: str = ""
    same_time: bool = False
    listed: bool = False
    back: bool = False
    booked: bool = False  # 那天 for the appointment's day
    dead: bool = False
    delayed: bool = False  # counted from today: 三个月后
    shifted: bool = False  # counted from the appointment: 推后一天

    @property
    def timed(self) -> bool:
        """Say whether a time or a part of the day is part of it."""
        return bool(self.time or self.period or self.same_time)

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Return the days it names."""
        if not self.place:
            return ()
        count = (self.place.last - self.place.first).days + 1
        return tuple(self.place.first + n * DAY for n in range(count))


def wishes_of(phrases: list[Phrase], text: str, scene: Scene) -> list[Wish]:
    """Return one wish for each phrase or range of two phrases."""
    wishes: list[Wish] = []
    previous: Phrase | None = None
    for phrase in phrases:
        if previous and _is_range(previous, phrase, text):
            wishes[-1] = _joined(wishes[-1], phrase, scene)
            previous = None
        else:
            wishes.append(_wish(phrase, scene))
            previous = phrase
    return _bounded(wishes, text)


def _bounded(wishes: list[Wish], text: str) -> list[Wish]:
    done: list[Wish] = []
    for wish in wishes:
        both = _between(done[-1], wish, text) if done else None
        done = [*done[:-1], both] if both else [*done, wish]
    return done


def _between(first: Wish, second: Wish, text: str) -> Wish | None:
    """Return the run from "after" the first to "before" the second: 二号以后十号以前."""
    if not _NEXT.fullmatch(text, first.end, second.start):
        return None
    if (first.mod, second.mod) == ("after", "before") and not second.place:
        return replace(first, end=second.end, time_end=second.time, mod="")
    if not (first.place and second.place) or first.timed or second.timed:
        return None
    if (first.place.mod, second.place.mod) != ("after", "before"):
        return None
    start = (first.place.off or (first.place.first, first.place.last))[1]
    end = (second.place.off or (second.place.first, second.place.last))[0]
    return replace(first, end=second.end, place=Place(start, end)) if start < end else None


def _is_range(first: Phrase, second: Phrase, text: str) -> bool:
    gap = text[first.end : second.start]
    if _RANGE.fullmatch(gap):
        return bool(first.links) or not second.links or _next_day(second)
    return bool(_PAIR.fullmatch(gap) and _BETWEEN.match(text, second.end))


def _next_day(phrase: Phrase) -> bool:
    return isinstance(phrase.links[0], Neighbour)


def _wish(phrase: Phrase, scene: Scene) -> Wish:
    first, named = phrase.links[0] if phrase.links else None, scene.named
    back = isinstance(first, SameDay) and named is not None
    place = _settled(phrase, scene)
    if isinstance(first, SameDay):
        scene.named = named
    start, end = _times(phrase, scene)
    return Wish(
        phrase.start,
        phrase.end,
        place.moved(DAY) if place and _ends_the_day(phrase) else place,
        start,
        end,
        phrase.period,
        phrase.time_mod,
        same_time=phrase.same_time,
        listed=phrase.listed,
        back=back,
        booked=isinstance(first, SameDay) and not back,
        dead=bool(phrase.links) and place is None,
        shifted=isinstance(first, Shift),
        delayed=len(phrase.links) == 1 and isinstance(first, Delay),
    )


def _settled(phrase: Phrase, scene: Scene) -> Place | None:
    place: Place | None = None
    for link in phrase.links:
        if isinstance(link, Neighbour):
            scene.anchor = place or scene.anchor
        elif not isinstance(link, SameDay):
            scene.anchor = None
        place = link.settle(scene, place)
        if place is None:
            return None
    if place:
        scene.named = place
        scene.anchor = scene.anchor or place
    return place


def _ends_the_day(phrase: Phrase) -> bool:
    return phrase.clock is not None and hour_of_day(phrase.clock, phrase.period) == _MIDNIGHT


def _times(phrase: Phrase, scene: Scene) -> tuple[dt.time | None, dt.time | None]:
    clock, link = phrase.clock, phrase.links[0] if phrase.links else None
    moment = link.moment(scene) if isinstance(link, Delay | Shift) else None
    if moment:
        return moment.time().replace(second=0, microsecond=0), None
    if clock is None:
        return None, None
    start = time_of(hour_of_day(clock, phrase.period), clock.minute)
    if clock.until is None:
        return start, None
    return start, after(start, replace(clock, hour=clock.until), phrase.period)


def _joined(wish: Wish, phrase: Phrase, scene: Scene) -> Wish:
    if wish.dead:
        return replace(wish, end=phrase.end)
    other = _wish(phrase, scene)
    if other.dead:
        return replace(wish, end=phrase.end, dead=True)
    if other.place and not wish.place and _next_day(phrase):
        return replace(wish, end=phrase.end, dead=True)  # nobody is seen through the night
    place = _spanned(wish.place, other.place, phrase)
    joined = replace(wish, end=phrase.end, place=place, period=wish.period or other.period)
    if wish.time is None or phrase.clock is None:
        changed = bool(wish.period and other.period and wish.period != other.period)
        return replace(joined, period="") if changed and wish.time is None else joined
    return replace(joined, time_end=_end_time(wish, phrase, phrase.clock))


def _end_time(wish: Wish, phrase: Phrase, clock: Clock) -> dt.time:
    if phrase.period or wish.time is None:
        return time_of(hour_of_day(clock, phrase.period), clock.minute)
    return after(wish.time, clock, wish.period)


def _spanned(first: Place | None, second: Place | None, phrase: Phrase) -> Place | None:
    if first is None or second is None:
        return first or second
    last = second.last
    link = phrase.links[-1]
    if last < first.first and isinstance(link, Weekday):
        last += WEEK
    if last < first.first and isinstance(link, MonthDay):
        last = add_months(last, 1)
    if last < first.first:
        return None
    return replace(first, last=last, recurring=None)
