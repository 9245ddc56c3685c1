"""How closely a stay is followed: by its signs at import, or as a person decides (R013, R044)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.plans.risk import RiskFacts, tier_of
from handlers.desk import Desk
from handlers.matters import age_on
from handlers.plan_laying import replan
from handlers.plans import AGAINST_ADVICE
from models.alert import Alert, AlertLevel
from models.audit import append_entry
from models.care import Encounter, RiskTier
from models.hospital import StaffMember
from models.people import Patient
from models.unit import lock_row, unit_of_work

BY_STAFF: Final = "staff"
_GRAVE: Final = (AlertLevel.L1, AlertLevel.L2)


def weigh(
    desk: Desk,
    stay: Encounter,
    patient: Patient,
    earlier: Iterable[Encounter],
    *,
    red_flag: bool,
) -> bool:
    """Work out the tier of a stay as listed; True when it changed. What a person decided stays.

    `earlier` are the patient's stays that ended before this one began.
    """
    if BY_STAFF in stay.risk_reasons:
        return False
    facts = RiskFacts(
        age=age_on(patient, stay.discharged_on.toordinal()),
        operation=stay.operation,
        days_since_last=_days_since(stay, earlier),
        against_advice=stay.disposition == AGAINST_ADVICE,
        tags=tuple(patient.tags),
        red_flag=red_flag,
        severity=stay.severity,
    )
    tier, signs = tier_of(desk.plans.risk, facts)
    before = stay.risk
    stay.risk, stay.risk_reasons = RiskTier(tier.value), [sign.value for sign in signs]
    return stay.risk is not before


def _days_since(stay: Encounter, earlier: Iterable[Encounter]) -> int | None:
    admitted = stay.admitted_on or stay.discharged_on
    days = [(admitted - other.discharged_on).days for other in earlier if not other.withdrawn_at]
    return min(days, default=None)


async def red_flagged(patients: Iterable[UUID]) -> set[UUID]:
    """Return which of these patients a red or an orange alert was ever raised about."""
    wanted = list(patients)
    if not wanted:
        return set()
    rows = Alert.filter(patient_id__in=wanted, level__in=_GRAVE, drill=False)
    return {
        UUID(str(found)) for found in await rows.distinct().values_list("patient_id", flat=True)
    }


async def set_risk(
    desk: Desk, encounter_id: UUID, tier: RiskTier, staff: StaffMember, now: datetime
) -> None:
    """Let a person decide how closely a stay is followed; owners follow, the plan stays (C1)."""

    async def work() -> None:
        stay = await lock_row(await Encounter.get(id=encounter_id))
        stay.risk, stay.risk_reasons, stay.updated_at = tier, [BY_STAFF], now
        await stay.save(update_fields=["risk", "risk_reasons", "updated_at"])
        await replan(desk, stay, await Patient.get(id=stay.patient_id), now)
        await append_entry(
            now,
            staff.username,
            "stay.risk_set",
            subject_type="encounter",
            subject=stay.id,
            reason=tier.value,
        )

    await unit_of_work(work)
