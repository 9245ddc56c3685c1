"""A survey that ended with a low mark: somebody calls within four hours, if the patient agrees."""

from __future__ import annotations

from typing import Final

from handlers.casework.filing import open_complaints
from handlers.complaints.prompting import ask_to_call
from handlers.matters import Matter

_OVERALL: Final = "总体"
_LOW: Final = 2


async def offer_call(matter: Matter) -> bool:
    """Ask whether somebody may call; the survey promised that nobody would know who answered."""
    if not rated_low(matter) or await _is_called_anyway(matter):
        return False
    return await ask_to_call(matter, f"survey:{matter.dialog_id}:call")


async def _is_called_anyway(matter: Matter) -> bool:
    """Nobody is called twice for one thing: whoever has filed it waits for that call."""
    cases = await open_complaints(matter.conversation.id)
    return any(case.contacted_at is None for case in cases)


def rated_low(matter: Matter) -> bool:
    """Tell whether the overall mark of a survey is two or less."""
    forms = [matter.desk.catalog.forms[form] for form in matter.state.forms]
    overall = (
        f"{form.id}.{item.id}"
        for form in forms
        if form.survey
        for item in form.items
        if item.dimension == _OVERALL
    )
    given = matter.state.given
    return any(_is_low(given[key].value) for key in overall if key in given)


def _is_low(value: tuple[str, ...]) -> bool:
    return bool(value) and value[0].isdigit() and int(value[0]) <= _LOW
