"""A morning at the outpatient desks: clinics, and people booked in every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dialogs.timing import moment
from handlers.booking.bookings import Order
from models.booking import (
    Appointment,
    AppointmentStatus,
    BookKeeper,
    Clinic,
    ClinicKind,
    Place,
    Session,
    Slot,
    VisitKind,
)
from models.people import (
    Consent,
    ConsentBasis,
    ConsentPurpose,
    ContactKind,
    ContactPoint,
    ContactStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)
from tests.handlers.booking_scene import Book, a_patient, an_id_number
from tests.handlers.ward import Ward, a_ward

MONDAY = datetime.fromisoformat("2026-11-23T10:00+08:00")
TODAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 25)
NAMES = ("赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "冯八")


@dataclass(slots=True)
class Outpatients:
    """The ward's patient, bound to a chat, and the book; `visits` by the name of who comes."""

    ward: Ward
    book: Book
    slots: list[Slot]
    visits: dict[str, Appointment]

    @property
    def session_id(self) -> Any:
        """The session on Wednesday morning."""
        return self.slots[0].session_id

    async def visit(self, name: str) -> Appointment:
        """A visit as it stands in the database."""
        return await Appointment.get(id=self.visits[name].id)


async def the_outpatients() -> Outpatients:
    """Wednesday's session of 陈医生 with the ward's patient and others, on Monday morning."""
    ward = await a_ward(plan=False)
    ward.now = MONDAY
    clinic = await Clinic.create(
        code="PF",
        name="皮肤科门诊",
        kind=ClinicKind.SPECIALTY,
        room="门诊楼二层3诊室",
        guide_desk="二层导诊台",
        guide="卫导诊",
        department_id=ward.encounter.department_id,
    )
    book = Book(clinic, ward.desk)
    slots = await book.session(WEDNESDAY, (time(8), time(11)), places=2)
    await Session.filter(id=slots[0].session_id).update(walk_in=4, quota=16)
    ward.patient.id_type, ward.patient.id_no = "resident_card", an_id_number(998)
    await ward.patient.save()
    await Consent.create(
        patient=ward.patient,
        purpose=ConsentPurpose.REMINDER,
        basis=ConsentBasis.CONSENT,
        granted=True,
        at=MONDAY,
    )
    visits = {"王小明": await book.booked(ward.patient, slots[1], MONDAY)}
    for place, name in enumerate(NAMES[:4]):
        patient = await a_person(name, f"1390000010{place}")
        visits[name] = await book.booked(patient, slots[place], MONDAY)
    return Outpatients(ward, book, slots, visits)


async def a_person(name: str, phone: str, **known: Any) -> Patient:
    """Somebody in a real name with a mobile nobody has."""
    patient = await a_patient(**known)
    patient.name = name
    await patient.save()
    respondent = await Respondent.create(name=name, created_at=MONDAY)
    await RespondentRole.create(respondent=respondent, patient=patient, role=ResponderRole.SELF)
    await ContactPoint.create(
        respondent=respondent,
        system=System.PHONE,
        value=phone,
        kind=ContactKind.MOBILE,
        status=ContactStatus.UNPROVEN,
    )
    return patient


async def a_busy_day(out: Outpatients) -> None:
    """Fill Monday itself with visits of every state, and a clinic whose book is the hospital's."""
    expert = await Clinic.create(
        code="XX",
        name="心血管专家门诊",
        kind=ClinicKind.EXPERT,
        room="5诊室",
        guide_desk="一层导诊台",
    )
    book = Book(expert, out.ward.desk)
    slots = await book.session(TODAY, (time(14), time(17)), doctor="周主任", places=2)
    states: tuple[dict[str, Any], ...] = (
        {"confirmed_at": MONDAY},
        {"status": AppointmentStatus.ARRIVED, "arrived_at": MONDAY},
        {"moving": True},
        {"key_patient": True},
    )
    for place, (name, state) in enumerate(zip(NAMES[4:], states, strict=True)):
        patient = await a_person(name, f"1390000011{place}", needs=["轮椅"] if place == 3 else [])
        visit = await book.booked(patient, slots[place], MONDAY - timedelta(days=4), staff=True)
        await Appointment.filter(id=visit.id).update(**state)
        out.visits[name] = visit


async def the_hospitals_clinic(out: Outpatients) -> tuple[Clinic, list[Slot], Appointment]:
    """A clinic whose book is the hospital's, with a visit of the ward's patient."""
    clinic = await Clinic.create(code="GW", name="骨科门诊", keeper=BookKeeper.HOSPITAL)
    book = Book(clinic, out.ward.desk)
    slots = await book.session(WEDNESDAY, (time(8), time(10)), doctor="高医生", places=2)
    visit = await book.booked(out.ward.patient, slots[0], MONDAY)
    return clinic, slots, visit


def an_order(patient: Patient, slot: Slot) -> Order:
    """A booking by the counter."""
    return Order(patient.id, slot.id, VisitKind.RETURN, staff=True)


async def free_in(slot: Slot) -> int:
    """How many places of a slot nobody has."""
    return await Place.filter(slot_id=slot.id, appointment_id=None).count()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """An hour on the hospital's wall."""
    return moment(day, time(hour, minute))
