"""What the audit trail tells of a patient: calls made, and who opened the record on which day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from dialogs.timing import local
from handlers.call_facts import TRY
from handlers.staff_names import names_of
from models.audit import AuditEntry

# each is written down with what was opened: the patient, a stay, a round
_LOOKS: Final = ("patient.opened", "bedside.opened", "task.opened", "contact.opened")


@dataclass(frozen=True, slots=True)
class TriedCall:
    """A call and the rounds it was about; `by` is the name of who called, `result` a code."""

    at: datetime
    tasks: Sequence[UUID]
    result: str
    by: str


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody opened the record."""

    at: datetime
    by: str


async def calls_of(tasks: Collection[UUID]) -> list[TriedCall]:
    """Return the calls made about these rounds; what one call meant for several is one call."""
    entries = await AuditEntry.filter(subject__in=list(tasks), action__startswith=TRY)
    names = await names_of(entry.actor for entry in entries)
    calls: dict[tuple[datetime, str, str], list[UUID]] = {}
    for entry in sorted(entries, key=lambda entry: entry.sequence):
        if entry.subject is not None:
            call = entry.at, entry.action.removeprefix(TRY), names[entry.actor]
            calls.setdefault(call, []).append(entry.subject)
    return [TriedCall(at, about, result, by) for (at, result, by), about in calls.items()]


async def looks_of(subjects: Collection[UUID]) -> Mapping[date, Sequence[Look]]:
    """Return who looked, by day, the last look of a day first."""
    rows = AuditEntry.filter(subject__in=list(subjects), action__in=list(_LOOKS))
    found = await rows.order_by("-at").values_list("at", "actor")
    names = await names_of(actor for _, actor in found)
    return _by_day(Look(at, names[actor]) for at, actor in found)


def _by_day(looks: Iterable[Look]) -> Mapping[date, Sequence[Look]]:
    days: dict[date, list[Look]] = {}
    for look in looks:
        days.setdefault(local(look.at).date(), []).append(look)
    return days
