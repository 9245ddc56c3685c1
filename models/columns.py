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
    """A foreign key: never a reason for rows to vanish (RESTRICT).

    Indexed, unless `db_index=False` because an index over more columns begins with it.
    """
    return fields.ForeignKeyField(
        f"models.{model}",
        related_name=related_name or False,
        on_delete=fields.RESTRICT,
        db_index=options.pop("db_index", True),
        **options,
    )


def only_one_for(model: str, related_name: str) -> Any:
    """A foreign key that at most one row may hold; seen from the other side it is one object."""
    return fields.OneToOneField(
        f"models.{model}", related_name=related_name, on_delete=fields.RESTRICT
    )
