"""What the races are run over: a clinic full of last places, people with names, reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import uuid4

from tortoise.functions import Count

from benchmarks.ground import NOW
from dialogs.actions import Say
from dialogs.identity import check_character
from dialogs.timing.spans import moment
from handlers.booking.bookings import Order, book
from handlers.contents import Content
from handlers.desk import Desk
from models.booking import Appointment, AppointmentStatus, Clinic, Place, Session, Slot
from models.conversation import (
    Conversation,
    DeliveryClass,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
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
    System,
)

FIRST_DAY: Final = date(2026, 11, 26)
# the last second before the reminders of Wednesday's visits go out
REMINDED_AT: Final = datetime.fromisoformat("2026-11-25T16:05+08:00")
_PEOPLE_A_DAY: Final = 1000


def the_desk() -> Desk:
    """The desk of every process."""
    return Desk(hospital="示例医院")


async def people(count: int) -> list[Patient]:
    """People with valid numbers of a county that does not exist."""
    rows = [
        Patient(
            name="测试",
            id_type="resident_card",
            id_no=_id_number(number),
            created_at=NOW,
            updated_at=NOW,
        )
        for number in range(count)
    ]
    await Patient.bulk_create(rows, batch_size=200)
    return await Patient.all().order_by("id").limit(count)


def _id_number(number: int) -> str:
    born, order = divmod(number, _PEOPLE_A_DAY)
    first17 = f"199999{date(1970, 1, 1) + timedelta(days=born):%Y%m%d}{order:03}"
    return first17 + check_character(first17)


async def last_places(count: int, days: int = 1) -> list[Slot]:
    """Open `count` slots with one place each, spread over so many days."""
    clinic = await Clinic.create(code=uuid4().hex, name="专家门诊")
    slots = []
    for offset in range(days):
        day = FIRST_DAY + timedelta(days=offset)
        slots += await _a_session(clinic, day, count // days)
    await Slot.bulk_create(slots)
    await Place.bulk_create([Place(slot_id=slot.id, number=1) for slot in slots])
    return slots


async def _a_session(clinic: Clinic, day: date, count: int) -> list[Slot]:
    begins = moment(day, time(8))
    session = await Session.create(
        clinic=clinic, doctor="陈医生", day=day, starts_at=begins, ends_at=begins
    )
    minutes = [begins + timedelta(minutes=number) for number in range(count)]
    return [
        Slot(session_id=session.id, starts_at=at, ends_at=at + timedelta(minutes=1))
        for at in minutes
    ]


async def visits_of(patients: list[Patient], slots: list[Slot]) -> list[Appointment]:
    """Book one slot a person."""
    desk = the_desk()
    done = [
        await book(desk, Order(person.id, slot.id), NOW)
        for person, slot in zip(patients, slots, strict=False)
    ]
    return [one for one in done if isinstance(one, Appointment)]


async def remind_of(visits: list[Appointment]) -> None:
    """Queue the reminder of each visit, a millisecond apart, to a patient who wants it."""
    for number, visit in enumerate(visits):
        respondent = await Respondent.create(created_at=NOW)
        point = await ContactPoint.create(
            respondent=respondent,
            system=System.WEB,
            value=uuid4().hex,
            kind=ContactKind.LINK,
            status=ContactStatus.OK,
            verified_at=NOW,
        )
        await Consent.create(
            patient_id=visit.patient_id,
            purpose=ConsentPurpose.REMINDER,
            basis=ConsentBasis.CONSENT,
            granted=True,
            at=NOW,
        )
        conversation = await Conversation.create(respondent=respondent)
        await _queue(visit, conversation, point, number)


async def _queue(
    visit: Appointment, conversation: Conversation, point: ContactPoint, number: int
) -> None:
    await Outgoing.create(
        conversation=conversation,
        contact_point=point,
        appointment_id=visit.id,
        patient_id=visit.patient_id,
        subject_version=visit.version,
        position=1,
        occurrence=f"remind:tomorrow:{visit.id}:{visit.version}",
        purpose=OutgoingPurpose.REMINDER,
        delivery_class=DeliveryClass.B,
        content=Content(Say("M-REM16"), {}).to_json(),
        channel="web",
        not_before=REMINDED_AT + timedelta(milliseconds=number),
        status=OutgoingStatus.QUEUED,
        created_at=NOW,
    )


@dataclass(frozen=True, slots=True)
class Ledger:
    """The book as it stands: what was sold, and what would be a fault in it."""

    live: int
    taken: int
    double: int
    placeless: int
    elsewhere: int

    @property
    def sound(self) -> bool:
        """Whether every live visit has the one place it says it has."""
        return (self.double, self.placeless, self.elsewhere) == (0, 0, 0) and (
            self.live == self.taken
        )


async def ledger() -> Ledger:
    """Count the book, from its rows alone."""
    live = await Appointment.filter(status=AppointmentStatus.BOOKED)
    places = await Place.filter(appointment_id__isnull=False).prefetch_related("slot")
    slots = {place.appointment_id: place.slot for place in places}
    shared = await (
        Appointment.filter(status=AppointmentStatus.BOOKED)
        .annotate(n=Count("id"))
        .group_by("session_id", "starts_at")
        .values_list("n", flat=True)
    )
    return Ledger(
        live=len(live),
        taken=len(places),
        double=sum(1 for n in shared if int(str(n)) > 1),
        placeless=sum(1 for visit in live if visit.id not in slots),
        elsewhere=sum(1 for v in live if v.id in slots and slots[v.id].starts_at != v.starts_at),
    )
