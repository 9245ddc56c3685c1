"""Which question an SMS answers: by the digits behind our number, else the last one (F21, F23)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.catalog import Catalog
from dialogs.reading.normal import bare
from handlers.desk import Desk
from handlers.sms_questions import SMS, Asked, asked_by_sms, choice_of, is_choice
from models.conversation import (
    DialogKind,
    Inbound,
    Outgoing,
)
from models.people import ContactPoint

# a question that is asked again because nobody can tell which one was answered
AGAIN: Final = "M-STALE"
# what was written before a question could be read does not answer it
_TO_READ: Final = timedelta(seconds=2)
# of two questions sent so close together nobody knows which one stands last on the phone
_TOGETHER: Final = timedelta(minutes=10)
_DESKS: Final = (DialogKind.APPOINTMENT, DialogKind.COMPLAINT)
_FIRST, _CODES = 10, 90
_LONGEST_EXTENSION: Final = 6


@dataclass(frozen=True, slots=True)
class Match:
    """Where the words of an SMS belong, if not to what was asked last.

    `turn` is the question they answer, `key` the option meant; `stale`: that question is over, so
    nothing is recorded. `dialog_id`: they are heard in that dialog, although another one is open.
    `ask` is the message to be asked again, because two questions wait and either may be meant.
    """

    turn: int | None = None
    key: str = ""
    stale: bool = False
    dialog_id: UUID | None = None
    ask: UUID | None = None


LAST: Final = Match()


async def matched(
    desk: Desk,
    contact_point: ContactPoint,
    extension: str,
    text: str,
    now: datetime,
    sent_at: datetime | None = None,
) -> Match:
    """Decide where the words of an SMS belong; LAST: to what was asked last, as on any channel.

    `extension` are the digits behind our number, or the whole number they were sent to.
    """
    asked = await asked_by_sms(contact_point, now)
    if not asked:
        return LAST
    if extension and (named := _named(asked, extension)) is not None:
        return _by_extension(desk.catalog, asked, named, text)
    return await _by_order(desk.catalog, asked, text, sent_at)


async def extension_for(row: Outgoing) -> str:
    """Return the two digits by which an answer finds the dialog of a message.

    One pair a dialog, so that a phone shows each matter as one thread; ninety dialogs of one
    conversation have pairs of their own. The caller stores it with the row.
    """
    if row.channel != SMS or row.dialog_id is None:
        return ""
    sent = Outgoing.filter(conversation_id=row.conversation_id, channel=SMS).exclude(extension="")
    own = await sent.filter(dialog_id=row.dialog_id).order_by("-position").first()
    if own is not None:
        return own.extension
    last = await sent.order_by("-position").first()
    code = (int(last.extension) - _FIRST + 1) % _CODES if last is not None else 0
    return str(code + _FIRST)


def _named(asked: Sequence[Asked], extension: str) -> Asked | None:
    """Find the last question of the dialog these digits stand for."""
    for one in asked:
        own = one.row.extension
        whole = len(extension) > _LONGEST_EXTENSION
        if own and (extension == own or (whole and extension.endswith(own))):
            return one
    return None


def _by_extension(catalog: Catalog, asked: Sequence[Asked], named: Asked, text: str) -> Match:
    if named is asked[0]:
        return LAST
    key = choice_of(catalog, named, text)
    if named.dialog.kind in _DESKS:
        return Match(named.body.turn, key, not named.is_open) if key else LAST
    if named.is_open or not is_choice(key, text):
        return Match(dialog_id=named.dialog.id)
    return Match(named.body.turn, key or bare(text), stale=True)


async def _by_order(
    catalog: Catalog, asked: Sequence[Asked], text: str, sent_at: datetime | None
) -> Match:
    last = asked[0]
    if len(asked) == 1 or last.body.lead == AGAIN:
        return LAST
    if sent_at is not None and last.went_out - sent_at > _TO_READ:
        return _crossed(catalog, asked, text, sent_at)
    other = _other_open(asked)
    if other is None or last.went_out - other.went_out > _TOGETHER:
        return LAST
    if not all(is_choice(choice_of(catalog, one, text), text) for one in (last, other)):
        return LAST
    return LAST if await _wrote_since(other.row) else Match(ask=last.row.id)


def _crossed(catalog: Catalog, asked: Sequence[Asked], text: str, sent_at: datetime) -> Match:
    """Take an answer written before the last question came for what it is: one to the earlier."""
    earlier = next((one for one in asked[1:] if one.went_out <= sent_at), None)
    if earlier is None:
        return LAST
    key = choice_of(catalog, earlier, text)
    if not is_choice(key, text):
        return LAST
    if earlier.is_open and earlier.dialog.kind not in _DESKS:
        return Match(dialog_id=earlier.dialog.id)
    return Match(earlier.body.turn, key or bare(text), stale=not earlier.is_open)


def _other_open(asked: Sequence[Asked]) -> Asked | None:
    """Find a question of another dialog that waits beside the last one."""
    last = asked[0]
    if not last.is_open:
        return None
    others = (one for one in asked[1:] if one.dialog.id != last.dialog.id)
    return next((one for one in others if one.is_open), None)


async def _wrote_since(row: Outgoing) -> bool:
    """Tell whether the person has written since a message: then the later question is an answer."""
    words = Inbound.filter(conversation_id=row.conversation_id, position__gt=row.position)
    return await words.exists()
