"""Options named together: neighbouring days make one run, and one time may count for all."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from dialogs.reading.when.place import DAY, Place
from dialogs.reading.when.wishes import Wish


def spread(wishes: tuple[Wish, ...]) -> list[Wish]:
    """Return the options of one group; the last time said counts for those without one."""
    last, wishes = wishes[-1], _narrowed(wishes)
    return as_run([_like(wish, last) if not wish.timed else wish for wish in wishes])


def _narrowed(wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """Leave out a run of which a later option names some days: 12月中,15号."""
    runs = [set(wish.days) for wish in wishes]
    return tuple(
        wish
        for place, wish in enumerate(wishes)
        if wish.timed or not any(later and later < runs[place] for later in runs[place + 1 :])
    )


def as_run(wishes: list[Wish]) -> list[Wish]:
    """Make one run of neighbouring days at the same time; others stay as they are."""
    first, last = wishes[0].place, wishes[-1].place
    if len(wishes) > 1 and first and last and _neighbours(wishes):
        return [replace(wishes[0], place=Place(first.first, last.last))]
    return wishes


def _like(wish: Wish, last: Wish) -> Wish:
    return replace(wish, time=last.time, time_end=last.time_end, period=last.period, mod=last.mod)


def _neighbours(wishes: list[Wish]) -> bool:
    pairs = pairwise(wishes)
    return all(
        first.place
        and second.place
        and not first.place.mod
        and first.place.last + DAY == second.place.first
        and (first.time, first.period) == (second.time, second.period)
        for first, second in pairs
    )


def timed(wish: Wish, times: list[tuple[Wish, ...]]) -> Wish:
    """Give the wish the time that was said apart from it."""
    for said in times:
        time = said[0]
        if not wish.timed:
            wish = _like(replace(wish, same_time=time.same_time), time)
        elif wish.period and not wish.time and time.time:
            wish = replace(_like(wish, time), period=time.period or wish.period)
    return wish
