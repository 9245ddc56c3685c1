"""Visits: who has which place, and everything that became of it."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.care import Encounter
from models.columns import belongs_to, choice
from models.people import Patient
from models.printed_link import PrintedLink
from models.row import Row
from models.sessions import Clinic, Session, Slot


class VisitKind(StrEnum):
    """First visit or return."""

    FIRST = "first"  # 初诊
    RETURN = "return"  # 复诊


class BookingSource(StrEnum):
    """By which way a booking came (R094, R120)."""

    PHONE = "phone"
    ON_SITE = "on_site"
    SMS = "sms"
    WECHAT = "wechat"
    WEB = "web"
    TELEGRAM = "telegram"
    IMPORT = "import"


class AppointmentStatus(StrEnum):
    """Where an appointment stands (FHIR Appointment.status, split as the source counts)."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED_BY_PATIENT = "cancelled_by_patient"
    CANCELLED_BY_HOSPITAL = "cancelled_by_hospital"
    NO_SHOW = "no_show"


class AppointmentEventKind(StrEnum):
    """What happened to an appointment (R109)."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    SEEN = "seen"
    MOVED = "moved"
    CANCELLED = "cancelled"
    HOSPITAL_CHANGED = "hospital_changed"
    SUBSTITUTED = "substituted"
    SUBSTITUTE_ACCEPTED = "substitute_accepted"
    LATE = "late"
    ON_THE_WAY = "on_the_way"
    PLACE_RELEASED = "place_released"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    NO_SHOW = "no_show"
    # somebody was noted as here, or as missing, by mistake
    MARK_TAKEN_BACK = "mark_taken_back"
    BREACHED = "breached"
    WAIVED = "waived"


class Appointment(Row):
    """One person's visit; `version` grows whenever its time or fate changes."""

    number = fields.CharField(max_length=32, unique=True)
    # the hospital's own 预约号
    external_no = fields.CharField(max_length=64, null=True, unique=True)
    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient", "appointments")
    patient_id: UUID
    clinic: fields.ForeignKeyRelation[Clinic] = belongs_to("Clinic")
    clinic_id: UUID
    session: fields.ForeignKeyNullableRelation[Session] = belongs_to("Session", null=True)
    session_id: UUID | None
    # the stay this is the review of
    encounter: fields.ForeignKeyNullableRelation[Encounter] = belongs_to("Encounter", null=True)
    encounter_id: UUID | None
    doctor = fields.CharField(max_length=64, default="")
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    # report at the guide desk until then (R101, C7)
    check_in_by = fields.DatetimeField()
    # giving up the place is free until then (R097)
    free_until = fields.DatetimeField()
    status = choice(AppointmentStatus, default=AppointmentStatus.BOOKED)
    version = fields.IntField(default=1)
    visit_kind = choice(VisitKind, default=VisitKind.RETURN)
    source = choice(BookingSource, default=BookingSource.ON_SITE)
    # somebody is to phone the day before (R115)
    key_patient = fields.BooleanField(default=False)
    # the patient asked for another time and has not chosen yet
    moving = fields.BooleanField(default=False)
    booked_at = fields.DatetimeField()
    confirmed_at = fields.DatetimeField(null=True)
    arrived_at = fields.DatetimeField(null=True)
    on_the_way_at = fields.DatetimeField(null=True)
    # the place was given up because nobody came
    released_at = fields.DatetimeField(null=True)
    # when the wish to cancel was written, which is what the rules go by
    cancelled_at = fields.DatetimeField(null=True)
    cancel_reason = fields.CharField(max_length=64, default="")
    late_cancel = fields.BooleanField(default=False)
    # the hospital changed time or doctor: nothing that follows is a breach
    hospital_changed_at = fields.DatetimeField(null=True)
    row_hash = fields.CharField(max_length=64, default="")
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        """Table of appointments."""

        table = "appointment"
        indexes: ClassVar[tuple[Any, ...]] = (("status", "starts_at"),)


class VisitSlip(PrintedLink):
    """The link on a booking card (预约卡, R085): it stays good at least until the day after."""

    purpose = "visit-slip"
    about = "appointment_id"

    appointment: fields.ForeignKeyRelation[Appointment] = belongs_to("Appointment", "slips")
    appointment_id: UUID

    class Meta:
        """Table of booking cards."""

        table = "visit_slip"


class Place(Row):
    """One place of a slot: one row is one place, so it cannot be sold twice.

    Free: no appointment, and no hold that is still running. An appointment has one place at most.
    """

    slot: fields.ForeignKeyRelation[Slot] = belongs_to("Slot", "places", db_index=False)
    slot_id: UUID
    number = fields.IntField()
    appointment: fields.OneToOneNullableRelation[Appointment] = fields.OneToOneField(
        "models.Appointment", related_name="place", on_delete=fields.RESTRICT, null=True
    )
    appointment_id: UUID | None
    # the conversation or the entry of the waiting list it is kept for, for a short time
    held_by = fields.UUIDField(null=True, db_index=True)
    held_until = fields.DatetimeField(null=True)

    class Meta:
        """Table of places."""

        table = "place"
        unique_together = (("slot", "number"),)


class AppointmentEvent(Row):
    """One thing that happened to an appointment; rows are only ever added."""

    appointment: fields.ForeignKeyRelation[Appointment] = belongs_to("Appointment", "events")
    appointment_id: UUID
    kind = choice(AppointmentEventKind)
    at = fields.DatetimeField(db_index=True)
    # patient, hospital, system, or a user name
    by = fields.CharField(max_length=64, default="")
    channel = fields.CharField(max_length=32, default="")
    from_at = fields.DatetimeField(null=True)
    to_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)
    # cancelled or moved after the free limit
    late = fields.BooleanField(default=False)
    note = fields.CharField(max_length=256, default="")

    class Meta:
        """Table of what happened to appointments."""

        table = "appointment_event"
