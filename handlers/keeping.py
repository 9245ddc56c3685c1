"""Storing answers: the last one counts, earlier ones stay as history."""

from __future__ import annotations

from typing import Any

from dialogs.actions import Keep, Withdraw
from dialogs.conditions import number_of
from dialogs.form import ItemType
from handlers.desk import Desk
from handlers.follow_up_marks import note_reached
from handlers.matters import Matter
from models.once import insert_once
from models.people import Consent, ConsentBasis, ConsentPurpose
from models.response import Answer, Responder, Response

WHO_IS_ASKED = ("who", "consent")
_NUMBERS = (ItemType.INTEGER, ItemType.DECIMAL)


async def keep(matter: Matter, kept: Keep) -> None:
    """Store an answer in the response of its form; a consent becomes a consent row as well."""
    if kept.item == "consent":
        await _consent(matter, kept)
    response = await response_of(matter, kept)
    await Answer.filter(response_id=response.id, item=kept.item, superseded_at__isnull=True).update(
        superseded_at=kept.at
    )
    await Answer.create(
        response_id=response.id,
        item=kept.item,
        value=stored(matter.desk, kept),
        text=kept.text,
        by=Responder(kept.by.value),
        at=kept.at,
    )
    if matter.task is not None and kept.item not in WHO_IS_ASKED:
        await note_reached(matter.task, kept.at)


async def withdraw(matter: Matter, taken_back: Withdraw) -> None:
    """Take an answer back; it stays as history."""
    standing = Answer.filter(
        response__dialog_id=matter.dialog_id,
        response__form=taken_back.form,
        item=taken_back.item,
        superseded_at__isnull=True,
    )
    ids = await standing.values_list("id", flat=True)
    await Answer.filter(id__in=list(ids)).update(superseded_at=taken_back.at)


async def response_of(matter: Matter, kept: Keep) -> Response:
    """Return the response of the dialog for a form; the first answer makes it."""
    dialog, patient = matter.dialog, matter.patient
    if dialog is None or patient is None:
        raise LookupError("an answer belongs to a dialog about a patient")
    response = Response(
        dialog_id=dialog.id,
        task_id=dialog.task_id,
        encounter_id=dialog.encounter_id,
        patient_id=patient.id,
        form=kept.form,
        version=matter.desk.catalog.forms[kept.form].version,
        respondent_id=matter.conversation.respondent_id,
        respondent_kind=Responder(kept.by.value),
        channel=matter.contact_point.system.channel,
        started_at=kept.at,
    )
    if await insert_once(response):
        return response
    found = await Response.get(dialog_id=dialog.id, form=kept.form)
    if found.respondent_kind.value != kept.by.value:
        found.respondent_kind = Responder(kept.by.value)
        await found.save(update_fields=["respondent_kind"])
    return found


def stored(desk: Desk, kept: Keep) -> Any:
    """Turn a kept value into what the column holds: keys as a list, a number as a number."""
    items = {item.id: item for item in desk.catalog.forms[kept.form].items}
    item = items.get(kept.item)
    if item is None or item.type not in (*_NUMBERS, ItemType.SCALE):
        return list(kept.value)
    number = number_of(kept.value[0]) if kept.value else None
    return number if number is not None else list(kept.value)


async def _consent(matter: Matter, kept: Keep) -> None:
    if matter.patient is None:
        return
    await Consent.create(
        patient_id=matter.patient.id,
        respondent_id=matter.conversation.respondent_id,
        purpose=ConsentPurpose.FOLLOW_UP,
        basis=ConsentBasis.CONSENT,
        granted=kept.value == ("agree",),
        text_version="M-CONSENT:1",
        channel=matter.contact_point.system.channel,
        recorded_by="patient",
        at=kept.at,
    )
