"""The slots of a clinic with the places that can be had in them: one look for a whole search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dialogs.timing.spans import local
from handlers.booking.places import left_in
from models.booking import Clinic, SessionStatus, Slot

_COLUMNS = (
    "id",
    "starts_at",
    "ends_at",
    "session__doctor",
    "session__substitute",
    "session__room",
)


@dataclass(frozen=True, slots=True)
class SlotSeen:
    """A slot as a search sees it; `starts` and `ends` are local wall clocks."""

    id: UUID
    starts: datetime
    ends: datetime
    doctor: str
    room: str
    left: int

    @property
    def day(self) -> date:
        """The local day."""
        return self.starts.date()


async def slots_of(
    clinic: Clinic, first: date, last: date, now: datetime, holder: UUID | None = None
) -> list[SlotSeen]:
    """Return the slots of the sessions that take place, full ones too, in order of time."""
    rows = Slot.filter(
        session__clinic_id=clinic.id,
        session__day__gte=first,
        session__day__lte=last,
        session__status__not=SessionStatus.STOPPED.value,
        starts_at__gt=now,
    )
    found = await rows.order_by("starts_at", "session__doctor", "id").values_list(*_COLUMNS)
    ids = [UUID(str(row[0])) for row in found]
    left = await left_in(ids, now, holder)
    return [
        SlotSeen(
            id=slot_id,
            starts=local(row[1]),
            ends=local(row[2]),
            doctor=row[4] or row[3],
            room=row[5] or clinic.room,
            left=left[slot_id],
        )
        for slot_id, row in zip(ids, found, strict=True)
    ]
