"""Lets one statement bear on another: that day, change to, or else, the same day again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dialogs.reading.when.groups import CUES, Group, Role
from dialogs.reading.when.place import WEEK, Place
from dialogs.reading.when.wishes import Wish


def answered(groups: list[Group]) -> list[Group]:
    """Let 那天 speak about the day named before it, or about the appointment."""
    done: list[Group] = []
    for group in groups:
        wish = group.wishes[0]
        if wish.booked and group.role in {Role.REFUSED, Role.TOLD}:
            continue
        if not wish.back:
            done.append(group)
        elif group.role is Role.REFUSED:
            done = [_refuse(other, wish) for other in done] + [group]
        elif group.role is Role.WANTED and not group.timed:
            done = [_want(other, wish) for other in done]
        elif group.timed and group.role is not Role.TOLD:
            done.append(replace(group, wishes=(replace(wish, place=None),)))
    return done


def _refuse(group: Group, wish: Wish) -> Group:
    same = any(other.days == wish.days for other in group.wishes)
    return replace(group, role=Role.REFUSED) if same else group


def _want(group: Group, wish: Wish) -> Group:
    same = group.wishes[-1].days == wish.days and group.role in {Role.TOLD, Role.NAMED}
    return replace(group, role=Role.WANTED) if same else group


def compared(groups: list[Group]) -> list[Group]:
    """Let the dates bear on each other: changes, second bests, repetitions, exceptions."""
    return excepted(said_once(otherwise(changed(groups))))


def changed(groups: list[Group]) -> list[Group]:
    """Of dates around "change to" only the later ones are wanted."""
    last = max((n for n, group in enumerate(groups) if is_change(group)), default=0)
    return [
        replace(group, role=Role.LEFT) if n < last and _may_leave(group) else group
        for n, group in enumerate(groups)
    ]


def is_change(group: Group) -> bool:
    """Say whether "change to" stands before it."""
    return bool(CUES["change"].search(group.before)) and not group.otherwise


def _may_leave(group: Group) -> bool:
    open_role = group.role in {Role.TOLD, Role.NAMED} or is_change(group)
    return open_role and group.role >= Role.TOLD and not group.otherwise


def otherwise(groups: list[Group]) -> list[Group]:
    """Let "or else" speak for both sides: 周三不行的话周四也可以."""
    done: list[Group] = []
    for group in groups:
        if group.otherwise and done:
            role = max(group.role, done[-1].role)
            done[-1] = _raised(done[-1], role, Role.NAMED)
            done.append(_raised(group, role, Role.TOLD))
        else:
            done.append(group)
    return done


def _raised(group: Group, role: Role, lowest: Role) -> Group:
    return replace(group, role=role) if lowest <= group.role <= role else group


def said_once(groups: list[Group]) -> list[Group]:
    """Let 三号我休息,三号上午吧 be one wish."""
    done: list[Group] = []
    for group in groups:
        if done and _repeats(done[-1], group):
            role = max(done.pop().role, group.role)
            done.append(replace(group, role=role))
        else:
            done.append(group)
    return done


def _repeats(first: Group, second: Group) -> bool:
    open_roles = min(first.role, second.role) >= Role.TOLD
    same = first.dated and _days(first) == _days(second) and _sides(first) == _sides(second)
    return same and open_roles and not first.timed and len(first.wishes) >= len(second.wishes)


def _days(group: Group) -> set[date]:
    return {day for wish in group.wishes for day in wish.days}


def _sides(group: Group) -> set[str]:
    return {wish.place.mod for wish in group.wishes if wish.place}


def excepted(groups: list[Group]) -> list[Group]:
    """Let a weekday that is excepted lie in the week that is asked for: 除了周四,下周都行."""
    runs = [
        wish.place
        for group in groups
        for wish in group.wishes
        if group.role >= Role.NAMED and wish.place and wish.place.last > wish.place.first
    ]
    return [_within(group, runs[0]) if runs and _is_excepted(group) else group for group in groups]


def _is_excepted(group: Group) -> bool:
    return group.role is Role.REFUSED and bool(CUES["excepted"].search(group.before))


def _within(group: Group, run: Place) -> Group:
    return replace(group, wishes=tuple(_moved(wish, run) for wish in group.wishes))


def _moved(wish: Wish, run: Place) -> Wish:
    """Return a bare weekday before the run in the first week of it."""
    place = wish.place
    if place is None or place.recurring is None or place.first >= run.first:
        return wish
    weeks = -((place.first - run.first).days // WEEK.days)
    later = place.moved(weeks * WEEK)
    return replace(wish, place=later) if later.last <= run.last else wish
