"""The audit trail: an append-only chain in which every entry vouches for the one before."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NoReturn, Self
from uuid import UUID

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.queryset import BulkUpdateQuery, DeleteQuery, UpdateQuery

from models.row import Row, RowManager, RowSet
from models.seal import keyring
from models.timetable import NumberSeries, next_number, next_numbers

CHAIN = "audit"
CHAIN_DAY = date(1970, 1, 1)
FIRST_HASH = "0" * 64
PAGE = 1000


class AppendOnly(Exception):
    """Somebody tried to change or delete an audit entry."""


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What verifying found: how many entries stand, and the first sequence number that fails."""

    entries: int
    broken_at: int | None

    @property
    def whole(self) -> bool:
        """Whether nothing was altered, removed or inserted."""
        return self.broken_at is None


@dataclass(frozen=True, slots=True)
class Deed:
    """One of many things done at once: to what, and why; never patient data."""

    action: str
    subject_type: str
    subject: UUID
    reason: str = ""


class AuditSet(RowSet["AuditEntry"]):
    """A queryset that only reads."""

    def update(self, **kwargs: Any) -> UpdateQuery:
        """Refused."""
        del kwargs
        _refuse()

    def delete(self) -> DeleteQuery:
        """Refused."""
        _refuse()

    def bulk_update(
        self, objects: Iterable["AuditEntry"], fields: Iterable[str], batch_size: int | None = None
    ) -> BulkUpdateQuery["AuditEntry"]:
        """Refused."""
        del objects, fields, batch_size
        _refuse()


class AuditManager(RowManager):
    """Gives the audit trail its reading queryset."""

    def get_queryset(self) -> AuditSet:
        """A fresh AuditSet."""
        return AuditSet(self._model)


class AuditEntry(Row):
    """Who did what to whom, when and why (T19); patient data never stands in it."""

    sequence = fields.IntField(unique=True)
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=64)
    action = fields.CharField(max_length=64)
    subject_type = fields.CharField(max_length=64, default="")
    subject = fields.UUIDField(null=True, db_index=True)
    reason = fields.CharField(max_length=256, default="")
    previous_hash = fields.CharField(max_length=64)
    hash = fields.CharField(max_length=64)

    class Meta:
        """Table of audit entries."""

        table = "audit_entry"

    async def save(
        self,
        using_db: BaseDBAsyncClient | None = None,
        update_fields: Iterable[str] | None = None,
        force_create: bool = False,  # noqa: FBT001, FBT002 - Tortoise's signature
        force_update: bool = False,  # noqa: FBT001, FBT002 - Tortoise's signature
    ) -> None:
        """Insert; a second save is refused."""
        if self._saved_in_db or update_fields is not None or force_update:
            _refuse()
        await super().save(using_db, None, force_create, force_update=False)

    async def delete(self, using_db: BaseDBAsyncClient | None = None) -> None:
        """Refused."""
        del using_db
        _refuse()

    def seal(self) -> Self:
        """Compute the hash over everything the entry says."""
        self.hash = self.expected_hash()
        return self

    def expected_hash(self) -> str:
        """A keyed hash: who can edit the table still cannot forge the chain."""
        said = [
            self.sequence,
            self.at.astimezone(UTC).isoformat(),
            self.actor,
            self.action,
            self.subject_type,
            None if self.subject is None else str(self.subject),
            self.reason,
            self.previous_hash,
        ]
        text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return hmac.digest(keyring().signing_key(CHAIN), text.encode(), hashlib.sha256).hex()


AuditEntry._meta.manager = AuditManager(AuditEntry)  # noqa: SLF001 - set as Row does


def _refuse() -> NoReturn:
    raise AppendOnly("audit entries are never changed or deleted")


async def append_entry(
    now: datetime,
    actor: str,
    action: str,
    *,
    subject_type: str = "",
    subject: UUID | None = None,
    reason: str = "",
) -> AuditEntry:
    """Add one entry inside the caller's unit of work; call it last, it serialises writers."""
    sequence = await next_number(CHAIN, CHAIN_DAY)
    previous = await AuditEntry.get_or_none(sequence=sequence - 1)
    entry = AuditEntry(
        sequence=sequence,
        at=now,
        actor=actor,
        action=action,
        subject_type=subject_type,
        subject=subject,
        reason=reason,
        previous_hash=FIRST_HASH if previous is None else previous.hash,
    )
    await entry.seal().save()
    return entry


async def append_entries(now: datetime, actor: str, deeds: Sequence[Deed]) -> None:
    """Add many entries in a few statements; like `append_entry`, last in the unit of work."""
    if not deeds:
        return
    first = await next_numbers(CHAIN, CHAIN_DAY, len(deeds))
    previous = await AuditEntry.get_or_none(sequence=first - 1)
    previous_hash = FIRST_HASH if previous is None else previous.hash
    entries = []
    for sequence, deed in enumerate(deeds, first):
        entry = AuditEntry(
            sequence=sequence,
            at=now,
            actor=actor,
            action=deed.action,
            subject_type=deed.subject_type,
            subject=deed.subject,
            reason=deed.reason,
            previous_hash=previous_hash,
        )
        previous_hash = entry.seal().hash
        entries.append(entry)
    await AuditEntry.bulk_create(entries, batch_size=200)


async def verify_chain() -> ChainCheck:
    """Walk the whole chain; a changed, missing or cut-off entry breaks it."""
    expected, previous_hash = 1, FIRST_HASH
    while page := await AuditEntry.filter(sequence__gte=expected).order_by("sequence").limit(PAGE):
        for entry in page:
            if not _follows(entry, expected, previous_hash):
                return ChainCheck(expected - 1, broken_at=expected)
            expected, previous_hash = expected + 1, entry.hash
    series = await NumberSeries.get_or_none(name=CHAIN, day=CHAIN_DAY)
    cut_off = series is not None and series.last_number >= expected
    return ChainCheck(expected - 1, broken_at=expected if cut_off else None)


def _follows(entry: AuditEntry, sequence: int, previous_hash: str) -> bool:
    linked = entry.sequence == sequence and entry.previous_hash == previous_hash
    return linked and hmac.compare_digest(entry.hash, entry.expected_hash())
