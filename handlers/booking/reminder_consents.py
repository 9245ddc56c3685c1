"""Whether reminders may be sent, as the hospital's list has it (PIPL 13-15, R122)."""

from __future__ import annotations

from datetime import datetime

from handlers.desk import Desk
from handlers.import_batch import Batch
from handlers.import_consents import CHANNEL, differs, keep_newest, legal_row, listed_row
from handlers.known_records import Known
from models.people import ConsentPurpose, Patient


def put_reminder_consent(
    desk: Desk,
    known: Known,
    batch: Batch,
    patient: Patient,
    said: bool | None,  # noqa: FBT001 - yes, no, or nothing said
    now: datetime,
) -> None:
    """Record yes or no as given at the desk, or else the hospital's legal basis, once.

    What a patient told us in the chat outweighs what a list says.
    """
    newest = known.consents.get(patient.id)
    if said is None:
        if newest is None and desk.legal_basis:
            keep_newest(known, batch, legal_row(desk, patient, ConsentPurpose.REMINDER, now))
    elif newest is None or (newest.channel == CHANNEL and differs(newest, granted=said)):
        row = listed_row(patient, ConsentPurpose.REMINDER, now, granted=said)
        keep_newest(known, batch, row)
