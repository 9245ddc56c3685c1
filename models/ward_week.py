"""The ward's week: files taken, questions, proofs of contact, the month as it was issued."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.alert import Alert
from models.care import Encounter, FollowUpTask
from models.columns import belongs_to, choice, only_one_for
from models.hospital import Department, StaffMember
from models.people import Patient
from models.row import Row
from models.sealed import SealedField


class TakenFile(Row):
    """A file of the watched folder that was taken: the same content is never taken twice."""

    name = fields.CharField(max_length=256)
    digest = fields.CharField(max_length=64, unique=True)
    kind = fields.CharField(max_length=32)
    day: date = fields.DateField(db_index=True)
    # taken, refused or empty while it is being read
    result = fields.CharField(max_length=16, default="")
    good_rows = fields.IntField(default=0)
    bad_rows = fields.IntField(default=0)
    taken_at = fields.DatetimeField()

    class Meta:
        """Table of the files taken."""

        table = "taken_file"


class TicketState(StrEnum):
    """Where a patient's question stands (R156)."""

    RECEIVED = "received"
    WITH_DEPARTMENT = "with_department"
    ANSWERED = "answered"
    TOLD = "told"
    UNDERSTOOD = "understood"
    CLOSED = "closed"


class Disposition(StrEnum):
    """What became of a question (R050)."""

    ANSWER = "answer"
    EXPERT = "expert"
    REVIEW = "review"


class QuestionTicket(Row):
    """A question of a patient on its way to a doctor and back, read back at the end (R160)."""

    # WT-YYYYMMDD-NNN
    number = fields.CharField(max_length=32, unique=True)
    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient")
    patient_id: UUID
    encounter: fields.ForeignKeyNullableRelation[Encounter] = belongs_to("Encounter", null=True)
    encounter_id: UUID | None
    task: fields.ForeignKeyNullableRelation[FollowUpTask] = belongs_to(
        "FollowUpTask", null=True, db_index=False
    )
    task_id: UUID | None
    # the alert by which the ward learnt of it
    alert: fields.ForeignKeyNullableRelation[Alert] = belongs_to("Alert", null=True)
    alert_id: UUID | None
    department: fields.ForeignKeyNullableRelation[Department] = belongs_to("Department", null=True)
    department_id: UUID | None
    words = SealedField()
    urgent = fields.BooleanField(default=False)
    state = choice(TicketState, default=TicketState.RECEIVED)
    liaison: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    liaison_id: UUID | None
    opinion = SealedField(default="")
    answer = SealedField(default="")
    disposition = fields.CharField(max_length=16, default="")
    asked_at = fields.DatetimeField()
    due_at = fields.DatetimeField(db_index=True)
    passed_on_at = fields.DatetimeField(null=True)
    answered_at = fields.DatetimeField(null=True)
    told_at = fields.DatetimeField(null=True)
    read_back_at = fields.DatetimeField(null=True)
    # solved with the patient's yes (M7); nothing while nobody has said
    solved = fields.BooleanField(null=True)
    closed_at = fields.DatetimeField(null=True)
    closed_by = fields.CharField(max_length=64, default="")

    class Meta:
        """Table of questions."""

        table = "question_ticket"
        indexes: ClassVar[tuple[Any, ...]] = (("state", "due_at"),)


class Verified(StrEnum):
    """What a patient says to whether the ward was in touch (R188)."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Verification(Row):
    """One round drawn by lot whose patient is asked whether anybody was in touch (M13)."""

    task: fields.OneToOneRelation[FollowUpTask] = only_one_for("FollowUpTask", "verification")
    task_id: UUID
    month: date = fields.DateField(db_index=True)
    drawn_at = fields.DatetimeField()
    asked_at = fields.DatetimeField(null=True)
    # message, round or call
    way = fields.CharField(max_length=16, default="")
    answer = choice(Verified, null=True)
    answered_at = fields.DatetimeField(null=True)
    asked_by = fields.CharField(max_length=64, default="")

    class Meta:
        """Table of verifications."""

        table = "verification"


class IssuedMonth(Row):
    """A month's report as it was issued; a later issue counts what fell due since."""

    month: date = fields.DateField()
    issue = fields.IntField()
    made_at = fields.DatetimeField()
    made_by = fields.CharField(max_length=64)
    figures: dict[str, Any] = fields.JSONField()

    class Meta:
        """Table of issued months."""

        table = "issued_month"
        unique_together = (("month", "issue"),)


class DepartmentMonth(Row):
    """What a department says to its month, and who signed it (R039)."""

    month: date = fields.DateField()
    department: fields.ForeignKeyRelation[Department] = belongs_to("Department")
    department_id: UUID
    comment = fields.TextField(default="")
    signed_by = fields.CharField(max_length=64, default="")
    signed_at = fields.DatetimeField(null=True)
    # the issue the signature is under
    issue = fields.IntField(default=0)

    class Meta:
        """Table of what departments say to their months."""

        table = "department_month"
        unique_together = (("month", "department"),)
