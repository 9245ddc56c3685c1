"""A line of a complaint's history in the words of the house; some lines hold codes."""

from __future__ import annotations

from handlers.staff_words import StaffWords
from models.complaint import ComplaintEntry, ComplaintEvent


def entry_text(entry: ComplaintEntry, words: StaffWords) -> str:
    """Say what a line adds to its event; what the complainant said stands as it was said."""
    said: str = entry.detail
    match entry.event:
        case ComplaintEvent.MODE_CHANGED:
            return words.complaint_modes.get(said, said)
        case ComplaintEvent.CLOSED:
            return words.complaint_closings.get(said, said)
        case ComplaintEvent.RATED:
            return words.complaints["stars"].format(n=said)
        case ComplaintEvent.ASKED_FOR_FACTS:
            asked, _, question = said.partition("\n")
            return f"{words.roles.get(asked, asked)}\n{question}"
        case _:
            return said
