"""The simulated quarter as it happens: lists come in, patients answer, nurses work their lists."""

from __future__ import annotations

import heapq
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count, groupby
from time import perf_counter as time_now
from typing import Final
from uuid import UUID, uuid4

from benchmarks.phones import Phones
from benchmarks.quarter_nurses import Nurses
from benchmarks.quarter_scene import DAYS, END, FIRST_DAY, START, UNBOUND, Person, Script, came_back
from bot.channel import Letter
from bot.outbox import Outbox
from dialogs.actions import Ask
from dialogs.form import Item, ItemType
from dialogs.timing.spans import moment
from handlers.binding import bind
from handlers.contents import content_of
from handlers.desk import Desk
from handlers.discharge_entry import DischargeEntry
from handlers.discharges import Source, import_discharges
from handlers.inbound import InboundMessage, receive
from handlers.slips import issue
from handlers.timers import next_due
from models.care import Encounter
from models.conversation import Conversation, Outgoing
from models.people import ContactPoint, Patient
from models.seal import keyring
from scheduler.due import run_due

Deed = Callable[[], Awaitable[None]]
_DAY: Final = timedelta(days=1)
_A_MOMENT: Final = timedelta(seconds=40)
_AFTER: Final = timedelta(days=6)
_PARTLY: Final = 6
_MONDAY: Final = 0
_STOPPED: Final = "M-STOP"
_WORK: Final = (time(9, 40), time(15, 10))
# item at which those who complain or are in danger say so
_TURN: Final = "feel"
_AT_THE_TURN: Final = {
    Script.ANGRY: "护士态度太差,喊了半小时没人理,我要投诉",
    Script.DANGER: "胸口疼得厉害,喘不上气",
}
_AT_ONCE: Final = {Script.STOPS: "别再给我发了", Script.DEAD: "人已经去世了"}


@dataclass(slots=True)
class Quarter:
    """The clock, the people, and what they are still to do."""

    desk: Desk
    outbox: Outbox
    people: list[Person]
    now: datetime = START
    deeds: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    order: count[int] = field(default_factory=count)
    by_address: dict[str, tuple[Person, UUID, UUID]] = field(default_factory=dict)
    by_stay: dict[UUID, Person] = field(default_factory=dict)
    second_stays: list[DischargeEntry] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time_now)

    def at(self, when: datetime, deed: Deed) -> None:
        """Have somebody do something at an instant."""
        heapq.heappush(self.deeds, (max(when, self.now), next(self.order), deed))

    async def run(self) -> None:
        """Let time pass: what is due, what is sent, what people do, in order."""
        nurses = Nurses(self)
        self._lists()
        day = FIRST_DAY
        while moment(day, time()) < END:
            for hour in _WORK:
                self.at(moment(day, hour), nurses.work)
            if day.weekday() == _MONDAY:
                self.at(moment(day, time()), self._tell)
            day += _DAY
        while (at := await self._next()) is not None and at < END:
            self.now = max(self.now, at)
            await run_due(self.desk, self.now)
            await self.outbox.drain(self.now)
            while self.deeds and self.deeds[0][0] <= self.now:
                await heapq.heappop(self.deeds)[2]()
                await self.outbox.drain(self.now)

    async def _tell(self) -> None:
        """Say each Monday how far the quarter has come: the whole of it takes hours."""
        sent = await Outgoing.filter(sent_at__not_isnull=True).count()
        passed = time_now() - self.began
        sys.stderr.write(f"{self.now:%m-%d} after {passed:.0f} s, {sent} messages out\n")

    async def _next(self) -> datetime | None:
        due = await next_due(self.now)
        known = [at for at in (due, self.deeds[0][0] if self.deeds else None) if at is not None]
        return min(known) if known else None

    def _lists(self) -> None:
        """The list of a day comes in its afternoon, and slips are opened at the bedside."""
        for day, people in groupby(self.people, key=lambda person: person.left_on):
            todays = list(people)
            self.at(moment(day, time(15)), lambda day=day, todays=todays: self._take(day, todays))  # type: ignore[misc]
        for day in (FIRST_DAY + n * _DAY for n in range(DAYS + _AFTER.days + 1)):
            self.at(moment(day, time(16)), lambda day=day: self._take_back(day))  # type: ignore[misc]

    async def _take(self, day: date, people: list[Person]) -> None:
        await self._import(day, [person.entry for person in people])
        numbers = {person.entry.stay.inpatient_no: person for person in people}
        stays = await Encounter.filter(inpatient_no__in=list(numbers))
        for stay in stays:
            person = numbers[stay.inpatient_no]
            person.stay = stay.id
            self.by_stay[stay.id] = person
        bound = [s for s in stays if self.by_stay[s.id].script not in UNBOUND and not s.exclusion]
        for slip in await issue([s.id for s in bound], self.now, self.desk.public_url, keyring()):
            await self._open(self.by_stay[slip.encounter_id], slip.link.rsplit("/", 1)[1])

    async def _take_back(self, day: date) -> None:
        """Of those who came back the second discharge comes six days after the first."""
        back = [p for p in self.people if p.script is Script.BACK and p.left_on == day - _AFTER]
        if back:
            entries = [came_back(person, _AFTER) for person in back]
            await self._import(day, entries)
            self.second_stays += entries

    async def _import(self, day: date, entries: Iterable[DischargeEntry]) -> None:
        await import_discharges(self.desk, list(entries), Source(f"{day}.csv"), self.now)

    async def _open(self, person: Person, token: str) -> None:
        stay = await Encounter.get(id=person.stay)
        born = (await Patient.get(id=stay.patient_id)).birth_date
        link = await bind(token, str(born.year) if born else "", self.now)
        if link.contact_point_id is None:
            raise RuntimeError("a slip could not be bound")
        point = await ContactPoint.get(id=link.contact_point_id)
        talk = await Conversation.get(respondent_id=point.respondent_id)
        self.by_address[point.value] = (person, point.id, talk.id)

    def hears(self, address: str) -> None:
        """A message has come to somebody's phone; who reacts does so a moment later."""
        found = self.by_address.get(address)
        if found is None or found[0].waiting or found[0].script in (Script.SILENT, Script.AWAY):
            return
        person, point, talk = found
        person.waiting = True
        self.at(self.now + _A_MOMENT, lambda: self._react(person, point, talk))

    async def _react(self, person: Person, point: UUID, talk: UUID) -> None:
        person.waiting = False
        newest = await Outgoing.filter(conversation_id=talk).order_by("-position").first()
        body = content_of(newest).body if newest else None
        if not isinstance(body, Ask):
            return
        text = self._reply(person, body)
        if text:
            message = InboundMessage("web", point, uuid4().hex, text=text)
            await receive(self.desk, message, self.now)
            self.now += timedelta(milliseconds=1)

    def _reply(self, person: Person, ask: Ask) -> str:
        """Say what the script says to what was asked; nothing is silence."""
        if ask.message.startswith("M-OPEN"):
            person.asked_in_round = 0
            person.heard += 1
            if person.script in _AT_ONCE:
                return _AT_ONCE[person.script]
        person.asked_in_round += 1
        if self._is_silent(person, ask):
            return ""
        if ask.item == _TURN and person.script in _AT_THE_TURN:
            return _AT_THE_TURN[person.script]
        if ask.message:
            return "1"
        return good(self.desk.catalog.forms[ask.form].item(ask.item), ask.options)

    def _is_silent(self, person: Person, ask: Ask) -> bool:
        # who wanted no messages does not take it back
        if ask.message == _STOPPED:
            return True
        if person.script is Script.PARTLY:
            return person.asked_in_round > _PARTLY
        return (
            person.script is Script.LATE
            and ask.message.startswith("M-OPEN")
            and person.heard % 2 == 1
        )


@dataclass(slots=True)
class PhonesOfPeople(Phones):
    """Takes every message and lets its reader know."""

    quarter: Quarter | None = None

    async def send(self, letter: Letter) -> str:
        """Take a message."""
        if self.quarter is not None:
            self.quarter.hears(letter.address)
        return await Phones.send(self, letter)


def good(item: Item, keys: tuple[str, ...]) -> str:
    """Answer as somebody who is well."""
    if item.type is ItemType.MULTI and "none" in keys:
        return str(keys.index("none") + 1)
    by_type = {ItemType.TEXT: "无", ItemType.PHOTO: "不拍", ItemType.SCALE: "5"}
    by_item = {"temp": "36.6", "nrs": "1", "fpg": "6.1", "sys": "128/82", "dia": "82"}
    return by_item.get(item.id) or by_type.get(item.type, "1")
