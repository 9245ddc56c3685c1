"""Which members of staff a complaint names: they neither see the case nor work on it."""

from __future__ import annotations

from typing import Final

from handlers.casework.access import account
from models.complaint import Complaint
from models.hospital import StaffMember

_SHORTEST: Final = 2


async def name_accused(complaint: Complaint, words: str) -> None:
    """Note on the row every account whose name stands in the words; the caller saves it."""
    for member in await StaffMember.filter(active=True).only("id", "username", "name"):
        named = len(member.name) >= _SHORTEST and member.name in words
        if named and account(member) not in complaint.accused:
            complaint.accused = f"{complaint.accused or ','}{member.username},"
