"""Rows an import makes and changes, written table by table at the end of a unit of work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from models.booking import (
    Appointment,
    AppointmentEvent,
    Place,
    Session,
    Slot,
    WaitingEntry,
)
from models.care import Encounter, FollowUpPlan, FollowUpTask
from models.people import (
    Consent,
    ContactPoint,
    HospitalPhone,
    Patient,
    Respondent,
    RespondentRole,
)
from models.row import Row
from models.timetable import Due

# parents before their children
_ORDER: Final[tuple[type[Row], ...]] = (
    Patient,
    Respondent,
    RespondentRole,
    ContactPoint,
    Encounter,
    HospitalPhone,
    Consent,
    FollowUpPlan,
    FollowUpTask,
    Session,
    Slot,
    Appointment,
    Place,
    AppointmentEvent,
    WaitingEntry,
    Due,
)


@dataclass(slots=True)
class Batch:
    """What is new and what was changed, each row once."""

    _new: dict[UUID, Row] = field(default_factory=dict, repr=False)
    _changed: dict[UUID, Row] = field(default_factory=dict, repr=False)

    def add(self, *rows: Row) -> None:
        """Note new rows."""
        self._new.update((row.id, row) for row in rows)

    def touch(self, row: Row) -> None:
        """Note a row that may have changed; a new one is written anyway."""
        if row.id not in self._new:
            self._changed[row.id] = row

    async def write(self) -> None:
        """Write everything, inside the caller's unit of work."""
        by_table: dict[type[Row], list[Row]] = {}
        for row in self._new.values():
            by_table.setdefault(type(row), []).append(row)
        # respondents of new numbers are there before a changed row may point to them
        for table in _ORDER:
            await table.bulk_create(by_table.get(table, []))
            for row in self._changed.values():
                if type(row) is table:
                    await row.save()
