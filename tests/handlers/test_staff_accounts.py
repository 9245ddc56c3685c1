"""Messenger accounts of the staff: proven by a code, once, for minutes; taken off again."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from handlers.moved_groups import moved_groups, note_moved
from handlers.staff_accounts import (
    CODE_LASTS,
    MARK,
    accounts_of,
    bind_account,
    make_code,
    spend_code,
    staff_of,
    unbind_account,
)
from models.audit import AuditEntry
from models.channel import StaffAccount, StaffCode
from models.hospital import StaffMember

ACCOUNT = "88000001"


async def a_nurse(now: datetime, username: str = "nurse1") -> StaffMember:
    """A member of staff."""
    return await StaffMember.create(username=username, name="李护士", role="nurse", created_at=now)


async def test_a_code_binds_the_account_that_sends_it_once(database: str, now: datetime) -> None:
    assert database
    nurse = await a_nurse(now)
    code = await make_code(nurse, now)
    assert code.startswith(MARK)
    assert len(code) <= 64
    bound = await bind_account("telegram", ACCOUNT, code, now)
    assert bound is not None
    assert bound.id == nurse.id
    found = await staff_of("telegram", ACCOUNT)
    assert found is not None
    assert found.id == nurse.id
    assert await bind_account("telegram", "88000002", code, now) is None
    # the same message again, as after a crash before it was acknowledged
    assert await bind_account("telegram", ACCOUNT, code, now) is not None
    assert await StaffAccount.all().count() == 1
    assert [entry.action for entry in await AuditEntry.all()] == ["staff.account_bound"]


async def test_of_two_accounts_that_send_one_code_at_once_one_is_bound(
    database: str, now: datetime
) -> None:
    assert database
    code = await make_code(await a_nurse(now), now)
    accounts = [f"8800000{n}" for n in range(4)]
    tried = await asyncio.gather(*(bind_account("telegram", a, code, now) for a in accounts))
    assert sum(one is not None for one in tried) == 1
    assert await StaffAccount.all().count() == 1


@pytest.mark.parametrize("code", ["", "staff-", "staff-" + "0" * 20, "数字", "\x00"])
async def test_a_code_nobody_made_binds_nothing(
    sqlite_database: str, now: datetime, code: str
) -> None:
    assert sqlite_database
    await make_code(await a_nurse(now), now)
    assert await bind_account("telegram", ACCOUNT, code, now) is None
    assert await staff_of("telegram", ACCOUNT) is None


async def test_a_code_ends_with_its_minutes_with_a_newer_one_and_when_others_saw_it(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    nurse = await a_nurse(now)
    late = await make_code(nurse, now)
    assert await bind_account("telegram", ACCOUNT, late, now + CODE_LASTS) is None
    older = await make_code(nurse, now)
    newer = await make_code(nurse, now)
    assert await bind_account("telegram", ACCOUNT, older, now) is None
    await spend_code(newer, now)
    assert await bind_account("telegram", ACCOUNT, newer, now) is None


async def test_a_code_and_an_account_are_not_stored_as_they_are(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    code = await make_code(await a_nurse(now), now)
    await bind_account("telegram", ACCOUNT, code, now)
    row = await StaffCode.get()
    assert code not in row.code_hash
    assert code.removeprefix(MARK) not in row.code_hash
    account = await StaffAccount.get()
    assert ACCOUNT not in str(account.account_index)


async def test_who_has_left_binds_nothing_and_orders_nothing(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    nurse = await a_nurse(now)
    await bind_account("telegram", ACCOUNT, await make_code(nurse, now), now)
    code = await make_code(nurse, now)
    nurse.active = False
    await nurse.save()
    assert await staff_of("telegram", ACCOUNT) is None
    assert await bind_account("telegram", "88000002", code, now) is None


async def test_an_account_changes_hands_and_is_taken_off_by_its_owner_alone(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    first, second = await a_nurse(now), await a_nurse(now, "nurse2")
    await bind_account("telegram", ACCOUNT, await make_code(first, now), now)
    later = now + timedelta(minutes=1)
    await bind_account("telegram", ACCOUNT, await make_code(second, later), later)
    found = await staff_of("telegram", ACCOUNT)
    assert found is not None
    assert found.id == second.id
    assert not await accounts_of(first)
    (account,) = await accounts_of(second)
    assert not await unbind_account(account.id, first, later)
    assert await unbind_account(account.id, second, later)
    assert not await unbind_account(account.id, second, later)
    assert await staff_of("telegram", ACCOUNT) is None
    unbound = AuditEntry.filter(action="staff.account_unbound")
    assert await unbound.count() == 2


async def test_a_group_that_moved_twice_is_found_by_every_address_it_had(
    sqlite_database: str, now: datetime
) -> None:
    assert sqlite_database
    assert await moved_groups("telegram") == {}
    await note_moved("telegram", "-100", "-200", now)
    await note_moved("telegram", "-200", "-300", now)
    assert await moved_groups("telegram") == {"-100": "-300", "-200": "-300"}
    assert await moved_groups("wecom") == {}
