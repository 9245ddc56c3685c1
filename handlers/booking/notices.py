"""Lines on the desks' boards: case numbers and counts, never a name (R086)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from models.office import NoticeKind, OfficeDesk, OfficeNotice
from models.once import insert_once


async def notify(  # noqa: PLR0913 - one a column
    desk_role: OfficeDesk,
    kind: NoticeKind,
    day: date,
    message: str,
    values: dict[str, str],
    *,
    occurrence: str,
    now: datetime,
    appointment_id: UUID | None = None,
    doctor: str = "",
) -> None:
    """Tell a desk once an occurrence; `message` is of the staff's catalog."""
    await insert_once(
        OfficeNotice(
            occurrence=occurrence,
            desk=desk_role,
            kind=kind,
            day=day,
            doctor=doctor,
            appointment_id=appointment_id,
            message=message,
            values=values,
            at=now,
        )
    )
