"""The book: clinics, their sessions and places, who has which place, and what became of it."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.care import Encounter
from models.columns import belongs_to, choice
from models.conversation import Conversation
from models.hospital import Department, StaffMember
from models.people import Patient
from models.printed_link import PrintedLink
from models.row import Row
from models.sealed import SealedField


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


class VisitKind(StrEnum):
    """First visit or return."""

    FIRST = "first"  # 初诊
    RETURN = "return"  # 复诊


class BookingSource(StrEnum):
    """By which way a booking came (R094, R120)."""

    PHONE = "phone"
    ON_SITE = "on_site"
    SMS = "sms"
    WECHAT = "wechat"
    WEB = "web"
    TELEGRAM = "telegram"
    IMPORT = "import"


class AppointmentStatus(StrEnum):
    """Where an appointment stands (FHIR Appointment.status, split as the source counts)."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED_BY_PATIENT = "cancelled_by_patient"
    CANCELLED_BY_HOSPITAL = "cancelled_by_hospital"
    NO_SHOW = "no_show"


class AppointmentEventKind(StrEnum):
    """What happened to an appointment (R109)."""

    BOOKED = "booked"
    CONFIRMED = "confirmed"
    SEEN = "seen"
    MOVED = "moved"
    CANCELLED = "cancelled"
    HOSPITAL_CHANGED = "hospital_changed"
    SUBSTITUTED = "substituted"
    SUBSTITUTE_ACCEPTED = "substitute_accepted"
    LATE = "late"
    ON_THE_WAY = "on_the_way"
    PLACE_RELEASED = "place_released"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    NO_SHOW = "no_show"
    # somebody was noted as here, or as missing, by mistake
    MARK_TAKEN_BACK = "mark_taken_back"
    BREACHED = "breached"
    WAIVED = "waived"


class BreachKind(StrEnum):
    """What was broken (R097, R098)."""

    NO_SHOW = "no_show"
    LATE_CANCEL = "late_cancel"


class WaitingStatus(StrEnum):
    """Where somebody on the waiting list stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


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


class Appointment(Row):
    """One person's visit; `version` grows whenever its time or fate changes."""

    number = fields.CharField(max_length=32, unique=True)
    # the hospital's own 预约号
    external_no = fields.CharField(max_length=64, null=True, unique=True)
    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient", "appointments")
    patient_id: UUID
    clinic: fields.ForeignKeyRelation[Clinic] = belongs_to("Clinic")
    clinic_id: UUID
    session: fields.ForeignKeyNullableRelation[Session] = belongs_to("Session", null=True)
    session_id: UUID | None
    # the stay this is the review of
    encounter: fields.ForeignKeyNullableRelation[Encounter] = belongs_to("Encounter", null=True)
    encounter_id: UUID | None
    doctor = fields.CharField(max_length=64, default="")
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    # report at the guide desk until then (R101, C7)
    check_in_by = fields.DatetimeField()
    # giving up the place is free until then (R097)
    free_until = fields.DatetimeField()
    status = choice(AppointmentStatus, default=AppointmentStatus.BOOKED)
    version = fields.IntField(default=1)
    visit_kind = choice(VisitKind, default=VisitKind.RETURN)
    source = choice(BookingSource, default=BookingSource.ON_SITE)
    # somebody is to phone the day before (R115)
    key_patient = fields.BooleanField(default=False)
    # the patient asked for another time and has not chosen yet
    moving = fields.BooleanField(default=False)
    booked_at = fields.DatetimeField()
    confirmed_at = fields.DatetimeField(null=True)
    arrived_at = fields.DatetimeField(null=True)
    on_the_way_at = fields.DatetimeField(null=True)
    # the place was given up because nobody came
    released_at = fields.DatetimeField(null=True)
    # when the wish to cancel was written, which is what the rules go by
    cancelled_at = fields.DatetimeField(null=True)
    cancel_reason = fields.CharField(max_length=64, default="")
    late_cancel = fields.BooleanField(default=False)
    # the hospital changed time or doctor: nothing that follows is a breach
    hospital_changed_at = fields.DatetimeField(null=True)
    row_hash = fields.CharField(max_length=64, default="")
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        """Table of appointments."""

        table = "appointment"
        indexes: ClassVar[tuple[Any, ...]] = (("status", "starts_at"),)


class VisitSlip(PrintedLink):
    """The link on a booking card (预约卡, R085): it stays good at least until the day after."""

    purpose = "visit-slip"
    about = "appointment_id"

    appointment: fields.ForeignKeyRelation[Appointment] = belongs_to("Appointment", "slips")
    appointment_id: UUID

    class Meta:
        """Table of booking cards."""

        table = "visit_slip"


class Place(Row):
    """One place of a slot: one row is one place, so it cannot be sold twice.

    Free: no appointment, and no hold that is still running. An appointment has one place at most.
    """

    slot: fields.ForeignKeyRelation[Slot] = belongs_to("Slot", "places", db_index=False)
    slot_id: UUID
    number = fields.IntField()
    appointment: fields.OneToOneNullableRelation[Appointment] = fields.OneToOneField(
        "models.Appointment", related_name="place", on_delete=fields.RESTRICT, null=True
    )
    appointment_id: UUID | None
    # the conversation or the entry of the waiting list it is kept for, for a short time
    held_by = fields.UUIDField(null=True, db_index=True)
    held_until = fields.DatetimeField(null=True)

    class Meta:
        """Table of places."""

        table = "place"
        unique_together = (("slot", "number"),)


class AppointmentEvent(Row):
    """One thing that happened to an appointment; rows are only ever added."""

    appointment: fields.ForeignKeyRelation[Appointment] = belongs_to("Appointment", "events")
    appointment_id: UUID
    kind = choice(AppointmentEventKind)
    at = fields.DatetimeField(db_index=True)
    # patient, hospital, system, or a user name
    by = fields.CharField(max_length=64, default="")
    channel = fields.CharField(max_length=32, default="")
    from_at = fields.DatetimeField(null=True)
    to_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)
    # cancelled or moved after the free limit
    late = fields.BooleanField(default=False)
    note = fields.CharField(max_length=256, default="")

    class Meta:
        """Table of what happened to appointments."""

        table = "appointment_event"


class Breach(Row):
    """A broken booking of a real-name person: counted for thirty days, unless waived (R098).

    One a version: a visit that was moved too late and then missed is two.
    """

    appointment: fields.ForeignKeyRelation[Appointment] = belongs_to(
        "Appointment", "breaches", db_index=False
    )
    appointment_id: UUID
    version = fields.IntField(default=1)
    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient")
    patient_id: UUID
    # blind index of the ID number, else the patient's id: two records of one person count together
    person = fields.CharField(max_length=64, db_index=True)
    kind = choice(BreachKind)
    at = fields.DatetimeField()
    told_at = fields.DatetimeField(null=True)
    appealed_at = fields.DatetimeField(null=True)
    waived_at = fields.DatetimeField(null=True)
    waived_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    waived_by_id: UUID | None
    waive_reason = fields.CharField(max_length=256, default="")

    class Meta:
        """Table of breaches."""

        table = "breach"
        unique_together = (("appointment", "version"),)


class Suspension(Row):
    """Half a year without booking; it ends by itself (R098, C6)."""

    person = fields.CharField(max_length=64, db_index=True)
    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient")
    patient_id: UUID
    starts_at = fields.DatetimeField()
    ends_on: date = fields.DateField()
    lifted_at = fields.DatetimeField(null=True)
    lifted_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    lifted_by_id: UUID | None
    lift_reason = fields.CharField(max_length=256, default="")

    class Meta:
        """Table of suspensions."""

        table = "suspension"


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
