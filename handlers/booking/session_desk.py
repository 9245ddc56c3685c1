"""Some days of a list of sessions written down, and the visits they drop seen to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from handlers.booking.dropped_visits import hit_by, resolve
from handlers.booking.new_places import offer_new_places
from handlers.booking.session_books import KEPT, ClinicDay, Pair, SessionBook, load_books
from handlers.booking.session_entry import Dropped, SessionEntry
from handlers.booking.session_rows import SessionRows, fingerprint
from handlers.desk import Desk
from handlers.import_report import Finding, RowOutcome, Standing, Trouble
from models.booking import Appointment, Clinic, Session, SessionStatus
from models.unit import unit_of_work


@dataclass(frozen=True, slots=True)
class Pending:
    """A session some visits must leave yet; status and `row_hash` are set when they have."""

    session: Session
    visits: Sequence[Appointment]
    row_hash: str
    status: SessionStatus


@dataclass(slots=True)
class SessionDesk:
    """Writes days; `dropped` says what becomes of visits that lose their place.

    Where nothing was said, they keep it: somebody booked since the list was looked at.
    """

    desk: Desk
    now: datetime
    dropped: Dropped = Dropped.KEEP
    outcomes: list[RowOutcome] = field(default_factory=list)
    resolved: Counter[Dropped] = field(default_factory=Counter)
    stopped: int = 0
    _rows: SessionRows = field(default_factory=SessionRows)
    _pending: list[Pending] = field(default_factory=list)

    async def take(self, days: Sequence[ClinicDay]) -> None:
        """Write days in one unit of work; then each visit that lost its place in its own."""
        self._rows, self._pending = SessionRows(), []
        await unit_of_work(lambda: self._write(days))
        for pending in self._pending:
            for visit in pending.visits:
                how = await resolve(self.desk, visit, self.dropped, self.now)
                self.resolved[how] += 1
            # only now: an import that was stopped half-way asks again
            session = Session.filter(id=pending.session.id)
            await session.update(row_hash=pending.row_hash, status=pending.status)

    async def _write(self, days: Sequence[ClinicDay]) -> None:
        pairs = [(day.clinic, pair) for day in days for pair in day.pairs()]
        stale = [pair[0] for clinic, pair in pairs if pair[0] and not _stands(clinic, pair)]
        books = await load_books(stale, self.now)
        for clinic, (session, entry) in pairs:
            book = books.get(session.id) if session else None
            standing = Standing.UNCHANGED
            findings: tuple[Finding, ...] = ()
            if book is None and session is None and entry is not None and not entry.stopped:
                self._rows.create(clinic, entry)
                standing = Standing.CREATED
            elif book is not None:
                standing, findings = await self._renew(clinic, book, entry)
            if entry is not None:
                self.outcomes.append(RowOutcome(entry.line, standing, findings))
        await self._rows.write()
        await offer_new_places(self.desk, self._rows.places, self.now)

    async def _renew(
        self, clinic: Clinic, book: SessionBook, entry: SessionEntry | None
    ) -> tuple[Standing, tuple[Finding, ...]]:
        if entry is None or entry.stopped:
            return await self._stop(book), ()
        if book.session.status is SessionStatus.STOPPED and book.session.row_hash:
            # staff stopped it, which a list that does not know yet must not undo
            finding = Finding(entry.line, Trouble.SESSION_STAYS_STOPPED)
            return Standing.UNCHANGED, (finding,)
        return await self._change(clinic, book, entry)

    async def _stop(self, book: SessionBook) -> Standing:
        """Take a session out of the book; visits that stay keep it open for themselves alone."""
        session, visits = book.session, hit_by(book, None)
        await self._rows.empty(book, self.now)
        if session.row_hash == KEPT:
            return Standing.UNCHANGED
        if visits and self.dropped is Dropped.KEEP:
            await self._settle(book, visits, KEPT, session.status)
        else:
            self.stopped += 1
            await self._settle(book, visits, "", SessionStatus.STOPPED)
        return Standing.UPDATED

    async def _change(
        self, clinic: Clinic, book: SessionBook, entry: SessionEntry
    ) -> tuple[Standing, tuple[Finding, ...]]:
        visits = hit_by(book, entry)
        await self._rows.change(clinic, book, entry, self.now)
        await self._settle(book, visits, fingerprint(clinic, entry), book.session.status)
        if not visits or self.dropped is not Dropped.KEEP:
            return Standing.UPDATED, ()
        finding = Finding(entry.line, Trouble.BOOKED_KEPT, text=str(len(visits)))
        return Standing.UPDATED, (finding,)

    async def _settle(
        self,
        book: SessionBook,
        visits: Sequence[Appointment],
        row_hash: str,
        status: SessionStatus,
    ) -> None:
        """Mark a session as written; where visits are to leave it first, that waits for them."""
        session = book.session
        if visits and self.dropped is not Dropped.KEEP:
            session.row_hash = ""
            self._pending.append(Pending(session, visits, row_hash, status))
        else:
            self.resolved[Dropped.KEEP] += len(visits)
            session.row_hash, session.status = row_hash, status
        await session.save(update_fields=["row_hash", "status"])


def _stands(clinic: Clinic, pair: Pair) -> bool:
    """Tell whether a session is in the book just as listed, or is out of it as listed."""
    session, entry = pair
    if session is None:
        return False
    if entry is None or entry.stopped:
        return session.status is SessionStatus.STOPPED
    return session.row_hash == fingerprint(clinic, entry)
