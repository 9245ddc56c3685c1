"""Answers written out for statisticians: one row an answer, without names unless asked for."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from dialogs.catalog import Catalog
from dialogs.form import Form, Item
from dialogs.timing.spans import local
from handlers.answer_words import plain
from handlers.desk import Desk
from models.alert import Alert
from models.audit import append_entry
from models.care import Encounter, FollowUpTask
from models.hospital import Department
from models.keys import KeyRing
from models.people import Patient
from models.response import Answer, Response
from models.unit import unit_of_work

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer; the columns of the long format, in order.

    Without names `patient` is a pseudonym that stays the same in every export of this hospital,
    `inpatient_no` and free text are empty, and the day of discharge is replaced by the number of
    days from it to the answer.
    """

    response_id: str
    questionnaire: str
    version: str
    patient: str
    inpatient_no: str
    dept: str
    discharge_at: str
    day_after_discharge: int | None
    round: int | None
    item_id: str
    item_text: str
    answer_code: str
    answer_text: str
    answer_number: float | None
    answered_at: str
    channel: str
    respondent: str
    attempt: int | None
    alert_level: str


COLUMNS: Final = tuple(field.name for field in fields(AnswerRow))


async def answer_rows(desk: Desk, keys: KeyRing, *, names: bool) -> AsyncIterator[AnswerRow]:
    """Give the current answers of all responses, oldest first; superseded ones are left out."""
    secret = keys.signing_key("export")
    seen = 0
    while True:
        page = await Response.all().order_by("started_at", "id").offset(seen).limit(BATCH)
        if not page:
            return
        seen += len(page)
        for response in page:
            for row in await _rows(desk.catalog, response, secret, names=names):
                yield row


async def note_export(actor: str, what: str, count: int, now: datetime) -> None:
    """Record who wrote out what (T16, R217)."""

    async def work() -> None:
        await append_entry(now, actor, "export", subject_type=what, reason=f"{count} rows")

    await unit_of_work(work)


async def _rows(
    catalog: Catalog, response: Response, secret: bytes, *, names: bool
) -> list[AnswerRow]:
    answers = await Answer.filter(response_id=response.id, superseded_at__isnull=True)
    stay = await Encounter.get_or_none(id=response.encounter_id)
    task = await FollowUpTask.get_or_none(id=response.task_id)
    patient = await Patient.get(id=response.patient_id)
    known = await _of_response(response, patient, stay, task, secret, names=names)
    form = catalog.forms.get(response.form)
    return [AnswerRow(**known, **_of_answer(form, answer, stay, names=names)) for answer in answers]


async def _of_response(
    response: Response,
    patient: Patient,
    stay: Encounter | None,
    task: FollowUpTask | None,
    secret: bytes,
    *,
    names: bool,
) -> dict[str, Any]:
    department = await Department.get_or_none(id=stay.department_id) if stay else None
    alerts = Alert.filter(task_id=task.id).order_by("level") if task else None
    gravest = await alerts.first() if alerts is not None else None
    pseudonym = hmac.new(secret, patient.id.bytes, hashlib.sha256).hexdigest()[:16]
    return {
        "response_id": str(response.id),
        "questionnaire": response.form,
        "version": response.version,
        "patient": (patient.mrn or str(patient.id)) if names else pseudonym,
        "inpatient_no": stay.inpatient_no if stay and names else "",
        "dept": department.name if department else "",
        "discharge_at": stay.discharged_on.isoformat() if stay and names else "",
        "round": task.round if task else None,
        "channel": response.channel,
        "attempt": task.attempts if task else None,
        "alert_level": gravest.level.value if gravest else "",
    }


def _of_answer(
    form: Form | None, answer: Answer, stay: Encounter | None, *, names: bool
) -> dict[str, Any]:
    item = _item(form, answer.item)
    keys = [str(key) for key in answer.value] if isinstance(answer.value, list) else []
    number = answer.value if isinstance(answer.value, int | float) else None
    labels = {option.key: option.label for option in item.options} if item else {}
    said = ";".join(labels[key] for key in keys if key in labels)
    day = local(answer.at).date()
    return {
        "item_id": answer.item,
        "item_text": plain(item.text) if item else "",
        "answer_code": ";".join(keys),
        "answer_text": said or (answer.text if names else ""),
        "answer_number": number,
        "answered_at": local(answer.at).isoformat(timespec="minutes") if names else "",
        "day_after_discharge": (day - stay.discharged_on).days if stay else None,
        "respondent": answer.by.value,
    }


def _item(form: Form | None, item_id: str) -> Item | None:
    items = form.items if form else ()
    return next((item for item in items if item.id == item_id), None)
