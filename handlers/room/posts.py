"""Posting to the staff group: number, ward, level, clock and link, never a name or words (T07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.once import insert_once
from models.room import GroupPost, PostKind


@dataclass(frozen=True, slots=True)
class Post:
    """One line for a group; `message` is of staff.toml, `values` fill it.

    Without a department it is for the whole house, with roles for those alone.
    """

    kind: PostKind
    message: str
    values: Mapping[str, str]
    occurrence: str
    department_id: UUID | None = None
    roles: Iterable[str] = ()
    alert_id: UUID | None = None
    complaint_id: UUID | None = None


async def post(said: Post, now: datetime) -> bool:
    """Write a post, once an occurrence; every group channel sends it from there."""
    return await insert_once(
        GroupPost(
            occurrence=said.occurrence,
            kind=said.kind,
            department_id=said.department_id,
            roles=sorted(said.roles),
            message=said.message,
            values=dict(said.values),
            alert_id=said.alert_id,
            complaint_id=said.complaint_id,
            at=now,
        )
    )
