"""What a hospital may decide about its figures of follow-up, and the groups of their reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from handlers.form_header import HeaderField

DIED: Final = "F41"


class Band(StrEnum):
    """How a rate looks on the monthly table (R187)."""

    GOOD = "good"
    NORMAL = "normal"
    WARN = "warn"
    BAD = "bad"
    NONE = "none"


class ReasonGroup(StrEnum):
    """The first level of the reasons (content 7); NONE: nobody has given one."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    WARD = "ward"
    EXCLUDED = "excluded"
    TECHNICAL = "technical"
    NONE = "none"


class Unfinished(StrEnum):
    """Why a stay that should be followed up has had no contact."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    WARD = "ward"
    TECHNICAL = "technical"
    OVERDUE = "overdue"  # a round is past its deadline and has neither answer nor reason
    WAITING = "waiting"  # a round is still to come
    UNPLANNED = "unplanned"  # no round, and no reason why


@dataclass(frozen=True, slots=True)
class FigureRules:
    """`deaths_count`: deaths stay in the denominators (M1, M2); `bands` in percent, falling.

    `header`: the fields a record needs at its head to be complete (M6); none: no head is looked at.
    """

    deaths_count: bool = False
    bands: tuple[float, float, float] = (97.0, 91.0, 70.0)
    header: tuple[HeaderField, ...] = ()

    def band(self, rate: float | None) -> Band:
        """Tell the band of a rate in percent, compared as it is printed: 96.96 is a 97.0."""
        if rate is None:
            return Band.NONE
        good, normal, warn = self.bands
        shown = round(rate, 1)
        if shown >= good:
            return Band.GOOD
        if shown >= normal:
            return Band.NORMAL
        return Band.WARN if shown >= warn else Band.BAD


_GROUPS: Final = {
    "F1": ReasonGroup.UNREACHABLE,
    "F2": ReasonGroup.REFUSED,
    "F3": ReasonGroup.WARD,
    "F4": ReasonGroup.EXCLUDED,
    "F5": ReasonGroup.TECHNICAL,
}


def group_of(reason: str) -> ReasonGroup:
    """Return the first level of a reason code; an unknown or missing one is no reason."""
    return _GROUPS.get(reason[:2], ReasonGroup.NONE)
