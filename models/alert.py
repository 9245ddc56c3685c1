"""The alerts: what must be put before a person, and everything that happened to it."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.care import Encounter, FollowUpTask
from models.columns import belongs_to, choice
from models.conversation import Conversation, Dialog
from models.hospital import Department, StaffMember
from models.people import Patient
from models.row import Row
from models.sealed import SealedField


class AlertLevel(StrEnum):
    """L1 danger now, L2 today, L3 next day, Q a question, T a task, DISP a dispute."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    Q = "Q"
    T = "T"
    DISP = "DISP"


class AlertStatus(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class AlertEvent(StrEnum):
    """What happened to an alert."""

    RAISED = "raised"
    ESCALATED = "escalated"
    CLAIMED = "claimed"
    LOST_CLAIM = "lost_claim"
    REPLIED = "replied"
    CALLED = "called"
    TRANSFERRED = "transferred"
    CLOSED = "closed"
    NOTED = "noted"
    PATIENT_WROTE = "patient_wrote"
    RETURNED = "returned"  # the claim was silent too long
    SNOOZED = "snoozed"
    MOVED = "moved"  # to another department
    UNREACHED = "unreached"  # called, but the patient was not to be had
    EMERGENCY_CONTACT = "emergency_contact"  # nobody answered: the contact is to be called


class Alert(Row):
    """Something a person must see to before its clock runs out."""

    number = fields.CharField(max_length=32, unique=True)
    level = choice(AlertLevel)
    rule = fields.CharField(max_length=64)
    # the patient's own
    words = SealedField(default="")
    encounter: fields.ForeignKeyNullableRelation[Encounter] = belongs_to(
        "Encounter", "alerts", null=True
    )
    encounter_id: UUID | None
    patient: fields.ForeignKeyNullableRelation[Patient] = belongs_to("Patient", "alerts", null=True)
    patient_id: UUID | None
    department: fields.ForeignKeyNullableRelation[Department] = belongs_to("Department", null=True)
    department_id: UUID | None
    conversation: fields.ForeignKeyNullableRelation[Conversation] = belongs_to(
        "Conversation", null=True
    )
    conversation_id: UUID | None
    dialog: fields.ForeignKeyNullableRelation[Dialog] = belongs_to("Dialog", null=True)
    dialog_id: UUID | None
    task: fields.ForeignKeyNullableRelation[FollowUpTask] = belongs_to("FollowUpTask", null=True)
    task_id: UUID | None
    status = choice(AlertStatus, default=AlertStatus.OPEN)
    raised_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    step = fields.IntField(default=0)
    escalate_at = fields.DatetimeField(null=True)
    claimed_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to(
        "StaffMember", null=True
    )
    claimed_by_id: UUID | None
    claimed_at = fields.DatetimeField(null=True)
    # quiet in the group until then; the clock goes on
    snoozed_until = fields.DatetimeField(null=True)
    # calls the patient by
    promise_at = fields.DatetimeField(null=True)
    closed_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    closed_by_id: UUID | None
    closed_at = fields.DatetimeField(null=True)
    # confirmed, not_confirmed, or empty
    verdict = fields.CharField(max_length=16, default="")
    outcome = fields.CharField(max_length=64, default="")
    note = SealedField(default="")
    occurrence = fields.CharField(max_length=160, unique=True, null=True)
    # a test alarm
    drill = fields.BooleanField(default=False)

    class Meta:
        """Table of alerts."""

        table = "alert"
        indexes: ClassVar[tuple[Any, ...]] = (("status", "escalate_at"), ("status", "due_at"))


class AlertEntry(Row):
    """One line of an alert's history."""

    alert: fields.ForeignKeyRelation[Alert] = belongs_to("Alert", "entries")
    alert_id: UUID
    at = fields.DatetimeField()
    staff: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    staff_id: UUID | None
    event = choice(AlertEvent)
    detail = SealedField(default="")

    class Meta:
        """Table of alert history."""

        table = "alert_entry"


class DrillAcknowledgement(Row):
    """Who saw a test alarm, and when."""

    alert: fields.ForeignKeyRelation[Alert] = belongs_to(
        "Alert", "acknowledgements", db_index=False
    )
    alert_id: UUID
    staff: fields.ForeignKeyRelation[StaffMember] = belongs_to("StaffMember")
    staff_id: UUID
    at = fields.DatetimeField()

    class Meta:
        """Table of drill acknowledgements."""

        table = "drill_acknowledgement"
        unique_together = (("alert", "staff"),)
