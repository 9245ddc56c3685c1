"""What is wanted and not had yet: the waiting list, and wishes to the hospital's own book."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.appointments import Appointment, Place
from models.columns import belongs_to, choice
from models.conversation import Conversation
from models.people import Patient
from models.row import Row
from models.sealed import SealedField
from models.sessions import Clinic, Slot


class WaitingStatus(StrEnum):
    """Where somebody on the waiting list stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class WaitingEntry(Row):
    """Somebody who wants a place where there was none; offered in order of `created_at` (R121)."""

    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient")
    patient_id: UUID
    conversation: fields.ForeignKeyNullableRelation[Conversation] = belongs_to(
        "Conversation", null=True
    )
    conversation_id: UUID | None
    clinic: fields.ForeignKeyRelation[Clinic] = belongs_to("Clinic", db_index=False)
    clinic_id: UUID
    doctor = fields.CharField(max_length=64, default="")
    from_day: date = fields.DateField()
    until_day: date = fields.DateField()
    # morning, afternoon, evening, or empty
    period = fields.CharField(max_length=16, default="")
    # the appointment to be moved, if there is one
    moves: fields.ForeignKeyNullableRelation[Appointment] = belongs_to("Appointment", null=True)
    moves_id: UUID | None
    status = choice(WaitingStatus, default=WaitingStatus.WAITING)
    version = fields.IntField(default=1)
    place: fields.ForeignKeyNullableRelation[Place] = belongs_to("Place", null=True)
    place_id: UUID | None
    offered_at = fields.DatetimeField(null=True)
    offer_until = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    external_no = fields.CharField(max_length=64, null=True, unique=True)

    class Meta:
        """Table of the waiting list."""

        table = "waiting_entry"
        indexes: ClassVar[tuple[Any, ...]] = (("clinic_id", "status", "created_at"),)


class RequestKind(StrEnum):
    """What is asked of the hospital's own booking system."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"


class RequestStatus(StrEnum):
    """Where a request to the hospital's system stands (standards 6, write-back)."""

    NEW = "new"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class BookingRequest(Row):
    """A wish about a clinic whose book is the hospital's; nothing changes until it is answered."""

    number = fields.CharField(max_length=32, unique=True)
    kind = choice(RequestKind)
    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient")
    patient_id: UUID
    conversation: fields.ForeignKeyNullableRelation[Conversation] = belongs_to(
        "Conversation", null=True
    )
    conversation_id: UUID | None
    clinic: fields.ForeignKeyRelation[Clinic] = belongs_to("Clinic")
    clinic_id: UUID
    appointment: fields.ForeignKeyNullableRelation[Appointment] = belongs_to(
        "Appointment", "requests", null=True
    )
    appointment_id: UUID | None
    # the slot that was chosen from the hospital's published ones, if any
    slot: fields.ForeignKeyNullableRelation[Slot] = belongs_to("Slot", null=True)
    slot_id: UUID | None
    # the patient's own words
    wish = SealedField(default="")
    # breaches are judged by this instant, not by when somebody gets to it
    asked_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    status = choice(RequestStatus, default=RequestStatus.NEW)
    note = fields.CharField(max_length=256, default="")
    answered_at = fields.DatetimeField(null=True)
    answered_by = fields.CharField(max_length=64, default="")

    class Meta:
        """Table of requests to the hospital's system."""

        table = "booking_request"
        indexes: ClassVar[tuple[Any, ...]] = (("status", "due_at"),)
