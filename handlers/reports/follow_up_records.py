"""The stays and rounds behind a figure of the month, masked (R203, R204, T16)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, TypeVar
from uuid import UUID

from handlers.masking import mask_name
from handlers.reports.follow_up_facts import read_rounds, read_stays
from handlers.reports.follow_up_figures import RoundFacts, StayFacts, why_unfinished
from handlers.reports.follow_up_rules import Unfinished
from handlers.reports.period import Period
from models.care import Encounter, FollowUpTask

PAGE: Final = 50
LEFT_OUT: Final = "left_out"
_ROUND: Final = "round_"
# SQLite takes no more than 32,766 values in a statement
_AT_ONCE: Final = 10_000
Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One stay, or one round of it; `state` is a task's, or that the stay is left out."""

    patient_id: UUID
    department: str
    patient: str = field(repr=False)
    discharged_on: date
    nurse: str
    state: str = ""
    reason: str = ""
    number: int | None = None
    deadline_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of what is behind a figure; `total` counts all pages."""

    lines: tuple[RecordLine, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // PAGE))


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
    "numbers": lambda stay: not (stay.deliverable or stay.died_on_ward),
    **{why.value: _unfinished(why) for why in Unfinished},
}
OF_ROUNDS: Final = ("rounds", "round_1", "round_2", "round_3")


async def records_behind(
    figure: str, period: Period, departments: Sequence[str] | None, now: datetime, page: int = 1
) -> RecordPage | None:
    """Return a page of the stays or rounds a figure counts; None for a figure nobody knows."""
    if figure in OF_STAYS:
        counts = OF_STAYS[figure]
        stays = [stay for stay in await read_stays(period, now, departments) if counts(stay)]
        stays.sort(key=lambda stay: (stay.department, stay.discharged_on, stay.id))
        shown, page = _cut(stays, page)
        return RecordPage(tuple(await _of_stays(shown)), len(stays), page)
    if figure in OF_ROUNDS:
        rounds = [row for row in await read_rounds(period, now, departments) if _is(row, figure)]
        rounds.sort(key=lambda row: (row.department, row.deadline_at, row.id))
        chosen, page = _cut(rounds, page)
        return RecordPage(tuple(await _of_rounds(chosen)), len(rounds), page)
    return None


async def unfinished_rounds(
    period: Period, departments: Sequence[str] | None, now: datetime
) -> tuple[RecordLine, ...]:
    """List every round due in the month that has no answers, with its reason or none."""
    rounds = [row for row in await read_rounds(period, now, departments) if not row.completed]
    rounds.sort(key=lambda row: (row.department, row.deadline_at, row.id))
    return tuple(await _of_rounds(rounds))


def _is(row: RoundFacts, figure: str) -> bool:
    return figure in ("rounds", f"{_ROUND}{row.number}")


def _cut(rows: Sequence[Fact], page: int) -> tuple[Sequence[Fact], int]:
    last = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), last)
    return rows[(page - 1) * PAGE : page * PAGE], page


async def _of_stays(stays: Sequence[StayFacts]) -> list[RecordLine]:
    known = await _known(stay.id for stay in stays)
    return [
        _line(known[stay.id], LEFT_OUT if stay.left_out else "", stay.exclusion or stay.reason)
        for stay in stays
    ]


async def _of_rounds(rounds: Sequence[RoundFacts]) -> list[RecordLine]:
    known = await _known(row.stay for row in rounds)
    states = await _states(row.id for row in rounds)
    return [
        _line(known[row.stay], states[row.id], row.reason, row.number, row.deadline_at)
        for row in rounds
    ]


async def _known(ids: Iterable[str]) -> dict[str, Encounter]:
    """Load stays with their patients and departments, some thousand at a time."""
    found: dict[str, Encounter] = {}
    for some in _portions(ids):
        rows = Encounter.filter(id__in=some).select_related("patient", "department")
        found |= {str(row.id): row for row in await rows}
    return found


async def _states(ids: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in _portions(ids):
        rows = FollowUpTask.filter(id__in=some).values_list("id", "status")
        found |= {str(key): str(status) for key, status in await rows}
    return found


def _portions(ids: Iterable[str]) -> Iterable[list[UUID]]:
    wanted = [UUID(key) for key in dict.fromkeys(ids)]
    return (wanted[place : place + _AT_ONCE] for place in range(0, len(wanted), _AT_ONCE))


def _line(
    stay: Encounter,
    state: str,
    reason: str,
    number: int | None = None,
    deadline_at: datetime | None = None,
) -> RecordLine:
    return RecordLine(
        patient_id=stay.patient_id,
        department=stay.department.name if stay.department else "",
        patient=mask_name(stay.patient.name),
        discharged_on=stay.discharged_on,
        nurse=stay.nurse,
        state=state,
        reason=reason,
        number=number,
        deadline_at=deadline_at,
    )
