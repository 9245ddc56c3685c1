"""The records behind every figure of the month: stays, rounds, alerts, complaints (R203, R204)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from handlers.reports.follow_up_facts import read_proofs, read_rounds, read_stays
from handlers.reports.follow_up_figures import (
    RoundFacts,
    StayFacts,
    why_unfinished,
    with_reason,
)
from handlers.reports.follow_up_lines import (
    RecordLine,
    RecordPage,
    cut,
    lines_of,
    lines_of_proofs,
    ordered,
)
from handlers.reports.follow_up_rules import FigureRules, ReasonGroup, Unfinished, group_of
from handlers.reports.follow_up_signals import COMPLAINTS, LEVELS, list_signals
from handlers.reports.period import Period


class RecordKind(StrEnum):
    """What is behind a figure: stays and their rounds, alerts, or complaints."""

    STAY = "stay"
    ALERT = "alert"
    COMPLAINT = "complaint"


SAMPLE: Final = "sample"
NO_REASON: Final = "none"
_REASON: Final = "reason-"
_GROUP: Final = "group-"
_ROUND: Final = "round_"


def _missing(stay: StayFacts) -> bool:
    return not stay.left_out and not stay.reached


def _unfinished(why: Unfinished) -> Callable[[StayFacts], bool]:
    return lambda stay: _missing(stay) and why_unfinished(stay) is why


OF_STAYS: Final[Mapping[str, Callable[[StayFacts], bool]]] = {
    "discharged": lambda stay: True,  # noqa: ARG005 - everybody
    "excluded": lambda stay: stay.left_out,
    "expected": lambda stay: not stay.left_out,
    "followed": lambda stay: stay.reached,
    "missing": _missing,
    "untried": lambda stay: not (stay.left_out or stay.tried),
    "numbers": lambda stay: not (stay.deliverable or stay.died_on_ward),
    **{why.value: _unfinished(why) for why in Unfinished},
}
OF_ROUNDS: Final[Mapping[str, Callable[[RoundFacts], bool]]] = {
    "rounds": lambda row: True,  # noqa: ARG005 - every one
    "round_1": lambda row: row.number == 1,
    "round_2": lambda row: row.number == 2,  # noqa: PLR2004 - the second round
    "round_3": lambda row: row.number == 3,  # noqa: PLR2004 - the third round
    "succeeded": lambda row: row.tried,
    "unrecorded": lambda row: row.ended and not row.recorded,
}


def kind_of(figure: str) -> RecordKind:
    """Tell of which kind the records of a figure are."""
    if figure in LEVELS:
        return RecordKind.ALERT
    return RecordKind.COMPLAINT if figure == COMPLAINTS else RecordKind.STAY


async def records_behind(
    figure: str,
    period: Period,
    departments: Sequence[str] | None,
    now: datetime,
    page: int = 1,
    rules: FigureRules | None = None,
) -> RecordPage | None:
    """Return a page of what a figure counts; None for a figure nobody knows.

    A figure is a name of OF_STAYS or OF_ROUNDS, red, orange, complaints, sample, or a reason:
    reason-F14, reason-none, group-unreachable.
    """
    signals = await list_signals(figure, period, departments)
    if signals is not None:
        shown, page = cut(signals, page)
        return RecordPage(tuple(shown), len(signals), page)
    if figure == SAMPLE:
        return await _sample(period, departments, now, page)
    facts = await _facts(figure, period, departments, now, rules or FigureRules())
    if facts is None:
        return None
    chosen, page = cut(ordered(facts), page)
    return RecordPage(tuple(await lines_of(chosen)), len(facts), page)


async def unfinished_rounds(
    period: Period, departments: Sequence[str] | None, now: datetime
) -> tuple[RecordLine, ...]:
    """List every round due in the month that has no answers, with its reason or none."""
    rounds = [row for row in await read_rounds(period, now, departments) if not row.completed]
    return tuple(await lines_of(ordered(rounds)))


async def _facts(
    figure: str,
    period: Period,
    departments: Sequence[str] | None,
    now: datetime,
    rules: FigureRules,
) -> list[StayFacts | RoundFacts] | None:
    if figure in OF_STAYS:
        return [row for row in await read_stays(period, now, departments) if OF_STAYS[figure](row)]
    if figure in OF_ROUNDS:
        rounds = await read_rounds(period, now, departments, rules.header)
        return [row for row in rounds if OF_ROUNDS[figure](row)]
    bears = _bearing(figure)
    if bears is None:
        return None
    stays = await read_stays(period, now, departments)
    rounds = await read_rounds(period, now, departments)
    return [fact for code, fact in with_reason(stays, rounds) if bears(code)]


def _bearing(figure: str) -> Callable[[str], bool] | None:
    """Tell by a reason's code whether a figure of reasons counts it; None for another figure."""
    if figure.startswith(_REASON):
        wanted = figure.removeprefix(_REASON)
        known = wanted == NO_REASON or group_of(wanted) is not ReasonGroup.NONE
        return (lambda code: (code or NO_REASON) == wanted) if known else None
    group = figure.removeprefix(_GROUP)
    if figure == group or group not in set(ReasonGroup):
        return None
    return lambda code: group_of(code) is ReasonGroup(group)


def reason_figure(code: str) -> str:
    """Name the figure of a reason code, or of none."""
    return f"{_REASON}{code or NO_REASON}"


def group_figure(group: ReasonGroup) -> str:
    """Name the figure of a group of reasons."""
    return f"{_GROUP}{group.value}"


async def _sample(
    period: Period, departments: Sequence[str] | None, now: datetime, page: int
) -> RecordPage:
    """The rounds whose patients said whether anybody was in touch, with what they said."""
    proofs = await read_proofs(period, now, departments)
    told = [proof for proof in proofs if proof.answer is not None]
    told.sort(key=lambda proof: (proof.department, str(proof.task)))
    shown, page = cut(told, page)
    return RecordPage(tuple(await lines_of_proofs(shown)), len(told), page)
