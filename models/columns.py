"""The two kinds of column that every table uses in the same way."""

from enum import StrEnum
from typing import Any, TypeVar

from tortoise import fields
from tortoise.fields.base import Field

Member = TypeVar("Member", bound=StrEnum)

CHOICE_LENGTH = 32


def choice(members: type[Member], **options: Any) -> Field[Member]:
    """A closed set, checked before it is written; it may grow without touching the table."""
    return fields.CharEnumField(members, description="", max_length=CHOICE_LENGTH, **options)


def belongs_to(model: str, related_name: str | None = None, **options: Any) -> Any:
    """A foreign key: indexed, and never a reason for rows to vanish (RESTRICT)."""
    return fields.ForeignKeyField(
        f"models.{model}",
        related_name=related_name or False,
        on_delete=fields.RESTRICT,
        db_index=options.pop("db_index", True),
        **options,
    )
