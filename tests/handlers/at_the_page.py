"""A patient with a telephone alone who got an SMS with a code, and what the page shows then."""

from __future__ import annotations

import re
from datetime import datetime

from dialogs.actions import Ask, Reporter
from dialogs.state import Given, Stage, State, to_json
from handlers.outgoing import Draft, write
from handlers.transcript import lines_after
from models.conversation import Conversation, Dialog, DialogStatus
from models.unit import unit_of_work
from tests.handlers.texting import Texting, a_phone

MONDAY = "2026-11-23T11:30"
YEAR = "1970"
# permission, who, year, home, better, a wound that is red: small, no fever, pain, here, stitches
_UP_TO_THE_PHOTO = ("1", "1", YEAR, "1", "1", "4", "2", "1", "36.5", "1", "1", "1")
_CODE = re.compile(r"输入(\d{6})")


async def asked_for_a_photo() -> Texting:
    """The questionnaire of the third day has come to the photo of a wound that went red."""
    phone = await a_phone()
    await phone.until(MONDAY)
    for words in _UP_TO_THE_PHOTO:
        await phone.say(words)
    return phone


async def texted() -> Texting:
    """The SMS that asks for a photo has come; nothing of the talk before it."""
    phone = await a_phone(plan=False)
    ward = phone.ward
    conversation = await Conversation.create(respondent_id=phone.point.respondent_id)
    dialog = await Dialog.create(
        conversation_id=conversation.id,
        patient_id=ward.patient.id,
        encounter_id=ward.encounter.id,
        forms=["wound"],
        state=to_json(_at_the_photo(ward.now)),
        status=DialogStatus.ACTIVE,
        turn=1,
        started_at=ward.now,
        updated_at=ward.now,
    )
    draft = Draft(
        Ask(1, form="wound", item="photo"),
        occurrence="test:photo",
        contact_point_id=phone.point.id,
        channel="sms",
        dialog_id=dialog.id,
        patient_id=ward.patient.id,
    )
    await unit_of_work(lambda: write(conversation, draft, {}, ward.now))
    await phone.send()
    return phone


def _at_the_photo(now: datetime) -> State:
    red = Given(("red",), "2", Reporter.SELF, now.isoformat())
    return State(
        ("wound",),
        Stage.ITEM,
        question="wound.photo",
        turn=1,
        answers={"wound.look": red},
        by=Reporter.SELF,
        asked_at=now.isoformat(),
    )


def code_in(text: str) -> str:
    """Read the code as somebody reads the SMS."""
    found = _CODE.search(text)
    assert found is not None, text
    return found[1]


def other_than(code: str) -> str:
    """Make a code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"


async def on_the_page(phone: Texting) -> list[str]:
    """Read what the person's web chat shows, oldest first."""
    talk = await Conversation.get(respondent_id=phone.point.respondent_id)
    return [line.text for line in await lines_after(talk.id, 0, phone.ward.now)]
