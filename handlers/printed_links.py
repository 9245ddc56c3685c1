"""Links on paper: tokens that are never stored, codes to compare, and until when they are good."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from dialogs.timing.spans import local, moment
from models.booking import Appointment, VisitSlip
from models.care import BedsideSlip
from models.keys import KeyRing
from models.printed_link import PrintedLink

LIFETIME: Final = timedelta(days=60)
_TOKEN_BYTES: Final = 16
_CHECK_CODES: Final = 10_000
_KINDS: Final[tuple[type[PrintedLink], ...]] = (BedsideSlip, VisitSlip)
LinkT = TypeVar("LinkT", bound=PrintedLink)


async def find_link(token: str, now: datetime) -> PrintedLink | None:
    """Return the paper a scanned link belongs to, None when there is none or it has expired."""
    return await find_hashed_link(token_hash(token), now)


async def find_hashed_link(link_hash: str, now: datetime) -> PrintedLink | None:
    """Return the same for a link that was scanned before, of which the hash alone was kept."""
    for kind in _KINDS:
        found = await kind.get_or_none(link_hash=link_hash)
        if found is not None:
            return found if now < await _good_until(found) else None
    return None


def address_of_link(public_url: str, signer: KeyRing, link: PrintedLink) -> str:
    """Return what the QR code of a paper holds."""
    return f"{public_url.rstrip('/')}/c/{link_token(signer, type(link), link.id)}"


def link_token(signer: KeyRing, kind: type[PrintedLink], link_id: UUID) -> str:
    """Return the 128-bit token of a link: computed anew for each printing, never stored."""
    digest = _digest(signer, kind, link_id)
    return base64.urlsafe_b64encode(digest[:_TOKEN_BYTES]).decode().rstrip("=")


def token_hash(token: str) -> str:
    """Return what the database keeps of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def over(visit: Appointment) -> datetime:
    """Return when the day after a visit has passed; it moves with the visit."""
    return moment(local(visit.starts_at).date() + timedelta(days=2), time())


async def valid_links(
    kind: type[LinkT], at_least: Mapping[UUID, datetime], now: datetime, signer: KeyRing
) -> dict[UUID, LinkT]:
    """Take the valid link of each subject, or make one; by subject.

    `at_least` is until when each must be good, should that be longer than sixty days. A token of
    an old signing key ends: its paper is to be printed anew. The caller holds the subjects' locks.
    """
    known: dict[str, Any] = {f"{kind.about}__in": list(at_least)}
    rows = await kind.filter(**known).order_by("created_at")
    kept = {r.subject: r for r in rows if now < max(r.expires_at, at_least[r.subject])}
    for row in kept.values():
        if row.link_hash != token_hash(link_token(signer, kind, row.id)):
            _sign(row, signer)
            await row.save(update_fields=["link_hash", "check_code", "failed_attempts"])
    fresh = [
        _new(kind, subject, max(until, now + LIFETIME), now, signer)
        for subject, until in at_least.items()
        if subject not in kept
    ]
    await kind.bulk_create(fresh)
    return kept | {row.subject: row for row in fresh}


async def _good_until(link: PrintedLink) -> datetime:
    if not isinstance(link, VisitSlip):
        return link.expires_at
    return max(link.expires_at, over(await Appointment.get(id=link.appointment_id)))


def _new(
    kind: type[LinkT], subject: UUID, until: datetime, now: datetime, signer: KeyRing
) -> LinkT:
    about: dict[str, Any] = {kind.about: subject}
    row = kind(created_at=now, expires_at=until, **about)
    _sign(row, signer)
    return row


def _sign(link: PrintedLink, signer: KeyRing) -> None:
    kind = type(link)
    rest = int.from_bytes(_digest(signer, kind, link.id)[_TOKEN_BYTES:])
    link.link_hash = token_hash(link_token(signer, kind, link.id))
    link.check_code = f"{rest % _CHECK_CODES:04d}"
    link.failed_attempts = 0


def _digest(signer: KeyRing, kind: type[PrintedLink], link_id: UUID) -> bytes:
    return hmac.digest(signer.signing_key(kind.purpose), link_id.bytes, hashlib.sha256)
