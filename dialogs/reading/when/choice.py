"""Chooses what is wanted among the dates of a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from dialogs.reading.when.groups import CUES, Group, Role, groups_of
from dialogs.reading.when.options import as_run, spread, timed
from dialogs.reading.when.outcome import when_of
from dialogs.reading.when.place import Place, Scene
from dialogs.reading.when.roles import judged
from dialogs.reading.when.statements import answered, compared, is_change
from dialogs.reading.when.value import When
from dialogs.reading.when.wishes import Wish

_WEEK = 7  # days
_FAR = timedelta(days=120)
_LONGEST_REFUSAL = 31  # a longer run of refused days is not listed


def choose(wishes: list[Wish], text: str, scene: Scene) -> tuple[When, ...]:
    """Return the preferred wish, then the alternatives, each with the days refused."""
    groups = compared(answered(judged(groups_of(wishes, text), scene)))
    refused = _refused(groups, scene)
    wanted = _options(_wanted(groups, booked=scene.booked is not None), groups, scene)
    open_days = [wish for wish in wanted if wish.timed or not _is_among(wish, refused)]
    found = [when for wish in open_days if (when := when_of(wish, scene))]
    if len(groups) == 1 and len(found) == 1 and _stays(groups[0], found[0], scene):
        return ()
    if found:
        return tuple(replace(when, exclude=refused) for when in dict.fromkeys(found))
    impossible = any(group.role is Role.DEAD for group in groups)
    return (When(exclude=refused),) if refused and not impossible and not open_days else ()


def _stays(group: Group, when: When, scene: Scene) -> bool:
    """Say whether the day is the booked one and only said again: 好的,后天我儿子带我来."""
    if when.date != scene.booked or when.date_end or when.mod:
        return False
    if when.time or when.period:
        if group.wishes[0].same_time:
            return False
        return _is_the_visit(when, scene) and not (_keeps(group) or is_change(group))
    if CUES["scorned"].search(group.gap):
        return True
    return bool(CUES["company"].search(group.after)) and not (_keeps(group) or is_change(group))


def _is_the_visit(when: When, scene: Scene) -> bool:
    """Say whether it is the very time of the visit: 收到,后天九点."""
    booked = scene.appointment.time().replace(tzinfo=None) if scene.appointment else None
    return when.time is not None and when.time == booked and when.time_end is None


def _keeps(group: Group) -> bool:
    return bool(CUES["keep"].search(group.before) or CUES["keep_after"].search(group.after))


def _refused(groups: list[Group], scene: Scene) -> tuple[date, ...]:
    days: list[date] = []
    for group in groups:
        if group.role is Role.REFUSED:
            days += [day for wish in group.wishes for day in _refused_days(wish)]
    return tuple(sorted({day for day in days[:_LONGEST_REFUSAL] if day >= scene.today}))


def _is_among(wish: Wish, days: tuple[date, ...]) -> bool:
    return bool(wish.days) and set(wish.days) <= set(days)


def _refused_days(wish: Wish) -> tuple[date, ...]:
    bounded = wish.place is None or wish.place.mod
    return () if wish.timed or bounded else wish.days


def _wanted(groups: list[Group], *, booked: bool) -> list[Group]:
    open_groups = [group for group in groups if group.role >= Role.TOLD]
    best = max((group.role for group in open_groups), default=Role.DEAD)
    chosen = [group for group in open_groups if group.role is best]
    if booked and best is Role.TOLD and all(map(_is_engaged, chosen)):
        return []
    if chosen and all(_is_open(group, open_groups) for group in chosen):
        chosen += [group for group in open_groups if group.role is Role.NAMED and group.dated]
    if best is not Role.WANTED and len(chosen) > 1:
        dated = [group for group in chosen if group.dated and not group.otherwise]
        chosen = _from(dated[-1], chosen) if dated else chosen[-1:]
    return _completed(chosen, open_groups)


def _is_engaged(group: Group) -> bool:
    """Say whether it only tells what somebody does on a day: 周三我要出差."""
    return bool(CUES["engaged"].search(group.after) and not CUES["positive"].search(group.after))


def _from(first: Group, groups: list[Group]) -> list[Group]:
    return [group for group in groups if group is first or not group.dated or group.otherwise]


def _completed(chosen: list[Group], groups: list[Group]) -> list[Group]:
    """Give a time the day that was named beside it, and a day its time."""
    if any(group.dated for group in chosen):
        extra = [group for group in groups if not group.dated and group.role >= Role.NAMED]
    else:
        named = [group for group in groups if group.dated and group.role >= Role.NAMED]
        extra = named[-1:] + [group for group in groups if _adds_time(group, chosen)]
    return [group for group in groups if group in chosen or group in extra]


def _adds_time(group: Group, chosen: list[Group]) -> bool:
    """Say whether it names a time, or the part of the day of a time: 下午晚点儿,四点."""
    if group.dated or group.role < Role.NAMED:
        return False
    without_part = all(other.wishes[0].time and not other.wishes[0].period for other in chosen)
    return group.wishes[0].time is not None or without_part


def _options(groups: list[Group], every: list[Group], scene: Scene) -> list[Wish]:
    dated = sorted((group for group in groups if group.dated), key=_preference)
    times = [group.wishes for group in groups if not group.dated]
    dated = _without_vague(dated)
    if not dated:
        said = [wishes for wishes in times if wishes[0].time or wishes[0].period]
        options = [timed(wish, said[1:]) for wishes in said[:1] for wish in wishes]
        options = [_with_day(wish, every, scene) for wish in options]
        return [] if any(_is_as_booked(wish, scene) for wish in options) else options
    options = [wish for group in dated for wish in spread(group.wishes)]
    if not _ranked(dated):
        options = as_run(options)
    options = [timed(wish, times) for wish in options]
    return [wish for wish in options if _believable(wish, groups, scene)]


def _without_vague(groups: list[Group]) -> list[Group]:
    """Let 二月二十号左右 say what 三个月后 meant."""
    if any(group.otherwise for group in groups):
        return groups
    exact = [group for group in groups if not _is_vague(group)]
    narrow = [group for group in exact if not _is_refined(group, exact)]
    return narrow or groups


def _is_vague(group: Group) -> bool:
    wish = group.wishes[0]
    return (
        wish.place is not None
        and (bool(wish.place.mod) or wish.delayed or wish.shifted)
        and not wish.timed
    )


def _is_open(group: Group, groups: list[Group]) -> bool:
    return not group.dated or _is_vague(group) or _is_refined(group, groups)


def _is_refined(group: Group, groups: list[Group]) -> bool:
    """Say whether a later group names some of its days: 下周再说,周一吧."""
    days = set(group.wishes[0].days)
    later = groups[groups.index(group) + 1 :]
    named = [set(other.wishes[0].days) for other in later if len(other.wishes) == 1]
    return any(other < days or _in_next_week(days, other) for other in named)


def _in_next_week(week: set[date], days: set[date]) -> bool:
    """Say whether 周二 after 这周 is already the next one, because this week is over."""
    return len(week) == _WEEK and len(days) == 1 and 0 < (min(days) - max(week)).days <= _WEEK


def _preference(group: Group) -> bool:
    rather = CUES["rather"].search(group.before) or CUES["rather_after"].search(group.after)
    return not rather


def _ranked(groups: list[Group]) -> bool:
    """Say whether one option is liked better than another, or several hang on a condition."""
    return any(
        not _preference(group) or (group.otherwise and CUES["conditional"].search(group.gap))
        for group in groups
    )


def _with_day(wish: Wish, groups: list[Group], scene: Scene) -> Wish:
    """Find the day of a time without one: the day left or refused beside it, the appointment."""
    left = [
        other.place
        for group in groups
        for other in group.wishes
        if group.role in {Role.LEFT, Role.REFUSED} and other.timed and other.place
    ]
    if left:
        return replace(wish, place=left[-1])
    anchored = wish.time or wish.back or any(is_change(group) for group in groups)
    anchored = anchored or any(_leaves_time(group) for group in groups)
    if scene.booked and anchored:
        return replace(wish, place=Place.on(scene.booked))
    return wish


def _is_as_booked(wish: Wish, scene: Scene) -> bool:
    """Say whether it only repeats when the visit is: 行,九点半我到."""
    if scene.appointment is None or wish.days != (scene.booked,) or wish.mod or wish.time_end:
        return False
    return wish.time == scene.appointment.time() if wish.time else wish.same_time


def _leaves_time(group: Group) -> bool:
    return group.role in {Role.LEFT, Role.REFUSED} and any(wish.time for wish in group.wishes)


def _believable(wish: Wish, groups: list[Group], scene: Scene) -> bool:
    if not (wish.place and wish.place.doubtful):
        return True
    wanted = any(group.role is Role.WANTED for group in groups)
    if wish.place.first - scene.today > _FAR and not wanted:
        return False  # 6.1 in November is a value
    measured = any(CUES["measured"].search(group.before) for group in groups)
    return bool(scene.appointment or wish.timed or wanted) and not measured
