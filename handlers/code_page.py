"""Opening the fixed page: a code and a year of birth make this browser the person's web chat."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from dialogs.actions import Ask, Say
from dialogs.reading.years import read_birth_year
from handlers.address_codes import read_code
from handlers.contents import content_of
from handlers.conversation_lock import conversation_of
from handlers.outgoing import Draft, write
from handlers.page_codes import birth_years, code_hash
from handlers.web_addresses import prove_web_address
from models.audit import append_entry
from models.channel import PageCode
from models.conversation import Conversation, Dialog, DialogStatus, Outgoing
from models.people import ContactPoint, Respondent
from models.unit import lock_row, unit_of_work

TRIES: Final = 5
_LOOK_BACK: Final = 10


class PageState(StrEnum):
    """What became of a try; `wrong` is one answer for everything that does not fit."""

    OPENED = "opened"
    UNREADABLE = "unreadable"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class PageOpening:
    """The state of a try, and the web address it proved."""

    state: PageState
    contact_point_id: UUID | None = None


_UNREADABLE: Final = PageOpening(PageState.UNREADABLE)
_WRONG: Final = PageOpening(PageState.WRONG)


@dataclass(slots=True)
class _Held:
    """A code with what it belongs to, locked."""

    code: PageCode
    message: Outgoing
    phone: ContactPoint
    respondent: Respondent
    conversation: Conversation


async def open_page(code: str, year: str, now: datetime) -> PageOpening:
    """Open the web chat for who has the code of an SMS and knows the patient's year of birth.

    A code is good once and for 24 hours; after five wrong years it is worth nothing. What is no
    code or no year at all is not counted. The message the code came with is shown in the chat in
    full, with the question that is open now.
    """
    digits, born = read_code(code), read_birth_year(year)
    if not digits or born is None:
        return _UNREADABLE
    return await unit_of_work(lambda: _open(digits, born, now))


async def _open(digits: str, born: int, now: datetime) -> PageOpening:
    held = await _held(digits)
    if held is None or not _is_good(held, now):
        return _WRONG
    if born not in await birth_years(held.respondent.id, held.message.patient_id):
        held.code.attempts += 1
        await held.code.save(update_fields=["attempts"])
        return _WRONG
    return await _prove(held, now)


async def _held(digits: str) -> _Held | None:
    """Lock what a code leads to in the order of all bindings: person, conversation, code.

    It is found by a keyed hash, so how long that takes says nothing of the codes there are.
    """
    known = await PageCode.get_or_none(code_hash=code_hash(digits))
    if known is None:
        return None
    message = await Outgoing.get(id=known.message_id)
    talk = await Conversation.get(id=message.conversation_id)
    respondent = await lock_row(await Respondent.get(id=talk.respondent_id))
    conversation = await conversation_of(respondent.id)
    phone = await ContactPoint.get(id=known.contact_point_id)
    # another try may have ended the code while we waited
    code = await PageCode.get_or_none(id=known.id)
    return _Held(code, message, phone, respondent, conversation) if code else None


def _is_good(held: _Held, now: datetime) -> bool:
    """A number that has become somebody else's opens nothing (T05)."""
    code, phone = held.code, held.phone
    theirs = phone.wrong_at is None and phone.respondent_id == held.respondent.id
    return theirs and code.used_at is None and now < code.expires_at and code.attempts < TRIES


async def _prove(held: _Held, now: datetime) -> PageOpening:
    """Bind the browser; the phone is proven as well, as of the moment it got the code."""
    point = await prove_web_address(held.respondent, now)
    held.code.used_at, held.phone.verified_at = now, held.code.created_at
    await held.code.save(update_fields=["used_at"])
    await held.phone.save(update_fields=["verified_at"])
    await _show(held, point, now)
    await append_entry(
        now, "patient", "page.opened", subject_type="page_code", subject=held.code.id
    )
    return PageOpening(PageState.OPENED, point.id)


async def _show(held: _Held, point: ContactPoint, now: datetime) -> None:
    """Say on the page what the SMS had no room for."""
    body = await _in_full(held.message)
    if body is None:
        return
    message, content = held.message, content_of(held.message)
    draft = Draft(
        body,
        occurrence=f"page:{held.code.id}",
        contact_point_id=point.id,
        channel=point.system.channel,
        dialog_id=message.dialog_id,
        task_id=message.task_id,
        appointment_id=message.appointment_id,
        patient_id=message.patient_id,
        subject_version=message.subject_version,
        elderly=content.elderly,
    )
    await write(held.conversation, draft, dict(content.values), now)


async def _in_full(message: Outgoing) -> Ask | Say | None:
    """Return the question that is open; of a message about what is settled only the text.

    An item of a form that was answered meanwhile has nothing to tell: the talk has gone on.
    """
    body = content_of(message).body
    question = await _open_question(message)
    if not body.message:
        return question
    still = question is not None and isinstance(body, Ask) and body.turn == question.turn
    return question if still else Say(body.message, body.values)


async def _open_question(message: Outgoing) -> Ask | None:
    dialog = await Dialog.get_or_none(id=message.dialog_id)
    if dialog is None or dialog.status is not DialogStatus.ACTIVE:
        return None
    rows = Outgoing.filter(dialog_id=dialog.id).order_by("-position").limit(_LOOK_BACK)
    asked = [body for row in await rows if isinstance(body := content_of(row).body, Ask)]
    found = next((body for body in asked if body.turn == dialog.turn), None)
    return replace(found, lead="") if found else None
