"""The audit trail: it can be added to and read, and nothing else goes unnoticed."""

import asyncio
from datetime import datetime
from uuid import uuid4

import pytest
from tortoise.connection import get_connection

from models.audit import AppendOnly, AuditEntry, ChainCheck, append_entry, verify_chain
from models.unit import unit_of_work


async def append(now: datetime, count: int) -> None:
    """Add entries one after the other."""

    async def work() -> None:
        await append_entry(now, "nurse1", "patient.viewed", subject_type="patient", subject=uuid4())

    for _ in range(count):
        await unit_of_work(work)


async def test_an_untouched_chain_is_whole(database: str, now: datetime) -> None:
    assert await verify_chain() == ChainCheck(0, None)
    await append(now, 3)
    assert await verify_chain() == ChainCheck(3, None)


async def test_entries_written_at_once_form_one_chain(database: str, now: datetime) -> None:
    await asyncio.gather(*(append(now, 3) for _ in range(4)))
    assert await verify_chain() == ChainCheck(12, None)


async def test_a_unit_that_fails_takes_its_entry_with_it(database: str, now: datetime) -> None:
    async def work() -> None:
        await append_entry(now, "nurse1", "patient.viewed")
        raise LookupError

    with pytest.raises(LookupError):
        await unit_of_work(work)
    await append(now, 1)
    assert await verify_chain() == ChainCheck(1, None)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entry SET actor = 'someone' WHERE sequence = 2",
        "UPDATE audit_entry SET reason = '回访' WHERE sequence = 2",
        "UPDATE audit_entry SET at = '2020-01-01 00:00:00+00:00' WHERE sequence = 2",
        "UPDATE audit_entry SET subject = NULL WHERE sequence = 2",
        "DELETE FROM audit_entry WHERE sequence = 2",
    ],
)
async def test_an_altered_entry_breaks_the_chain_where_it_stands(
    database: str, now: datetime, tampering: str
) -> None:
    await append(now, 4)
    await get_connection("default").execute_query(tampering)
    assert await verify_chain() == ChainCheck(1, broken_at=2)


async def test_entries_cut_off_at_the_end_are_missed(database: str, now: datetime) -> None:
    await append(now, 4)
    await get_connection("default").execute_query("DELETE FROM audit_entry WHERE sequence > 2")
    assert await verify_chain() == ChainCheck(2, broken_at=3)


async def test_a_hash_copied_from_another_entry_breaks_the_chain(
    database: str, now: datetime
) -> None:
    await append(now, 2)
    await get_connection("default").execute_query(
        "UPDATE audit_entry SET hash = (SELECT hash FROM audit_entry WHERE sequence = 2) "
        "WHERE sequence = 1"
    )
    assert not (await verify_chain()).whole


async def test_entries_are_neither_changed_nor_deleted(sqlite_database: str, now: datetime) -> None:
    await append(now, 1)
    entry = await AuditEntry.get()
    with pytest.raises(AppendOnly):
        await entry.save()
    with pytest.raises(AppendOnly):
        await entry.delete()
    with pytest.raises(AppendOnly):
        await AuditEntry.all().update(actor="someone")
    with pytest.raises(AppendOnly):
        await AuditEntry.filter(sequence=1).delete()
    with pytest.raises(AppendOnly):
        await AuditEntry.bulk_update([entry], ["actor"])
