"""The channels: what their providers told us, what they allow, who stands behind an account."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.alert import Alert
from models.columns import belongs_to, choice, only_one_for
from models.conversation import Outgoing, OutgoingStatus
from models.hospital import StaffMember
from models.people import ContactPoint, System
from models.room import GroupPost
from models.row import Row
from models.sealed import BlindIndexField, SealedField


class ChannelEvent(Row):
    """Something a provider told us, once; messages of known people are rows of inbound as well."""

    channel = fields.CharField(max_length=32)
    # the dedupe key of the channel
    external_id = fields.CharField(max_length=160)
    # text, choice, picture, voice, follow, unfollow, receipt, nonce … or what we do not know
    kind = fields.CharField(max_length=32)
    address = SealedField(default="")
    contact_point: fields.ForeignKeyNullableRelation[ContactPoint] = belongs_to(
        "ContactPoint", null=True
    )
    contact_point_id: UUID | None
    # what was answered at once, so that a copy of the event gets the same answer
    reply = SealedField(null=True)
    # taken, repeated, ignored, unknown sender …
    result = fields.CharField(max_length=64, default="")
    received_at = fields.DatetimeField(db_index=True)

    class Meta:
        """Table of events."""

        table = "channel_event"
        unique_together = (("channel", "external_id"),)


class Pushed(Row):
    """What a provider pushed and nobody has dealt with yet; it goes when that is done.

    It is acknowledged once it stands here. The process that holds it says so again and again;
    when it has not for a while, another one takes it up.
    """

    channel = fields.CharField(max_length=32)
    # the dedupe key of the channel
    external_id = fields.CharField(max_length=160)
    # whom it is from, as a fingerprint: one person's words are dealt with in their order
    person = fields.CharField(max_length=64)
    content = SealedField()
    received_at = fields.DatetimeField(db_index=True)
    holder = fields.CharField(max_length=32)
    held_until = fields.DatetimeField(db_index=True)
    # how often it was begun: what fails each time is left alone until somebody asks for more
    tries = fields.IntField(default=1)

    class Meta:
        """Table of pushes."""

        table = "pushed"
        unique_together = (("channel", "external_id"),)
        indexes = (("channel", "person"),)


class Receipt(Row):
    """What a provider said became of a message; it may come before we know the provider's id."""

    # channel, provider's id and status: the same receipt twice is one
    occurrence = fields.CharField(max_length=255, unique=True)
    channel = fields.CharField(max_length=32)
    provider_id = fields.CharField(max_length=128, db_index=True)
    status = choice(OutgoingStatus)
    code = fields.CharField(max_length=64, default="")
    happened_at = fields.DatetimeField()
    received_at = fields.DatetimeField(db_index=True)
    matched_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of receipts."""

        table = "receipt"


class SendWindow(Row):
    """How many messages an address may still get, and until when (R235)."""

    contact_point: fields.OneToOneRelation[ContactPoint] = only_one_for(
        "ContactPoint", "send_window"
    )
    contact_point_id: UUID
    # after words of the person
    closes_at = fields.DatetimeField(null=True)
    left = fields.IntField(default=0)
    # after a click, a follow or a scan
    click_closes_at = fields.DatetimeField(null=True)
    click_left = fields.IntField(default=0)

    class Meta:
        """Table of windows."""

        table = "send_window"


class TemplateConsent(Row):
    """That a person lets us send a notice template: so many times, or until it is taken back."""

    contact_point: fields.ForeignKeyRelation[ContactPoint] = belongs_to(
        "ContactPoint", db_index=False
    )
    contact_point_id: UUID
    template_id = fields.CharField(max_length=64)
    left = fields.IntField(default=0)
    lasting = fields.BooleanField(default=False)
    changed_at = fields.DatetimeField()

    class Meta:
        """Table of consents to templates."""

        table = "template_consent"
        unique_together = (("contact_point", "template_id"),)


class ChannelToken(Row):
    """The access token all processes share; whoever refreshes it holds this row."""

    channel = fields.CharField(max_length=32, unique=True)
    token = SealedField(default="")
    expires_at = fields.DatetimeField()
    refreshed_at = fields.DatetimeField()

    class Meta:
        """Table of tokens."""

        table = "channel_token"


class ChannelState(Row):
    """How a channel is doing, for all processes and for people."""

    channel = fields.CharField(max_length=32, unique=True)
    last_in_at = fields.DatetimeField(null=True)
    last_out_at = fields.DatetimeField(null=True)
    # nothing is sent until then: the provider is down, or asked us to wait
    paused_until = fields.DatetimeField(null=True)
    failures = fields.IntField(default=0)
    error = fields.CharField(max_length=255, default="")
    error_at = fields.DatetimeField(null=True)
    # what the provider said this account may do: [{name, value, good}]
    probed: list[dict[str, Any]] = fields.JSONField(default=list)
    probed_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of channel states."""

        table = "channel_state"


class AddressClaim(Row):
    """Somebody writes from an address nobody has proven; what they show leads to a patient.

    Either a scanned paper (`link_hash`) with the year of birth, or a code sent to the phone on
    file (`contact_point`, `code_hash`).
    """

    system = choice(System)
    address = SealedField()
    address_index = BlindIndexField(of="address", purpose=".system")
    link_hash = fields.CharField(max_length=64, default="")
    contact_point: fields.ForeignKeyNullableRelation[ContactPoint] = belongs_to(
        "ContactPoint", null=True
    )
    contact_point_id: UUID | None
    code_hash = fields.CharField(max_length=64, default="")
    attempts = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        """Table of claims."""

        table = "address_claim"
        unique_together = (("address_index", "system"),)


class PageCode(Row):
    """A code sent by SMS that opens the web chat at the message it stands in; good once, for a day.

    `attempts` counts wrong years of birth: after a few of them the code is worth nothing.
    """

    code_hash = fields.CharField(max_length=64, unique=True)
    message: fields.ForeignKeyRelation[Outgoing] = belongs_to("Outgoing")
    message_id: UUID
    # the phone it went to: the message itself may go elsewhere later
    contact_point: fields.ForeignKeyRelation[ContactPoint] = belongs_to("ContactPoint")
    contact_point_id: UUID
    attempts = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(db_index=True)
    used_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of codes for the page."""

        table = "page_code"


class GroupDelivery(Row):
    """A post on its way to one group outside the staff room."""

    post: fields.ForeignKeyRelation[GroupPost] = belongs_to(
        "GroupPost", "deliveries", db_index=False
    )
    post_id: UUID
    # the name of the group in the hospital's list
    group = fields.CharField(max_length=64)
    channel = fields.CharField(max_length=32)
    status = choice(OutgoingStatus, default=OutgoingStatus.QUEUED)
    attempt = fields.IntField(default=0)
    not_before = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    lease_token = fields.CharField(max_length=64, default="")
    provider_id = fields.CharField(max_length=128, default="")
    error = fields.CharField(max_length=255, default="")
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of deliveries to groups."""

        table = "group_delivery"
        unique_together = (("post", "group"),)
        indexes: ClassVar[tuple[Any, ...]] = (("status", "not_before"),)


class StaffAccount(Row):
    """A messenger account of a member of staff, proven by a code from the staff room."""

    channel = fields.CharField(max_length=32)
    account = SealedField()
    account_index = BlindIndexField(of="account", purpose="staff_account")
    staff: fields.ForeignKeyRelation[StaffMember] = belongs_to("StaffMember", "accounts")
    staff_id: UUID
    bound_at = fields.DatetimeField()

    class Meta:
        """Table of staff accounts."""

        table = "staff_account"
        unique_together = (("account_index", "channel"),)


class StaffCode(Row):
    """A code by which a member of staff binds a messenger account; good once, for minutes."""

    staff: fields.ForeignKeyRelation[StaffMember] = belongs_to("StaffMember", "codes")
    staff_id: UUID
    code_hash = fields.CharField(max_length=64, unique=True)
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of staff codes."""

        table = "staff_code"


class CallKind(StrEnum):
    """How the duty phone is reached."""

    SMS = "sms"
    VOICE = "voice"


class DutyCall(Row):
    """A red alert on its way to the duty phone, because nobody took it in the room."""

    occurrence = fields.CharField(max_length=160, unique=True)
    alert: fields.ForeignKeyRelation[Alert] = belongs_to("Alert", "duty_calls")
    alert_id: UUID
    kind = choice(CallKind)
    number = SealedField()
    status = choice(OutgoingStatus, default=OutgoingStatus.QUEUED)
    attempt = fields.IntField(default=0)
    not_before = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    lease_token = fields.CharField(max_length=64, default="")
    provider_id = fields.CharField(max_length=128, default="", db_index=True)
    error = fields.CharField(max_length=255, default="")
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of calls to the duty phone."""

        table = "duty_call"
        indexes: ClassVar[tuple[Any, ...]] = (("status", "not_before"),)
