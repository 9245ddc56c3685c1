"""The care: a stay in hospital, its follow-up plan and rounds, the slip left at the bedside."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.columns import belongs_to, choice, only_one_for
from models.hospital import Department, StaffMember
from models.people import Patient
from models.printed_link import PrintedLink
from models.row import Row


class PlanStatus(StrEnum):
    """Where a follow-up plan stands."""

    WAITING_RELEASE = "waiting_release"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    STOPPED = "stopped"


class RiskTier(StrEnum):
    """How closely a stay is followed (R013, R044); it chooses plan and owner."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class TaskKind(StrEnum):
    """What a task of a plan is: only rounds count in the figures by round (M2 to M5)."""

    ROUND = "round"
    DAILY_REPORT = "daily_report"
    BEFORE_REVIEW = "before_review"
    AFTER_CHANGE = "after_change"
    HOME_VISIT = "home_visit"


class TaskStatus(StrEnum):
    """Where one round of a plan stands."""

    PLANNED = "planned"
    CONTACTING = "contacting"
    ANSWERING = "answering"
    PHONE_LIST = "phone_list"
    COMPLETED = "completed"
    CLOSED = "closed"


class Encounter(Row):
    """A stay with its discharge; number and visit name it in the hospital's file."""

    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient", "encounters")
    patient_id: UUID
    inpatient_no = fields.CharField(max_length=64)
    visit_seq = fields.IntField(default=1)
    department: fields.ForeignKeyNullableRelation[Department] = belongs_to("Department", null=True)
    department_id: UUID | None
    ward = fields.CharField(max_length=64, default="")
    bed = fields.CharField(max_length=32, default="")
    admitted_on: date | None = fields.DateField(null=True)
    discharged_on: date = fields.DateField(db_index=True)
    discharged_at = fields.DatetimeField(null=True)
    # 离院方式 1, 2, 3, 4, 5 or 9
    disposition = fields.CharField(max_length=1, default="9")
    diagnosis_code = fields.CharField(max_length=32, default="")
    diagnosis_name = fields.CharField(max_length=256, default="")
    operation = fields.CharField(max_length=512, default="")
    attending = fields.CharField(max_length=64, default="")
    nurse = fields.CharField(max_length=64, default="")
    review_on: date | None = fields.DateField(null=True)
    follow_up_request = fields.TextField(default="")
    summary = fields.TextField(default="")
    discharge_medicines = fields.TextField(default="")
    risk = choice(RiskTier, default=RiskTier.NORMAL)
    # which rules made it so, and "staff" where a person decided; such a tier stays
    risk_reasons: list[str] = fields.JSONField(default=list)
    # how ill the patient left, in the hospital's own classes (R021)
    severity = fields.CharField(max_length=32, default="")
    # the day the medicines were changed last, as the list or a person said (R045)
    medicine_changed_on: date | None = fields.DateField(null=True)
    # the fields of the follow-up form that no list brings (R003), by their keys
    header: dict[str, str] = fields.JSONField(default=dict)
    # on tomorrow's list only: not discharged yet, in no plan and in no figure
    expected = fields.BooleanField(default=False)
    # a doctor wants this patient of a selective department followed up (R023)
    chosen_by = fields.CharField(max_length=64, default="")
    # a reason code, or empty
    exclusion = fields.CharField(max_length=32, default="")
    row_hash = fields.CharField(max_length=64, default="")
    withdrawn_at = fields.DatetimeField(null=True)
    source_file = fields.CharField(max_length=256, default="")
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        """Table of stays."""

        table = "encounter"
        unique_together = (("inpatient_no", "visit_seq"),)


class FollowUpPlan(Row):
    """What follows one discharge: at most one plan a stay."""

    encounter: fields.OneToOneRelation[Encounter] = only_one_for("Encounter", "plan")
    encounter_id: UUID
    template = fields.CharField(max_length=64)
    status = choice(PlanStatus, default=PlanStatus.WAITING_RELEASE)
    stop_reason = fields.CharField(max_length=64, default="")
    # while paused nothing is sent and the clock of no round is called off
    pause_reason = fields.CharField(max_length=64, default="")
    paused_until: date | None = fields.DateField(null=True)
    released_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to(
        "StaffMember", null=True
    )
    released_by_id: UUID | None
    released_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        """Table of plans."""

        table = "follow_up_plan"


class FollowUpTask(Row):
    """One round of a plan: what to ask, until when, and how it ended."""

    plan: fields.ForeignKeyRelation[FollowUpPlan] = belongs_to(
        "FollowUpPlan", "tasks", db_index=False
    )
    plan_id: UUID
    encounter: fields.ForeignKeyRelation[Encounter] = belongs_to("Encounter", "tasks")
    encounter_id: UUID
    kind = choice(TaskKind, default=TaskKind.ROUND)
    # rounds count from 1; tasks of other kinds of the same plan have numbers of their own above
    round = fields.IntField()
    forms: list[str] = fields.JSONField(default=list)
    owner_role = fields.CharField(max_length=32, default="")
    due_at = fields.DatetimeField()
    deadline_at = fields.DatetimeField()
    status = choice(TaskStatus, default=TaskStatus.PLANNED)
    # who is to do it (R024); empty: whoever of the ward comes first
    assigned_to: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to(
        "StaffMember", null=True, db_index=False
    )
    assigned_to_id: UUID | None
    assigned_at = fields.DatetimeField(null=True)
    attempts = fields.IntField(default=0)
    # when a message was first accepted or a call first tried (M3), and when a person first
    # answered something of it, in whatever way (M1)
    attempted_at = fields.DatetimeField(null=True)
    reached_at = fields.DatetimeField(null=True)
    phone_reason = fields.CharField(max_length=64, default="")
    outcome = fields.CharField(max_length=64, default="")
    # F11 to F53, or empty
    reason = fields.CharField(max_length=16, default="")
    reason_note = fields.CharField(max_length=512, default="")
    # the patient asked to be called later
    call_at = fields.DatetimeField(null=True)
    opened_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    closed_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    closed_by_id: UUID | None
    version = fields.IntField(default=1)
    festival = fields.BooleanField(default=False)

    class Meta:
        """Table of rounds."""

        table = "follow_up_task"
        unique_together = (("plan", "round"),)
        indexes: ClassVar[tuple[Any, ...]] = (
            ("status", "due_at"),
            ("status", "deadline_at"),
            ("assigned_to_id", "status"),
            ("deadline_at",),
        )


class BedsideCheck(Row):
    """What was settled at the bedside the day before a discharge (R004, R016, R053)."""

    encounter: fields.OneToOneRelation[Encounter] = only_one_for("Encounter", "bedside_check")
    encounter_id: UUID
    # ok, unanswered, wrong or empty: the number was tried while its owner stood beside
    phone_tried = fields.CharField(max_length=16, default="")
    channel = fields.CharField(max_length=16, default="")
    # morning, noon, afternoon, evening or empty: when the patient wants to be written to
    best_time = fields.CharField(max_length=16, default="")
    others_may_know = fields.BooleanField(null=True)
    explained = fields.BooleanField(default=False)
    pack_given = fields.BooleanField(default=False)
    test_sent_at = fields.DatetimeField(null=True)
    note = fields.CharField(max_length=512, default="")
    done_by = fields.CharField(max_length=64, default="")
    done_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of what was settled at the bedside."""

        table = "bedside_check"


class BedsideSlip(PrintedLink):
    """The printed link by which a patient binds a phone before going home."""

    purpose = "bedside-slip"
    about = "encounter_id"

    encounter: fields.ForeignKeyRelation[Encounter] = belongs_to("Encounter", "slips")
    encounter_id: UUID

    class Meta:
        """Table of slips."""

        table = "bedside_slip"
