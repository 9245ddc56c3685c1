"""Whether reminders of appointments may be sent (a purpose of its own, PIPL 14 and 29)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from models.people import Consent, ConsentBasis, ConsentPurpose, Patient

TEXT = "M-CONSENT-REM:1"


async def may_remind(patient: Patient) -> bool:
    """Tell whether the newest row about reminders grants and stands."""
    rows = Consent.filter(patient_id=patient.id, purpose=ConsentPurpose.REMINDER)
    newest = await rows.order_by("-at").first()
    return newest is not None and newest.granted and newest.withdrawn_at is None


async def keep_reminder_consent(
    patient_id: UUID, respondent_id: UUID, channel: str, now: datetime, *, granted: bool
) -> None:
    """Store what the patient answered to M-CONSENT-REM."""
    await Consent.create(
        patient_id=patient_id,
        respondent_id=respondent_id,
        purpose=ConsentPurpose.REMINDER,
        basis=ConsentBasis.CONSENT,
        granted=granted,
        text_version=TEXT,
        channel=channel,
        recorded_by="patient",
        at=now,
    )
