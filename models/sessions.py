"""Clinics and their hours: sessions, their slots, and one row a place."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields

from models.columns import belongs_to, choice
from models.hospital import Department
from models.row import Row


class ClinicKind(StrEnum):
    """What kind of number is given (R093)."""

    EXPERT = "expert"  # 专家
    SPECIALTY = "specialty"  # 专科
    ORDINARY = "ordinary"  # 普通


class BookKeeper(StrEnum):
    """Whose book it is: we give the place, or the hospital's own system does."""

    OURS = "ours"
    HOSPITAL = "hospital"


class SessionStatus(StrEnum):
    """Whether a session takes place as planned (R104)."""

    OPEN = "open"
    SUBSTITUTED = "substituted"
    STOPPED = "stopped"


class Clinic(Row):
    """A clinic people book: its rules, its rooms, the way to it."""

    code = fields.CharField(max_length=32, unique=True)
    name = fields.CharField(max_length=64)
    aliases: list[str] = fields.JSONField(default=list)
    department: fields.ForeignKeyNullableRelation[Department] = belongs_to("Department", null=True)
    department_id: UUID | None
    kind = choice(ClinicKind, default=ClinicKind.ORDINARY)
    keeper = choice(BookKeeper, default=BookKeeper.OURS)
    room = fields.CharField(max_length=64, default="")
    # where patients report, and the guide's name (R085)
    guide_desk = fields.CharField(max_length=64, default="")
    guide = fields.CharField(max_length=64, default="")
    route = fields.TextField(default="")
    # in words, or the id of a message of the catalog such as M-PREP-BLOOD
    preparation = fields.TextField(default="")
    phone = fields.CharField(max_length=32, default="")
    # overrides of BookingRules, by field name
    rules: dict[str, Any] = fields.JSONField(default=dict)
    active = fields.BooleanField(default=True)

    class Meta:
        """Table of clinics."""

        table = "clinic"


class Session(Row):
    """One doctor's hours in one clinic on one day."""

    clinic: fields.ForeignKeyRelation[Clinic] = belongs_to("Clinic", db_index=False)
    clinic_id: UUID
    doctor = fields.CharField(max_length=64, default="")
    doctor_code = fields.CharField(max_length=32, default="")
    day: date = fields.DateField(db_index=True)
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    room = fields.CharField(max_length=64, default="")
    # all numbers of the session (限号数), those for who comes without booking included (R084)
    quota = fields.IntField(default=0)
    # numbers kept for those who come without booking (R095)
    walk_in = fields.IntField(default=0)
    status = choice(SessionStatus, default=SessionStatus.OPEN)
    substitute = fields.CharField(max_length=64, default="")
    row_hash = fields.CharField(max_length=64, default="")

    class Meta:
        """Table of sessions."""

        table = "session"
        unique_together = (("clinic", "doctor", "starts_at"),)


class Slot(Row):
    """Half an hour, as a rule, of a session (R112); it has as many places as can be booked."""

    session: fields.ForeignKeyRelation[Session] = belongs_to("Session", "slots", db_index=False)
    session_id: UUID
    starts_at = fields.DatetimeField(db_index=True)
    ends_at = fields.DatetimeField()

    class Meta:
        """Table of slots."""

        table = "slot"
        unique_together = (("session", "starts_at"),)
