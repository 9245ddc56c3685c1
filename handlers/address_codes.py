"""Proof by a code that goes to the phone on file: asked for by number and year of birth."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dialogs.actions import Say
from dialogs.reading.normal import normalise
from dialogs.reading.years import read_birth_year
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.outgoing import Draft, write
from models.channel import AddressClaim
from models.conversation import DeliveryClass, Outgoing
from models.people import ContactPoint, ContactStatus, Patient, RespondentRole, System
from models.seal import blind_index, normal_phone

GOOD_FOR: Final = timedelta(minutes=15)
_MOST_A_DAY: Final = 3
_PHONE: Final = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)")
_CODE: Final = re.compile(r"(?<!\d)(\d{6})(?!\d)")
_SENT_AS: Final = "bind-code:"


@dataclass(frozen=True, slots=True)
class Named:
    """The number and the year of birth somebody wrote; `year` None when it is missing."""

    phone: str
    year: int | None


def read_named(text: str) -> Named | None:
    """Read `13800000000 1956`; None when there is no mobile number in it."""
    plain = normalise(text)
    found = _PHONE.search(plain)
    if found is None:
        return None
    rest = f"{plain[: found.start()]} {plain[found.end() :]}"
    return Named(normal_phone(found[1]), read_birth_year(rest))


def read_code(text: str) -> str:
    """Read six digits, empty when there are none."""
    found = _CODE.search(normalise(text))
    return found[1] if found else ""


async def send_code(desk: Desk, claim: AddressClaim, named: Named, now: datetime) -> None:
    """Make a code and send it where number and year are on file; nobody is told which.

    Without a match a code is kept all the same, and leads to nobody: whoever guesses finds no
    difference. Only a code that was sent leads to its phone, so that the three of a day, with
    five tries each, are all that can be guessed at, from however many accounts.
    """
    point = await _on_file(named)
    code = f"{secrets.randbelow(10**6):06d}"
    claim.link_hash, claim.contact_point_id = "", None
    claim.code_hash, claim.expires_at = _hashed(claim, code), now + GOOD_FOR
    if point is not None and await _send(desk, claim, point, code, now):
        claim.contact_point_id = point.id


async def owner_by_code(claim: AddressClaim, code: str) -> ContactPoint | None:
    """Return the phone a right code was sent to."""
    right = hmac.compare_digest(claim.code_hash, _hashed(claim, code))
    if not right or claim.contact_point_id is None:
        return None
    return await ContactPoint.get_or_none(id=claim.contact_point_id)


async def _on_file(named: Named) -> ContactPoint | None:
    """Find a number whose owner answers for somebody living born in that year."""
    index = blind_index(System.PHONE, named.phone)
    point = await ContactPoint.get_or_none(
        system=System.PHONE, value_index=index, status=ContactStatus.OK, wrong_at=None
    )
    if point is None:
        return None
    roles = RespondentRole.filter(respondent_id=point.respondent_id, active=True)
    ids = await roles.values_list("patient_id", flat=True)
    patients = await Patient.filter(id__in=list(ids), deceased_at=None)
    years = {patient.birth_date.year for patient in patients if patient.birth_date}
    return point if named.year in years else None


async def _may_be_sent(point: ContactPoint, now: datetime) -> bool:
    """Nobody gets more than three codes a day, whoever asks for them."""
    sent = Outgoing.filter(contact_point_id=point.id, occurrence__startswith=_SENT_AS)
    return await sent.filter(created_at__gt=now - timedelta(days=1)).count() < _MOST_A_DAY


async def _send(
    desk: Desk, claim: AddressClaim, point: ContactPoint, code: str, now: datetime
) -> bool:
    """Send a code, unless the phone has had its share; two accounts at once wait for each other."""
    conversation = await conversation_of(point.respondent_id)
    if not await _may_be_sent(point, now):
        return False
    draft = Draft(
        Say("M-BIND-CODE"),
        occurrence=f"{_SENT_AS}{claim.id}:{now.isoformat()}",
        delivery_class=DeliveryClass.A,
        contact_point_id=point.id,
        channel=point.system.channel,
        expires_at=claim.expires_at,
    )
    await write(conversation, draft, {"code": code, "hosp": desk.hospital}, now)
    return True


def _hashed(claim: AddressClaim, code: str) -> str:
    return blind_index("bind-code", f"{claim.id}:{code}")
