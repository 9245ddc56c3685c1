"""The office begins: a later day, the result, how it was, who may know, may somebody call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.complaints.events import Lapsed, Prompt, Prompted
from dialogs.complaints.state import Stage
from handlers.accounts import is_silent
from handlers.appointments.addresses import address_of
from handlers.complaints.saving import Talking, talk
from handlers.complaints.talk import desk_dialog, standing
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.matters import Matter
from handlers.page_codes import birth_years
from handlers.written_to import addresses_of
from models.complaint import Complaint
from models.conversation import Conversation, Dialog, OutgoingPurpose
from models.people import ContactPoint, Patient, System
from models.timetable import Due
from models.unit import lock

# an SMS says that there is one, and a code opens the page where it stands in full
_BY_CODE: Final = frozenset({Prompt.RESULT})
# these say nothing but a number and that we are late
_BY_SMS: Final = _BY_CODE | {Prompt.LATE, Prompt.LATE_CALL}


async def prompt(
    desk: Desk,
    complaint: Complaint,
    prompt: Prompt,
    values: Mapping[str, str],
    now: datetime,
    *,
    once: str = "",
) -> bool:
    """Tell or ask the patient; False when nobody can be written to, so that a person calls.

    `once` names what is said a single time, whoever asks for it again.
    The caller is inside a unit of work; the conversation is locked here. `values` are the office's
    own words: `why`, `date` (INTERIM), `fact`, `act` (RESULT). They are told to the proven address
    of who filed the complaint, never to one that nobody has proven; by SMS only on the page that a
    code and the year of birth open.
    """
    if prompt is Prompt.CONTACTED:
        return True
    address = await _address(desk, complaint, prompt, now)
    if address is None or not await _may_show(complaint, address, prompt, now):
        return False
    conversation = await conversation_of(address.respondent_id)
    dialog = await desk_dialog(conversation, now)
    if dialog is None:
        return False
    if complaint.conversation_id is None:
        # taken down by staff: from now on the patient answers for it here
        complaint.conversation_id = conversation.id
        await complaint.save(update_fields=["conversation_id"])
    occurrence = f"complaint:{complaint.id}:{prompt}:{once or now.isoformat()}"
    talking = Talking(desk, conversation, address, dialog, now, occurrence)
    talking.patient_id = complaint.patient_id or dialog.patient_id
    talking.purpose = _purpose(prompt)
    await talk(talking, Prompted(now, prompt, complaint.number, dict(values)))
    return True


async def ask_to_call(matter: Matter, cause: str) -> bool:
    """Ask who answered a survey badly whether somebody may call; once a cause."""
    dialog = await desk_dialog(matter.conversation, matter.now)
    if dialog is None or not standing(dialog).resting:
        return False
    talking = Talking(
        matter.desk,
        matter.conversation,
        matter.contact_point,
        dialog,
        matter.now,
        occurrence=cause,
        patient_id=matter.patient_id,
        encounter=matter.encounter,
    )
    await talk(talking, Prompted(matter.now, Prompt.SURVEY_CALL))
    return True


async def lapse_complaint(desk: Desk, due: Due, now: datetime) -> str:
    """Keep as an opinion what nobody said should be filed (two hours after the question)."""
    dialog = await Dialog.get_or_none(id=due.subject)
    if dialog is None:
        return "gone"
    conversation = await lock(Conversation.filter(id=dialog.conversation_id)).get()
    await dialog.refresh_from_db()
    state = standing(dialog)
    waiting = state.stage is Stage.ASKED or state.pending
    address = await ContactPoint.filter(respondent_id=conversation.respondent_id).first()
    if not waiting or state.turn != due.version or address is None:
        return "answered"
    talking = Talking(desk, conversation, address, dialog, now, f"lapse:{due.id}")
    await talk(talking, Lapsed(now))
    return "kept as an opinion"


async def _address(
    desk: Desk, complaint: Complaint, prompt: Prompt, now: datetime
) -> ContactPoint | None:
    """Find the proven address the complaint came from, else the patient's own."""
    patient = await Patient.get_or_none(id=complaint.patient_id)
    if patient is not None and patient.deceased_at is not None:
        return None
    if complaint.conversation_id is None:
        return await address_of(desk, patient, now, must_arrive=True) if patient else None
    return await _of_conversation(desk, complaint.conversation_id, prompt, now)


async def _of_conversation(
    desk: Desk, conversation_id: UUID, prompt: Prompt, now: datetime
) -> ContactPoint | None:
    conversation = await Conversation.get(id=conversation_id)
    asked = prompt is not Prompt.RATE
    found = await addresses_of(desk, [conversation.respondent_id], now, must_arrive=asked)
    proven = (point for point in found if point.verified_at is not None)
    return next((p for p in proven if p.system is not System.PHONE or prompt in _BY_SMS), None)


async def _may_show(
    complaint: Complaint, address: ContactPoint, prompt: Prompt, now: datetime
) -> bool:
    """Tell whether a result can be shown: of phones only on one that was proven, and lately.

    Without a year of birth on file nobody could open the page.
    """
    if prompt not in _BY_CODE or address.system is not System.PHONE:
        return True
    years = await birth_years(address.respondent_id, complaint.patient_id)
    return bool(years) and not await is_silent(address, now)


def _purpose(prompt: Prompt) -> OutgoingPurpose:
    """What the office says in a case is staff's word; how it was is asked when it suits."""
    return OutgoingPurpose.INITIATED if prompt is Prompt.RATE else OutgoingPurpose.STAFF
