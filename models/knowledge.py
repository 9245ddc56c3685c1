"""The knowledge base: standard answers a named person has approved (R166)."""

from datetime import date
from uuid import UUID

from tortoise import fields

from models.columns import belongs_to
from models.hospital import Department, StaffMember
from models.row import Row


class KnowledgeEntry(Row):
    """One standard answer; a change makes a new version, and only the newest is shown."""

    code = fields.CharField(max_length=64)
    version = fields.IntField(default=1)
    # 常见疾病, 用药, 康复, 流程, 医保 … (R172)
    topic = fields.CharField(max_length=32, default="")
    department: fields.ForeignKeyNullableRelation[Department] = belongs_to("Department", null=True)
    department_id: UUID | None
    disease = fields.CharField(max_length=64, default="")
    question = fields.CharField(max_length=200)
    variants: list[str] = fields.JSONField(default=list)
    answer = fields.TextField()
    approved_by = fields.CharField(max_length=64)
    approved_on: date = fields.DateField()
    review_on: date | None = fields.DateField(null=True)
    active = fields.BooleanField(default=True)
    created_at = fields.DatetimeField()
    created_by: fields.ForeignKeyNullableRelation[StaffMember] = belongs_to(
        "StaffMember", null=True
    )
    created_by_id: UUID | None

    class Meta:
        """Table of standard answers."""

        table = "knowledge_entry"
        unique_together = (("code", "version"),)
