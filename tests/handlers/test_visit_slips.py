"""A booking card reaches who was never an inpatient: bound, welcomed, confirmed, reminded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.outbox import Outbox
from dialogs.timing.spans import moment
from handlers.binding import ATTEMPTS, Link, LinkState, bind, open_link
from handlers.booking.actor import Actor
from handlers.booking.cancellations import cancel
from handlers.booking.moves import move
from handlers.inbound import InboundMessage, receive
from handlers.printed_links import LIFETIME, link_token
from handlers.slips import issue
from handlers.transcript import lines_after
from handlers.visit_slips import PRINTED, AppointmentSlip, issue_cards, visits_on
from handlers.welcome import welcome
from models.audit import AuditEntry
from models.booking import Appointment, Slot, VisitSlip
from models.care import BedsideSlip, Encounter
from models.conversation import Conversation, Dialog, Outgoing
from models.hospital import Department
from models.keys import KeyRing
from models.people import Consent, ConsentPurpose, ContactPoint, Patient
from models.seal import keyring
from scheduler.due import run_due
from tests.handlers.booking_scene import NOW, WEDNESDAY, Book, a_book, a_patient
from tests.handlers.ward import ScreenOfTests

pytestmark = pytest.mark.usefixtures("database")

BORN = date(1980, 5, 1)
FAR = date(2027, 3, 10)
DESK = Actor("registrar", "phone")


@dataclass
class Outpatient:
    """Somebody with a booking by phone and no stay; the clock is in our hands."""

    book: Book
    patient: Patient
    slots: list[Slot]
    visit: Appointment
    now: datetime = NOW
    channel: ScreenOfTests = field(default_factory=ScreenOfTests)

    async def card(self) -> AppointmentSlip:
        """The card as it is printed now."""
        (found,) = await self.cards()
        return found

    async def cards(self) -> list[AppointmentSlip]:
        """The card, if there may be one."""
        return await issue_cards(self.book.desk, [self.visit.id], keyring(), "staff0001", self.now)

    async def scan(self, token: str, year: str = "1980") -> Link:
        """Open the link, give the year, and be welcomed as the page does it."""
        link = await bind(token, year, self.now)
        if link.contact_point_id is not None:
            await welcome(self.book.desk, link.contact_point_id, self.now)
            await self.tick()
        return link

    async def tick(self) -> None:
        """Do what is due and send what is queued."""
        await run_due(self.book.desk, self.now)
        await Outbox(self.book.desk, {"web": self.channel}).drain(self.now)

    async def say(self, text: str) -> None:
        """The patient writes."""
        self.now += timedelta(seconds=1)
        point = await ContactPoint.get(system="web")
        message = InboundMessage("web", point.id, f"{self.now}", text=text)
        await receive(self.book.desk, message, self.now)
        await self.tick()

    async def shown(self) -> list[str]:
        """What the page shows of us."""
        conversation = await Conversation.get()
        lines = await lines_after(conversation.id, 0, self.now)
        return [line.text for line in lines if line.direction != "in"]


async def an_outpatient(day: date = WEDNESDAY, born: date | None = BORN) -> Outpatient:
    """A visit booked by phone on Monday morning."""
    book = await a_book()
    slots = await book.session(day)
    patient = await a_patient(birth_date=born)
    visit = await book.booked(patient, slots[4], staff=True)
    return Outpatient(book, patient, slots, visit)


def token_of(card: AppointmentSlip) -> str:
    """What stands at the end of the link."""
    return card.link.rpartition("/")[2]


async def test_a_card_says_what_was_booked_and_names_nobody_in_full() -> None:
    out = await an_outpatient()
    await out.book.clinic.update_from_dict({"guide_desk": "二层导诊台"}).save()
    card = await out.card()
    assert (card.number, card.clinic, card.doctor) == (out.visit.number, "皮肤科门诊", "陈医生")
    assert (card.room, card.guide_desk, card.patient_name) == ("3诊室", "二层导诊台", "测*")
    assert card.starts_at == moment(WEDNESDAY, time(10))
    assert card.check_in_by == out.visit.check_in_by
    assert card.free_until == out.visit.free_until
    assert len(token_of(card)) == 22
    assert card.check_code.isdecimal()


async def test_a_clinic_whose_name_is_kept_quiet_is_not_named_on_paper() -> None:
    out = await an_outpatient()
    quiet = await Department.create(code="JS", name="精神科", neutral=True)
    await out.book.clinic.update_from_dict({"department_id": quiet.id}).save()
    card = await out.card()
    assert (card.clinic, card.room) == ("", "3诊室")


async def test_past_the_free_limit_no_limit_is_printed() -> None:
    out = await an_outpatient()
    out.now = out.visit.free_until
    assert (await out.card()).free_until is None


async def test_a_lost_card_is_printed_again_with_the_same_link_and_each_printing_is_on_record() -> (
    None
):
    out = await an_outpatient()
    first = await out.card()
    out.now += timedelta(days=1)
    again = await out.card()
    assert (again.link, again.check_code) == (first.link, first.check_code)
    assert await VisitSlip.all().count() == 1
    entries = await AuditEntry.filter(action=PRINTED)
    assert [(one.actor, one.subject) for one in entries] == [("staff0001", out.visit.id)] * 2


async def test_no_card_for_the_dead_the_cancelled_the_past_nor_without_a_year_of_birth() -> None:
    dead, cancelled, past = [await an_outpatient() for _ in range(3)]
    await Patient.filter(id=dead.patient.id).update(deceased_at=NOW)
    await cancel(cancelled.book.desk, cancelled.visit.id, DESK, NOW, reason="other")
    past.now = past.visit.starts_at
    yearless = await an_outpatient(born=None)
    for out in (dead, cancelled, past, yearless):
        assert await out.cards() == []
    assert await VisitSlip.all().count() == 0
    assert await AuditEntry.filter(action=PRINTED).count() == 0


async def test_the_cards_of_a_day_are_those_still_booked_in_order_of_time() -> None:
    out = await an_outpatient()
    early = await out.book.booked(await a_patient(), out.slots[0])
    gone = await out.book.booked(await a_patient(), out.slots[1])
    await cancel(out.book.desk, gone.id, DESK, NOW, reason="other")
    assert await visits_on(WEDNESDAY) == [early.id, out.visit.id]
    assert await visits_on(WEDNESDAY + timedelta(days=1)) == []


async def test_the_token_is_signed_for_visits_alone() -> None:
    out = await an_outpatient()
    card = await out.card()
    slip = await VisitSlip.get()
    assert token_of(card) == link_token(keyring(), VisitSlip, slip.id)
    assert token_of(card) != link_token(keyring(), BedsideSlip, slip.id)
    assert token_of(card) not in str(await VisitSlip.all().values())


async def test_a_changed_signing_key_ends_the_old_card() -> None:
    out = await an_outpatient()
    old = await out.card()
    (new,) = await issue_cards(out.book.desk, [out.visit.id], KeyRing.new(), "x", NOW)
    assert (await open_link(token_of(old), NOW)).state is LinkState.GONE
    assert (await open_link(token_of(new), NOW)).state is LinkState.OPEN


async def test_a_card_is_good_for_sixty_days_also_after_the_visit() -> None:
    out = await an_outpatient()
    token = token_of(await out.card())
    assert (await open_link(token, NOW + LIFETIME - timedelta(seconds=1))).state is LinkState.OPEN
    assert (await open_link(token, NOW + LIFETIME)).state is LinkState.GONE


async def test_the_card_of_a_far_visit_is_good_until_the_day_after_and_moves_with_it() -> None:
    out = await an_outpatient(FAR)
    card = await out.card()
    end = moment(FAR + timedelta(days=2), time())
    assert card.expires_on == FAR + timedelta(days=2)
    assert (await open_link(token_of(card), end - timedelta(seconds=1))).state is LinkState.OPEN
    assert (await open_link(token_of(card), end)).state is LinkState.GONE
    later = await out.book.session(FAR + timedelta(days=7))
    moved = await move(out.book.desk, out.visit.id, later[0].id, DESK, NOW)
    assert not isinstance(moved, str)
    assert (await open_link(token_of(card), end)).state is LinkState.OPEN
    reprinted = await out.card()
    assert reprinted.link == card.link
    assert reprinted.expires_on == FAR + timedelta(days=9)


async def test_who_opens_the_card_is_welcomed_without_a_word_of_a_stay_and_confirmed_once() -> None:
    out = await an_outpatient()
    await out.tick()
    card = await out.card()
    link = await out.scan(token_of(card))
    assert (link.state, link.visit) == (LinkState.BOUND, True)
    hello, confirmation, consent = await out.shown()
    assert card.check_code in hello
    assert "预约卡" in hello
    assert "出院" not in hello
    assert out.visit.number in confirmation
    assert "11月25日" in confirmation
    assert "同意吗" in consent
    await out.scan(token_of(card))
    assert len(await out.shown()) == 3
    assert (await VisitSlip.get()).contact_point_id == link.contact_point_id


async def test_the_confirmation_is_an_answer_and_comes_also_at_night_without_consent() -> None:
    out = await an_outpatient()
    token = token_of(await out.card())
    out.now = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
    await out.scan(token)
    row = await Outgoing.get(occurrence=f"remind:booked:{out.visit.id}:1")
    assert (row.sent_at, row.appointment_id) == (out.now, out.visit.id)


async def test_the_timer_of_the_confirmation_does_not_ask_again_what_the_card_asked() -> None:
    out = await an_outpatient()
    await out.scan(token_of(await out.card()))
    turn = (await Dialog.get()).turn
    out.now += timedelta(hours=1)
    await out.tick()
    assert (await Dialog.get()).turn == turn
    assert len(await out.shown()) == 3


async def test_who_agrees_is_reminded_by_the_ladder_and_who_does_not_is_not() -> None:
    out = await an_outpatient()
    await out.scan(token_of(await out.card()))
    await out.say("同意")
    assert (await Consent.get(purpose=ConsentPurpose.REMINDER)).granted
    out.now = moment(date(2026, 11, 24), time(8, 30))
    await out.tick()
    assert "提醒:您明天" in (await out.shown())[-1]


async def test_who_declines_is_not_reminded() -> None:
    out = await an_outpatient()
    await out.scan(token_of(await out.card()))
    await out.say("不同意")
    before = await out.shown()
    out.now = moment(date(2026, 11, 24), time(8, 30))
    await out.tick()
    assert await out.shown() == before


async def test_who_knows_us_already_is_not_told_again_who_we_are() -> None:
    out = await an_outpatient()
    await out.scan(token_of(await out.card()))
    second = await out.book.session(FAR)
    visit = await out.book.booked(out.patient, second[0], staff=True)
    (card,) = await issue_cards(out.book.desk, [visit.id], keyring(), "x", NOW)
    await out.scan(token_of(card))
    shown = await out.shown()
    assert sum("自动助手" in text for text in shown) == 1
    assert any(visit.number in text for text in shown)


async def test_after_the_visit_the_card_still_binds_but_confirms_nothing() -> None:
    out = await an_outpatient()
    token = token_of(await out.card())
    out.now = out.visit.starts_at + timedelta(days=3)
    assert (await out.scan(token)).state is LinkState.BOUND
    assert not await Outgoing.exists(occurrence__startswith="remind:booked:")


async def test_five_wrong_years_lock_the_card() -> None:
    out = await an_outpatient()
    token = token_of(await out.card())
    left = [(await out.scan(token, "1981")).attempts_left for _ in range(ATTEMPTS - 1)]
    assert left == [4, 3, 2, 1]
    assert (await out.scan(token, "1981")).state is LinkState.LOCKED
    assert (await out.scan(token)).state is LinkState.LOCKED
    entry = await AuditEntry.get(action="slip.locked")
    assert entry.subject_type == "visit_slip"
    assert await ContactPoint.all().count() == 0


async def test_the_cards_of_the_dead_and_of_cancelled_visits_are_gone() -> None:
    dead, cancelled = await an_outpatient(), await an_outpatient()
    tokens = [token_of(await out.card()) for out in (dead, cancelled)]
    await Patient.filter(id=dead.patient.id).update(deceased_at=NOW)
    await cancel(cancelled.book.desk, cancelled.visit.id, DESK, NOW, reason="other")
    for token in tokens:
        assert (await open_link(token, NOW)).state is LinkState.GONE
        assert (await bind(token, "1980", NOW)).state is LinkState.GONE


async def test_an_inpatients_slip_and_a_card_lead_to_one_conversation(key_ring: KeyRing) -> None:
    out = await an_outpatient()
    stay = await Encounter.create(
        patient=out.patient,
        inpatient_no="Z1",
        discharged_on=date(2026, 11, 20),
        created_at=NOW,
        updated_at=NOW,
    )
    (slip,) = await issue([stay.id], NOW, "https://example.org", key_ring)
    bedside = await bind(slip.link.rpartition("/")[2], "1980", NOW)
    card = await bind(token_of(await out.card()), "1980", NOW)
    assert bedside.contact_point_id == card.contact_point_id
    assert (bedside.visit, card.visit) == (False, True)
