"""The ledger of what WeChat still lets us send: windows after words and clicks, consents (R235)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from tortoise.expressions import F, Q

from models.channel import SendWindow, TemplateConsent
from models.once import insert_once
from models.unit import lock, unit_of_work

AFTER_WORDS: Final = timedelta(hours=48)
AFTER_CLICK: Final = timedelta(minutes=1)
BY_WORDS: Final = 5
BY_CLICK: Final = 3
# the last one of a window is for what must arrive
RESERVED: Final = 1
# their clock began before ours, and a send takes its time: no later than this before the end
_WORDS_MARGIN: Final = timedelta(minutes=1)
_CLICK_MARGIN: Final = timedelta(seconds=15)


class Window(StrEnum):
    """By what a message may go: after words of the person, or after a click."""

    WORDS = "words"
    CLICK = "click"


async def open_window(contact_point_id: UUID, now: datetime, *, clicked: bool) -> None:
    """Open a window anew: five messages in 48 hours, or three in a minute after a click."""
    if clicked:
        opened: dict[str, Any] = {"click_closes_at": now + AFTER_CLICK, "click_left": BY_CLICK}
    else:
        opened = {"closes_at": now + AFTER_WORDS, "left": BY_WORDS}
    known = SendWindow.filter(contact_point_id=contact_point_id)
    if await known.update(**opened):
        return
    if not await insert_once(SendWindow(contact_point_id=contact_point_id, **opened)):
        await known.update(**opened)


async def may_send(contact_point_id: UUID, now: datetime, *, urgent: bool) -> bool:
    """Tell whether a message may go now; one of the long window is kept for urgent ones."""
    usable = _usable(Window.CLICK, now, urgent=urgent) | _usable(Window.WORDS, now, urgent=urgent)
    return await SendWindow.filter(usable, contact_point_id=contact_point_id).exists()


async def use_window(
    contact_point_id: UUID, now: datetime, *, urgent: bool = True
) -> Window | None:
    """Count one message off, if there is one to be had; the window that ends first is used first.

    Test and count are one statement, so that two senders never share the last one.
    """
    for window in (Window.CLICK, Window.WORDS):
        usable = _usable(window, now, urgent=urgent)
        column = _left(window)
        row = SendWindow.filter(usable, contact_point_id=contact_point_id)
        if await row.update(**{column: F(column) - 1}):
            return window
    return None


async def give_back(contact_point_id: UUID, window: Window) -> None:
    """Count a message back that surely did not go."""
    column, most = _left(window), BY_CLICK if window is Window.CLICK else BY_WORDS
    row = SendWindow.filter(contact_point_id=contact_point_id, **{f"{column}__lt": most})
    await row.update(**{column: F(column) + 1})


async def shut_window(contact_point_id: UUID, as_of: datetime) -> None:
    """Believe the provider that nothing may go; what was opened after `as_of` stays open."""
    row = SendWindow.filter(contact_point_id=contact_point_id)
    await row.filter(closes_at__lte=as_of + AFTER_WORDS).update(left=0)
    await row.filter(click_closes_at__lte=as_of + AFTER_CLICK).update(click_left=0)


async def note_consent(
    contact_point_id: UUID, template_id: str, now: datetime, *, granted: bool, lasting: bool
) -> None:
    """Note that a person allows notices of a template, or refuses: then none may go any more."""

    async def work() -> None:
        consent = await _consent(contact_point_id, template_id, now)
        consent.changed_at = now
        if not granted:
            consent.left, consent.lasting = 0, False
        elif lasting:
            consent.lasting = True
        else:
            consent.left += 1
        await consent.save(update_fields=["left", "lasting", "changed_at"])

    await unit_of_work(work)


async def take_consent(contact_point_id: UUID, template_id: str, now: datetime) -> bool:
    """Use a consent: a lasting one stays, of the others one is counted off; False for none."""
    rows = TemplateConsent.filter(contact_point_id=contact_point_id, template_id=template_id)
    if await rows.filter(lasting=True).exists():
        return True
    return bool(await rows.filter(left__gt=0).update(left=F("left") - 1, changed_at=now))


async def return_consent(contact_point_id: UUID, template_id: str, now: datetime) -> None:
    """Count a consent back whose notice surely did not go."""
    rows = TemplateConsent.filter(contact_point_id=contact_point_id, template_id=template_id)
    await rows.filter(lasting=False).update(left=F("left") + 1, changed_at=now)


async def _consent(contact_point_id: UUID, template_id: str, now: datetime) -> TemplateConsent:
    known = {"contact_point_id": contact_point_id, "template_id": template_id}
    await insert_once(TemplateConsent(**known, changed_at=now))
    return await lock(TemplateConsent.filter(**known)).get()


def _left(window: Window) -> str:
    return "click_left" if window is Window.CLICK else "left"


def _usable(window: Window, now: datetime, *, urgent: bool) -> Q:
    if window is Window.CLICK:
        return Q(click_closes_at__gt=now + _CLICK_MARGIN, click_left__gt=0)
    kept = 0 if urgent else RESERVED
    return Q(closes_at__gt=now + _WORDS_MARGIN, left__gt=kept)
