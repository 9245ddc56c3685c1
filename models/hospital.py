"""The hospital: departments, the people who work there, how they sign in."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from tortoise import fields

from models.columns import belongs_to, choice
from models.row import Row
from models.sealed import SealedField


class FollowUpPolicy(StrEnum):
    """Whom a department follows up after discharge."""

    ALL = "all"
    SELECTIVE = "selective"
    NONE = "none"


class StaffRole(StrEnum):
    """What a member of staff answers for."""

    NURSE = "nurse"  # 责任护士
    DOCTOR = "doctor"  # 主管医生
    HEAD_NURSE = "head_nurse"  # 护士长
    DIRECTOR = "director"  # 科主任
    DUTY_DOCTOR = "duty_doctor"  # 值班医生
    MEDICAL_AFFAIRS = "medical_affairs"  # 医务科
    MARKET_CENTRE = "market_centre"  # 市场服务中心
    COMPLAINT_OFFICE = "complaint_office"  # 投诉办
    NURSING_OFFICE = "nursing_office"  # 护理部
    SUPERVISION_OFFICE = "supervision_office"  # 监察室
    LOGISTICS = "logistics"  # 后勤
    FINANCE = "finance"  # 财务、医保办
    OUTPATIENT_OFFICE = "outpatient_office"  # 门诊部
    REGISTRATION = "registration"  # 挂号室
    GUIDE_DESK = "guide_desk"  # 导诊台
    CONSULT_ROOM = "consult_room"  # 咨询室
    IT = "it"  # 信息科
    ADMIN = "admin"


class Department(Row):
    """A ward or clinic as the hospital names it."""

    code = fields.CharField(max_length=32, unique=True)
    name = fields.CharField(max_length=64)
    aliases: list[str] = fields.JSONField(default=list)
    # answered in working hours
    phone = fields.CharField(max_length=32, default="")
    # answered day and night
    tel = fields.CharField(max_length=32, default="")
    follow_up_policy = choice(FollowUpPolicy, default=FollowUpPolicy.ALL)
    plan = fields.CharField(max_length=64, null=True)
    # the channel its patients are written to first where they have not chosen one (R041)
    channel = fields.CharField(max_length=16, default="")
    # its name must not be shown on first contact
    neutral = fields.BooleanField(default=False)
    # its patients' plain questions may be answered from the standard answers (R061, R149)
    self_answering = fields.BooleanField(default=False)
    active = fields.BooleanField(default=True)

    class Meta:
        """Table of departments."""

        table = "department"


class StaffMember(Row):
    """A person who works here and may sign in."""

    username = fields.CharField(max_length=64, unique=True)
    name = fields.CharField(max_length=64)
    role = choice(StaffRole)
    licensed = fields.BooleanField(default=False)
    phone = SealedField(null=True)
    # languages and skills by which calls are given out (R024): yue, en, specialist, ...
    skills: list[str] = fields.JSONField(default=list)
    # codes; empty together with a wide role means every department
    departments: list[str] = fields.JSONField(default=list)
    active = fields.BooleanField(default=True)
    password_hash = fields.CharField(max_length=256, null=True)
    created_at = fields.DatetimeField()

    class Meta:
        """Table of staff."""

        table = "staff_member"


class StaffSession(Row):
    """A signed-in browser; the token itself is known to the browser alone."""

    token_hash = fields.CharField(max_length=64, unique=True)
    staff: fields.ForeignKeyRelation[StaffMember] = belongs_to("StaffMember")
    staff_id: UUID
    csrf_token = fields.CharField(max_length=128)
    created_at = fields.DatetimeField()
    seen_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of sessions."""

        table = "staff_session"


class SetupCode(Row):
    """A one-time code: the first sign-in of an installation or of a new colleague."""

    code_hash = fields.CharField(max_length=64, unique=True)
    staff: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to("StaffMember", null=True)
    staff_id: UUID | None
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        """Table of setup codes."""

        table = "setup_code"


class LoginAttempt(Row):
    """One try to sign in, so that guessing can be slowed by account and by source."""

    account = fields.CharField(max_length=64)
    source = fields.CharField(max_length=64)
    at = fields.DatetimeField()
    succeeded = fields.BooleanField()

    class Meta:
        """Table of sign-in attempts."""

        table = "login_attempt"
        indexes: tuple[Any, ...] = (("account", "at"), ("source", "at"))
