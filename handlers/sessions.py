"""Signed-in browsers: sessions the server can end, known by the hash of their token (T13)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from models.hospital import StaffMember, StaffSession

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
_TOUCH: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session; the token is told to the browser and to nobody else."""

    token: str
    staff: StaffMember


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking, by the session."""

    staff: StaffMember
    session: StaffSession


async def open_session(staff: StaffMember, now: datetime) -> SignedIn:
    """Make a session with a token of its own."""
    token = secrets.token_urlsafe(32)
    await StaffSession.create(
        token_hash=digest(token),
        staff_id=staff.id,
        csrf_token=secrets.token_urlsafe(32),
        created_at=now,
        seen_at=now,
        expires_at=now + LONGEST,
    )
    return SignedIn(token, staff)


async def visitor(token: str, now: datetime, *, active: bool = True) -> Visitor | None:
    """Find who a token belongs to; None when the session ended, idled or was revoked.

    `active`: the person did something; a page that refreshes itself keeps no session alive.
    """
    found = StaffSession.filter(token_hash=digest(token), revoked_at=None, expires_at__gt=now)
    session = await found.prefetch_related("staff").first()
    if session is None or not session.staff.active or now - session.seen_at > IDLE:
        return None
    if active and now - session.seen_at > _TOUCH:
        await StaffSession.filter(id=session.id).update(seen_at=now)
    return Visitor(session.staff, session)


async def log_out(token: str, now: datetime) -> None:
    """End one session."""
    await StaffSession.filter(token_hash=digest(token), revoked_at=None).update(revoked_at=now)


async def end_sessions(staff_id: UUID, now: datetime) -> None:
    """End every session of a person, as when a role or a password changes."""
    await StaffSession.filter(staff_id=staff_id, revoked_at=None).update(revoked_at=now)


def digest(secret: str) -> str:
    """Return what the database keeps of a token, a code or a typed account name.

    People type passwords into the field for names, so not even names are kept as typed.
    Bytes that are no text are taken as question marks, which no token of ours contains.
    """
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
