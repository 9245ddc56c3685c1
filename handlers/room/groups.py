"""The groups outside the staff room, and which of them is told what (T07)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from handlers.scope import CLINICAL_LEVELS, WARD, sees_alert
from models.alert import Alert
from models.complaint import Complaint
from models.hospital import Department, StaffMember, StaffRole
from models.room import GroupPost


@dataclass(frozen=True, slots=True)
class Group:
    """A group as the hospital lists it.

    `departments` are codes, none: the whole house. `roles` say who sits in it, none: those who
    take part in the care. `address` is the robot's key or the chat's id, `secret` what its posts
    are signed with; `backup` is the name of the group that is told when this one cannot be.
    `mentions`: a red alert calls everybody in it.
    """

    name: str
    channel: str
    address: str = field(repr=False)
    secret: str = field(default="", repr=False)
    departments: frozenset[str] = frozenset()
    roles: frozenset[StaffRole] = frozenset()
    backup: str = ""
    mentions: bool = True

    @property
    def members(self) -> frozenset[StaffRole]:
        """The roles that read along."""
        return self.roles or WARD


def groups_for(
    groups: Iterable[Group], post: GroupPost, accused: Collection[StaffMember] = ()
) -> list[Group]:
    """Choose who is told of a post, which came with its department, alert and complaint.

    Danger is told where anybody may know of it, anything else only where everybody may; a
    complaint never where somebody sits whom it names (`accused`).
    """
    return [group for group in groups if _in_place(group, post) and is_told(group, post, accused)]


def is_told(group: Group, post: GroupPost, accused: Collection[StaffMember] = ()) -> bool:
    """Tell whether those who sit in a group may be told, wherever the group belongs."""
    if post.alert is not None:
        known = list(_known(group, post.alert))
        return any(known) if post.alert.level in CLINICAL_LEVELS else all(known)
    if post.complaint is not None:
        named = any(_sits_in(group, one) for one in accused)
        return bool(group.roles) and group.roles <= set(post.roles) and not named
    return not post.roles or bool(group.roles & set(post.roles))


async def unknown_departments(groups: Iterable[Group]) -> list[str]:
    """List the codes no department has: a ward behind a mistyped one would be told nothing."""
    named = {code for group in groups for code in group.departments}
    known = await Department.filter(code__in=list(named)).values_list("code", flat=True)
    return sorted(named - {str(code) for code in known})


def accused_accounts(complaint: Complaint | None) -> list[str]:
    """List the accounts of the people a complaint names."""
    named = complaint.accused.split(",") if complaint else []
    return [name for name in named if name and not name.startswith("@")]


def _in_place(group: Group, post: GroupPost) -> bool:
    """A post of no department is for the house; an alert of none is for nobody's ward."""
    if not group.departments:
        return True
    if post.department is None:
        return post.alert is None or post.alert.drill
    return post.department.code in group.departments


def _known(group: Group, alert: Alert) -> Iterator[bool]:
    """Tell of each role whether a colleague of the alert's own department may know of it."""
    place = [alert.department.code] if alert.department else []
    for role in group.members:
        yield sees_alert(StaffMember(role=role, departments=place), alert)


def _sits_in(group: Group, person: StaffMember) -> bool:
    here = not (group.departments and person.departments) or bool(
        group.departments & set(person.departments)
    )
    return person.role in group.roles and here
