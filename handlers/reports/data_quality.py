"""What is unfinished and what data is missing, ward by ward (R7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from handlers.reports.deliverable import stays_with_number
from handlers.reports.follow_up_facts import discharged_in, rounds_in
from handlers.reports.follow_up_rules import DIED
from handlers.reports.period import Period
from models.care import TaskStatus
from models.people import HospitalPhone, HospitalPhoneRole, HospitalPhoneStatus

_MISSING: Final = (HospitalPhoneStatus.MISSING, HospitalPhoneStatus.PLACEHOLDER)


@dataclass(slots=True)
class WardQuality:
    """One ward: rounds without answers by reason code, numbers at fault, who is to mend them.

    `nurses` counts, by the nurse in charge, the stays whose number is still at fault; `mended`
    those for which a number was entered since.
    """

    ward: str
    unfinished: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    malformed: int = 0
    shared: int = 0
    nurses: Counter[str] = field(default_factory=Counter)
    mended: int = 0


async def report_quality(
    period: Period, departments: Sequence[str] | None, now: datetime
) -> tuple[WardQuality, ...]:
    """Count the stays discharged in a month and the rounds due in it; wards by name."""
    wards: dict[str, WardQuality] = {}
    for ward, reason in await _unfinished(period, departments, now):
        row = wards.setdefault(ward, WardQuality(ward))
        row.unfinished += 1
        row.reasons[reason] += 1
    await _count_numbers(wards, period, departments)
    return tuple(wards[ward] for ward in sorted(wards, key=lambda name: (not name, name)))


def quality_total(rows: Iterable[WardQuality]) -> WardQuality:
    """Add wards up."""
    total = WardQuality("")
    for row in rows:
        total.unfinished += row.unfinished
        total.reasons += row.reasons
        total.missing += row.missing
        total.malformed += row.malformed
        total.shared += row.shared
        total.nurses += row.nurses
        total.mended += row.mended
    return total


async def _unfinished(
    period: Period, departments: Sequence[str] | None, now: datetime
) -> list[tuple[str, str]]:
    rounds = rounds_in(period, now, departments).exclude(status=TaskStatus.COMPLETED)
    found = await rounds.values_list("encounter__ward", "encounter__department__name", "reason")
    return [(ward or department or "", reason) for ward, department, reason in found]


async def _count_numbers(
    wards: dict[str, WardQuality], period: Period, departments: Sequence[str] | None
) -> None:
    phones = await _own_phones(period)
    deliverable = await stays_with_number(period, departments)
    stays = discharged_in(period, departments)
    rows: list[Any] = await stays.values_list(
        "id", "ward", "department__name", "nurse", "exclusion"
    )
    for key, ward, department, nurse, exclusion in rows:
        if exclusion == DIED:
            # nobody is to be called any more, and no number is taken over
            continue
        row = wards.setdefault(ward or department or "", WardQuality(ward or department or ""))
        status = phones.get(key, HospitalPhoneStatus.MISSING)
        row.shared += status is HospitalPhoneStatus.SHARED
        row.missing += status in _MISSING
        row.malformed += status is HospitalPhoneStatus.MALFORMED
        if status in (*_MISSING, HospitalPhoneStatus.MALFORMED):
            row.mended += key in deliverable
            row.nurses[nurse] += key not in deliverable


async def _own_phones(period: Period) -> Mapping[UUID, HospitalPhoneStatus]:
    rows = HospitalPhone.filter(
        role=HospitalPhoneRole.SELF,
        encounter__discharged_on__gte=period.first,
        encounter__discharged_on__lte=period.last,
    )
    found: list[Any] = await rows.values_list("encounter_id", "status")
    return {key: HospitalPhoneStatus(status) for key, status in found}
