"""Hears from the words around a date what it is said for."""

from __future__ import annotations

from dataclasses import replace

from dialogs.reading.when.groups import CUES, SEPARATORS, Group, Role
from dialogs.reading.when.place import Scene

_NOON = 12  # o'clock
_BEFORE = ("origin_before", "cancel_before", "waited", "hearsay")


def judged(groups: list[Group], scene: Scene) -> list[Group]:
    """Return the groups with their roles."""
    roles = [_role(groups, index, scene) for index in range(len(groups))]
    return [replace(group, role=role) for group, role in zip(groups, roles, strict=True)]


def _role(groups: list[Group], index: int, scene: Scene) -> Role:
    group = groups[index]
    following = groups[index + 1] if index + 1 < len(groups) else None
    if all(wish.dead for wish in group.wishes):
        return Role.DEAD
    if _is_left(group, following) or _is_aside(group, scene):
        return Role.LEFT
    if _is_refused(group, following):
        return Role.REFUSED
    if following and not SEPARATORS.search(following.gap) and CUES["change"].search(following.gap):
        return Role.LEFT
    return _told_or_wanted(group, scene)


def _is_aside(group: Group, scene: Scene) -> bool:
    """Say whether it tells how somebody is, or points at a booking without a wish to keep it."""
    if _is_story(group) or _is_of_today(group, scene):
        return True
    if CUES["bare_figure"].search(group.after) and not any(wish.time for wish in group.wishes):
        return True
    if _is_arrival(group, scene):
        return True
    if scene.appointment and CUES["tells"].search(group.after) and not group.timed:
        return True
    keeps = CUES["keep"].search(group.before) or CUES["keep_after"].search(group.after)
    return group.wishes[0].booked and not keeps and _is_as_booked(group, scene)


def _is_story(group: Group) -> bool:
    """Say whether it dates something done, something else or the weather."""
    marked = any(wish.place and wish.place.mod for wish in group.wishes)
    if CUES["done"].search(group.after) and not marked:
        return not CUES["positive_before"].search(group.before)
    if CUES["weather"].search(group.after) and not CUES["refuse_after"].search(group.after):
        return True
    return bool(CUES["thing"].search(group.after))


def _is_arrival(group: Group, scene: Scene) -> bool:
    """Say whether it tells when somebody sets out or arrives for the visit: 八点一刻就能到."""
    wish = group.wishes[0]
    if scene.appointment is None or not wish.time or wish.mod or len(group.wishes) > 1:
        return False
    on_the_day = wish.place is None or wish.days == (scene.booked,)
    early = wish.time <= scene.appointment.time()
    changes = CUES["change"].search(group.before) or CUES["asked"].search(group.after)
    return on_the_day and early and not changes and bool(CUES["arriving"].search(group.after))


def _is_of_today(group: Group, scene: Scene) -> bool:
    """Say whether it tells how somebody is today, or at some time of the day."""
    told = CUES["today_told"].search(group.after) or (
        scene.appointment and CUES["today_only"].search(group.after)
    )
    if group.wishes[0].days[:1] == (scene.today,) and told:
        return not CUES["positive"].search(group.after + group.before)
    if CUES["unwell"].search(group.after) and not CUES["positive_before"].search(group.before):
        return not CUES["asked"].search(group.after)
    measured = CUES["measured"].search(group.before) or not group.dated
    if measured and CUES["figure"].search(group.after):
        return True
    if CUES["symptom"].search(group.after) and not group.otherwise:
        vague = not group.dated and not any(wish.time for wish in group.wishes)
        return vague or CUES["symptom_only"].search(group.after) is not None
    return False


def _is_as_booked(group: Group, scene: Scene) -> bool:
    """Say whether 那天 stands without a time, or with the part of the day the visit is in."""
    wish = group.wishes[0]
    if not group.timed or scene.appointment is None:
        return not group.timed
    morning = wish.period == "morning" and scene.appointment.hour < _NOON
    afternoon = wish.period == "afternoon" and scene.appointment.hour >= _NOON
    return wish.time is None and (morning or afternoon)


def _is_left(group: Group, following: Group | None) -> bool:
    if any(CUES[cue].search(group.after) for cue in ("seen", "cancel_after")):
        return True
    if any(CUES[cue].search(group.before) for cue in _BEFORE):
        return True
    return following is None and bool(CUES["origin_after"].search(group.after))


def _is_refused(group: Group, following: Group | None) -> bool:
    if CUES["refuse_before"].search(group.before) and not CUES["asks"].search(group.after):
        return not _either(group) and not (
            following is None and CUES["refuse_after"].search(group.after)
        )
    after = group.after
    if following and after == following.before and CUES["refuse_either"].search(after):
        return bool(CUES["positive"].search(following.after)) and not following.otherwise
    if following and after == following.before and CUES["refuse_before"].search(after):
        return False
    return bool(CUES["refuse_after"].search(after))


def _either(group: Group) -> bool:
    """Say whether the refusal between two dates speaks of the first: 周三不要周四要."""
    return bool(
        group.gap == group.before
        and CUES["refuse_either"].search(group.before)
        and CUES["positive"].search(group.after)
        and not _busy(group)
    )


def _busy(group: Group) -> bool:
    return bool(CUES["busy"].search(group.after) and not CUES["free"].search(group.after))


def _told_or_wanted(group: Group, scene: Scene) -> Role:
    if CUES["only_then"].search(group.after) and not CUES["free"].search(group.after):
        return Role.LEFT
    if _busy(group):
        if CUES["others"].search(group.rest):
            return Role.REFUSED
        booked = scene.booked is not None and group.wishes[0].days == (scene.booked,)
        return Role.LEFT if booked and not group.timed else Role.TOLD
    wanted = CUES["positive"].search(group.after) or CUES["positive_before"].search(group.before)
    return Role.WANTED if wanted else Role.NAMED
