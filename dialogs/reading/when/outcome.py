"""Puts a wish into calendar terms, unless it is over."""

from __future__ import annotations

from dialogs.reading.when.place import Place, Scene
from dialogs.reading.when.value import When
from dialogs.reading.when.wishes import Wish

_OVER = {"early": 6, "morning": 12, "noon": 14, "afternoon": 18, "evening": 24}


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
    if place.mod == "before" and _anchored(place).first < scene.today:
        return True  # 当月前: before the month that runs
    last = place.off[1] if place.off and place.mod == "after" else place.last
    if last != scene.today or place.mod:
        return last < scene.today
    if wish.time:
        return (wish.time_end or wish.time) <= scene.now.time()
    return bool(wish.period) and scene.now.hour >= _OVER[wish.period]
