"""In whose name the booking desk's talk acts: the patient's, when the words were written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.booking.bookings import Actor
from handlers.desk import Desk
from models.booking import BookingSource
from models.conversation import Conversation
from models.people import ContactPoint

_SOURCES = {
    "web": BookingSource.WEB,
    "wechat": BookingSource.WECHAT,
    "telegram": BookingSource.TELEGRAM,
    "phone": BookingSource.SMS,
}


@dataclass(slots=True)
class Carrying:
    """In whose name things are done: the patient's, at the instant the words were written."""

    desk: Desk
    conversation: Conversation
    contact_point: ContactPoint
    now: datetime
    asked_at: datetime
    said: str
    occurrence: str

    @property
    def actor(self) -> Actor:
        """The patient, by the channel that was used."""
        return Actor("patient", self.contact_point.system.value)

    @property
    def source(self) -> BookingSource:
        """The way a booking comes by this channel."""
        return _SOURCES.get(self.contact_point.system.value, BookingSource.WEB)

    def since(self, written: str) -> datetime:
        """Say by when a wish is judged: its first words, not the answers to its questions."""
        return min(datetime.fromisoformat(written), self.asked_at) if written else self.asked_at
