"""Whom of staff and which offices a complaint names: they neither see it nor work on it."""

from __future__ import annotations

from typing import Final

from dialogs.complaints.owners import accused_offices
from handlers.casework.access import account, office
from models.complaint import Complaint
from models.hospital import StaffMember

_SHORTEST: Final = 2


async def name_accused(complaint: Complaint, words: str) -> None:
    """Note on the row every account and office named in the words; the caller saves it."""
    for role in sorted(accused_offices(words)):
        _add(complaint, office(role))
    for member in await StaffMember.filter(active=True).only("id", "username", "name"):
        named = len(member.name) >= _SHORTEST and member.name in words
        if named:
            _add(complaint, account(member))


def _add(complaint: Complaint, entry: str) -> None:
    if entry not in complaint.accused:
        complaint.accused = (complaint.accused or ",") + entry[1:]
