"""The complaint desk while an alarm stands: what is written is for the nurses before anybody."""

from __future__ import annotations

from typing import Final

from dialogs.complaints import events as told
from dialogs.complaints.precedence import Concern, concern_of
from dialogs.events import Said
from dialogs.reading.normal import bare
from handlers import alerts
from handlers.appointments.hearing import Heard
from handlers.appointments.talk import known_dialog as booking_dialog
from handlers.complaints.aimed import answers_us
from handlers.complaints.ear import Ear, give, said
from handlers.complaints.precedence import answers_form
from handlers.complaints.secret import OF_THE_OFFICE, is_secret
from handlers.complaints.turns import offered_last

_KEPT_SECRET: Final = (Concern.FILES, Concern.ADDS)
_ABOUT_A_CASE: Final = OF_THE_OFFICE - {Concern.ADDS} | {Concern.HOW}


async def hear_in_danger(ear: Ear) -> Heard | None:
    """While a safety text stands the desk has only what can be meant for nobody else."""
    if bare(ear.text).isdigit():
        return await give(ear, said(ear)) if await answers_us(ear) else None
    if _is_about_a_case(ear):
        return await give(ear, said(ear))
    # nothing is asked beside an alarm: what the ward is not to read goes to the case in silence
    heard = told.Mentioned(ear.matter.now, ear.text, ear.tags, str(ear.inbound.id))
    return await give(ear, heard) if is_secret(ear) else None


async def keep_in_danger(ear: Ear) -> None:
    """Whoever took the words, a standing alarm has them too, unless the ward is not to know them.

    Options of a form are its answers and stand there.
    """
    matter = ear.matter
    if not isinstance(ear.event, Said) or answers_form(matter, ear.text) or is_secret(ear):
        return
    await alerts.keep_at_alarm(ear.text, matter.now, matter.conversation.id)


async def leaves_it(ear: Ear) -> bool:
    """Tell whether a message may be about a visit: in danger only where a visit was asked about."""
    if not ear.endangered or not isinstance(ear.event, Said):
        return True
    desk = await booking_dialog(ear.matter.conversation)
    return desk is not None and await offered_last(desk)


def _is_about_a_case(ear: Ear) -> bool:
    concern = concern_of(ear.text, ear.tags, ear.facts, ear.state)
    return concern in _ABOUT_A_CASE or (concern in _KEPT_SECRET and is_secret(ear))
