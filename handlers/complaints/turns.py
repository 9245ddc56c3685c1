"""Who of the three that talk to a patient asked last: nurses, booking desk or complaint desk."""

from __future__ import annotations

from typing import Final

from dialogs.actions import Ask
from handlers.appointments.talk import known_dialog as booking_dialog
from handlers.contents import content_of
from handlers.matters import Matter
from handlers.transcript import ACCEPTED_RANK
from models.conversation import Dialog, DialogStatus, Outgoing

_LOOK_BACK: Final = 5


async def asked_last(matter: Matter, dialog: Dialog) -> bool:
    """Tell whether this dialog's open question is the newest of the conversation."""
    if dialog.status is not DialogStatus.ACTIVE or dialog.asked_at is None:
        return False
    others = (matter.dialog, await booking_dialog(matter.conversation))
    asked = [o.asked_at for o in others if o is not None and o.status is DialogStatus.ACTIVE]
    return all(at is None or dialog.asked_at >= at for at in asked)


async def offered_last(dialog: Dialog) -> bool:
    """Tell whether a digit answers this dialog: its choices were the last to be shown."""
    rows = Outgoing.filter(conversation_id=dialog.conversation_id, rank__gte=ACCEPTED_RANK)
    for row in await rows.order_by("-position").limit(_LOOK_BACK):
        content = content_of(row)
        if isinstance(content.body, Ask) or content.shown.get("options"):
            return row.dialog_id == dialog.id
    return False


async def spoke_last(dialog: Dialog) -> bool:
    """Tell whether the last thing the patient was told or asked came from this dialog."""
    rows = Outgoing.filter(conversation_id=dialog.conversation_id, rank__gte=ACCEPTED_RANK)
    last = await rows.order_by("-position").first()
    return last is not None and last.dialog_id == dialog.id


async def booking_asks(matter: Matter) -> bool:
    """Tell whether a question of the booking desk is open."""
    dialog = await booking_dialog(matter.conversation)
    return dialog is not None and dialog.status is DialogStatus.ACTIVE
