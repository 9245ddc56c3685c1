"""The staff group: what is posted there, what is ordered there, who talks with a patient."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.alert import Alert
from models.columns import belongs_to, choice
from models.complaint import Complaint
from models.conversation import Conversation, Dialog
from models.hospital import Department, StaffMember
from models.people import Patient
from models.row import Row


class PostKind(StrEnum):
    """What a post in a group is about."""

    ALERT = "alert"
    ESCALATION = "escalation"
    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    WARNING = "warning"  # a clock is about to run out, or has
    QUESTION = "question"
    DIGEST = "digest"  # L3 and what is overdue
    HANDOVER = "handover"  # the night's alerts with their outcomes
    PRAISE = "praise"
    CLAIMED = "claimed"
    CLOSED = "closed"
    EMERGENCY_CONTACT = "emergency_contact"


class GroupPost(Row):
    """A line for the staff group of a department, or of the whole house: no name, no words (T07).

    Every group channel sends the same rows; `occurrence` makes a post once.
    """

    occurrence = fields.CharField(max_length=160, unique=True)
    kind = choice(PostKind)
    # empty: the whole house
    department: fields.ForeignKeyNullableRelation[Department] = belongs_to("Department", null=True)
    department_id: UUID | None
    # names of StaffRole it is for; empty: everybody of the department
    roles: list[str] = fields.JSONField(default=list)
    # message of the staff's catalog (staff.toml) and its values
    message = fields.CharField(max_length=32)
    values: dict[str, str] = fields.JSONField(default=dict)
    alert: fields.ForeignKeyNullableRelation[Alert] = belongs_to("Alert", null=True)
    alert_id: UUID | None
    complaint: fields.ForeignKeyNullableRelation[Complaint] = belongs_to("Complaint", null=True)
    complaint_id: UUID | None
    at = fields.DatetimeField(db_index=True)

    class Meta:
        """Table of posts."""

        table = "group_post"


class RoomCommand(Row):
    """An order written in a group: who, about which number, what came of it; refusals too."""

    # the channel's own id makes it once
    occurrence = fields.CharField(max_length=160, unique=True)
    channel = fields.CharField(max_length=32, default="web")
    staff: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    staff_id: UUID | None
    # claim, transfer, reply, close, snooze, who … or empty when it was not understood
    verb = fields.CharField(max_length=16, default="")
    number = fields.CharField(max_length=32, default="")
    # done, or why it was refused
    result = fields.CharField(max_length=32)
    at = fields.DatetimeField()

    class Meta:
        """Table of orders."""

        table = "room_command"
        indexes: ClassVar[tuple[Any, ...]] = (("at",),)


class TalkDesk(StrEnum):
    """Who answers a patient who wants a person: the ward's side, or the consult room."""

    WARD = "ward"
    CONSULT = "consult"


class HumanTalk(Row):
    """A person leads the conversation, the bot is silent; one open a conversation."""

    occurrence = fields.CharField(max_length=160, unique=True)
    conversation: fields.ForeignKeyRelation[Conversation] = belongs_to("Conversation", "talks")
    conversation_id: UUID
    # the conversation's id while the talk is open, then null: at most one open talk each
    open_for = fields.UUIDField(null=True, unique=True)
    patient: fields.ForeignKeyNullableRelation[Patient] = belongs_to("Patient", null=True)
    patient_id: UUID | None
    dialog: fields.ForeignKeyNullableRelation[Dialog] = belongs_to("Dialog", null=True)
    dialog_id: UUID | None
    alert: fields.ForeignKeyNullableRelation[Alert] = belongs_to("Alert", null=True)
    alert_id: UUID | None
    complaint: fields.ForeignKeyNullableRelation[Complaint] = belongs_to("Complaint", null=True)
    complaint_id: UUID | None
    for_desk = choice(TalkDesk, default=TalkDesk.WARD)
    staff: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    staff_id: UUID | None
    opened_at = fields.DatetimeField()
    # what the patient was promised
    due_at = fields.DatetimeField()
    taken_at = fields.DatetimeField(null=True)
    # the patient's last unanswered message
    waiting_since = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True, db_index=True)
    closed_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    closed_by_id: UUID | None

    class Meta:
        """Table of talks with a person."""

        table = "human_talk"
