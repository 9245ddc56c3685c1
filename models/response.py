"""The answers: one response a form, and every answer with its history."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.care import Encounter, FollowUpTask
from models.columns import belongs_to, choice
from models.conversation import Dialog
from models.hospital import StaffMember
from models.people import Patient, Respondent
from models.row import Row
from models.sealed import SealedField


class Responder(StrEnum):
    """Who gave an answer."""

    SELF = "self"
    FAMILY = "family"
    STAFF = "staff"


class ResponseStatus(StrEnum):
    """How far a form was filled in."""

    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    STOPPED = "stopped"


class Response(Row):
    """One form filled in for one patient."""

    dialog: fields.ForeignKeyNullableRelation[Dialog] = belongs_to(
        "Dialog", "responses", null=True, db_index=False
    )
    dialog_id: UUID | None
    task: fields.ForeignKeyNullableRelation[FollowUpTask] = belongs_to(
        "FollowUpTask", "responses", null=True
    )
    task_id: UUID | None
    encounter: fields.ForeignKeyNullableRelation[Encounter] = belongs_to("Encounter", null=True)
    encounter_id: UUID | None
    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient", "responses")
    patient_id: UUID
    form = fields.CharField(max_length=64)
    version = fields.CharField(max_length=32)
    respondent: fields.ForeignKeyNullableRelation[Respondent] = belongs_to("Respondent", null=True)
    respondent_id: UUID | None
    respondent_kind = choice(Responder)
    channel = fields.CharField(max_length=32, default="")
    status = choice(ResponseStatus, default=ResponseStatus.IN_PROGRESS)
    started_at = fields.DatetimeField()
    completed_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of responses."""

        table = "response"
        unique_together = (("dialog", "form"),)


class Answer(Row):
    """One answer to one item; a correction supersedes it and both stay."""

    response: fields.ForeignKeyRelation[Response] = belongs_to(
        "Response", "answers", db_index=False
    )
    response_id: UUID
    item = fields.CharField(max_length=64)
    # a list of option keys, a number, [systolic, diastolic], ...
    value: Any = fields.JSONField(null=True)
    text = SealedField(default="")
    by = choice(Responder)
    staff: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    staff_id: UUID | None
    at = fields.DatetimeField()
    superseded_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of answers."""

        table = "answer"
        indexes: ClassVar[tuple[Any, ...]] = (("response_id", "item"),)
