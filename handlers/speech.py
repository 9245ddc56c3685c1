"""Speech and lost pictures: what was recognised is said back, the rest a nurse listens to."""

from __future__ import annotations

from typing import Final

from dialogs.actions import Say
from dialogs.levels import Level
from handlers.alerts import RaisedAlert, raise_alert
from handlers.in_reply import say_in_reply
from handlers.matters import Matter
from models.conversation import Inbound

# as M-VOICE-WAIT promises, day and night
_LISTENED_WITHIN: Final = 30


async def echo(matter: Matter, inbound: Inbound) -> None:
    """Say what was understood, so that a mistake of the recognition can be corrected."""
    heard = Say("M-VOICE-HEARD", values={"asr": inbound.text})
    await say_in_reply(matter, inbound, heard, "speech")


async def have_listened_to(matter: Matter, inbound: Inbound) -> None:
    """Ask a nurse to listen within half an hour, and tell the patient so."""
    await say_in_reply(matter, inbound, Say("M-VOICE-WAIT"), "speech")
    finding = RaisedAlert(
        Level.L2,
        "voice",
        f"voice:{inbound.id}",
        within_minutes=_LISTENED_WITHIN,
        conversation_id=matter.conversation.id,
        dialog_id=matter.dialog_id,
        task_id=matter.task.id if matter.task else None,
        encounter_id=matter.encounter.id if matter.encounter else None,
        patient_id=matter.patient_id,
        department_id=matter.encounter.department_id if matter.encounter else None,
    )
    await raise_alert(matter.desk, finding, matter.now)


async def say_lost(matter: Matter, inbound: Inbound) -> None:
    """Say that a picture did not arrive, so that nobody waits for an answer to it."""
    await say_in_reply(matter, inbound, Say("M-PHOTO-LOST"), "speech")
