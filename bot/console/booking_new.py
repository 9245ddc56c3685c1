"""Booking at the counter, on the phone, or for a task of the consult room, in a real name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from aiohttp import web

from bot.console.booking_entry import CARD, DOCUMENTS, read_person
from bot.console.booking_page import (
    LONGEST_NUMBER,
    after,
    allowed,
    book_page,
    day_of,
    id_in,
    send_now,
    today_of,
)
from bot.console.pages import desk_of, now_of
from handlers.booking.actor import Actor
from handlers.booking.admission import Opening, opening_of
from handlers.booking.board import free_days
from handlers.booking.bookings import Order
from handlers.booking.counter import CONSOLE, book_visit
from handlers.booking.newcomers import PersonFault, admit, give_real_name, keep_consent
from handlers.booking.persons import has_real_name
from handlers.booking.places import left_in
from handlers.booking.visit_card import open_visit
from handlers.masking import mask_name
from handlers.scope import keeps_book
from models.booking import BookingSource, BookKeeper, Clinic, VisitKind
from models.hospital import StaffMember
from models.office import ConsultTask
from models.people import Patient

ROUTES: Final = web.RouteTableDef()
SOURCES: Final = (BookingSource.PHONE, BookingSource.ON_SITE)
DAYS_SHOWN: Final = 7


@dataclass(frozen=True, slots=True)
class Known:
    """For whom is booked, when that is known before: from a task or an earlier visit."""

    patient: Patient | None = None
    name: str = ""
    real_name: bool = False
    # what the forms carry on: task=… or visit=…
    query: Mapping[str, str] = field(default_factory=dict)


@ROUTES.get("/book/new")
async def show_new(request: web.Request) -> web.Response:
    """Choose a slot, then say for whom."""
    staff = allowed(request, keeps_book)
    known = await _known(request.query, staff, request)
    opening = await _opening(request.query)
    if opening is not None:
        return await _form_page(request, opening, known)
    return await _slots_page(request, known)


@ROUTES.post("/book/new")
async def take_new(request: web.Request) -> web.Response:
    """Book, or show the form again with its faults."""
    staff = allowed(request, keeps_book)
    form = {name: str(value) for name, value in (await request.post()).items()}
    opening = await _opening(form)
    if opening is None:
        return after("/new", "slot_needed")
    known = await _known(form, staff, request)
    patient = await _patient(form, known, staff, request)
    if not isinstance(patient, Patient):
        return await _form_page(request, opening, known, form, patient)
    deed = await book_visit(
        desk_of(request), staff, _order(form, patient, opening, staff), now_of(request)
    )
    if deed.appointment is None:
        return await _form_page(request, opening, known, form, {"slot": deed.told.value})
    if "consent" in form:
        await keep_consent(patient, staff, now_of(request))
    await send_now(request)
    return after(f"/visits/{deed.appointment.number}", "booked")


async def _patient(
    form: Mapping[str, str], known: Known, staff: StaffMember, request: web.Request
) -> Patient | dict[str, str]:
    """Find or make the person; faults by field otherwise."""
    if known.patient is not None and known.real_name:
        return known.patient
    person = read_person(form)
    if isinstance(person, dict):
        return {name: fault.value for name, fault in person.items()}
    if known.patient is None:
        found = await admit(person, staff, now_of(request))
        return {"id_no": found.value} if isinstance(found, PersonFault) else found
    fault = await give_real_name(known.patient, person, staff, now_of(request))
    return {"name": fault.value} if fault else known.patient


def _order(
    form: Mapping[str, str], patient: Patient, opening: Opening, staff: StaffMember
) -> Order:
    source, kind = form.get("source", ""), form.get("visit_kind", "")
    return Order(
        patient_id=patient.id,
        slot_id=opening.slot.id,
        visit_kind=VisitKind(kind) if kind in set(VisitKind) else VisitKind.RETURN,
        source=BookingSource(source) if source in SOURCES else BookingSource.ON_SITE,
        actor=Actor(staff.username, CONSOLE),
        key_patient="key_patient" in form,
        staff=True,
    )


async def _known(said: Mapping[str, str], staff: StaffMember, request: web.Request) -> Known:
    """Find for whom is booked; what this person may not know of is not found."""
    if number := said.get("visit", "")[:LONGEST_NUMBER]:
        card = await open_visit(number, staff, now_of(request))
        patient = card.visit.patient if card else None
        return _about(patient, {"visit": number})
    if number := said.get("task", "")[:LONGEST_NUMBER]:
        task = await ConsultTask.get_or_none(number=number).prefetch_related("patient")
        return _about(task.patient if task else None, {"task": number})
    return Known()


def _about(patient: Patient | None, query: Mapping[str, str]) -> Known:
    if patient is None:
        raise web.HTTPNotFound
    return Known(patient, mask_name(patient.name), has_real_name(patient), query)


async def _opening(said: Mapping[str, str]) -> Opening | None:
    slot = id_in(said.get("slot", ""))
    return await opening_of(slot) if slot else None


async def _form_page(
    request: web.Request,
    opening: Opening,
    known: Known,
    form: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> web.Response:
    left = await left_in([opening.slot.id], now_of(request))
    values: dict[str, Any] = {"id_type": CARD, "source": "phone", "visit_kind": "return"}
    return await book_page(
        request,
        "book_new",
        status=422 if faults else 200,
        opening=opening,
        left=left[opening.slot.id],
        known=known,
        form={**values, **(form or {})},
        faults=faults or {},
        documents=DOCUMENTS,
        sources=SOURCES,
    )


async def _slots_page(request: web.Request, known: Known) -> web.Response:
    clinics = await Clinic.filter(active=True, keeper=BookKeeper.OURS).order_by("code")
    chosen = next((c for c in clinics if c.code == request.query.get("clinic", "")), None)
    clinic = chosen or (clinics[0] if clinics else None)
    day = day_of(request, today_of(request))
    days = await free_days(clinic.id, day, DAYS_SHOWN, now_of(request)) if clinic else []
    return await book_page(
        request,
        "book_slots",
        clinics=clinics,
        clinic=clinic,
        day=day,
        later=day + timedelta(days=DAYS_SHOWN),
        days=days,
        known=known,
    )
