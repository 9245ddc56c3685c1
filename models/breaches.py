"""Broken bookings, and the half year without booking that three of them bring (R098)."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from tortoise import fields

from models.appointments import Appointment
from models.columns import belongs_to, choice
from models.hospital import StaffMember
from models.people import Patient
from models.row import Row


class BreachKind(StrEnum):
    """What was broken (R097, R098)."""

    NO_SHOW = "no_show"
    LATE_CANCEL = "late_cancel"


class Breach(Row):
    """A broken booking of a real-name person: counted for thirty days, unless waived (R098).

    One a version: a visit that was moved too late and then missed is two.
    """

    appointment: fields.ForeignKeyRelation[Appointment] = belongs_to(
        "Appointment", "breaches", db_index=False
    )
    appointment_id: UUID
    version = fields.IntField(default=1)
    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient")
    patient_id: UUID
    # blind index of the ID number, else the patient's id: two records of one person count together
    person = fields.CharField(max_length=64, db_index=True)
    kind = choice(BreachKind)
    at = fields.DatetimeField()
    told_at = fields.DatetimeField(null=True)
    appealed_at = fields.DatetimeField(null=True)
    waived_at = fields.DatetimeField(null=True)
    waived_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    waived_by_id: UUID | None
    waive_reason = fields.CharField(max_length=256, default="")

    class Meta:
        """Table of breaches."""

        table = "breach"
        unique_together = (("appointment", "version"),)


class Suspension(Row):
    """Half a year without booking; it ends by itself (R098, C6)."""

    person = fields.CharField(max_length=64, db_index=True)
    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient")
    patient_id: UUID
    starts_at = fields.DatetimeField()
    ends_on: date = fields.DateField()
    lifted_at = fields.DatetimeField(null=True)
    lifted_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    lifted_by_id: UUID | None
    lift_reason = fields.CharField(max_length=256, default="")

    class Meta:
        """Table of suspensions."""

        table = "suspension"
