"""The words that stand for {name}, {hosp}, {dept} in a message, looked up when it is sent."""

from __future__ import annotations

from datetime import datetime

from dialogs.actions import Ask, Say
from dialogs.catalog import Catalog
from dialogs.message import Message
from dialogs.timing.spans import local
from dialogs.timing.words import date_text, due_text, weekday_text
from dialogs.titles import titles
from dialogs.whom import Person
from dialogs.wording import variables
from handlers.contents import Content
from handlers.desk import Desk
from handlers.matters import age_on
from handlers.page_codes import page_address
from models.booking import Appointment, Clinic, VisitSlip
from models.care import BedsideSlip, Encounter, FollowUpTask
from models.conversation import Dialog, Outgoing
from models.hospital import Department
from models.people import Patient
from models.printed_link import PrintedLink

TIME_VALUES = ("when",)
# filled when it is rendered: the question itself, behind a lead
_RENDERED = frozenset({"q"})


async def values_for(desk: Desk, row: Outgoing, content: Content, now: datetime) -> dict[str, str]:
    """Return every value the text may ask for; what is not known is an empty text.

    Times are put into words here, at the moment of sending, so that "tomorrow" is true.
    """
    own = {**_of_house(desk), **desk.words, **content.values, **content.body.values}
    known = own
    if _wanted(desk.catalog, content.body) - own.keys() - _RENDERED:
        known = {**await _of_stay(desk, row, now), **await _of_missed_visit(row), **own}
    for name in TIME_VALUES:
        if known.get(name):
            at = datetime.fromisoformat(known[name])
            known[name] = due_text(at, now, language=desk.language)
    return known


def _of_house(desk: Desk) -> dict[str, str]:
    page = page_address(desk.public_url)
    return {"hosp": desk.hospital, "switchboard": desk.switchboard, "fixed_url": page}


def _wanted(catalog: Catalog, body: Ask | Say) -> set[str]:
    """Name what the texts of a message ask for, in any of their variants."""
    texts = list(_texts(catalog.messages[body.message])) if body.message else []
    if isinstance(body, Ask):
        texts += _texts(catalog.messages[body.lead]) if body.lead else []
        texts += _item_texts(catalog, body) if body.form else []
    return set().union(*map(variables, texts))


def _texts(message: Message) -> tuple[str, ...]:
    labels = (option.label for option in message.options)
    return (message.text, message.sms, message.elder, *labels)


def _item_texts(catalog: Catalog, ask: Ask) -> tuple[str, ...]:
    item = catalog.forms[ask.form].item(ask.item)
    return (item.text, item.sms, *(option.label for option in item.options))


async def _of_stay(desk: Desk, row: Outgoing, now: datetime) -> dict[str, str]:
    values = {"phone": desk.switchboard, "tel": desk.switchboard, "dept": ""}
    patient = await Patient.get_or_none(id=row.patient_id)
    if patient is not None:
        values |= _of_patient(patient, now, desk.language)
    encounter = await _encounter(row)
    slip = await _slip(row, encounter) or await _card(row)
    values["check"] = slip.check_code if slip else ""
    if encounter is None:
        return values
    values |= await _of_department(desk, encounter)
    if patient is not None and patient.protective_disclosure:
        # a ward's name may be the name of an illness (R043)
        values["dept"] = ""
    if encounter.review_on:
        values["date"] = date_text(encounter.review_on, language=desk.language)
        values["dow"] = weekday_text(encounter.review_on, language=desk.language)
    return values


def _of_patient(patient: Patient, now: datetime, language: str) -> dict[str, str]:
    """Name the patient in full, and in few words for who need not know the whole name."""
    age = age_on(patient, local(now).date().toordinal())
    (title,) = titles((Person(str(patient.id), patient.name, age, patient.sex),), language)
    return {"name": patient.name, "about": title}


async def _slip(row: Outgoing, encounter: Encounter | None) -> PrintedLink | None:
    """Find the slip the patient holds: that of the stay spoken of, else the newest."""
    slips = BedsideSlip.filter(encounter__patient_id=row.patient_id).order_by("-created_at")
    own = encounter and await slips.filter(encounter_id=encounter.id).first()
    return own or (None if encounter else await slips.first())


async def _card(row: Outgoing) -> VisitSlip | None:
    """Find the booking card the patient holds: that of the visit told of, else the newest."""
    cards = VisitSlip.filter(appointment__patient_id=row.patient_id).order_by("-created_at")
    own = cards.filter(appointment_id=row.appointment_id)
    return (row.appointment_id and await own.first()) or await cards.first()


async def _of_missed_visit(row: Outgoing) -> dict[str, str]:
    """What the question about a missed visit says of it (M-NS)."""
    dialog = await Dialog.get_or_none(id=row.dialog_id)
    appointment = await Appointment.get_or_none(id=dialog.appointment_id) if dialog else None
    if appointment is None:
        return {}
    clinic = await Clinic.get(id=appointment.clinic_id)
    at = local(appointment.starts_at)
    return {"time": f"{at.hour}:{at.minute:02}", "dept": clinic.name}


async def _encounter(row: Outgoing) -> Encounter | None:
    if row.dialog_id is not None:
        dialog = await Dialog.get(id=row.dialog_id)
        return await Encounter.get_or_none(id=dialog.encounter_id)
    task = await FollowUpTask.get_or_none(id=row.task_id)
    return await Encounter.get(id=task.encounter_id) if task else None


async def _of_department(desk: Desk, encounter: Encounter) -> dict[str, str]:
    """A ward without its own numbers is reached through the switchboard."""
    department = await Department.get_or_none(id=encounter.department_id)
    if department is None:
        return {}
    phone = department.phone or desk.switchboard
    return {
        "dept": "" if department.neutral else department.name,
        "phone": phone,
        "tel": department.tel or desk.switchboard or phone,
    }
