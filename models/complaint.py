"""Complaints from receipt to closing, what was only said, and what was learned from it."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.care import Encounter
from models.columns import belongs_to, choice, only_one_for
from models.conversation import Conversation, Inbound
from models.hospital import Department, StaffMember, StaffRole
from models.people import Patient
from models.row import Row
from models.sealed import SealedField


class ComplaintState(StrEnum):
    """The columns of the board (R4); only the last one is an end."""

    RECEIVED = "received"  # 待受理
    INVESTIGATING = "investigating"  # 调查中
    NEGOTIATING = "negotiating"  # 协商中
    CARRYING_OUT = "carrying_out"  # 落实中
    ANSWERED = "answered"  # 待患者反馈
    CLOSED = "closed"  # 已结


class FiledBy(StrEnum):
    """How a complaint came to be registered; never behind the patient's back."""

    EXPLICIT = "explicit"  # 投诉 or 举报 in the patient's own words
    AGREED = "agreed"  # asked by us whether to file, and wanted
    STAFF = "staff"  # taken down by somebody who was told


class ComplaintMode(StrEnum):
    """How much the department concerned is told of who complains."""

    BACK_TO_BACK = "back_to_back"  # not who it is, until the patient agrees
    NAMED = "named"
    ANONYMOUS = "anonymous"  # nobody but the office's lead sees who it is


class Finding(StrEnum):
    """What the investigation found."""

    VALID = "valid"  # 属实
    PARTLY = "partly"  # 部分属实
    NOT_VALID = "not_valid"  # 不属实


class ComplaintClosing(StrEnum):
    """How a complaint ended."""

    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"  # told of further ways, nothing more can be done here
    NO_ANSWER = "no_answer"  # the result was told, the patient did not write again
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"


class ComplaintEvent(StrEnum):
    """What happened to a complaint."""

    FILED = "filed"
    PATIENT_ADDED = "patient_added"
    TAGGED = "tagged"  # a person corrected or confirmed the tags
    CLAIMED = "claimed"
    RETURNED = "returned"  # to all: given back, or silent too long
    TRANSFERRED = "transferred"
    CONTACTED = "contacted"  # a person has spoken with the patient
    ASKED_FOR_FACTS = "asked_for_facts"
    FACTS_GIVEN = "facts_given"
    MOVED_ON = "moved_on"  # from state to state
    PROPOSED = "proposed"
    INTERIM_TOLD = "interim_told"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CALL_WANTED = "call_wanted"
    RATED = "rated"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    MODE_CHANGED = "mode_changed"
    WARNED = "warned"
    ESCALATED = "escalated"
    SNOOZED = "snoozed"
    NOTED = "noted"
    PACKED = "packed"  # an evidence pack was made


class Complaint(Row):
    """One complaint; `occurrence` makes it once, however often it is sent."""

    # TS-YYYYMMDD-NNN
    number = fields.CharField(max_length=32, unique=True)
    occurrence = fields.CharField(max_length=160, unique=True)
    filed_by = choice(FiledBy)
    mode = choice(ComplaintMode, default=ComplaintMode.BACK_TO_BACK)
    conversation: fields.ForeignKeyNullableRelation[Conversation] = belongs_to(
        "Conversation", "complaints", null=True
    )
    conversation_id: UUID | None
    patient: fields.ForeignKeyNullableRelation[Patient] = belongs_to(
        "Patient", "complaints", null=True
    )
    patient_id: UUID | None
    encounter: fields.ForeignKeyNullableRelation[Encounter] = belongs_to("Encounter", null=True)
    encounter_id: UUID | None
    # the one complained about; it never owns the case
    department: fields.ForeignKeyNullableRelation[Department] = belongs_to("Department", null=True)
    department_id: UUID | None
    # codes of the taxonomy, and the tags T1 … D1 they lead to
    categories: list[str] = fields.JSONField(default=list)
    tags: list[str] = fields.JSONField(default=list)
    # none, low, medium or high
    severity = fields.CharField(max_length=16, default="")
    # A, B or C (content 9)
    grade = fields.CharField(max_length=1, default="B")
    urgent = fields.BooleanField(default=False)
    dispute = fields.BooleanField(default=False)
    # accounts and offices it names, as ",zhang,li,@medical_affairs,"; they are not shown it
    accused = fields.TextField(default="")
    tags_confirmed_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to(
        "StaffMember", null=True
    )
    tags_confirmed_by_id: UUID | None
    tags_confirmed_at = fields.DatetimeField(null=True)
    state = choice(ComplaintState, default=ComplaintState.RECEIVED)
    # the office that answers for it; the first receiver stays responsible (R155)
    owner_role = choice(StaffRole)
    owner: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    owner_id: UUID | None
    claimed_at = fields.DatetimeField(null=True)
    # several departments answer, so the law gives ten working days
    joint = fields.BooleanField(default=False)
    received_at = fields.DatetimeField()
    # the clocks of a reopened case run from here
    reopened_at = fields.DatetimeField(null=True)
    # the hospital's promise
    contact_due_at = fields.DatetimeField()
    contacted_at = fields.DatetimeField(null=True)
    result_due_at = fields.DatetimeField()
    # the law's limit
    legal_due_at = fields.DatetimeField()
    # a later day was told with its reason before the promise ran out
    interim_at = fields.DatetimeField(null=True)
    interim_until = fields.DatetimeField(null=True)
    interim_why = SealedField(default="")
    snoozed_until = fields.DatetimeField(null=True)
    facts = SealedField(default="")
    measures = SealedField(default="")
    finding = choice(Finding, null=True)
    # department and day of what was promised to be done
    carried_out_by = fields.CharField(max_length=64, default="")
    carried_out_due: date | None = fields.DateField(null=True)
    answered_at = fields.DatetimeField(null=True)
    # accept, refuse or call; empty while the patient has not said
    patient_answer = fields.CharField(max_length=16, default="")
    # 5 very satisfied … 1 very dissatisfied
    satisfaction = fields.IntField(null=True)
    root_cause = fields.CharField(max_length=32, default="")
    closing = choice(ComplaintClosing, null=True)
    closed_at = fields.DatetimeField(null=True)
    closed_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    closed_by_id: UUID | None
    reopened = fields.IntField(default=0)
    # timers set for an earlier version find nothing to do
    version = fields.IntField(default=1)

    class Meta:
        """Table of complaints."""

        table = "complaint"
        indexes: ClassVar[tuple[Any, ...]] = (
            ("state", "result_due_at"),
            ("owner_role", "state"),
            ("received_at",),
        )


class ComplaintEntry(Row):
    """One line of a complaint's history; what the patient wrote is one too."""

    complaint: fields.ForeignKeyRelation[Complaint] = belongs_to("Complaint", "entries")
    complaint_id: UUID
    # 1 for the first: several lines may be of one instant
    position = fields.IntField(default=1)
    at = fields.DatetimeField(db_index=True)
    staff: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    staff_id: UUID | None
    inbound: fields.ForeignKeyNullableRelation[Inbound] = belongs_to("Inbound", null=True)
    inbound_id: UUID | None
    event = choice(ComplaintEvent)
    # where the case stood after it
    state = choice(ComplaintState)
    detail = SealedField(default="")

    class Meta:
        """Table of complaint history."""

        table = "complaint_entry"


class FactRequest(Row):
    """A department or office asked for the facts; it answers, and never decides (content 9)."""

    complaint: fields.ForeignKeyRelation[Complaint] = belongs_to(
        "Complaint", "fact_requests", db_index=False
    )
    complaint_id: UUID
    # the code of a department, or the name of an office's role
    asked = fields.CharField(max_length=32)
    department: fields.ForeignKeyNullableRelation[Department] = belongs_to("Department", null=True)
    department_id: UUID | None
    question = SealedField(default="")
    asked_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    asked_by_id: UUID | None
    asked_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    answer = SealedField(default="")
    answered_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to(
        "StaffMember", null=True
    )
    answered_by_id: UUID | None
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of requests for facts."""

        table = "fact_request"
        unique_together = (("complaint", "asked"),)


class OpinionStatus(StrEnum):
    """What became of something that was said."""

    HEARD = "heard"
    ASKED = "asked"  # whether to file it
    OPINION = "opinion"  # kept as one, no answer wanted
    DECLINED = "declined"  # the patient wants nothing made of it
    FILED = "filed"  # part of a complaint
    PRAISE = "praise"


class Opinion(Row):
    """What one message said for or against the house, as it was tagged; filed or not."""

    inbound: fields.OneToOneRelation[Inbound] = only_one_for("Inbound", "opinion")
    inbound_id: UUID
    conversation: fields.ForeignKeyRelation[Conversation] = belongs_to("Conversation", "opinions")
    conversation_id: UUID
    patient: fields.ForeignKeyNullableRelation[Patient] = belongs_to("Patient", null=True)
    patient_id: UUID | None
    encounter: fields.ForeignKeyNullableRelation[Encounter] = belongs_to("Encounter", null=True)
    encounter_id: UUID | None
    department: fields.ForeignKeyNullableRelation[Department] = belongs_to("Department", null=True)
    department_id: UUID | None
    complaint: fields.ForeignKeyNullableRelation[Complaint] = belongs_to(
        "Complaint", "opinions", null=True
    )
    complaint_id: UUID | None
    status = choice(OpinionStatus, default=OpinionStatus.HEARD)
    categories: list[str] = fields.JSONField(default=list)
    tags: list[str] = fields.JSONField(default=list)
    severity = fields.CharField(max_length=16, default="none")
    urgent_types: list[str] = fields.JSONField(default=list)
    dispute = fields.BooleanField(default=False)
    praise = fields.BooleanField(default=False)
    # names of staff as the patient wrote them, joined by 、
    praised = SealedField(default="")
    # JSON: the patient's words behind each tag
    evidence = SealedField(default="[]")
    # whoever gave the words was promised that departments do not see who it is (a survey)
    unnamed = fields.BooleanField(default=False)
    at = fields.DatetimeField()

    class Meta:
        """Table of opinions."""

        table = "opinion"
        indexes: ClassVar[tuple[Any, ...]] = (("status", "at"), ("conversation_id", "at"))


class ImprovementAction(Row):
    """Problem, measure, owner, day, and whether it was seen to work (R154)."""

    complaint: fields.ForeignKeyNullableRelation[Complaint] = belongs_to(
        "Complaint", "improvements", null=True
    )
    complaint_id: UUID | None
    department: fields.ForeignKeyNullableRelation[Department] = belongs_to("Department", null=True)
    department_id: UUID | None
    problem = fields.CharField(max_length=500)
    measure = fields.CharField(max_length=500)
    responsible = fields.CharField(max_length=64)
    due_on: date = fields.DateField()
    created_at = fields.DatetimeField()
    created_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to(
        "StaffMember", null=True
    )
    created_by_id: UUID | None
    done_at = fields.DatetimeField(null=True)
    verification = fields.CharField(max_length=500, default="")
    verified_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to(
        "StaffMember", null=True
    )
    verified_by_id: UUID | None
    verified_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of improvement actions."""

        table = "improvement_action"
