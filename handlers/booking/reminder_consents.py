"""Whether reminders may be sent, as the hospital's list has it (PIPL 13-15, R122)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from handlers.desk import Desk
from handlers.import_batch import Batch
from handlers.import_consents import CHANNEL
from handlers.known_records import Known
from models.draft import drafted
from models.people import Consent, ConsentBasis, ConsentPurpose, Patient

_BASIS_WIDTH: Final = 256


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
            row = _row(patient, ConsentBasis.LEGAL_BASIS, now, granted=True)
            row.legal_basis = desk.legal_basis[:_BASIS_WIDTH]
            _keep(known, batch, row)
    elif newest is None or (newest.channel == CHANNEL and _differs(newest, granted=said)):
        _keep(known, batch, _row(patient, ConsentBasis.CONSENT, now, granted=said))


def _differs(newest: Consent, *, granted: bool) -> bool:
    stands = newest.granted and newest.withdrawn_at is None
    return stands != granted or (granted and newest.basis is not ConsentBasis.CONSENT)


def _row(patient: Patient, basis: ConsentBasis, now: datetime, *, granted: bool) -> Consent:
    return drafted(
        Consent,
        patient_id=patient.id,
        purpose=ConsentPurpose.REMINDER,
        basis=basis,
        granted=granted,
        channel=CHANNEL,
        recorded_by="import",
        at=now,
    )


def _keep(known: Known, batch: Batch, row: Consent) -> None:
    before = known.consents.get(row.patient_id)
    if before is not None and before.at >= row.at:
        # the newest row is the one that counts
        row.at = before.at + timedelta.resolution
    known.consents[row.patient_id] = row
    batch.add(row)
