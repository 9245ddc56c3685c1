"""The messenger accounts of the staff: proven by a code from the staff room, taken off again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from handlers.sessions import digest
from models.audit import append_entry
from models.channel import StaffAccount, StaffCode
from models.hospital import StaffMember
from models.once import insert_once
from models.row import related
from models.seal import blind_index
from models.unit import lock_row, unit_of_work

CODE_LASTS: Final = timedelta(minutes=10)
# in front of a code, so that it cannot be taken for the link of a patient's slip
MARK: Final = "staff-"
_CODE_BYTES: Final = 10
_INDEX: Final = "staff_account"


async def make_code(staff: StaffMember, now: datetime) -> str:
    """Make the code by which somebody binds an account; the one made before ends."""

    async def work() -> str:
        await StaffCode.filter(staff_id=staff.id, used_at=None).update(used_at=now)
        code = secrets.token_hex(_CODE_BYTES)
        until = now + CODE_LASTS
        await StaffCode.create(staff_id=staff.id, code_hash=digest(code), expires_at=until)
        return MARK + code

    return await unit_of_work(work)


async def bind_account(channel: str, account: str, code: str, now: datetime) -> StaffMember | None:
    """Bind an account to whose code it sends; None for a code that is good no more.

    An account that was somebody else's changes hands. The same message again changes nothing.
    """
    return await unit_of_work(lambda: _bind(channel, account, code, now))


async def spend_code(code: str, now: datetime) -> None:
    """End a code that others have seen."""
    await StaffCode.filter(code_hash=_hash(code), used_at=None).update(used_at=now)


async def staff_of(channel: str, account: str) -> StaffMember | None:
    """Return whose account it is; None where nobody has bound it or the person has left."""
    found = await _account(channel, account)
    staff: StaffMember | None = await related(found, "staff") if found else None
    return staff if staff is not None and staff.active else None


async def accounts_of(staff: StaffMember) -> Sequence[StaffAccount]:
    """List somebody's accounts, the latest first."""
    return await StaffAccount.filter(staff_id=staff.id).order_by("-bound_at")


async def unbind_account(account_id: UUID, staff: StaffMember, now: datetime) -> bool:
    """Take off one of one's own accounts; False where it is not there (any more)."""

    async def work() -> bool:
        gone = await StaffAccount.filter(id=account_id, staff_id=staff.id).delete()
        if gone:
            await _audit(staff, "staff.account_unbound", now)
        return bool(gone)

    return await unit_of_work(work)


async def _bind(channel: str, account: str, code: str, now: datetime) -> StaffMember | None:
    row = await StaffCode.get_or_none(code_hash=_hash(code))
    if row is None:
        return None
    row = await lock_row(row)
    staff: StaffMember = await related(row, "staff")
    known = await _account(channel, account)
    if row.used_at is not None:
        return staff if known is not None and known.staff_id == staff.id else None
    if row.expires_at <= now or not staff.active:
        return None
    row.used_at = now
    await row.save(update_fields=["used_at"])
    await _hand_over(known or await _new(channel, account, staff, now), staff, now)
    await _audit(staff, "staff.account_bound", now, reason=channel)
    return staff


async def _new(channel: str, account: str, staff: StaffMember, now: datetime) -> StaffAccount:
    """Write an account down; where another code was quicker, return what stands there."""
    row = StaffAccount(channel=channel, account=account, staff_id=staff.id, bound_at=now)
    if await insert_once(row):
        return row
    index = blind_index(_INDEX, account)
    return await StaffAccount.get(channel=channel, account_index=index)


async def _hand_over(row: StaffAccount, staff: StaffMember, now: datetime) -> None:
    if row.staff_id == staff.id:
        return
    before: StaffMember = await related(row, "staff")
    row.staff_id, row.bound_at = staff.id, now
    await row.save(update_fields=["staff_id", "bound_at"])
    await _audit(before, "staff.account_unbound", now, reason=row.channel)


async def _account(channel: str, account: str) -> StaffAccount | None:
    index = blind_index(_INDEX, account)
    return await StaffAccount.get_or_none(channel=channel, account_index=index)


def _hash(code: str) -> str:
    return digest(code.strip().removeprefix(MARK))


async def _audit(staff: StaffMember, action: str, now: datetime, reason: str = "") -> None:
    await append_entry(
        now, staff.username, action, subject_type="staff", subject=staff.id, reason=reason
    )
