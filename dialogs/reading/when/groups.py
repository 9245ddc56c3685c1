"""Groups options that were named together and hears what is said about them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum

from dialogs.reading import wording
from dialogs.reading.when.place import Scene
from dialogs.reading.when.wishes import Wish

_WORDS = wording.load(__file__, "choice.toml")
_PHRASES = wording.load(__file__, "phrases.toml")
_OPTION, _OTHERWISE, _CORRECTION, _OR, _COMMA = (
    re.compile(_PHRASES[name]) for name in ("option", "otherwise", "correction", "or", "comma")
)
CUES = {name: wording.alternatives(cue, _WORDS["words"]) for name, cue in _WORDS["cues"].items()}
_ASKED = [(re.compile(words), plain) for words, plain in _WORDS["asked"].items()]
_SEPARATORS = re.compile(_WORDS["separators"])


_NOON = 12  # o'clock


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
    if not _COMMA.fullmatch(text, last.end, wish.start):
        return False
    if len(run) > 1 and _OR.fullmatch(text, run[-2].end, last.start):
        return True
    return _refuses(text[: run[0].start]) and _is_other(wish, text)


def _is_other(wish: Wish, text: str) -> bool:
    return not wish.place or bool(CUES["positive"].search(_first_clause(_plain(text[wish.end :]))))


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
    return _SEPARATORS.split(words)[-1]


def _first_clause(words: str) -> str:
    return _SEPARATORS.split(words.lstrip(")"))[0]


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
    if following and not _SEPARATORS.search(following.gap) and CUES["change"].search(following.gap):
        return Role.LEFT
    return _told_or_wanted(group, scene)


def _is_aside(group: Group, scene: Scene) -> bool:
    """Say whether it tells how somebody is, or points at a booking without a wish to keep it."""
    if _is_story(group) or _is_of_today(group, scene):
        return True
    if CUES["bare_figure"].search(group.after) and not group.timed:
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


def _is_of_today(group: Group, scene: Scene) -> bool:
    """Say whether it tells how somebody is today, or at some time of the day."""
    if group.wishes[0].days[:1] == (scene.today,) and CUES["today_told"].search(group.after):
        return not CUES["positive"].search(group.after + group.before)
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
    if any(CUES[cue].search(group.before) for cue in ("origin_before", "cancel_before", "waited")):
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
