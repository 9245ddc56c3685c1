"""Whether the answer was understood: asked with the answer, heard beside whatever else is open.

The question is no dialog. It is the newest thing with choices on the screen, or one of its own
buttons, and so never takes an answer that belongs to a questionnaire.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from dialogs.actions import Ask, Say
from dialogs.events import Chose, Event, Said
from dialogs.replies import one_of
from dialogs.timing.words import promise_text
from dialogs.turn import Reply
from handlers.contents import content_of
from handlers.matters import Matter
from handlers.outgoing import Draft, write
from handlers.questions.outcome import give_back, settle
from handlers.red_flags import red_flags
from handlers.transcript import ACCEPTED_RANK
from models.conversation import Inbound, Outgoing
from models.unit import lock
from models.ward_week import QuestionTicket, TicketState

ANSWER: Final = "M-Q-ANS"
ASKED_AGAIN: Final = "M-Q-BACK"
_CLEAR: Final = "clear"
_CALL: Final = "call"
_REPLIES: Final[Mapping[str, str]] = MappingProxyType(
    {_CLEAR: "M-Q-CLEAR", "unclear": "M-Q-UNCLEAR", _CALL: "M-Q-CALL"}
)
_LOOK_BACK: Final = 8
_PATIENT: Final = "patient"


async def hear(matter: Matter, inbound: Inbound, event: Event) -> bool:
    """Take a message that says whether an answer was understood; False for any other."""
    row = await _asked(matter, event)
    key = _meant(matter, row, event) if row is not None else ""
    if row is None or not key:
        return False
    number = str(content_of(row).values.get("no", ""))
    ticket = await lock(QuestionTicket.filter(number=number, state=TicketState.TOLD)).first()
    if ticket is None:
        return False
    values = {"no": number}
    if key == _CLEAR:
        await settle(ticket, _PATIENT, matter.now)
    else:
        words = inbound.text if isinstance(event, Said) else ticket.words
        alert = await give_back(matter.desk, ticket, words, _PATIENT, matter.now, call=key == _CALL)
        values["due"] = promise_text(alert.due_at, matter.now, language=matter.desk.language)
    await _say(matter, inbound, _REPLIES[key], values)
    return True


async def _asked(matter: Matter, event: Event) -> Outgoing | None:
    """Return our question if the message can answer it: its button, or words after it."""
    sent = Outgoing.filter(conversation_id=matter.conversation.id, rank__gte=ACCEPTED_RANK)
    for row in await sent.order_by("-position").limit(_LOOK_BACK):
        body = content_of(row).body
        if not isinstance(body, Ask):
            continue
        ours = body.message in (ANSWER, ASKED_AGAIN)
        if isinstance(event, Chose) and body.turn == event.turn:
            return row if ours else None
        if isinstance(event, Said):
            return row if ours else None
    return None


def _meant(matter: Matter, row: Outgoing, event: Event) -> str:
    """Return the option that was meant; words of danger are no answer to this."""
    body = content_of(row).body
    options = matter.desk.catalog.messages[body.message].options
    if isinstance(event, Chose):
        return one_of(Reply(keys=(event.key,)), options) or ""
    if isinstance(event, Said) and not red_flags(matter, event.text):
        return one_of(Reply(event.text), options) or ""
    return ""


async def _say(matter: Matter, inbound: Inbound, message: str, values: dict[str, str]) -> None:
    draft = Draft(
        Say(message),
        f"read-back:{inbound.id}",
        contact_point_id=matter.contact_point.id,
        channel=matter.contact_point.system.channel,
        dialog_id=matter.dialog_id,
        patient_id=matter.patient_id,
        in_reply_to_id=inbound.id,
        elderly=matter.case.elderly,
    )
    await write(matter.conversation, draft, values, matter.now)
