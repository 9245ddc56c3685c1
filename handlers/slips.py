"""Bedside slips: the paper that lets a patient bind a phone and recognise our messages."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from dialogs.timing import THREE_ROUNDS, local
from models.care import BedsideSlip, Encounter, FollowUpTask
from models.hospital import Department
from models.keys import KeyRing
from models.people import Patient
from models.unit import lock, unit_of_work

LIFETIME = timedelta(days=60)
DEFAULT_DAYS = tuple(timing.send.n for timing in THREE_ROUNDS)
_TOKEN_BYTES = 16
_CHECK_CODES = 10_000
_DEATH = "5"


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed on one slip; `department` is empty where its name must not be shown."""

    encounter_id: UUID
    patient_name: str
    link: str
    check_code: str
    expires_on: date
    days: tuple[int, ...]
    department: str = ""
    phone: str = ""
    tel: str = ""


async def issue(
    encounter_ids: Iterable[UUID],
    now: datetime,
    public_url: str,
    signer: KeyRing,
    lifetime: timedelta = LIFETIME,
) -> list[Slip]:
    """Make a slip for each of these stays, in their order, and return what is to be printed.

    A stay whose slip is still valid gets the same one again, so that a lost sheet can be printed
    anew. Nothing is issued for the dead, for withdrawn stays nor for those outside follow-up.
    """
    wanted = list(dict.fromkeys(encounter_ids))
    return await unit_of_work(lambda: _issue(wanted, now, public_url, signer, lifetime))


async def find_slip(token: str, now: datetime) -> BedsideSlip | None:
    """Return the slip a scanned link belongs to, None when there is none or it has expired."""
    return await BedsideSlip.get_or_none(link_hash=token_hash(token), expires_at__gt=now)


def slip_token(signer: KeyRing, slip_id: UUID) -> str:
    """Return the 128-bit token of a slip's link: computed anew for each printing, never stored."""
    return base64.urlsafe_b64encode(_digest(signer, slip_id)[:_TOKEN_BYTES]).decode().rstrip("=")


def token_hash(token: str) -> str:
    """Return what the database keeps of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def _issue(
    wanted: list[UUID], now: datetime, public_url: str, signer: KeyRing, lifetime: timedelta
) -> list[Slip]:
    stays = {stay.id: stay for stay in await lock(Encounter.filter(id__in=wanted).order_by("id"))}
    patients = await Patient.in_bulk({stay.patient_id for stay in stays.values()}, "id")
    chosen = [stays[key] for key in wanted if key in stays]
    chosen = [stay for stay in chosen if _follows(stay, patients[stay.patient_id])]
    rows = await _valid_rows(chosen, now, signer, lifetime)
    wards = await Department.in_bulk({s.department_id for s in chosen if s.department_id}, "id")
    days = await _send_days(chosen)
    return [
        Slip(
            encounter_id=stay.id,
            patient_name=str(patients[stay.patient_id].name),
            link=f"{public_url.rstrip('/')}/c/{slip_token(signer, rows[stay.id].id)}",
            check_code=rows[stay.id].check_code,
            expires_on=local(rows[stay.id].expires_at).date(),
            days=days.get(stay.id, DEFAULT_DAYS),
            **_ward(wards.get(stay.department_id) if stay.department_id else None),
        )
        for stay in chosen
    ]


def _check_code(signer: KeyRing, slip_id: UUID) -> str:
    rest = int.from_bytes(_digest(signer, slip_id)[_TOKEN_BYTES:])
    return f"{rest % _CHECK_CODES:04d}"


def _digest(signer: KeyRing, slip_id: UUID) -> bytes:
    return hmac.digest(signer.signing_key("bedside-slip"), slip_id.bytes, hashlib.sha256)


def _follows(stay: Encounter, patient: Patient) -> bool:
    gone = stay.withdrawn_at or patient.deceased_at or stay.disposition == _DEATH
    return not gone and not stay.exclusion


async def _valid_rows(
    stays: list[Encounter], now: datetime, signer: KeyRing, lifetime: timedelta
) -> dict[UUID, BedsideSlip]:
    """Take each stay's valid slip, or make one; a slip of an old signing key ends."""
    kept: dict[UUID, BedsideSlip] = {}
    ids = [stay.id for stay in stays]
    for row in await BedsideSlip.filter(encounter_id__in=ids, expires_at__gt=now):
        if row.link_hash == token_hash(slip_token(signer, row.id)):
            kept[row.encounter_id] = row
        else:
            row.expires_at = now
            await row.save(update_fields=["expires_at"])
    fresh = [_new_row(stay, now, signer, lifetime) for stay in stays if stay.id not in kept]
    await BedsideSlip.bulk_create(fresh)
    return kept | {row.encounter_id: row for row in fresh}


def _new_row(stay: Encounter, now: datetime, signer: KeyRing, lifetime: timedelta) -> BedsideSlip:
    row = BedsideSlip(
        encounter_id=stay.id, created_at=now, expires_at=now + lifetime, link_hash="", check_code=""
    )
    row.link_hash = token_hash(slip_token(signer, row.id))
    row.check_code = _check_code(signer, row.id)
    return row


async def _send_days(stays: list[Encounter]) -> dict[UUID, tuple[int, ...]]:
    """Count on which days after discharge each stay's rounds are planned."""
    discharged = {stay.id: stay.discharged_on for stay in stays}
    days: dict[UUID, tuple[int, ...]] = {}
    for task in await FollowUpTask.filter(encounter_id__in=list(discharged)).order_by("round"):
        day = (local(task.due_at).date() - discharged[task.encounter_id]).days
        days[task.encounter_id] = (*days.get(task.encounter_id, ()), day)
    return days


def _ward(department: Department | None) -> dict[str, str]:
    """Return what a slip says of the ward; a neutral one keeps its name to itself."""
    if department is None:
        return {}
    name = "" if department.neutral else department.name
    return {"department": name, "phone": department.phone, "tel": department.tel}
