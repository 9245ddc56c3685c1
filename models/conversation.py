"""The talk: conversations, their dialogs, what came in and what goes out."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.care import Encounter, FollowUpTask
from models.columns import belongs_to, choice, only_one_for
from models.people import ContactPoint, Patient, Respondent
from models.row import Row
from models.sealed import SealedField


class DialogKind(StrEnum):
    """Who leads a dialog: a form, the booking desk, the complaint desk, or a person."""

    QUESTIONNAIRE = "questionnaire"
    APPOINTMENT = "appointment"
    COMPLAINT = "complaint"
    HUMAN = "human"


class DialogStatus(StrEnum):
    """Where a dialog stands; one is active a conversation."""

    WAITING = "waiting"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


class InboundKind(StrEnum):
    """What a respondent sent."""

    TEXT = "text"
    CHOICE = "choice"
    MEDIA = "media"


class OutgoingPurpose(StrEnum):
    """Why something is sent; replies and safety are never held back.

    A reminder of an appointment is no conversation about illness: it is not counted against the
    one a day, and has a consent of its own.
    """

    REPLY = "reply"
    INITIATED = "initiated"
    REMINDER = "reminder"
    SAFETY = "safety"
    STAFF = "staff"


class DeliveryClass(StrEnum):
    """A must arrive, B at most once, C nice to have."""

    A = "A"
    B = "B"
    C = "C"


class OutgoingStatus(StrEnum):
    """The message state machine; `Outgoing.rank` keeps it from falling back."""

    PLANNED = "planned"
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    DEAD = "dead"
    UNKNOWN = "unknown"


class Conversation(Row):
    """All talk with one respondent; the row that is locked while a message is handled."""

    respondent: fields.OneToOneRelation[Respondent] = only_one_for("Respondent", "conversation")
    respondent_id: UUID
    # the last position used
    position = fields.IntField(default=0)
    # the last turn any of its dialogs asked with: a button tells by it whose question it answers
    turn = fields.IntField(default=0)

    class Meta:
        """Table of conversations."""

        table = "conversation"


class Dialog(Row):
    """One matter within a conversation: a questionnaire, or a person taking over."""

    conversation: fields.ForeignKeyRelation[Conversation] = belongs_to(
        "Conversation", "dialogs", db_index=False
    )
    conversation_id: UUID
    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient", "dialogs")
    patient_id: UUID
    encounter: fields.ForeignKeyNullableRelation[Encounter] = belongs_to("Encounter", null=True)
    encounter_id: UUID | None
    task: fields.ForeignKeyNullableRelation[FollowUpTask] = belongs_to(
        "FollowUpTask", "dialogs", null=True
    )
    task_id: UUID | None
    # the missed visit a questionnaire asks about
    appointment: fields.ForeignKeyNullableRelation[Any] = belongs_to("Appointment", null=True)
    appointment_id: UUID | None
    kind = choice(DialogKind, default=DialogKind.QUESTIONNAIRE)
    forms: list[str] = fields.JSONField(default=list)
    form_versions: dict[str, str] = fields.JSONField(default=dict)
    # JSON text
    state = SealedField(default="{}")
    status = choice(DialogStatus, default=DialogStatus.WAITING)
    priority = fields.IntField(default=0)
    turn = fields.IntField(default=0)
    outcome = fields.CharField(max_length=64, default="")
    started_at = fields.DatetimeField()
    asked_at = fields.DatetimeField(null=True)
    updated_at = fields.DatetimeField()
    deadline_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    # self, family, staff, or empty while nobody has said
    responder = fields.CharField(max_length=16, default="")

    class Meta:
        """Table of dialogs."""

        table = "dialog"
        indexes: ClassVar[tuple[Any, ...]] = (("conversation_id", "status"),)


class Media(Row):
    """A picture or recording a respondent sent; the file itself is outside the database."""

    conversation: fields.ForeignKeyRelation[Conversation] = belongs_to("Conversation", "media")
    conversation_id: UUID
    dialog: fields.ForeignKeyNullableRelation[Dialog] = belongs_to("Dialog", null=True)
    dialog_id: UUID | None
    path = fields.CharField(max_length=256)
    content_type = fields.CharField(max_length=64)
    size = fields.IntField()
    sha256 = fields.CharField(max_length=64)
    received_at = fields.DatetimeField()

    class Meta:
        """Table of media."""

        table = "media"


class Inbound(Row):
    """A message that came in, once: channel and the channel's own id name it."""

    channel = fields.CharField(max_length=32)
    external_id = fields.CharField(max_length=128)
    contact_point: fields.ForeignKeyNullableRelation[ContactPoint] = belongs_to(
        "ContactPoint", null=True
    )
    contact_point_id: UUID | None
    conversation: fields.ForeignKeyNullableRelation[Conversation] = belongs_to(
        "Conversation", "inbound", null=True, db_index=False
    )
    conversation_id: UUID | None
    dialog: fields.ForeignKeyNullableRelation[Dialog] = belongs_to("Dialog", "inbound", null=True)
    dialog_id: UUID | None
    position = fields.IntField(default=0)
    kind = choice(InboundKind, default=InboundKind.TEXT)
    text = SealedField(default="")
    media: fields.ForeignKeyNullableRelation[Media] = belongs_to("Media", null=True)
    media_id: UUID | None
    sent_at = fields.DatetimeField(null=True)
    received_at = fields.DatetimeField()

    class Meta:
        """Table of what came in."""

        table = "inbound"
        unique_together = (("channel", "external_id"),)
        indexes: ClassVar[tuple[Any, ...]] = (("conversation_id", "position"),)


class Outgoing(Row):
    """A message that goes out, once an occurrence; channels render its neutral content."""

    conversation: fields.ForeignKeyNullableRelation[Conversation] = belongs_to(
        "Conversation", "outgoing", null=True, db_index=False
    )
    conversation_id: UUID | None
    contact_point: fields.ForeignKeyNullableRelation[ContactPoint] = belongs_to(
        "ContactPoint", null=True
    )
    contact_point_id: UUID | None
    dialog: fields.ForeignKeyNullableRelation[Dialog] = belongs_to("Dialog", "outgoing", null=True)
    dialog_id: UUID | None
    task: fields.ForeignKeyNullableRelation[FollowUpTask] = belongs_to(
        "FollowUpTask", "outgoing", null=True
    )
    task_id: UUID | None
    # what it reminds of or asks about; `subject_version` is then the appointment's
    appointment: fields.ForeignKeyNullableRelation[Any] = belongs_to("Appointment", null=True)
    appointment_id: UUID | None
    patient: fields.ForeignKeyNullableRelation[Patient] = belongs_to("Patient", null=True)
    patient_id: UUID | None
    in_reply_to: fields.ForeignKeyNullableRelation[Inbound] = belongs_to(
        "Inbound", "replies", null=True
    )
    in_reply_to_id: UUID | None
    position = fields.IntField(default=0)
    # named like reply:<inbound id>:0 or open:<task id>:1
    occurrence = fields.CharField(max_length=160, unique=True)
    purpose = choice(OutgoingPurpose)
    delivery_class = choice(DeliveryClass)
    # JSON of the neutral Ask or Say
    content = SealedField()
    subject_version = fields.IntField(default=1)
    channel = fields.CharField(max_length=32, default="")
    not_before = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    status = choice(OutgoingStatus, default=OutgoingStatus.PLANNED)
    rank = fields.IntField(default=0)
    attempt = fields.IntField(default=0)
    lease_until = fields.DatetimeField(null=True)
    lease_token = fields.CharField(max_length=64, default="")
    provider_id = fields.CharField(max_length=128, default="", db_index=True)
    error = fields.CharField(max_length=256, default="")
    reason = fields.CharField(max_length=64, default="")
    # channels that did not take it, in order: the next one of the person is asked
    tried: list[str] = fields.JSONField(default=list)
    # digits behind our number by which an answer by SMS finds its question
    extension = fields.CharField(max_length=8, default="")
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    delivered_at = fields.DatetimeField(null=True)
    read_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of what goes out."""

        table = "outgoing"
        indexes: ClassVar[tuple[Any, ...]] = (
            ("status", "not_before"),
            ("conversation_id", "position"),
        )
