"""A ward to test with: one discharged patient with a phone, and the clock in our hands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from bot.channel import Capabilities, Fact, Letter
from bot.outbox import Outbox
from handlers.calendar import load_calendar, seed_calendar
from handlers.desk import Desk
from handlers.inbound import InboundMessage, Received, receive
from handlers.plan_rows import plan_rows
from handlers.transcript import Line, lines_after
from models.care import Encounter, FollowUpPlan, FollowUpTask
from models.conversation import Conversation
from models.hospital import Department
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
from models.timetable import Due
from scheduler.due import run_due

DISCHARGED = date(2026, 11, 20)
# Friday afternoon of the discharge, Shanghai time
DISCHARGE_TIME = datetime.fromisoformat("2026-11-20T15:00+08:00")


class ScreenOfTests:
    """A channel that takes everything and shows it to nobody."""

    name = "web"
    capabilities = Capabilities(limit=20_000, buttons=100, pictures=True)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Nobody calls."""
        return ()

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def probe(self) -> Sequence[Fact]:
        """There is no provider."""
        return ()

    async def send(self, letter: Letter) -> str:
        """Take a message."""
        del letter
        return uuid4().hex

    async def announce(self, conversation_id: UUID | None) -> None:
        """Nobody watches."""


@dataclass(slots=True)
class Ward:
    """A patient of a ward and the desk that follows up; `now` moves only when it is told to."""

    desk: Desk
    patient: Patient
    encounter: Encounter
    contact_point: ContactPoint
    now: datetime
    plan: FollowUpPlan | None = None
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.desk, {"web": ScreenOfTests()})

    async def until(self, moment: str) -> None:
        """Let time pass to a local moment such as 2026-11-23T09:30."""
        self.now = datetime.fromisoformat(f"{moment}+08:00")
        await self.tick()

    async def tick(self) -> None:
        """Do what is due and send what is queued."""
        await run_due(self.desk, self.now)
        await self.outbox.drain(self.now)

    async def say(self, text: str, external_id: str = "") -> Received:
        """The patient writes; a second passes."""
        self.now += timedelta(seconds=1)
        message = InboundMessage(
            "web", self.contact_point.id, external_id or uuid4().hex, text=text
        )
        received = await receive(self.desk, message, self.now)
        await self.outbox.drain(self.now)
        return received

    async def shown(self) -> list[str]:
        """What the patient's page shows, bubble by bubble: `> ` the patient, `< ` us."""
        lines = await self._lines()
        return [f"{'>' if line.direction == 'in' else '<'} {line.text}" for line in lines]

    async def _lines(self) -> list[Line]:
        conversation = await Conversation.get_or_none(
            respondent_id=self.contact_point.respondent_id
        )
        return await lines_after(conversation.id, 0, self.now) if conversation else []

    async def screen(self) -> list[str]:
        """As `shown`, with the buttons of each bubble behind it: [1.… 2.…]."""
        lines = await self._lines()
        return [f"{'>' if line.direction == 'in' else '<'} {_with_buttons(line)}" for line in lines]

    async def press(self, key: str, turn: int) -> Received:
        """The patient presses a button of the question with this turn."""
        self.now += timedelta(seconds=1)
        message = InboundMessage("web", self.contact_point.id, uuid4().hex, key=key, turn=turn)
        received = await receive(self.desk, message, self.now)
        await self.outbox.drain(self.now)
        return received

    async def task(self, number: int) -> FollowUpTask:
        """A round of the plan as it stands in the database."""
        return await FollowUpTask.get(encounter_id=self.encounter.id, round=number)


def _with_buttons(line: Line) -> str:
    options = line.shown.get("options", [])
    labels = " ".join(f"{option['number']}.{option['label']}" for option in options)
    return f"{line.text} [{labels}]" if labels else line.text


async def a_ward(
    *, bound: bool = True, consent: bool = True, plan: bool = True, **stay: Any
) -> Ward:
    """A cardiology ward with one patient discharged on Friday 20 November 2026."""
    now = DISCHARGE_TIME
    await seed_calendar(now)
    desk = Desk(
        hospital="示例医院",
        switchboard="0394-12345670",
        unapproved_forms=True,
        calendar=await load_calendar(),
    )
    born = stay.pop("birth_date", date(1970, 5, 1))
    person = {key: stay.pop(key) for key in ("tags", "protective_disclosure") if key in stay}
    patient = await Patient.create(
        name="王小明", birth_date=born, created_at=now, updated_at=now, **person
    )
    encounter = await _stay(patient, now, stay)
    contact_point = await _phone(patient, now, bound=bound)
    if consent:
        await _consent(patient, now)
    ward = Ward(desk, patient, encounter, contact_point, now)
    if plan:
        ward.plan = await make_plan(ward)
    return ward


async def make_plan(ward: Ward, department: Department | None = None) -> FollowUpPlan:
    """Make the plan of the ward's patient, as the import does."""
    rows = plan_rows(ward.desk, ward.encounter, ward.patient, ward.now, department)
    await rows.plan.save()
    await FollowUpTask.bulk_create(rows.tasks)
    await Due.bulk_create(rows.timers)
    return rows.plan


async def _stay(patient: Patient, now: datetime, values: dict[str, Any]) -> Encounter:
    department, _ = await Department.get_or_create(
        code="XN", defaults={"name": "心内科", "phone": "0394-12345678", "tel": "0394-12345679"}
    )
    known: dict[str, Any] = {
        "disposition": "1",
        "discharged_on": DISCHARGED,
        "inpatient_no": "Z000001",
        **values,
    }
    return await Encounter.create(
        patient=patient, department=department, created_at=now, updated_at=now, **known
    )


async def _phone(patient: Patient, now: datetime, *, bound: bool) -> ContactPoint:
    respondent = await Respondent.create(created_at=now)
    await RespondentRole.create(respondent=respondent, patient=patient, role=ResponderRole.SELF)
    return await ContactPoint.create(
        respondent=respondent,
        system=System.WEB,
        value=uuid4().hex,
        kind=ContactKind.LINK,
        status=ContactStatus.OK,
        verified_at=now if bound else None,
    )


async def _consent(patient: Patient, now: datetime) -> None:
    await Consent.create(
        patient=patient,
        purpose=ConsentPurpose.FOLLOW_UP,
        basis=ConsentBasis.CONSENT,
        granted=True,
        recorded_by="nurse",
        at=now,
    )
