"""What every printed link has: a phone is bound by it to the patient the paper is about."""

from typing import ClassVar
from uuid import UUID

from tortoise import fields

from models.columns import belongs_to
from models.people import ContactPoint
from models.row import Row


class PrintedLink(Row):
    """A link on paper; a table each for stays and visits, with the column that says which.

    `purpose` is what the link's token is signed for, so that no paper opens another kind.
    """

    purpose: ClassVar[str]
    about: ClassVar[str]

    link_hash = fields.CharField(max_length=64, unique=True)
    check_code = fields.CharField(max_length=4)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    opened_at = fields.DatetimeField(null=True)
    bound_at = fields.DatetimeField(null=True)
    contact_point: fields.ForeignKeyNullableRelation[ContactPoint] = belongs_to(
        "ContactPoint", null=True
    )
    contact_point_id: UUID | None
    failed_attempts = fields.IntField(default=0)

    class Meta:
        """No table of its own."""

        abstract = True

    @property
    def subject(self) -> UUID:
        """Id of the stay or visit the paper is about."""
        found: UUID = getattr(self, self.about)
        return found
