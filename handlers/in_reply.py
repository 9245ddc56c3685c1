"""A fixed text said in answer to a message that no dialog answers."""

from __future__ import annotations

from dialogs.actions import Say
from handlers.matters import Matter
from handlers.outgoing import Draft, write
from models.conversation import Inbound


async def say_in_reply(matter: Matter, inbound: Inbound, said: Say, why: str) -> None:
    """Say it once to a message; `why` names the occasion."""
    draft = Draft(
        said,
        occurrence=f"{why}:{inbound.id}",
        contact_point_id=matter.contact_point.id,
        channel=matter.contact_point.system.channel,
        dialog_id=matter.dialog_id,
        patient_id=matter.patient_id,
        in_reply_to_id=inbound.id,
        elderly=matter.case.elderly,
    )
    await write(matter.conversation, draft, {}, matter.now)
