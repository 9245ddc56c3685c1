"""Who is on duty when, and which doctors a department has named to answer questions."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.columns import belongs_to, choice
from models.hospital import Department, StaffMember, StaffRole
from models.row import Row


class DutyShift(Row):
    """Somebody answers for a role, in one department or in the whole house, for some hours."""

    staff: fields.ForeignKeyRelation[StaffMember] = belongs_to("StaffMember", "shifts")
    staff_id: UUID
    role = choice(StaffRole)
    department: fields.ForeignKeyNullableRelation[Department] = belongs_to("Department", null=True)
    department_id: UUID | None
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    # 1 is called first
    place = fields.IntField(default=1)

    class Meta:
        """Table of shifts."""

        table = "duty_shift"
        unique_together = (("staff", "role", "starts_at", "department"),)
        indexes: ClassVar[tuple[Any, ...]] = (("starts_at", "ends_at"),)


class LiaisonPlace(StrEnum):
    """A department names one or two, and somebody for their absence (R157)."""

    FIRST = "first"
    SECOND = "second"
    DEPUTY = "deputy"


class LiaisonDoctor(Row):
    """The doctor a department has named for questions of its patients (R157)."""

    department: fields.ForeignKeyRelation[Department] = belongs_to(
        "Department", "liaisons", db_index=False
    )
    department_id: UUID
    staff: fields.ForeignKeyRelation[StaffMember] = belongs_to("StaffMember")
    staff_id: UUID
    place = choice(LiaisonPlace)

    class Meta:
        """Table of liaison doctors."""

        table = "liaison_doctor"
        unique_together = (("department", "place"),)
