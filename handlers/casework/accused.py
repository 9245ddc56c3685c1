"""Whom of staff and which offices a complaint names: they neither see it nor work on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from dialogs.complaints.mentions import is_meant, surname_of
from dialogs.complaints.owners import accused_offices
from handlers.casework.access import account, office
from models.complaint import Complaint
from models.hospital import Department, StaffMember

_SHORTEST: Final = 2


async def name_accused(complaint: Complaint, words: str) -> None:
    """Note on the row every account and office named in the words; the caller saves it.

    In the department concerned a surname with a title names somebody as well, where it can be but
    one.
    """
    for role in sorted(accused_offices(words)):
        _add(complaint, office(role))
    staff = await StaffMember.filter(active=True)
    for member in (*_by_name(staff, words), *await _by_title(complaint, staff, words)):
        _add(complaint, account(member))


def _by_name(staff: Iterable[StaffMember], words: str) -> list[StaffMember]:
    return [one for one in staff if len(one.name) >= _SHORTEST and one.name in words]


async def _by_title(
    complaint: Complaint, staff: Iterable[StaffMember], words: str
) -> list[StaffMember]:
    department = await Department.get_or_none(id=complaint.department_id)
    if department is None:
        return []
    own = [one for one in staff if department.code in one.departments]
    meant = [one for one in own if is_meant(words, one.name, one.role)]
    alike = Counter(surname_of(one.name) for one in meant)
    return [one for one in meant if alike[surname_of(one.name)] == 1]


def _add(complaint: Complaint, entry: str) -> None:
    if entry not in complaint.accused:
        complaint.accused = (complaint.accused or ",") + entry[1:]
