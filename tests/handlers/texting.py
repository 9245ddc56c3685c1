"""A patient with a telephone number on file and nothing else, and what the phone shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from bot.channel import Capabilities, Fact, Letter
from bot.channels.sms_segments import parts, signed
from bot.outbox import Outbox
from handlers.inbound import InboundMessage, Received, receive
from handlers.sms_matching import matched
from models.people import ContactKind, ContactPoint, ContactStatus, System
from scheduler.due import run_due
from tests.handlers.ward import Ward, a_ward

OWN = "13900000001"


@dataclass(slots=True)
class PhoneOfTests:
    """A telephone network that brings every message and keeps what it brought."""

    name: str = "sms"
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(500, receipts=True))
    letters: list[Letter] = field(default_factory=list)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Nobody calls."""
        return ()

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def send(self, letter: Letter) -> str:
        """Bring a message."""
        self.letters.append(letter)
        return uuid4().hex

    async def announce(self, conversation_id: UUID | None) -> None:
        """Nobody watches."""

    async def probe(self) -> Sequence[Fact]:
        """Nothing to tell."""
        return ()


@dataclass(slots=True)
class Texting:
    """A ward whose patient is reached by SMS alone."""

    ward: Ward
    point: ContactPoint
    network: PhoneOfTests = field(default_factory=PhoneOfTests)

    def __post_init__(self) -> None:
        self.ward.outbox = Outbox(self.ward.desk, {"sms": self.network})

    @property
    def texts(self) -> list[str]:
        """What the phone shows, oldest first, without the signature."""
        return [letter.bubble.line for letter in self.network.letters]

    @property
    def segments(self) -> list[int]:
        """How many SMS each of them took."""
        return [len(parts(signed("示例医院", text))) for text in self.texts]

    async def until(self, moment: str) -> None:
        """Let time pass to a local moment."""
        self.ward.now = datetime.fromisoformat(f"{moment}+08:00")
        await run_due(self.ward.desk, self.ward.now)
        await self.send()

    async def send(self) -> None:
        """Send what waits."""
        await self.ward.outbox.drain(self.ward.now)

    async def say(
        self, text: str, extension: str = "", sent_at: datetime | None = None, name: str = ""
    ) -> Received:
        """The patient writes an SMS, three seconds later."""
        self.ward.now += timedelta(seconds=3)
        message = InboundMessage(
            "sms", self.point.id, name or uuid4().hex, text=text, sent_at=sent_at
        )
        desk, now = self.ward.desk, self.ward.now
        found = await matched(desk, self.point, extension, text, now, sent_at)
        aimed = replace(
            message,
            key=found.key,
            turn=found.turn or 0,
            dialog_id=found.dialog_id,
            ask_again=found.ask,
        )
        received = await receive(desk, aimed, now)
        await self.send()
        return received

    async def answers(self, text: str, extension: str = "") -> list[str]:
        """The patient writes; what comes back."""
        before = len(self.network.letters)
        await self.say(text, extension)
        return self.texts[before:]


async def a_phone(*, born: date = date(1970, 5, 1), **stay: Any) -> Texting:
    """A patient with a mobile number in the hospital's file, who has never opened the slip."""
    ward = await a_ward(bound=False, birth_date=born, **stay)
    ward.desk = replace(ward.desk, channels=frozenset({"web", "sms"}))
    point = await ContactPoint.create(
        respondent_id=ward.contact_point.respondent_id,
        system=System.PHONE,
        value=OWN,
        kind=ContactKind.MOBILE,
        status=ContactStatus.OK,
    )
    return Texting(ward, point)
