"""What each desk is told, and what it is asked: notices, requests to registration, who waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from handlers.dialling import numbers_of_patients
from handlers.masking import mask_name, mask_phone
from handlers.scope import OFFICES, WARD
from models.audit import append_entry
from models.booking import BookingRequest, RequestStatus, WaitingEntry, WaitingStatus
from models.hospital import StaffMember, StaffRole
from models.office import OfficeDesk, OfficeNotice
from models.unit import unit_of_work

SHOWN_FOR: Final = timedelta(days=7)
MOST: Final = 200
_DESKS: Final[Mapping[StaffRole, tuple[OfficeDesk, ...]]] = {
    StaffRole.GUIDE_DESK: (OfficeDesk.GUIDE_DESK,),
    StaffRole.REGISTRATION: (OfficeDesk.REGISTRATION,),
    StaffRole.OUTPATIENT_OFFICE: (OfficeDesk.OUTPATIENT_OFFICE,),
    StaffRole.CONSULT_ROOM: (OfficeDesk.GUIDE_DESK,),
    StaffRole.ADMIN: (OfficeDesk.OUTPATIENT_OFFICE, OfficeDesk.REGISTRATION, OfficeDesk.GUIDE_DESK),
}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A wish for the hospital's own system; `wish` is in the patient's words."""

    request: BookingRequest
    name: str = field(repr=False)
    phone: str = field(repr=False)
    wish: str = field(repr=False)

    def overdue(self, now: datetime) -> bool:
        """Tell whether the promised time is over and the answer still open."""
        return self.request.status is RequestStatus.NEW and self.request.due_at < now


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """Somebody on the waiting list; `place` in the line of the clinic, from 1."""

    entry: WaitingEntry
    name: str
    place: int


async def notices(staff: StaffMember, now: datetime) -> list[OfficeNotice]:
    """List what somebody's desk was told of late, the newest first."""
    rows = _of(staff).filter(at__gt=now - SHOWN_FOR).order_by("-at").limit(MOST)
    return await rows.prefetch_related("seen_by", "appointment")


async def unread(staff: StaffMember, now: datetime) -> int:
    """Count what nobody of the desk has seen."""
    return await _of(staff).filter(at__gt=now - SHOWN_FOR, seen_at=None).count()


async def see(staff: StaffMember, now: datetime, notice_id: UUID | None = None) -> int:
    """Note that one notice, or every one of the desk until now, was seen; returns how many."""
    rows = _of(staff).filter(seen_at=None, at__lte=now)
    chosen = rows.filter(id=notice_id) if notice_id else rows
    return await chosen.update(seen_at=now, seen_by_id=staff.id)


async def open_requests(
    status: RequestStatus = RequestStatus.NEW, number: str = ""
) -> list[RequestRow]:
    """List the wishes by the time their answer is promised for, masked; or the one of a number."""
    return [
        replace(row, name=mask_name(row.name), phone=mask_phone(row.phone))
        for row in await full_requests(status, number)
    ]


async def full_requests(
    status: RequestStatus = RequestStatus.NEW, number: str = ""
) -> list[RequestRow]:
    """List the wishes as registration needs them in its own system: names and numbers in full."""
    named = {"number": number} if number else {}
    rows = BookingRequest.filter(status=status, **named)
    order = ("due_at",) if status is RequestStatus.NEW else ("-answered_at",)
    found = (
        await rows.order_by(*order)
        .limit(MOST)
        .prefetch_related("patient", "clinic", "slot__session", "appointment")
    )
    numbers = await numbers_of_patients({row.patient_id for row in found})
    phones = {who: next((n.value for n in of if not n.wrong), "") for who, of in numbers.items()}
    return [RequestRow(r, r.patient.name, phones[r.patient_id], r.wish or "") for r in found]


async def waiting_list(clinic: str = "") -> list[WaitingRow]:
    """List who waits, clinic by clinic and in order."""
    live = WaitingEntry.filter(status__in=[WaitingStatus.WAITING, WaitingStatus.OFFERED])
    rows = live.filter(clinic__code=clinic) if clinic else live
    entries = await rows.order_by("clinic__code", "created_at", "id").prefetch_related(
        "patient", "clinic", "moves"
    )
    places = _places_in_line(entries)
    return [WaitingRow(entry, mask_name(entry.patient.name), places[entry.id]) for entry in entries]


async def note_export(staff: StaffMember, what: str, now: datetime, of: str) -> None:
    """Write down that a list left the house; `of` says which day, week or how much of it."""

    async def work() -> None:
        await append_entry(now, staff.username, f"export.{what}", reason=of[:256])

    await unit_of_work(work)


def _places_in_line(entries: Sequence[WaitingEntry]) -> Mapping[UUID, int]:
    """Number who waits, in each clinic from 1, in the order given."""
    counts: dict[UUID, int] = defaultdict(int)
    found = {}
    for entry in entries:
        counts[entry.clinic_id] += 1
        found[entry.id] = counts[entry.clinic_id]
    return found


def _of(staff: StaffMember) -> QuerySet[OfficeNotice]:
    """A desk reads its own board; a doctor what is about the doctor's own sessions."""
    role = StaffRole(staff.role)
    if role in OFFICES or role is StaffRole.ADMIN:
        return OfficeNotice.filter(desk__in=list(_DESKS[role]))
    own = Q(desk=OfficeDesk.DOCTOR, doctor=staff.name)
    return OfficeNotice.filter(own if role in WARD else Q(id__in=[]))
