"""Breaches by person, with what was said against them, and the suspensions they led to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q

from dialogs.timing.booking import breaches_counted
from dialogs.timing.spans import local
from handlers.booking.rules import rules_of
from handlers.masking import mask_name
from models.booking import Appointment, Breach, Suspension
from models.office import ConsultReason, ConsultTask

RECENT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class BreachLine:
    """One breach; `words` is what the patient wrote against it."""

    breach: Breach
    appointment: Appointment
    counts: bool
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PersonBreaches:
    """A person's breaches, newest first; `counted` stand now; `suspension` is running."""

    name: str
    counted: int
    limit: int
    lines: Sequence[BreachLine]
    suspension: Suspension | None

    @property
    def appealed(self) -> bool:
        """Tell whether an appeal waits for a decision."""
        return any(
            line.breach.appealed_at is not None and line.breach.waived_at is None
            for line in self.lines
        )


async def breach_list(now: datetime) -> list[PersonBreaches]:
    """List the people with breaches of late or a running suspension; appeals come first."""
    suspensions = {row.person: row for row in await _running(now)}
    rows = Breach.filter(Q(at__gt=now - RECENT) | Q(person__in=list(suspensions)))
    breaches = await rows.order_by("-at").prefetch_related(
        "appointment__clinic", "patient", "waived_by"
    )
    words = await _appeals(breaches)
    people: dict[str, list[Breach]] = defaultdict(list)
    for breach in breaches:
        people[breach.person].append(breach)
    found = [_person(rows, words, suspensions.get(who), now) for who, rows in people.items()]
    return sorted(found, key=lambda one: (not one.appealed, -one.counted))


async def _running(now: datetime) -> list[Suspension]:
    rows = Suspension.filter(lifted_at=None, ends_on__gt=local(now).date(), starts_at__lte=now)
    return await rows.order_by("starts_at")


async def _appeals(breaches: Iterable[Breach]) -> Mapping[UUID, str]:
    """An appeal is a task of the consult room; it is about all that the person is blamed for."""
    people = [breach.patient_id for breach in breaches]
    tasks = ConsultTask.filter(patient_id__in=people, reason=ConsultReason.APPEAL)
    said = await tasks.order_by("raised_at")
    return {task.patient_id: task.words or "" for task in said if task.patient_id is not None}


def _person(
    breaches: Sequence[Breach],
    words: Mapping[UUID, str],
    suspension: Suspension | None,
    now: datetime,
) -> PersonBreaches:
    rules = rules_of(breaches[0].appointment.clinic)
    standing = [breach.at for breach in breaches if breach.waived_at is None]
    lines = [_line(breach, words, now) for breach in breaches]
    return PersonBreaches(
        name=mask_name(breaches[0].patient.name),
        counted=breaches_counted(standing, now, rules),
        limit=rules.breach_limit,
        lines=lines,
        suspension=suspension,
    )


def _line(breach: Breach, words: Mapping[UUID, str], now: datetime) -> BreachLine:
    rules = rules_of(breach.appointment.clinic)
    counts = breach.waived_at is None and breaches_counted([breach.at], now, rules) == 1
    said = words.get(breach.patient_id, "") if breach.appealed_at else ""
    return BreachLine(breach, breach.appointment, counts, said)
