"""A patient with a chat and a visit to the skin clinic, and the clock in our hands."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from dialogs.timing.spans import moment
from handlers.booking.actor import PATIENT, Actor
from handlers.desk import Desk
from handlers.reminders.days import open_day
from models.booking import Appointment, BookingSource
from models.conversation import Conversation, Outgoing
from models.people import Consent, ConsentBasis, ConsentPurpose
from models.timetable import Due
from tests.handlers.booking_scene import Book, a_book
from tests.handlers.ward import Ward, a_ward

# a Monday; the visit is on Thursday
MONDAY = "2026-11-23T10:00"
THURSDAY = date(2026, 11, 26)
IN_CHAT = Actor(PATIENT, "web")


@dataclass
class Visiting:
    """A ward's patient who is to visit a clinic; time moves when it is told to."""

    ward: Ward
    book: Book
    visit: Appointment

    @property
    def desk(self) -> Desk:
        """The desk."""
        return self.ward.desk

    @property
    def now(self) -> datetime:
        """The instant the clock shows."""
        return self.ward.now

    async def until(self, at: str) -> list[str]:
        """Let time pass to a local moment, through whatever falls due; the new bubbles."""
        seen = len(await self.ward.shown())
        target = datetime.fromisoformat(f"{at}+08:00")
        while (due := await _next(target)) is not None:
            self.ward.now = max(due, self.ward.now)
            await self.ward.tick()
        self.ward.now = target
        await self.ward.tick()
        return (await self.ward.shown())[seen:]

    async def say(self, text: str) -> list[str]:
        """The patient writes; the answers."""
        seen = len(await self.ward.shown())
        await self.ward.say(text)
        return (await self.ward.shown())[seen + 1 :]

    async def stands(self) -> Appointment:
        """The visit as the database has it."""
        return await Appointment.get(id=self.visit.id)

    async def sent(self, prefix: str = "remind:") -> list[tuple[str, str]]:
        """Name and local time of what was sent about visits, in order."""
        rows = Outgoing.filter(occurrence__startswith=prefix, sent_at__not_isnull=True)
        return [
            (row.occurrence.split(":")[1], f"{_wall(row.sent_at):%d %H:%M}")
            for row in await rows.order_by("sent_at", "position")
            if row.occurrence.count(":") == 3
        ]


def _wall(at: datetime | None) -> datetime:
    assert at is not None
    return at.astimezone(datetime.fromisoformat(f"{MONDAY}+08:00").tzinfo)


async def _next(target: datetime) -> datetime | None:
    """The next instant before the target at which something is to happen."""
    due = await Due.filter(status="pending", due_at__lte=target).order_by("due_at").first()
    waiting = Outgoing.filter(status="queued", not_before__lte=target)
    message = await waiting.order_by("not_before").first()
    found = [row for row in (due and due.due_at, message and message.not_before) if row]
    return min(found) if found else None


async def a_visit(
    at: time = time(10),
    *,
    day: date = THURSDAY,
    now: str = MONDAY,
    consent: bool | None = True,
    source: BookingSource = BookingSource.WEB,
    rules: dict[str, Any] | None = None,
    **known: Any,
) -> Visiting:
    """A visit booked on Monday for Thursday; `consent` is the answer about reminders."""
    clinic = {key: known.pop(key) for key in ("preparation", "name") if key in known}
    key_patient = known.pop("key_patient", False)
    ward = await a_ward(plan=False, **known)
    ward.patient.id_type, ward.patient.id_no = "passport", "E00000000"
    await ward.patient.save()
    ward.now = datetime.fromisoformat(f"{now}+08:00")
    if consent is not None:
        await answer_about_reminders(ward, granted=consent)
    book = await a_book(**(rules or {}))
    book.desk = ward.desk
    if clinic:
        await book.clinic.update_from_dict(clinic).save()
    visit = await add_visit(ward, book, at, day, source=source, key_patient=key_patient)
    return Visiting(ward, book, visit)


async def add_visit(
    ward: Ward,
    book: Book,
    at: time,
    day: date,
    *,
    source: BookingSource = BookingSource.WEB,
    **known: Any,
) -> Appointment:
    """Book one more visit of the ward's patient, with a session of its own."""
    until = (datetime.combine(day, at) + timedelta(minutes=30)).time()
    slots = await book.session(day, (at, until), doctor=f"医生{at:%H%M}{day:%d}")
    actor = IN_CHAT if source is BookingSource.WEB else Actor("registrar", "phone")
    return await book.booked(
        ward.patient, slots[0], ward.now, source=source, actor=actor, staff=True, **known
    )


async def answer_about_reminders(ward: Ward, *, granted: bool) -> None:
    """The patient says whether reminders may be sent."""
    await Consent.create(
        patient=ward.patient,
        purpose=ConsentPurpose.REMINDER,
        basis=ConsentBasis.CONSENT,
        granted=granted,
        recorded_by="patient",
        at=ward.now,
    )


async def open_the_day(scene: Visiting) -> None:
    """Begin the scheduler's days."""
    await open_day(scene.now)


async def conversation_id(scene: Visiting) -> UUID:
    """Id of the patient's conversation."""
    respondent = scene.ward.contact_point.respondent_id
    return (await Conversation.get(respondent_id=respondent)).id


def local_instant(day: date, clock: time) -> datetime:
    """The instant of a local day and time."""
    return moment(day, clock)
