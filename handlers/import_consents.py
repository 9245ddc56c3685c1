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
# asked beside the bed, shortly before the discharge
BEDSIDE: Final = "bedside"
_JUST_BEFORE: Final = timedelta(days=14)
_BASIS_WIDTH: Final = 256


def put_consent(
    desk: Desk, known: Known, batch: Batch, patient: Patient, entry: DischargeEntry, now: datetime
) -> None:
    """Record consent or refusal as signed on the ward, or else the hospital's legal basis, once.

    What the patient said after this discharge outweighs what was signed before it, and so does
    what was asked at the bedside.
    """
    newest = known.consents.get(patient.id)
    if entry.consent is None:
        if newest is None and desk.legal_basis:
            keep_newest(known, batch, legal_row(desk, patient, ConsentPurpose.FOLLOW_UP, now))
    elif newest is None or (_may_replace(newest, entry) and differs(newest, granted=entry.consent)):
        row = listed_row(patient, ConsentPurpose.FOLLOW_UP, now, granted=entry.consent)
        keep_newest(known, batch, row)


def differs(newest: Consent, *, granted: bool) -> bool:
    """Tell whether a list says something else than the newest row, or the same on better ground."""
    stands = newest.granted and newest.withdrawn_at is None
    return stands != granted or (granted and newest.basis != ConsentBasis.CONSENT)


def _may_replace(newest: Consent, entry: DischargeEntry) -> bool:
    """Tell whether the newest row is the hospital's own, or older than this discharge."""
    if _settled(newest, entry):
        return False
    if newest.channel == CHANNEL and newest.withdrawn_at is None:
        return True
    return (newest.withdrawn_at or newest.at) < discharged_by(entry)


def refuses(known: Known, patient: Patient, entry: DischargeEntry) -> bool:
    """Tell whether the patient wants no follow-up: the bedside knows better than the list."""
    newest = known.consents.get(patient.id)
    if newest is not None and _settled(newest, entry):
        return not newest.granted
    return entry.consent is False


def _settled(newest: Consent, entry: DischargeEntry) -> bool:
    """Tell whether this was asked at the bedside of this stay, and stands."""
    asked = newest.channel == BEDSIDE and newest.withdrawn_at is None
    return asked and newest.at >= discharged_by(entry) - _JUST_BEFORE


def discharged_by(entry: DischargeEntry) -> datetime:
    """Return the instant by which the patient had left: the stated one, or the end of the day."""
    stay = entry.stay
    return stay.discharged_at or moment(stay.discharged_on + timedelta(days=1), time())


def legal_row(desk: Desk, patient: Patient, purpose: ConsentPurpose, now: datetime) -> Consent:
    """Make the row of the ground in law the hospital names where nobody has said anything."""
    row = listed_row(patient, purpose, now, granted=True)
    row.basis, row.legal_basis = ConsentBasis.LEGAL_BASIS, desk.legal_basis[:_BASIS_WIDTH]
    return row


def listed_row(
    patient: Patient, purpose: ConsentPurpose, now: datetime, *, granted: bool
) -> Consent:
    """Make the row of what a list of the hospital says."""
    return drafted(
        Consent,
        patient_id=patient.id,
        purpose=purpose,
        basis=ConsentBasis.CONSENT,
        granted=granted,
        channel=CHANNEL,
        recorded_by="import",
        at=now,
    )


def keep_newest(known: Known, batch: Batch, row: Consent) -> None:
    """Add a row so that it is the newest of its patient, which is the one that counts."""
    before = known.consents.get(row.patient_id)
    if before is not None and before.at >= row.at:
        row.at = before.at + timedelta.resolution
    known.consents[row.patient_id] = row
    batch.add(row)
