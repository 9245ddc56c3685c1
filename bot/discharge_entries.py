"""Rows of a discharge list in the words of the use case that takes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Final

from bot.import_words import OWN_PHONE_NOTES
from bot.intake.discharge_row import DischargeRow
from bot.intake.phones import Phone, PhoneKind, PhoneStatus
from bot.patient_tags import ANTICOAGULANT, is_protected, tags_of
from handlers.discharge_entry import DischargeEntry, NumberEntry, PatientEntry, StayEntry
from models.people import ContactKind, HospitalPhoneStatus, ResponderRole, Sex

_UNKNOWN: Final = "9"
# the column takes 16 characters
SHORT_ID_TYPES: Final = {"birth_certificate": "birth_cert", "foreign_residence": "foreign_card"}


def entry_of(row: DischargeRow) -> DischargeEntry:
    """Translate one row."""
    return DischargeEntry(
        line=row.line,
        patient=_patient(row),
        stay=_stay(row),
        numbers=tuple(_numbers(row)),
        consent=row.consent,
    )


def _patient(row: DischargeRow) -> PatientEntry:
    return PatientEntry(
        name=row.name,
        mrn=row.mrn,
        sex=Sex(row.sex.value),
        birth_date=row.birth_date,
        birth_is_approximate=row.birth_is_approximate,
        id_type=SHORT_ID_TYPES.get(row.id_type, row.id_type),
        id_no=row.id_no,
        protective_disclosure=is_protected(row),
        needs=row.needs,
        tags=tags_of(row),
    )


def _stay(row: DischargeRow) -> StayEntry:
    return StayEntry(
        inpatient_no=row.inpatient_no,
        visit_seq=row.visit_seq,
        department=row.department,
        ward=row.ward,
        bed=row.bed,
        admitted_on=row.admitted_on,
        discharged_on=row.discharged_on,
        discharged_at=row.discharged_at.astimezone(UTC) if row.discharged_at else None,
        disposition=row.disposition.value if row.disposition else _UNKNOWN,
        diagnosis_code=row.diagnosis_code,
        diagnosis_name=row.diagnosis_name,
        operation=row.operation,
        attending=row.attending,
        nurse=row.nurse,
        review_on=row.review_on,
        follow_up_request=row.follow_up_request,
        summary=row.summary,
        discharge_medicines=row.discharge_medicines,
        severity=row.severity,
        medicine_changed=row.medicine_changed or ANTICOAGULANT in tags_of(row),
    )


def _numbers(row: DischargeRow) -> Iterator[NumberEntry]:
    for phone in row.phones:
        yield _own(phone, row)
    for phone in row.guardian_phones:
        yield number_entry(phone, ResponderRole.GUARDIAN, row.guardian_name)
    for phone in row.contact_phones:
        yield number_entry(
            phone,
            ResponderRole.RELATIVE,
            row.contact_name,
            row.contact_relation,
            authorised=row.contact_authorised,
        )


def _own(phone: Phone, row: DischargeRow) -> NumberEntry:
    """Take a number noted as somebody else's, a child's or a neighbour's, for theirs (R218)."""
    if phone.note in OWN_PHONE_NOTES:
        return number_entry(phone, ResponderRole.SELF, row.name)
    return number_entry(phone, ResponderRole.RELATIVE, "", phone.note)


def number_entry(
    phone: Phone,
    role: ResponderRole,
    owner: str,
    relation: str = "",
    *,
    authorised: bool | None = None,
) -> NumberEntry:
    """Translate a number and whose it is."""
    landline = phone.kind is PhoneKind.LANDLINE
    return NumberEntry(
        role=role,
        number=phone.number,
        status=_status(phone.status),
        kind=ContactKind.LANDLINE if landline else ContactKind.MOBILE,
        owner=owner,
        relation=relation,
        authorised=authorised,
    )


def _status(status: PhoneStatus) -> HospitalPhoneStatus:
    damaged = status is PhoneStatus.DAMAGED
    return HospitalPhoneStatus.MALFORMED if damaged else HospitalPhoneStatus(status.value)
