"""Whose words are nobody's: a wrong number's, and those of who complains without a name."""

from __future__ import annotations

from uuid import UUID

from dialogs.actions import Outcome
from handlers.casework.filing import open_complaints
from handlers.matters import Matter
from models.complaint import ComplaintMode


def is_stranger(matter: Matter) -> bool:
    """Tell whether a wrong number writes: what a stranger says is not about our patient."""
    ended = matter.state.ended_in is Outcome.WRONG_NUMBER
    return ended or matter.contact_point.wrong_at is not None


async def is_unnamed(conversation_id: UUID) -> bool:
    """Tell whether an open complaint of a conversation is anonymous."""
    cases = await open_complaints(conversation_id)
    return any(case.mode is ComplaintMode.ANONYMOUS for case in cases)
