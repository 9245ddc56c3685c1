"""A dermatology clinic to book in: its sessions and places, and people with a name on file."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from dialogs.appointments.events import Found, WhyNot
from dialogs.appointments.facts import Search
from dialogs.identity import check_character
from dialogs.reading.when import When
from dialogs.timing.spans import moment
from handlers.booking.actor import Actor
from handlers.booking.bookings import Order, book
from handlers.booking.search import find_slots
from handlers.desk import Desk
from models.booking import (
    Appointment,
    BookingSource,
    Clinic,
    Place,
    Session,
    Slot,
    VisitKind,
)
from models.conversation import (
    Conversation,
    DeliveryClass,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
)
from models.people import Patient, Respondent

# a Monday; bookings made now are for Wednesday the 25th at the earliest
NOW = datetime.fromisoformat("2026-11-23T10:00+08:00")
WEDNESDAY = date(2026, 11, 25)
MORNING = (time(8), time(12))
_PEOPLE = count()
PHONE = Actor("registrar", "phone")


@dataclass
class Book:
    """One clinic, and the desk that books in it."""

    clinic: Clinic
    desk: Desk = field(default_factory=lambda: Desk(hospital="示例医院"))

    async def session(
        self,
        day: date = WEDNESDAY,
        hours: tuple[time, time] = MORNING,
        *,
        doctor: str = "陈医生",
        places: int = 1,
    ) -> list[Slot]:
        """Open a session of half-hour slots, each with so many places."""
        begins, ends = moment(day, hours[0]), moment(day, hours[1])
        session = await Session.create(
            clinic=self.clinic, doctor=doctor, day=day, starts_at=begins, ends_at=ends
        )
        slots = []
        while begins < ends:
            slot = await Slot.create(
                session=session, starts_at=begins, ends_at=begins + timedelta(minutes=30)
            )
            await Place.bulk_create(
                [Place(slot_id=slot.id, number=number + 1) for number in range(places)]
            )
            slots.append(slot)
            begins += timedelta(minutes=30)
        return slots

    async def book(
        self, patient: Patient, slot: Slot, now: datetime = NOW, **known: Any
    ) -> Appointment | WhyNot:
        """Book as registration does by phone, or as `known` says."""
        order = Order(patient.id, slot.id, VisitKind.RETURN, BookingSource.PHONE, PHONE)
        return await book(self.desk, replace(order, **known), now)

    async def booked(
        self, patient: Patient, slot: Slot, now: datetime = NOW, **known: Any
    ) -> Appointment:
        """Book and expect that it works."""
        done = await self.book(patient, slot, now, **known)
        assert isinstance(done, Appointment), done
        return done

    async def find(
        self,
        patient: Patient,
        *wishes: When,
        holder: UUID | None = None,
        now: datetime = NOW,
        **known: Any,
    ) -> Found:
        """Look for slots."""
        search = Search(str(self.clinic.id), str(patient.id), wishes=wishes)
        return await find_slots(self.desk, replace(search, **known), holder or uuid4(), now)


async def a_book(**rules: Any) -> Book:
    """An ordinary clinic with the default rules, or those given."""
    clinic = await Clinic.create(code=uuid4().hex, name="皮肤科门诊", room="3诊室", rules=rules)
    return Book(clinic)


def an_id_number(number: int) -> str:
    """A number of nobody: its area code 199999 was never given out."""
    first17 = f"19999919700101{number:03}"
    return first17 + check_character(first17)


async def a_patient(id_no: str | None = "", **known: Any) -> Patient:
    """A patient with a valid ID number of their own; None for one without."""
    own = an_id_number(next(_PEOPLE) % 900) if id_no == "" else id_no
    return await Patient.create(
        name="测试", id_type="resident_card", id_no=own, created_at=NOW, updated_at=NOW, **known
    )


async def remind(
    appointment: Appointment,
    kind: str = "tomorrow",
    status: OutgoingStatus = OutgoingStatus.DELIVERED,
) -> None:
    """A reminder of this version of the visit, as it was sent."""
    respondent = await Respondent.create(created_at=NOW)
    conversation = await Conversation.create(respondent=respondent)
    await Outgoing.create(
        conversation=conversation,
        appointment_id=appointment.id,
        patient_id=appointment.patient_id,
        subject_version=appointment.version,
        occurrence=f"remind:{kind}:{appointment.id}:{appointment.version}",
        purpose=OutgoingPurpose.INITIATED,
        delivery_class=DeliveryClass.B,
        content="{}",
        not_before=NOW,
        status=status,
        created_at=NOW,
    )


async def taken(slots: Iterable[Slot]) -> int:
    """How many places of these slots are taken."""
    return await Place.filter(
        slot_id__in=[slot.id for slot in slots], appointment_id__isnull=False
    ).count()
