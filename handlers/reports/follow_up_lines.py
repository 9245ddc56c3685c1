"""The stays and rounds behind a figure as lines to read, masked, page by page (R203, T16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, TypeVar
from uuid import UUID

from handlers.masking import mask_name
from handlers.reports.follow_up_facts import Proof
from handlers.reports.follow_up_figures import RoundFacts, StayFacts
from handlers.reports.follow_up_signals import SignalLine
from models.care import Encounter, FollowUpTask

PAGE: Final = 50
LEFT_OUT: Final = "left_out"
# SQLite takes no more than 32,766 values in a statement
_AT_ONCE: Final = 10_000
Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One stay, or one round of it; `state` is a task's, or that the stay is left out.

    `said` is what the patient answered when asked whether anybody was in touch.
    """

    patient_id: UUID
    department: str
    patient: str = field(repr=False)
    discharged_on: date
    nurse: str
    state: str = ""
    reason: str = ""
    number: int | None = None
    deadline_at: datetime | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of what is behind a figure; `total` counts all pages."""

    lines: tuple[RecordLine | SignalLine, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // PAGE))


def cut(rows: Sequence[Fact], page: int) -> tuple[Sequence[Fact], int]:
    """Return the rows of a page, and which page it is: the nearest there is."""
    last = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), last)
    return rows[(page - 1) * PAGE : page * PAGE], page


def ordered(facts: Iterable[StayFacts | RoundFacts]) -> list[StayFacts | RoundFacts]:
    """Sort by department; within one by discharge or deadline."""
    return sorted(facts, key=_place)


def _place(fact: StayFacts | RoundFacts) -> tuple[str, bool, str, str]:
    late = isinstance(fact, RoundFacts)
    return fact.department, late, _day(fact).isoformat(), fact.id


def _day(fact: StayFacts | RoundFacts) -> date | datetime:
    return fact.deadline_at if isinstance(fact, RoundFacts) else fact.discharged_on


async def lines_of(facts: Sequence[StayFacts | RoundFacts]) -> list[RecordLine]:
    """Write facts down, in their order."""
    rounds = [fact for fact in facts if isinstance(fact, RoundFacts)]
    stays = await _stays(_stay(fact) for fact in facts)
    states = await _states(row.id for row in rounds)
    return [
        _of_round(fact, stays[fact.stay], states[fact.id])
        if isinstance(fact, RoundFacts)
        else _of_stay(fact, stays[fact.id])
        for fact in facts
    ]


async def lines_of_proofs(proofs: Sequence[Proof]) -> list[RecordLine]:
    """Write down the rounds whose patients were asked whether anybody was in touch."""
    rows = FollowUpTask.filter(id__in=[proof.task for proof in proofs])
    rows = rows.select_related("encounter__patient", "encounter__department")
    tasks = {task.id: task for task in await rows}
    return [_of_proof(tasks[proof.task], proof) for proof in proofs]


def _of_proof(task: FollowUpTask, proof: Proof) -> RecordLine:
    said = str(proof.answer or "")
    return RecordLine(
        *_head(task.encounter), task.status, task.reason, task.round, task.deadline_at, said
    )


def _stay(fact: StayFacts | RoundFacts) -> str:
    return fact.stay if isinstance(fact, RoundFacts) else fact.id


def _of_stay(fact: StayFacts, stay: Encounter) -> RecordLine:
    state = LEFT_OUT if fact.left_out else ""
    return RecordLine(*_head(stay), state=state, reason=fact.exclusion or fact.reason)


def _of_round(fact: RoundFacts, stay: Encounter, state: str) -> RecordLine:
    return RecordLine(*_head(stay), state, fact.reason, fact.number, fact.deadline_at)


def _head(stay: Encounter) -> tuple[UUID, str, str, date, str]:
    department = stay.department.name if stay.department else ""
    name = mask_name(stay.patient.name)
    return stay.patient_id, department, name, stay.discharged_on, stay.nurse


async def _stays(ids: Iterable[str]) -> dict[str, Encounter]:
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
