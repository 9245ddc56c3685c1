"""What the hospital's list says of a patient's consent to be followed up (PIPL 13-15)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from dialogs.timing.spans import moment
from handlers.desk import Desk
from handlers.discharge_entry import DischargeEntry
from handlers.import_batch import Batch
from handlers.known_records import Known
from models.draft import drafted
from models.people import Consent, ConsentBasis, ConsentPurpose, Patient

CHANNEL: Final = "hospital"
_BASIS_WIDTH: Final = 256


def put_consent(
    desk: Desk, known: Known, batch: Batch, patient: Patient, entry: DischargeEntry, now: datetime
) -> None:
    """Record consent or refusal as signed on the ward, or else the hospital's legal basis, once.

    What the patient said after this discharge outweighs what was signed before it.
    """
    newest = known.consents.get(patient.id)
    if entry.consent is None:
        if newest is None and desk.legal_basis:
            row = _row(patient, now, granted=True, basis=ConsentBasis.LEGAL_BASIS)
            row.legal_basis = desk.legal_basis[:_BASIS_WIDTH]
            _keep(known, batch, row)
    elif newest is None or (_may_replace(newest, entry) and _differs(newest, entry.consent)):
        _keep(known, batch, _row(patient, now, granted=entry.consent))


def _differs(newest: Consent, granted: bool) -> bool:  # noqa: FBT001 - the only thing compared
    stands = newest.granted and newest.withdrawn_at is None
    return stands != granted or (granted and newest.basis != ConsentBasis.CONSENT)


def _may_replace(newest: Consent, entry: DischargeEntry) -> bool:
    """Tell whether the newest row is the hospital's own, or older than this discharge."""
    if newest.channel == CHANNEL and newest.withdrawn_at is None:
        return True
    return (newest.withdrawn_at or newest.at) < discharged_by(entry)


def discharged_by(entry: DischargeEntry) -> datetime:
    """Return the instant by which the patient had left: the stated one, or the end of the day."""
    stay = entry.stay
    return stay.discharged_at or moment(stay.discharged_on + timedelta(days=1), time())


def _row(
    patient: Patient,
    now: datetime,
    *,
    granted: bool,
    basis: ConsentBasis = ConsentBasis.CONSENT,
) -> Consent:
    return drafted(
        Consent,
        patient_id=patient.id,
        purpose=ConsentPurpose.FOLLOW_UP,
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
