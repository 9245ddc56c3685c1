"""Resolves phrases into wishes with days and times, and joins the two ends of a range."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from dialogs.reading import wording
from dialogs.reading.when.clocks import Clock, after, hour_of_day, time_of
from dialogs.reading.when.days import Delay, Neighbour, SameDay, Shift, add_months
from dialogs.reading.when.months import MonthDay
from dialogs.reading.when.phrases import Phrase
from dialogs.reading.when.place import DAY, WEEK, Place, Scene
from dialogs.reading.when.value import When
from dialogs.reading.when.weeks import Weekday

_WORDS = wording.load(__file__, "phrases.toml")
_RANGE = re.compile(_WORDS["range"])
_PAIR = re.compile(_WORDS["pair"])
_BETWEEN = re.compile(_WORDS["between"])
_MIDNIGHT = 24
_OVER = {"early": 6, "morning": 12, "noon": 14, "afternoon": 18, "evening": 24}


@dataclass(frozen=True, slots=True)
class Wish:
    """What one phrase (or a range of two) asks for; `place` is None when no day was named.

    `dead` words name a day that does not exist or is over. `back` points at a day
    named before, `booked` at the appointment's.
    """

    start: int
    end: int
    place: Place | None = None
    time: time | None = None
    time_end: time | None = None
    period: str = ""
    mod: str = ""
    same_time: bool = False
    listed: bool = False
    back: bool = False
    booked: bool = False  # 那天 for the appointment's day
    dead: bool = False
    delayed: bool = False  # counted from today: 三个月后

    @property
    def timed(self) -> bool:
        """Say whether a time or a part of the day is part of it."""
        return bool(self.time or self.period or self.same_time)

    @property
    def days(self) -> tuple[date, ...]:
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
    return wishes


def _is_range(first: Phrase, second: Phrase, text: str) -> bool:
    gap = text[first.end : second.start]
    if _RANGE.fullmatch(gap):
        return bool(first.links) or not second.links or _next_day(second)
    return bool(_PAIR.fullmatch(gap) and _BETWEEN.match(text, second.end))


def _next_day(phrase: Phrase) -> bool:
    return isinstance(phrase.links[0], Neighbour)


def _wish(phrase: Phrase, scene: Scene) -> Wish:
    back = isinstance(phrase.links[0], SameDay) and bool(scene.named) if phrase.links else False
    named = scene.named
    wish = Wish(phrase.start, phrase.end, period=phrase.period, mod=phrase.time_mod, back=back)
    wish = replace(wish, same_time=phrase.same_time, listed=phrase.listed)
    place = _settled(phrase, scene)
    if phrase.links and place is None:
        return replace(wish, dead=True)
    moment = _moment(phrase, scene)
    if moment:
        return replace(wish, place=place, time=moment.time().replace(second=0))
    if phrase.clock and place and hour_of_day(phrase.clock, phrase.period) == _MIDNIGHT:
        place = place.moved(DAY)
    if isinstance(phrase.links[0] if phrase.links else None, SameDay) and not back:
        scene.named = named
        wish = replace(wish, booked=True)
    delayed = len(phrase.links) == 1 and isinstance(phrase.links[0], Delay)
    return replace(wish, place=place, delayed=delayed, **_times(phrase))


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


def _moment(phrase: Phrase, scene: Scene) -> datetime | None:
    link = phrase.links[0] if phrase.links else None
    return link.moment(scene) if isinstance(link, Delay | Shift) else None


def _times(phrase: Phrase) -> dict[str, time | None]:
    clock = phrase.clock
    if clock is None:
        return {}
    start = time_of(hour_of_day(clock, phrase.period), clock.minute)
    if clock.until is None:
        return {"time": start}
    until = replace(clock, hour=clock.until)
    return {"time": start, "time_end": after(start, until, phrase.period)}


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


def _end_time(wish: Wish, phrase: Phrase, clock: Clock) -> time:
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


def when_of(wish: Wish, scene: Scene) -> When | None:
    """Return the wish in calendar terms; None if it is over or cannot be."""
    place, moment = wish.place, wish.time
    if wish.same_time and scene.appointment:
        moment = scene.appointment.time()
    if place is None:
        return When(time=moment, time_end=wish.time_end, period=wish.period, mod=wish.mod)
    place = _moved_on(place, wish, scene)
    if _is_over(place, wish, scene):
        return None
    anchor = _anchored(place)
    first = anchor.first if place.mod else max(anchor.first, scene.today)
    last = anchor.last if anchor.last != first and not place.mod else None
    mod = wish.mod or place.mod
    return When(first, last, moment, wish.time_end, wish.period, mod)


def _anchored(place: Place) -> Place:
    if not place.mod:
        return place
    first, last = place.off or (place.first, place.last)
    return Place.on(last if place.mod == "after" else first)


def _moved_on(place: Place, wish: Wish, scene: Scene) -> Place:
    if place.recurring and place.first == scene.today and _is_over(place, wish, scene):
        return place.moved(place.recurring)
    return place


def _is_over(place: Place, wish: Wish, scene: Scene) -> bool:
    last = place.off[1] if place.off and place.mod == "after" else place.last
    if last != scene.today or place.mod:
        return last < scene.today
    if wish.time:
        return (wish.time_end or wish.time) <= scene.now.time()
    return bool(wish.period) and scene.now.hour >= _OVER[wish.period]
