"""The answer to whether reminders may be sent (a purpose of its own, PIPL 14 and 29)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from models.people import Consent, ConsentBasis, ConsentPurpose

TEXT = "M-CONSENT-REM:1"


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
