"""Who stands behind the user names of the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from models.hospital import StaffMember


async def names_of(usernames: Iterable[str]) -> Mapping[str, str]:
    """Return names by user name; what is nobody's user name stands for itself."""
    wanted = set(usernames)
    people = StaffMember.filter(username__in=list(wanted))
    known = dict(await people.values_list("username", "name"))
    return {one: known.get(one) or one for one in wanted}
