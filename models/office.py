"""The outpatient side's desks: what the consult room has to do, what the desks are told."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.booking import Appointment
from models.care import Encounter
from models.columns import belongs_to, choice
from models.conversation import Conversation
from models.hospital import StaffMember
from models.people import Patient
from models.row import Row
from models.sealed import SealedField


class ConsultReason(StrEnum):
    """Why the consult room has to see to somebody (R090, R102, R114, R115, R126)."""

    UNBOOKED = "unbooked"  # the talk ended without a booking
    ASKED = "asked"  # the patient asked for a person
    NO_SHOW = "no_show"  # no answer to the no-show contact
    NO_REVIEW = "no_review"  # 回访单
    KEY_PATIENT = "key_patient"  # to be phoned the day before
    CLINIC_STOPPED = "clinic_stopped"  # has not answered about a stopped session
    APPEAL = "appeal"  # a breach is disputed
    MEDICINES = "medicines"  # must be asked about medicines before an examination
    UNREACHED = "unreached"  # a message that had to arrive did not
    NO_CONTACT = "no_contact"  # a child has no guardian on file to be reminded


class ConsultStatus(StrEnum):
    """Where such a task stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"


class ConsultTask(Row):
    """Something a person of the consult room sees to; `occurrence` makes it once."""

    number = fields.CharField(max_length=32, unique=True)
    occurrence = fields.CharField(max_length=160, unique=True)
    reason = choice(ConsultReason)
    patient: fields.ForeignKeyNullableRelation[Patient] = belongs_to("Patient", null=True)
    patient_id: UUID | None
    conversation: fields.ForeignKeyNullableRelation[Conversation] = belongs_to(
        "Conversation", null=True
    )
    conversation_id: UUID | None
    appointment: fields.ForeignKeyNullableRelation[Appointment] = belongs_to(
        "Appointment", null=True
    )
    appointment_id: UUID | None
    encounter: fields.ForeignKeyNullableRelation[Encounter] = belongs_to("Encounter", null=True)
    encounter_id: UUID | None
    # the patient's own
    words = SealedField(default="")
    raised_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    status = choice(ConsultStatus, default=ConsultStatus.OPEN)
    claimed_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to(
        "StaffMember", null=True
    )
    claimed_by_id: UUID | None
    outcome = fields.CharField(max_length=64, default="")
    note = SealedField(default="")
    closed_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of the consult room's tasks."""

        table = "consult_task"
        indexes: ClassVar[tuple[Any, ...]] = (("status", "due_at"),)


class OfficeDesk(StrEnum):
    """Who is told (R086, R088, R100)."""

    GUIDE_DESK = "guide_desk"
    OUTPATIENT_OFFICE = "outpatient_office"
    REGISTRATION = "registration"
    DOCTOR = "doctor"


class NoticeKind(StrEnum):
    """What a desk is told."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    ARRIVALS = "arrivals"
    DOCTOR_DAY = "doctor_day"
    NEXT_DAY = "next_day"
    DELTA = "delta"
    WEEK = "week"
    STOPPED = "stopped"


class OfficeNotice(Row):
    """One line on a desk's board: case numbers and counts, never a name."""

    occurrence = fields.CharField(max_length=160, unique=True)
    desk = choice(OfficeDesk)
    kind = choice(NoticeKind)
    # the day it is about
    day: date = fields.DateField()
    # the doctor, for a doctor's own list
    doctor = fields.CharField(max_length=64, default="")
    appointment: fields.ForeignKeyNullableRelation[Appointment] = belongs_to(
        "Appointment", null=True
    )
    appointment_id: UUID | None
    # message of the staff's catalog and its values
    message = fields.CharField(max_length=32)
    values: dict[str, str] = fields.JSONField(default=dict)
    at = fields.DatetimeField()
    seen_at = fields.DatetimeField(null=True)
    seen_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    seen_by_id: UUID | None

    class Meta:
        """Table of the desks' boards."""

        table = "office_notice"
        indexes: ClassVar[tuple[Any, ...]] = (("desk", "at"),)


class DayList(Row):
    """Tomorrow's bookings as they were frozen at 16:25; what changes later is a delta (R100)."""

    day: date = fields.DateField(unique=True)
    frozen_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    # appointment id -> version, as frozen
    versions: dict[str, int] = fields.JSONField(default=dict)
    # what the last delta had already told, in the same shape
    told: dict[str, int] = fields.JSONField(default=dict)

    class Meta:
        """Table of frozen lists."""

        table = "day_list"
