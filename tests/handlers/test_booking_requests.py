"""Clinics whose book is the hospital's: nothing changes until it is answered."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from dialogs.appointments.events import WhyNot
from handlers.booking.consult import consult
from handlers.booking.requests import Answer, Asking, answer, ask, withdraw
from models.booking import (
    Appointment,
    AppointmentStatus,
    BookingRequest,
    Breach,
    RequestKind,
    RequestStatus,
)
from models.office import ConsultReason, ConsultTask
from tests.handlers.booking_scene import NOW, Book, a_book, a_patient, remind

pytestmark = pytest.mark.usefixtures("database")
LIMIT = datetime.fromisoformat("2026-11-24T15:00+08:00")


async def asked(
    book: Book, visit: Appointment, kind: RequestKind, at: datetime = NOW, **known: object
) -> BookingRequest:
    """Ask something about a visit."""
    asking = Asking(
        kind,
        visit.patient_id,
        book.clinic.id,
        words="那天有事",
        asked_at=at,
        appointment_id=visit.id,
        **known,  # type: ignore[arg-type]
    )
    return await ask(book.desk, asking, at)


async def test_a_request_changes_nothing_and_promises_an_answer_in_staffed_hours() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    request = await asked(book, visit, RequestKind.CANCEL)
    assert request.number == "YQ20261123-0001"
    # ten to twelve, and two hours from half past two
    assert request.due_at == datetime.fromisoformat("2026-11-23T16:30+08:00")
    assert (await BookingRequest.get(id=request.id)).wish == "那天有事"
    assert (await Appointment.get(id=visit.id)).status is AppointmentStatus.BOOKED


async def test_the_last_word_counts() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    first = await asked(book, visit, RequestKind.CANCEL)
    second = await asked(book, visit, RequestKind.MOVE, slot_id=slots[1].id)
    assert (await BookingRequest.get(id=first.id)).status is RequestStatus.WITHDRAWN
    assert await answer(book.desk, first.id, Answer(done=True), NOW) is WhyNot.ENDED
    assert await withdraw(visit.id, NOW) == 1
    assert (await BookingRequest.get(id=second.id)).status is RequestStatus.WITHDRAWN


@pytest.mark.parametrize(("seconds", "breaches"), [(-1, 0), (0, 1)])
async def test_a_cancellation_is_judged_by_when_it_was_asked(seconds: int, breaches: int) -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    await remind(visit)
    request = await asked(book, visit, RequestKind.CANCEL, LIMIT + timedelta(seconds=seconds))
    done = await answer(book.desk, request.id, Answer(done=True), LIMIT + timedelta(hours=2))
    assert isinstance(done, BookingRequest)
    gone = await Appointment.get(id=visit.id)
    assert gone.status is AppointmentStatus.CANCELLED_BY_PATIENT
    assert await Breach.all().count() == breaches


async def test_a_move_takes_the_slot_the_hospital_gave() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    request = await asked(book, visit, RequestKind.MOVE, slot_id=slots[1].id)
    said = Answer(done=True, by="registrar", slot_id=slots[2].id)
    # long after the cut-off: the hospital's system has decided
    await answer(book.desk, request.id, said, LIMIT)
    assert (await Appointment.get(id=visit.id)).starts_at == slots[2].starts_at


async def test_a_booking_is_entered_when_it_is_answered() -> None:
    book = await a_book()
    slots = await book.session()
    person = await a_patient()
    request = await ask(book.desk, Asking(RequestKind.BOOK, person.id, book.clinic.id), NOW)
    with pytest.raises(ValueError, match="slot"):
        await answer(book.desk, request.id, Answer(done=True), NOW)
    done = await answer(book.desk, request.id, Answer(done=True, slot_id=slots[0].id), NOW)
    assert isinstance(done, BookingRequest)
    visit = await Appointment.get(patient_id=person.id)
    assert (done.appointment_id, done.status) == (visit.id, RequestStatus.DONE)


async def test_a_refusal_leaves_the_visit_as_it_was() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    request = await asked(book, visit, RequestKind.MOVE, slot_id=slots[1].id)
    await answer(book.desk, request.id, Answer(done=False, note="号已满"), NOW)
    after = await BookingRequest.get(id=request.id)
    assert (after.status, after.note, after.answered_at) == (RequestStatus.REFUSED, "号已满", NOW)
    assert (await Appointment.get(id=visit.id)).starts_at == slots[0].starts_at


async def test_who_cannot_be_written_to_is_told_by_a_person() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    request = await asked(book, visit, RequestKind.CANCEL)
    await answer(book.desk, request.id, Answer(done=True), NOW)
    task = await ConsultTask.get(patient_id=visit.patient_id)
    assert (task.reason, task.appointment_id) == (ConsultReason.UNREACHED, visit.id)


async def test_a_task_is_made_once_an_occurrence_and_numbered_by_the_day() -> None:
    book = await a_book()
    names = [uuid4().hex, uuid4().hex]
    tasks = [
        await consult(book.desk, ConsultReason.ASKED, occurrence=name, now=NOW)
        for name in (*names, names[0])
    ]
    assert [task.number for task in tasks] == ["ZX20261123-001", "ZX20261123-002", tasks[0].number]
    assert tasks[0].due_at == datetime.fromisoformat("2026-11-23T16:30+08:00")
    assert await ConsultTask.all().count() == 2
