"""One session written as listed: its hours, its slots, its places; booked places always stay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.booking.places_removed import remove_places, remove_slots
from handlers.booking.rules import rules_of
from handlers.booking.session_books import SessionBook
from handlers.booking.session_entry import SessionEntry
from handlers.booking.session_layout import Span, around, grid
from models.booking import Clinic, Place, Session, SessionStatus, Slot
from models.draft import drafted


def minutes_of(clinic: Clinic, entry: SessionEntry) -> int:
    """Return the length of a slot: as listed, else as the clinic has it (R112)."""
    return entry.slot_minutes or rules_of(clinic).slot_minutes


def fingerprint(clinic: Clinic, entry: SessionEntry) -> str:
    """Return a hash of everything that decides what a session becomes."""
    said = [
        entry.starts_at.isoformat(),
        entry.ends_at.isoformat(),
        entry.room,
        entry.doctor_code,
        entry.quota,
        entry.walk_in,
        minutes_of(clinic, entry),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(slots=True)
class SessionRows:
    """New rows of one unit of work, written table by table at its end."""

    sessions: list[Session] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    async def write(self) -> None:
        """Write everything, inside the caller's unit of work."""
        await Session.bulk_create(self.sessions)
        await Slot.bulk_create(self.slots)
        await Place.bulk_create(self.places)

    def create(self, clinic: Clinic, entry: SessionEntry) -> Session:
        """Draft a session with its slots and places."""
        session = drafted(
            Session,
            clinic_id=clinic.id,
            doctor=entry.doctor,
            day=entry.day,
            **_said(entry),
        )
        session.row_hash = fingerprint(clinic, entry)
        self.sessions.append(session)
        spans = grid(entry.starts_at, entry.ends_at, minutes_of(clinic, entry))
        shares = around(_bookable(entry), [0] * len(spans))
        for span, share in zip(spans, shares, strict=True):
            slot = self._slot(session, span)
            self._add(slot, [], share)
        return session

    async def change(
        self, clinic: Clinic, book: SessionBook, entry: SessionEntry, now: datetime
    ) -> None:
        """Write a session anew; what is booked keeps its place, also outside the new hours.

        `row_hash` is left to the caller, who knows whether anybody is still to be moved.
        """
        book.session.update_from_dict(_said(entry))
        if book.session.status is SessionStatus.STOPPED:
            book.session.status = SessionStatus.OPEN
        await book.session.save()
        spans = grid(entry.starts_at, entry.ends_at, minutes_of(clinic, entry))
        standing = {slot.starts_at: slot for slot in book.slots}
        wanted = [
            standing.pop(span[0]) if span[0] in standing else self._slot(book.session, span)
            for span in spans
        ]
        rest = list(standing.values())
        await _set_ends(wanted, spans, book)
        free = _bookable(entry) - sum(map(book.booked, rest))
        shares = around(max(free, 0), [book.booked(slot) for slot in wanted])
        for slot, share in zip(wanted, shares, strict=True):
            await self._adjust(book, slot, share, now)
        for slot in rest:
            await self._adjust(book, slot, book.booked(slot), now)
        await remove_slots([slot for slot in rest if not book.booked(slot)])

    async def empty(self, book: SessionBook, now: datetime) -> None:
        """Take away every place nobody has."""
        for slot in book.slots:
            await self._adjust(book, slot, book.booked(slot), now)

    async def _adjust(self, book: SessionBook, slot: Slot, share: int, now: datetime) -> None:
        places = book.places.get(slot.id, [])
        if share > len(places):
            self._add(slot, places, share - len(places))
        else:
            await remove_places(places, len(places) - share, now)

    def _slot(self, session: Session, span: Span) -> Slot:
        slot = drafted(Slot, session_id=session.id, starts_at=span[0], ends_at=span[1])
        self.slots.append(slot)
        return slot

    def _add(self, slot: Slot, places: Sequence[Place], more: int) -> None:
        after = max((place.number for place in places), default=0)
        self.places.extend(
            drafted(Place, slot_id=slot.id, number=after + place) for place in range(1, more + 1)
        )


def _bookable(entry: SessionEntry) -> int:
    return max(entry.quota - entry.walk_in, 0)


def _said(entry: SessionEntry) -> dict[str, Any]:
    return {
        "starts_at": entry.starts_at,
        "ends_at": entry.ends_at,
        "room": entry.room,
        "quota": entry.quota,
        "walk_in": entry.walk_in,
        "doctor_code": entry.doctor_code,
    }


async def _set_ends(slots: Sequence[Slot], spans: Sequence[Span], book: SessionBook) -> None:
    for slot, span in zip(slots, spans, strict=True):
        if slot.ends_at != span[1] and slot in book.slots:
            slot.ends_at = span[1]
            await slot.save(update_fields=["ends_at"])
