"""Signing in: one-time setup codes, slow passwords, sessions the server can end (T12, T13)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from handlers import passwords
from handlers.scope import may_invite
from handlers.sessions import SignedIn, digest, end_sessions, open_session
from models.audit import append_entry
from models.hospital import LoginAttempt, SetupCode, StaffMember, StaffRole
from models.timetable import next_number
from models.unit import unit_of_work

WINDOW: Final = timedelta(minutes=15)
# a ward shares one address, so a source may miss more often than an account
MISSES_OF_ACCOUNT: Final = 5
MISSES_OF_SOURCE: Final = 20
CODE_LIFETIME: Final = timedelta(hours=72)
_TURN: Final = ("login", date(1970, 1, 1))


class LoginRefusal(StrEnum):
    """Why somebody was not let in; the words are in console.toml."""

    WRONG = "wrong"
    LOCKED = "locked"
    BAD_CODE = "bad_code"
    WEAK = "weak"
    TAKEN = "taken"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody with a setup code says of themselves; a code of one's own fixes the names."""

    code: str
    password: str
    username: str = ""
    name: str = ""
    licensed: bool = False


async def first_setup_code(now: datetime) -> str | None:
    """Make the one-time code of a new installation, to be printed at start; None once it is set up.

    Codes printed by earlier starts end.
    """
    return await unit_of_work(lambda: _first_setup_code(now))


async def invite(staff_id: UUID, by: StaffMember, now: datetime) -> str | None:
    """Make a one-time code with which a colleague sets a password; open sessions end.

    None where `by` may not: a code is as good as the account it opens.
    """
    return await unit_of_work(lambda: _invite(staff_id, by, now))


async def waiting_code(code: str, now: datetime) -> SetupCode | None:
    """Find a setup code that can still be used, with its member of staff."""
    found = SetupCode.filter(code_hash=digest(_typed(code)), used_at=None, expires_at__gt=now)
    return await found.prefetch_related("staff").first()


async def set_up(newcomer: Newcomer, source: str, now: datetime) -> SignedIn | LoginRefusal:
    """Set a password with a one-time code and sign in; without an own code, as first admin."""
    attempt = await _may_try(digest("setup"), source, now)
    if attempt is None:
        return LoginRefusal.LOCKED
    row = await waiting_code(newcomer.code, now)
    if row is None:
        return LoginRefusal.BAD_CODE
    await LoginAttempt.filter(id=attempt.id).update(succeeded=True)
    refusal = await _refuse_newcomer(newcomer, row)
    if refusal is not None:
        return refusal
    hashed = await passwords.password_hash(newcomer.password)
    return await unit_of_work(lambda: _set_up(newcomer, row.id, hashed, now))


async def log_in(
    username: str, password: str, source: str, now: datetime
) -> SignedIn | LoginRefusal:
    """Sign in; five misses in a quarter of an hour shut the account off from their source.

    From elsewhere its owner still gets in, so nobody can lock a colleague out. An unknown name
    takes as long as a wrong password.
    """
    account = digest(username.strip().casefold())
    attempt = await _may_try(account, source, now)
    if attempt is None:
        return LoginRefusal.LOCKED
    staff = await StaffMember.get_or_none(username=username.strip(), active=True)
    stored = staff.password_hash if staff else None
    if not await passwords.fits(stored, password) or staff is None:
        return LoginRefusal.WRONG
    return await unit_of_work(lambda: _let_in(staff, attempt, now))


async def _first_setup_code(now: datetime) -> str | None:
    admins = StaffMember.filter(role=StaffRole.ADMIN, active=True, password_hash__not_isnull=True)
    if await admins.exists():
        return None
    await SetupCode.filter(staff_id=None, used_at=None).update(expires_at=now)
    return await _new_code(None, now)


async def _invite(staff_id: UUID, by: StaffMember, now: datetime) -> str | None:
    staff = await StaffMember.get(id=staff_id)
    if not may_invite(by, staff):
        return None
    await SetupCode.filter(staff_id=staff_id, used_at=None).update(expires_at=now)
    await end_sessions(staff_id, now)
    code = await _new_code(staff_id, now)
    action = "staff.reset" if staff.password_hash else "staff.invited"
    names = f"{staff.username} by {by.username}"
    await append_entry(
        now, by.username, action, subject_type="staff", subject=staff_id, reason=names
    )
    return code


async def _new_code(staff_id: UUID | None, now: datetime) -> str:
    code = secrets.token_hex(10)
    await SetupCode.create(
        code_hash=digest(code), staff_id=staff_id, created_at=now, expires_at=now + CODE_LIFETIME
    )
    return "-".join(code[place : place + 5] for place in range(0, len(code), 5))


def _typed(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()


async def _refuse_newcomer(newcomer: Newcomer, row: SetupCode) -> LoginRefusal | None:
    username = row.staff.username if row.staff else newcomer.username.strip()
    if not username or not (row.staff or newcomer.name.strip()):
        return LoginRefusal.INCOMPLETE
    if not passwords.acceptable(newcomer.password, username):
        return LoginRefusal.WEAK
    taken = (
        row.staff is None
        and await StaffMember.filter(username=username, password_hash__not_isnull=True).exists()
    )
    return LoginRefusal.TAKEN if taken else None


async def _set_up(
    newcomer: Newcomer, code_id: UUID, password_hash: str, now: datetime
) -> SignedIn | LoginRefusal:
    used = await SetupCode.filter(id=code_id, used_at=None).update(used_at=now)
    if not used:
        return LoginRefusal.BAD_CODE
    row = await SetupCode.get(id=code_id).prefetch_related("staff")
    staff = row.staff or await _first_admin(newcomer, now)
    staff.password_hash = password_hash
    await staff.save()
    await end_sessions(staff.id, now)
    signed_in = await open_session(staff, now)
    await append_entry(now, staff.username, "staff.set_up", subject_type="staff", subject=staff.id)
    return signed_in


async def _first_admin(newcomer: Newcomer, now: datetime) -> StaffMember:
    username = newcomer.username.strip()
    staff = await StaffMember.get_or_none(username=username)
    staff = staff or StaffMember(username=username, created_at=now)
    staff.name, staff.role = newcomer.name.strip(), StaffRole.ADMIN
    staff.licensed, staff.active = newcomer.licensed, True
    return staff


async def _may_try(account: str, source: str, now: datetime) -> LoginAttempt | None:
    return await unit_of_work(lambda: _count_try(account, source[:64], now))


async def _count_try(account: str, source: str, now: datetime) -> LoginAttempt | None:
    """Write a try down as missed before it is made; None when there were too many."""
    # tries are counted one after the other, or a hundred at once would all find the count low
    await next_number(*_TURN)
    since = now - WINDOW
    mine = LoginAttempt.filter(account=account, source=source, at__gt=since)
    won = await mine.filter(succeeded=True).order_by("-at").first()
    misses = mine.filter(succeeded=False, at__gt=won.at if won else since)
    of_source = LoginAttempt.filter(source=source, at__gt=since, succeeded=False)
    if await misses.count() >= MISSES_OF_ACCOUNT or await of_source.count() >= MISSES_OF_SOURCE:
        return None
    return await LoginAttempt.create(account=account, source=source, at=now, succeeded=False)


async def _let_in(staff: StaffMember, attempt: LoginAttempt, now: datetime) -> SignedIn:
    attempt.succeeded = True
    await attempt.save(update_fields=["succeeded"])
    signed_in = await open_session(staff, now)
    await append_entry(now, staff.username, "staff.signed_in")
    return signed_in
