"""The complaint board (R4): six columns, both clocks, who is responsible; disputes apart."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from handlers.casework.access import visible_complaints
from handlers.casework.clocks import promised_until, waits_for_contact, waits_for_result
from models.complaint import Complaint, ComplaintEntry, ComplaintEvent, ComplaintState
from models.hospital import StaffMember

CLOSED_SHOWN: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """One case as the board shows it: nothing of the patient.

    `promise_at` is until when a result was promised, the later day where one was told; `waiting`
    tells that the patient still waits for it. `wrote`: the patient has added something nobody of
    staff has acted on since.
    """

    id: UUID
    number: str
    state: str
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    grade: str
    severity: str
    urgent: bool
    dispute: bool
    confirmed: bool
    department_id: UUID | None
    department: str
    received_at: datetime
    contact_due_at: datetime
    contacted: bool
    promise_at: datetime
    interim: bool
    legal_at: datetime
    waiting: bool
    uncontacted: bool
    answer: str
    owner_role: str
    owner: str
    mine: bool
    snoozed_until: datetime | None
    wrote: bool
    reopened: int
    closed_at: datetime | None
    satisfaction: int | None

    def contact_late(self, now: datetime) -> bool:
        """Tell whether nobody has spoken with the patient in time."""
        return self.uncontacted and now > self.contact_due_at

    def late(self, now: datetime) -> bool:
        """Tell whether any clock has run out."""
        past = self.waiting and now > min(self.promise_at, self.legal_at)
        return past or self.contact_late(now)


@dataclass(frozen=True, slots=True)
class ComplaintBoard:
    """Columns by state, the nearest clock first, and the disputes, for those who may see them."""

    columns: Mapping[str, tuple[ComplaintRow, ...]]
    disputes: tuple[ComplaintRow, ...]


async def complaint_board(staff: StaffMember, now: datetime) -> ComplaintBoard:
    """Read the board as a member of staff may see it; of the closed those of thirty days."""
    lately = Q(closed_at__isnull=True) | Q(closed_at__gte=now - CLOSED_SHOWN)
    rows = await complaint_rows(visible_complaints(staff).filter(lately), staff)
    ordered = sorted(rows, key=_nearest)
    columns = {
        state.value: tuple(row for row in ordered if row.state == state and not row.dispute)
        for state in ComplaintState
    }
    return ComplaintBoard(columns, tuple(row for row in ordered if row.dispute))


async def complaint_rows(cases: QuerySet[Complaint], staff: StaffMember) -> list[ComplaintRow]:
    """Read the cases of a query as the board shows them."""
    found = await cases.prefetch_related("department", "owner")
    wrote = await _wrote([case.id for case in found])
    return [_row(case, staff, wrote=case.id in wrote) for case in found]


async def complaint_board_version() -> str:
    """Return a word that changes whenever anything on the board does; cheap enough to poll.

    A line that is committed late, behind a newer one, is still counted: only the last day's are.
    """
    newest = await ComplaintEntry.all().order_by("-at").only("id", "at").first()
    if newest is None:
        return ""
    late = await ComplaintEntry.filter(at__gte=newest.at - timedelta(days=1)).count()
    return hashlib.sha256(repr((newest.at, late)).encode()).hexdigest()[:16]


async def _wrote(ids: Collection[UUID]) -> set[UUID]:
    """Find the cases whose last line but the program's own is the patient's."""
    said = Q(event=ComplaintEvent.PATIENT_ADDED) | Q(staff_id__isnull=False)
    lines = ComplaintEntry.filter(said, complaint_id__in=list(ids)).order_by("position")
    last: dict[UUID, str] = {}
    for line in await lines.only("id", "complaint_id", "position", "event"):
        last[line.complaint_id] = line.event
    return {case for case, event in last.items() if event == ComplaintEvent.PATIENT_ADDED}


def _row(case: Complaint, staff: StaffMember, *, wrote: bool) -> ComplaintRow:
    return ComplaintRow(
        id=case.id,
        number=case.number,
        state=case.state.value,
        tags=tuple(case.tags),
        categories=tuple(case.categories),
        grade=case.grade,
        severity=case.severity,
        urgent=case.urgent,
        dispute=case.dispute,
        confirmed=case.tags_confirmed_at is not None,
        department_id=case.department_id,
        department=case.department.name if case.department else "",
        received_at=case.received_at,
        contact_due_at=case.contact_due_at,
        contacted=case.contacted_at is not None,
        promise_at=promised_until(case),
        interim=case.interim_until is not None,
        legal_at=case.legal_due_at,
        waiting=waits_for_result(case),
        uncontacted=waits_for_contact(case),
        answer=case.patient_answer,
        owner_role=case.owner_role.value,
        owner=case.owner.name if case.owner else "",
        mine=case.owner_id == staff.id,
        snoozed_until=case.snoozed_until,
        wrote=wrote,
        reopened=case.reopened,
        closed_at=case.closed_at,
        satisfaction=case.satisfaction,
    )


def _nearest(row: ComplaintRow) -> tuple[bool, datetime, str]:
    """Open ones by their nearest clock, closed ones last."""
    if row.closed_at is not None:
        return True, row.closed_at, row.number
    clocks: Iterable[datetime] = (row.promise_at, row.legal_at)
    if row.uncontacted:
        clocks = (*clocks, row.contact_due_at)
    return False, min(clocks), row.number
