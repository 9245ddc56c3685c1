"""The people: patients, who answers for them, where they can be reached, what they agreed to."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.columns import belongs_to, choice
from models.row import Row
from models.sealed import BlindIndexField, SealedField


class Sex(StrEnum):
    """As the hospital's file says."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


class ResponderRole(StrEnum):
    """In what capacity a respondent answers for a patient."""

    SELF = "self"
    GUARDIAN = "guardian"
    RELATIVE = "relative"


class System(StrEnum):
    """The kind of address a contact point is (FHIR ContactPoint.system)."""

    PHONE = "phone"
    WEB = "web"
    WECHAT = "wechat"
    TELEGRAM = "telegram"

    @property
    def channel(self) -> str:
        """The name of the channel that reaches it."""
        return "sms" if self is System.PHONE else self.value


class ContactKind(StrEnum):
    """What stands behind the address."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    LINK = "link"
    OPENID = "openid"
    CHAT = "chat"


class ContactStatus(StrEnum):
    """Whether the address may be written to."""

    OK = "ok"
    MALFORMED = "malformed"
    LANDLINE = "landline"
    PLACEHOLDER = "placeholder"
    WRONG_NUMBER = "wrong_number"
    SHARED = "shared"
    UNPROVEN = "unproven"


class HospitalPhoneRole(StrEnum):
    """Whose number the hospital's file says it is."""

    SELF = "self"
    CONTACT = "contact"


class HospitalPhoneStatus(StrEnum):
    """What the intake made of the hospital's number."""

    OK = "ok"
    MISSING = "missing"
    MALFORMED = "malformed"
    LANDLINE = "landline"
    PLACEHOLDER = "placeholder"
    SHARED = "shared"


class ConsentPurpose(StrEnum):
    """What a consent is for; each purpose has its own row (PIPL 29)."""

    FOLLOW_UP = "follow_up"
    REMINDER = "reminder"
    SURVEY = "survey"
    MARKETING = "marketing"


class ConsentBasis(StrEnum):
    """Consent, or another ground in law (PIPL 13)."""

    CONSENT = "consent"
    LEGAL_BASIS = "legal_basis"


class Patient(Row):
    """A person in the hospital's care."""

    mrn = fields.CharField(max_length=64, unique=True, null=True)
    name = SealedField()
    sex = choice(Sex, default=Sex.UNKNOWN)
    birth_date: date | None = fields.DateField(null=True)
    id_type = fields.CharField(max_length=16, default="")
    id_no = SealedField(null=True)
    id_no_index = BlindIndexField(of="id_no", purpose="id_no", db_index=True)
    deceased_at = fields.DatetimeField(null=True)
    # hospital, message, staff, or empty
    deceased_by = fields.CharField(max_length=16, default="")
    protective_disclosure = fields.BooleanField(default=False)
    palliative = fields.BooleanField(default=False)
    needs: list[str] = fields.JSONField(default=list)
    # the user name of the nurse who calls this patient as a rule; the elderly keep theirs
    usual_caller = fields.CharField(max_length=64, default="", db_index=True)
    tags: list[str] = fields.JSONField(default=list)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()

    class Meta:
        """Table of patients."""

        table = "patient"


class Respondent(Row):
    """A person who answers: the patient, a guardian or a relative."""

    name = SealedField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        """Table of respondents."""

        table = "respondent"


class RespondentRole(Row):
    """For which patient a respondent answers, and as what."""

    respondent: fields.ForeignKeyRelation[Respondent] = belongs_to(
        "Respondent", "roles", db_index=False
    )
    respondent_id: UUID
    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient", "respondent_roles")
    patient_id: UUID
    role = choice(ResponderRole)
    relation = fields.CharField(max_length=32, default="")
    authorised = fields.BooleanField(default=False)
    authorised_by = fields.CharField(max_length=64, default="")
    active = fields.BooleanField(default=True)

    class Meta:
        """Table of who answers for whom."""

        table = "respondent_role"
        unique_together = (("respondent", "patient"),)


class ContactPoint(Row):
    """An address of a respondent on one system."""

    respondent: fields.ForeignKeyRelation[Respondent] = belongs_to("Respondent", "contact_points")
    respondent_id: UUID
    system = choice(System)
    value = SealedField()
    # each system is an index of its own: blind_index("phone", "139..."), blind_index("wechat", ...)
    value_index = BlindIndexField(of="value", purpose=".system")
    kind = choice(ContactKind)
    status = choice(ContactStatus, default=ContactStatus.UNPROVEN)
    verified_at = fields.DatetimeField(null=True)
    opted_out_at = fields.DatetimeField(null=True)
    wrong_at = fields.DatetimeField(null=True)
    preferred = fields.BooleanField(default=False)

    class Meta:
        """Table of contact points."""

        table = "contact_point"
        unique_together = (("value_index", "system"),)


class HospitalPhone(Row):
    """What the hospital's file last said, so that a correction by staff wins until it changes."""

    encounter: fields.ForeignKeyRelation[Any] = belongs_to(
        "Encounter", "hospital_phones", db_index=False
    )
    encounter_id: UUID
    role = choice(HospitalPhoneRole)
    number = SealedField()
    value_index = BlindIndexField(of="number", purpose="phone", db_index=True)
    status = choice(HospitalPhoneStatus)

    class Meta:
        """Table of the numbers in the hospital's file."""

        table = "hospital_phone"
        unique_together = (("encounter", "role"),)


class Consent(Row):
    """One recorded ground to write to a person (PIPL 13-15); a withdrawal closes it."""

    patient: fields.ForeignKeyRelation[Patient] = belongs_to("Patient", "consents", db_index=False)
    patient_id: UUID
    respondent: fields.ForeignKeyNullableRelation[Respondent] = belongs_to("Respondent", null=True)
    respondent_id: UUID | None
    purpose = choice(ConsentPurpose)
    basis = choice(ConsentBasis)
    legal_basis = fields.CharField(max_length=256, default="")
    granted = fields.BooleanField()
    text_version = fields.CharField(max_length=32, default="")
    channel = fields.CharField(max_length=32, default="")
    recorded_by = fields.CharField(max_length=64, default="")
    at = fields.DatetimeField()
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of consents."""

        table = "consent"
        indexes: ClassVar[tuple[Any, ...]] = (("patient_id", "purpose"),)
