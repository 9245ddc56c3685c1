"""The ladder of a visit: each message at its hour, never a stale or false one (R122-R124, C4)."""

from datetime import date, time

import pytest

from bot.outbox import Outbox
from dialogs.appointments.events import Prompt, Prompted
from handlers.appointments.consents import keep_reminder_consent
from handlers.appointments.facts import visit_of
from handlers.appointments.prompting import prompt
from handlers.booking.cancellations import cancel
from handlers.booking.moves import MoveDone, move
from models.booking import BookingSource
from models.conversation import Outgoing, OutgoingStatus
from models.office import ConsultReason, ConsultTask
from models.people import Patient, RespondentRole, ResponderRole
from models.unit import unit_of_work
from scheduler.due import run_due
from tests.handlers.visiting import (
    IN_CHAT,
    THURSDAY,
    a_visit,
    local_instant,
)

pytestmark = pytest.mark.usefixtures("database")


async def test_a_visit_is_confirmed_the_morning_before_and_reminded_of_twice() -> None:
    """08:30 and 16:05 the day before, 08:30 on the day."""
    scene = await a_visit(time(10))
    await scene.until("2026-11-26T09:00")
    assert await scene.sent() == [
        ("confirm", "25 08:30"),
        ("tomorrow", "25 16:05"),
        ("today", "26 08:30"),
    ]


async def test_the_request_to_confirm_names_the_limit_of_free_cancellation() -> None:
    """C4: cancelling because of the later reminder would be too late."""
    scene = await a_visit(time(10))
    bubbles = await scene.until("2026-11-25T08:30")
    assert any("15:00" in bubble for bubble in bubbles)


async def test_who_comes_at_eight_is_reminded_the_evening_before_and_woken_by_nobody() -> None:
    """An hour before is in the quiet hours."""
    scene = await a_visit(time(8))
    await scene.until("2026-11-26T09:00")
    assert await scene.sent() == [
        ("confirm", "25 08:30"),
        ("tomorrow", "25 16:05"),
        ("evening", "25 19:30"),
    ]


async def test_an_early_visit_is_reminded_of_an_hour_before_it() -> None:
    """Half past eight would be too late for a quarter past nine."""
    scene = await a_visit(time(9, 15))
    await scene.until("2026-11-26T09:00")
    assert ("today", "26 08:15") in await scene.sent()


async def test_the_elderly_are_written_to_in_their_morning_while_that_stays_true() -> None:
    """09:00 for what can wait until then, 16:05 for "tomorrow", which could not."""
    scene = await a_visit(time(15), birth_date=date(1950, 1, 1))
    await scene.until("2026-11-26T12:00")
    assert await scene.sent() == [
        ("confirm", "25 09:00"),
        ("tomorrow", "25 16:05"),
        ("today", "26 09:00"),
    ]


async def test_a_booking_made_by_phone_is_confirmed_at_once() -> None:
    """The patient has it in writing."""
    scene = await a_visit(time(10), source=BookingSource.PHONE)
    bubbles = await scene.until("2026-11-23T10:01")
    assert any(scene.visit.number in bubble for bubble in bubbles)
    assert ("booked", "23 10:00") in await scene.sent()


async def test_a_booking_imported_at_night_is_confirmed_in_the_morning() -> None:
    """Nobody is woken by a file."""
    scene = await a_visit(time(10), now="2026-11-23T22:00", source=BookingSource.IMPORT)
    await scene.until("2026-11-24T08:30")
    assert ("booked", "24 08:00") in await scene.sent()


async def test_a_clinic_may_ask_a_day_before_the_very_hour() -> None:
    """R123: twenty-four hours before, but while cancelling is free."""
    scene = await a_visit(time(11), rules={"confirm_hours_before": 24})
    await scene.until("2026-11-25T15:00")
    assert await scene.sent() == [("confirm", "25 11:00")]


async def test_who_confirmed_is_reminded_no_more_where_the_clinic_says_so() -> None:
    """R124: the ladder stops with the yes, if so set."""
    scene = await a_visit(time(10), rules={"stop_when_confirmed": True})
    await scene.until("2026-11-25T08:31")
    await scene.say("会来")
    await scene.until("2026-11-26T09:00")
    assert await scene.sent() == [("confirm", "25 08:30")]


async def test_a_cancelled_visit_is_never_reminded_of() -> None:
    """Its timers end with it."""
    scene = await a_visit(time(10))
    await cancel(scene.desk, scene.visit.id, IN_CHAT, scene.now)
    await scene.until("2026-11-27T18:00")
    assert await scene.sent() == []


async def test_a_moved_visit_is_reminded_of_at_its_new_hour_alone() -> None:
    """Version two has timers of its own."""
    scene = await a_visit(time(10))
    friday = await scene.book.session(date(2026, 11, 27), (time(14), time(15)))
    done = await move(scene.desk, scene.visit.id, friday[0].id, IN_CHAT, scene.now)
    assert isinstance(done, MoveDone)
    await scene.until("2026-11-27T10:00")
    assert await scene.sent() == [
        ("confirm", "26 08:30"),
        ("tomorrow", "26 16:05"),
        ("today", "27 08:30"),
    ]


async def test_a_visit_moved_between_the_writing_and_the_sending_is_not_reminded_of() -> None:
    """F21: the version is compared when the message is claimed."""
    scene = await a_visit(time(10))
    friday = await scene.book.session(date(2026, 11, 27), (time(14), time(15)))
    at = local_instant(date(2026, 11, 25), time(8, 30))
    await run_due(scene.desk, at)
    await move(scene.desk, scene.visit.id, friday[0].id, IN_CHAT, at)
    await scene.ward.outbox.drain(at)
    assert await scene.sent() == []
    row = await Outgoing.get(occurrence=f"remind:confirm:{scene.visit.id}:1")
    assert (row.status, row.reason) == (OutgoingStatus.SUPPRESSED, "moved")


async def test_tomorrow_is_never_said_on_the_day_itself() -> None:
    """After a night without the program the message is void."""
    scene = await a_visit(time(15))
    await scene.until("2026-11-25T12:00")
    scene.ward.now = local_instant(THURSDAY, time(8, 5))
    await scene.ward.tick()
    assert [name for name, _ in await scene.sent()] == ["confirm"]


async def test_a_message_that_waited_past_midnight_expires() -> None:
    """Written in time, but the outbox stood still."""
    scene = await a_visit(time(15))
    await run_due(scene.desk, local_instant(date(2026, 11, 25), time(16, 5)))
    await scene.ward.outbox.drain(local_instant(THURSDAY, time(8, 5)))
    row = await Outgoing.get(occurrence=f"remind:tomorrow:{scene.visit.id}:1")
    assert row.status is OutgoingStatus.EXPIRED


async def test_who_declined_reminders_gets_none() -> None:
    """A purpose of its own."""
    scene = await a_visit(time(10), consent=False)
    await scene.until("2026-11-26T09:00")
    assert await scene.sent() == []


async def test_without_an_answer_the_hospital_s_legal_basis_decides() -> None:
    """Neither asked nor answered."""
    scene = await a_visit(time(10), consent=None)
    await scene.until("2026-11-25T12:00")
    assert await scene.sent() == []
    scene.desk.legal_basis = "合同履行"
    await scene.until("2026-11-25T17:00")
    assert [name for name, _ in await scene.sent()] == ["tomorrow"]


async def test_a_withdrawn_consent_holds_back_what_is_written_already() -> None:
    """The newest answer counts, also at the last moment."""
    scene = await a_visit(time(10))
    at = local_instant(date(2026, 11, 25), time(8, 30))
    await run_due(scene.desk, at)
    respondent = scene.ward.contact_point.respondent_id
    await keep_reminder_consent(scene.ward.patient.id, respondent, "web", at, granted=False)
    await scene.ward.outbox.drain(at)
    assert await scene.sent() == []


async def test_nobody_is_reminded_after_a_death() -> None:
    """Known between booking and reminder."""
    scene = await a_visit(time(10))
    await Patient.filter(id=scene.ward.patient.id).update(deceased_at=scene.now)
    await scene.until("2026-11-27T18:00")
    assert await scene.ward.shown() == []


async def test_a_key_patient_is_put_before_the_consult_room_the_day_before() -> None:
    """R115: somebody phones."""
    scene = await a_visit(time(10), key_patient=True)
    await scene.until("2026-11-25T08:31")
    task = await ConsultTask.get(reason=ConsultReason.KEY_PATIENT)
    assert task.appointment_id == scene.visit.id


async def test_a_key_patient_who_cannot_be_written_to_is_phoned() -> None:
    """No proven address."""
    scene = await a_visit(time(10), key_patient=True, bound=False)
    await scene.until("2026-11-25T08:31")
    assert await ConsultTask.filter(reason=ConsultReason.UNREACHED).count() == 1


async def test_a_child_without_a_guardian_on_file_is_put_before_the_consult_room() -> None:
    """Nobody can be reminded: somebody finds out who is to be told, once a visit."""
    scene = await a_visit(time(10), birth_date=date(2020, 5, 1))
    await scene.until("2026-11-26T09:00")
    assert await scene.sent() == []
    task = await ConsultTask.get(reason=ConsultReason.NO_CONTACT)
    assert task.appointment_id == scene.visit.id


async def test_a_childs_guardian_is_reminded_and_nobody_is_looked_for() -> None:
    scene = await a_visit(time(10), birth_date=date(2020, 5, 1))
    await RespondentRole.filter(patient_id=scene.ward.patient.id).update(
        role=ResponderRole.GUARDIAN
    )
    await scene.until("2026-11-26T09:00")
    assert [name for name, _ in await scene.sent()] == ["confirm", "tomorrow", "today"]
    assert not await ConsultTask.filter(reason=ConsultReason.NO_CONTACT).exists()


async def test_festivals_do_not_hold_back_a_reminder_of_tomorrow() -> None:
    """The visit does not wait either: 3 January 2027 is a festival, the 4th is not."""
    scene = await a_visit(time(10), day=date(2027, 1, 4), now="2026-12-30T10:00")
    await scene.until("2027-01-04T09:00")
    assert [name for name, _ in await scene.sent()] == ["confirm", "tomorrow", "today"]


async def test_a_visit_booked_the_day_before_is_not_asked_about_at_once() -> None:
    """Half past eight is over; what follows still comes."""
    scene = await a_visit(time(10), now="2026-11-25T09:00")
    await scene.until("2026-11-26T09:00")
    assert [name for name, _ in await scene.sent()] == ["tomorrow", "today"]


async def test_colonoscopy_medicines_nobody_answered_about_are_asked_by_phone() -> None:
    """Five days before the examination."""
    scene = await a_visit(
        time(10),
        day=date(2026, 12, 10),
        preparation="M-PREP-COLO",
        source=BookingSource.PHONE,
    )
    await scene.until("2026-12-05T09:00")
    task = await ConsultTask.get(reason=ConsultReason.MEDICINES)
    assert task.raised_at == local_instant(date(2026, 12, 5), time(8, 30))


async def test_an_answer_about_medicines_makes_no_call() -> None:
    """It was said in time."""
    scene = await a_visit(
        time(10),
        day=date(2026, 12, 10),
        preparation="M-PREP-COLO",
        source=BookingSource.PHONE,
    )
    await scene.until("2026-11-23T10:05")
    await scene.say("没有")
    await scene.until("2026-12-06T09:00")
    assert not await ConsultTask.filter(reason=ConsultReason.MEDICINES).exists()


async def test_a_repeated_tick_sends_nothing_twice() -> None:
    """Two processes, or a restart."""
    scene = await a_visit(time(10))
    await scene.until("2026-11-25T08:30")
    before = await scene.ward.shown()
    await scene.ward.tick()
    await scene.ward.tick()
    assert await scene.ward.shown() == before


async def test_what_must_arrive_and_does_not_is_told_by_a_person() -> None:
    """A stopped clinic, on a channel that is not there."""
    scene = await a_visit(time(10))
    about = Prompted(scene.now, Prompt.STOPPED, visit=await visit_of(scene.desk, scene.visit))

    async def work() -> bool:
        return await prompt(
            scene.desk,
            about,
            scene.ward.patient.id,
            scene.now,
            occurrence=f"stopped:{scene.visit.id}:1",
            appointment=scene.visit,
            must_arrive=True,
        )

    assert await unit_of_work(work)
    await Outbox(scene.desk, {}).drain(scene.now)
    task = await ConsultTask.get(reason=ConsultReason.UNREACHED)
    assert task.appointment_id == scene.visit.id


async def test_an_ordinary_reminder_that_fails_makes_no_call() -> None:
    """It is noted, and excuses the patient; the desks have enough to do."""
    scene = await a_visit(time(10))
    at = local_instant(date(2026, 11, 25), time(8, 30))
    await run_due(scene.desk, at)
    await Outbox(scene.desk, {}).drain(at)
    row = await Outgoing.get(occurrence=f"remind:confirm:{scene.visit.id}:1")
    assert row.status is OutgoingStatus.FAILED
    assert not await ConsultTask.all().exists()
