"""The complaint desk while an alarm stands: what is written is for the nurses before anybody."""

from __future__ import annotations

from typing import Final

from dialogs.complaints.phrases import wants_secrecy
from dialogs.complaints.precedence import Concern, concern_of
from dialogs.events import Said
from dialogs.reading.normal import bare
from handlers import alerts
from handlers.appointments.hearing import Heard
from handlers.appointments.talk import known_dialog as booking_dialog
from handlers.complaints.aimed import OF_THE_OFFICE, answers_us
from handlers.complaints.ear import Ear, give, said
from handlers.complaints.precedence import answers_form
from handlers.complaints.turns import offered_last

_ABOUT_A_CASE: Final = OF_THE_OFFICE - {Concern.ADDS} | {Concern.HOW}


async def hear_in_danger(ear: Ear) -> Heard | None:
    """While a safety text stands the desk has only what can be meant for nobody else."""
    if bare(ear.text).isdigit():
        return await give(ear, said(ear)) if await answers_us(ear) else None
    return await give(ear, said(ear)) if _is_ours_alone(ear) else None


async def keep_in_danger(ear: Ear) -> None:
    """Whoever took the words, a standing alarm has them too, unless the ward is not to know them.

    Options of a form are its answers and stand there.
    """
    matter = ear.matter
    if not isinstance(ear.event, Said) or answers_form(matter, ear.text) or _is_secret(ear):
        return
    await alerts.keep_at_alarm(ear.text, matter.now, matter.conversation.id)


async def leaves_it(ear: Ear) -> bool:
    """Tell whether a message may be about a visit: in danger only where a visit was asked about."""
    if not ear.endangered or not isinstance(ear.event, Said):
        return True
    desk = await booking_dialog(ear.matter.conversation)
    return desk is not None and await offered_last(desk)


def _is_ours_alone(ear: Ear) -> bool:
    """Tell whether words deal with a case, or file one the ward is not to know of."""
    concern = concern_of(ear.text, ear.tags, ear.facts, ear.state)
    return concern in _ABOUT_A_CASE or _is_secret(ear)


def _is_secret(ear: Ear) -> bool:
    """Tell whether a complaint is made, without danger in the words, that the ward must not see."""
    concern = concern_of(ear.text, ear.tags, ear.facts, ear.state)
    hidden = concern in (Concern.FILES, Concern.SECRECY) and wants_secrecy(ear.text)
    return hidden and not (ear.graver or ear.blames)
