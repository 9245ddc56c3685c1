"""The questions a phone got by SMS, and reading words as the choice of one of their options."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dialogs.actions import Ask
from dialogs.catalog import Catalog
from dialogs.form import Option
from dialogs.reading.normal import bare
from dialogs.reading.options import read_options
from dialogs.reading.wishes import read_wish
from dialogs.tagging.alarms import alarms_in
from dialogs.wording import A_PERSON, numbers
from handlers.contents import Content, content_of
from models.conversation import Dialog, DialogStatus, Outgoing, OutgoingStatus
from models.people import ContactPoint

SMS: Final = "sms"
_ARRIVED: Final = (
    OutgoingStatus.ACCEPTED,
    OutgoingStatus.DELIVERED,
    OutgoingStatus.READ,
    OutgoingStatus.UNKNOWN,
)
_LOOK_BACK: Final = 30
_REMEMBERED: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it went out by SMS."""

    row: Outgoing
    content: Content
    body: Ask
    dialog: Dialog

    @property
    def is_open(self) -> bool:
        """Tell whether its dialog still waits for an answer to it."""
        active = self.dialog.status is DialogStatus.ACTIVE
        return active and self.dialog.turn == self.body.turn

    @property
    def went_out(self) -> datetime:
        """When it was sent."""
        return self.row.sent_at or self.row.created_at


async def asked_by_sms(contact_point: ContactPoint, now: datetime) -> list[Asked]:
    """List the questions this phone got in the last two weeks, the newest first."""
    rows = Outgoing.filter(
        contact_point_id=contact_point.id,
        channel=SMS,
        status__in=_ARRIVED,
        created_at__gte=now - _REMEMBERED,
        dialog_id__isnull=False,
    )
    newest = await rows.order_by("-position").limit(_LOOK_BACK).select_related("dialog")
    found = []
    for row in newest:
        content, dialog = content_of(row), row.dialog
        if isinstance(content.body, Ask) and dialog is not None:
            found.append(Asked(row, content, content.body, dialog))
    return found


def is_choice(key: str, text: str) -> bool:
    """Tell whether words are nothing but an answer: no danger and no wish is lost with them.

    0 finds a person wherever it is no answer.
    """
    if bare(text).isdigit():
        return bool(key) or bare(text) != "0"
    return bool(key) and read_wish(text) is None and not alarms_in(text, (), tags=frozenset())


def choice_of(catalog: Catalog, asked: Asked, text: str) -> str:
    """Return the keys of the options meant, joined by commas; empty where none was."""
    options = _options(catalog, asked)
    numbered = dict(zip(numbers(options), options, strict=True))
    if (option := numbered.get(bare(text))) is not None:
        return option.key
    several = bool(asked.content.shown.get("several"))
    offered = [option for option in options if option.key != A_PERSON]
    reading = read_options(text, offered, several=several)
    return ",".join(reading.keys) if reading.clear else ""


def _options(catalog: Catalog, asked: Asked) -> list[Option]:
    """Return the options as they were shown, with the words of the catalog for each."""
    body = asked.body
    if body.message:
        known = catalog.messages[body.message].options
    else:
        known = catalog.forms[body.form].item(body.item).options
    labels = {raw["key"]: raw["label"] for raw in asked.content.shown.get("options", [])}
    return [
        replace(option, label=labels.get(option.key, option.label))
        for option in known
        if option.key in body.options
    ]
