"""The account of a messenger and the person it belongs to: proven, silent too long, used again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from dialogs.timing.spans import local
from handlers.matters import CHILD, age_on
from models.conversation import Inbound
from models.once import insert_once
from models.people import (
    ContactKind,
    ContactPoint,
    ContactStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)
from models.seal import blind_index
from models.unit import lock

# a number, and what hangs on it, may be somebody else's by then (T05)
SILENCE: Final = timedelta(days=180)
_KINDS: Final = {System.WECHAT: ContactKind.OPENID, System.TELEGRAM: ContactKind.CHAT}
_PROOF: Final = ["respondent_id", "status", "verified_at", "opted_out_at", "wrong_at"]


@dataclass(frozen=True, slots=True)
class Account:
    """An address of a messenger: an openid, a chat id."""

    system: System
    address: str = field(repr=False)

    @property
    def index(self) -> str:
        """What the account looks like in the database."""
        return blind_index(self.system, self.address)


async def point_of(account: Account) -> ContactPoint | None:
    """Return what is known of an account, proven or not."""
    return await ContactPoint.get_or_none(system=account.system, value_index=account.index)


async def proven(account: Account, now: datetime) -> ContactPoint | None:
    """Return the address of a proven account; after 180 days of silence it is to be proven anew."""
    point = await point_of(account)
    if point is None or point.wrong_at is not None or await is_silent(point, now):
        return None
    return point


async def is_silent(point: ContactPoint, now: datetime) -> bool:
    """Tell whether nobody has proven an address, or written from it, for 180 days."""
    if point.verified_at is None:
        return True
    if now - point.verified_at <= SILENCE:
        return False
    lately = Inbound.filter(contact_point_id=point.id, received_at__gte=now - SILENCE)
    return not await lately.exists()


async def prove(
    account: Account, respondent: Respondent, now: datetime, *, patient: Patient | None = None
) -> ContactPoint:
    """Bind an account to the person it was proven to be; the caller is inside a unit of work.

    An account that is proven already stays with its person, who answers for `patient` as well: a
    daughter who follows both her parents has one WeChat.
    """
    known = await _locked(account)
    if known is None:
        fresh = _new(account, respondent, now)
        if await insert_once(fresh):
            return fresh
        known = await _locked(account) or fresh
    stays = known.respondent_id != respondent.id and await proven(account, now) is not None
    if stays and patient is not None:
        await _answer_also(known, patient, now)
    elif known.respondent_id != respondent.id:
        known.respondent_id, known.opted_out_at = respondent.id, None
    known.status, known.wrong_at, known.verified_at = ContactStatus.OK, None, now
    await known.save(update_fields=_PROOF)
    return known


async def refuse_messages(account: Account, now: datetime) -> bool:
    """Note that an account nobody has proven wants no messages; False when that is known."""
    known = await _locked(account)
    if known is not None and known.opted_out_at is not None:
        return False
    if known is None:
        respondent = await Respondent.create(created_at=now)
        known = _new(account, respondent, None, ContactStatus.UNPROVEN)
    known.opted_out_at = now
    await known.save()
    return True


def is_child(patient: Patient, now: datetime) -> bool:
    """Tell whether somebody else answers for a patient by law: under 14 (PIPL 31)."""
    age = age_on(patient, local(now).date().toordinal())
    return age is not None and age < CHILD


def _new(
    account: Account,
    respondent: Respondent,
    verified_at: datetime | None,
    status: ContactStatus = ContactStatus.OK,
) -> ContactPoint:
    return ContactPoint(
        respondent_id=respondent.id,
        system=account.system,
        kind=_KINDS[account.system],
        value=account.address,
        status=status,
        verified_at=verified_at,
    )


async def _locked(account: Account) -> ContactPoint | None:
    rows = ContactPoint.filter(system=account.system, value_index=account.index)
    return await lock(rows).get_or_none()


async def _answer_also(point: ContactPoint, patient: Patient, now: datetime) -> None:
    """Let the person behind an account answer for one more patient, as the paper allows."""
    role = ResponderRole.GUARDIAN if is_child(patient, now) else ResponderRole.SELF
    known = await RespondentRole.get_or_none(
        respondent_id=point.respondent_id, patient_id=patient.id
    )
    if known is None:
        known = RespondentRole(
            respondent_id=point.respondent_id,
            patient_id=patient.id,
            role=role,
            authorised=True,
            authorised_by="slip",
        )
    known.active = True
    await known.save()
