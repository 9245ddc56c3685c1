"""Opening the link of a slip or card: proof by year of birth, then an address of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from dialogs.reading.years import read_birth_year
from handlers.accounts import Account, is_child, prove, proven
from handlers.booking.visit_lines import CANCELLED
from handlers.conversation_lock import conversation_of
from handlers.printed_links import find_hashed_link, token_hash
from handlers.web_addresses import prove_web_address
from models.audit import append_entry
from models.booking import Appointment, VisitSlip
from models.care import Encounter
from models.conversation import Conversation
from models.people import (
    ContactPoint,
    ContactStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)
from models.printed_link import PrintedLink
from models.unit import lock_row, unit_of_work

ATTEMPTS = 5


class LinkState(StrEnum):
    """What a link is good for.

    `gone` is one answer for forged, expired and withdrawn links alike, so that it tells nothing.
    `locked` links, and those of patients whose year of birth is not on file, lead to the phone.
    """

    OPEN = "open"
    UNREADABLE = "unreadable"
    WRONG_YEAR = "wrong_year"
    LOCKED = "locked"
    GONE = "gone"
    BOUND = "bound"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands; `contact_point_id` once a phone has been bound by it.

    `visit`: it stands on a booking card, and whoever holds it may never have been an inpatient.
    """

    state: LinkState
    contact_point_id: UUID | None = None
    attempts_left: int = 0
    visit: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """A proven web address and the conversation it belongs to."""

    contact_point_id: UUID
    conversation_id: UUID


@dataclass(slots=True)
class _Proof:
    """A paper that is being opened, and whose it is."""

    slip: PrintedLink
    patient: Patient

    @property
    def state(self) -> LinkState:
        exhausted = self.slip.failed_attempts >= ATTEMPTS
        return LinkState.LOCKED if exhausted or not self.patient.birth_date else LinkState.OPEN

    def link(self, state: LinkState) -> Link:
        left = max(0, ATTEMPTS - self.slip.failed_attempts)
        return Link(state, self.slip.contact_point_id, left, isinstance(self.slip, VisitSlip))


async def open_link(token: str, now: datetime) -> Link:
    """Tell what a scanned link is good for, and note the first time it was opened."""
    return await unit_of_work(lambda: _open(token_hash(token), now))


async def bind(token: str, year: str, now: datetime) -> Link:
    """Bind the phone that opened a link to its patient, if the year of birth is right.

    A child's link binds the guardian where one is on file (PIPL 31). What is no year at all is
    not counted; after five wrong ones the link stays locked and the ward phones.
    """
    return await unit_of_work(lambda: _bind(token_hash(token), year, None, now))


async def bind_account(link_hash: str, year: str, account: Account, now: datetime) -> Link:
    """Do the same for the account of a messenger that scanned the paper."""
    return await unit_of_work(lambda: _bind(link_hash, year, account, now))


async def bind_again(link_hash: str, account: Account, now: datetime) -> Link | None:
    """Bind a further paper without a year, if the account is proven to answer for its patient."""
    return await unit_of_work(lambda: _bind_again(link_hash, account, now))


async def bound_by(contact_point_id: UUID) -> Bound | None:
    """Return the conversation of a web address, None when it is not (or no longer) proven."""
    point = await ContactPoint.get_or_none(
        id=contact_point_id, system=System.WEB, status=ContactStatus.OK, wrong_at=None
    )
    if point is None or point.verified_at is None:
        return None
    conversation = await Conversation.get_or_none(respondent_id=point.respondent_id)
    return None if conversation is None else Bound(point.id, conversation.id)


async def _open(link_hash: str, now: datetime) -> Link:
    proof = await _proof(link_hash, now)
    if proof is None:
        return Link(LinkState.GONE)
    if proof.slip.opened_at is None:
        proof.slip.opened_at = now
        await proof.slip.save(update_fields=["opened_at"])
    return proof.link(proof.state)


async def _bind(link_hash: str, year: str, account: Account | None, now: datetime) -> Link:
    proof = await _proof(link_hash, now)
    if proof is None:
        return Link(LinkState.GONE)
    if proof.state is LinkState.LOCKED or proof.patient.birth_date is None:
        return proof.link(LinkState.LOCKED)
    read = read_birth_year(year)
    if read is None:
        return proof.link(LinkState.UNREADABLE)
    if read != proof.patient.birth_date.year:
        return await _count_wrong_year(proof, now)
    return await _bind_phone(proof, account, now)


async def _bind_again(link_hash: str, account: Account, now: datetime) -> Link | None:
    proof = await _proof(link_hash, now)
    known = await proven(account, now)
    if proof is None or known is None:
        return None
    roles = RespondentRole.filter(respondent_id=known.respondent_id, active=True)
    if not await roles.filter(patient_id=proof.patient.id).exists():
        return None
    return await _note_bound(proof, known, now)


async def _proof(link_hash: str, now: datetime) -> _Proof | None:
    """Lock the paper of a link; those of the dead and of what is off are gone."""
    found = await find_hashed_link(link_hash, now)
    if found is None:
        return None
    slip = await lock_row(found)
    patient = await _whose(slip)
    return None if patient is None or patient.deceased_at else _Proof(slip, patient)


async def _whose(slip: PrintedLink) -> Patient | None:
    """Return whom a paper binds to; None when the stay was withdrawn or the visit cancelled."""
    if isinstance(slip, VisitSlip):
        visit = await Appointment.get(id=slip.appointment_id)
        return None if visit.status in CANCELLED else await Patient.get(id=visit.patient_id)
    stay = await Encounter.get(id=slip.subject)
    return None if stay.withdrawn_at else await Patient.get(id=stay.patient_id)


async def _count_wrong_year(proof: _Proof, now: datetime) -> Link:
    proof.slip.failed_attempts += 1
    await proof.slip.save(update_fields=["failed_attempts"])
    if proof.state is LinkState.LOCKED:
        await _audit(proof, "slip.locked", now)
        return proof.link(LinkState.LOCKED)
    return proof.link(LinkState.WRONG_YEAR)


async def _bind_phone(proof: _Proof, account: Account | None, now: datetime) -> Link:
    respondent = await lock_row(await _respondent(proof.patient, now))
    if account is None:
        point = await prove_web_address(respondent, now)
    else:
        point = await prove(account, respondent, now, patient=proof.patient)
    return await _note_bound(proof, point, now)


async def _note_bound(proof: _Proof, point: ContactPoint, now: datetime) -> Link:
    await conversation_of(point.respondent_id)
    slip = proof.slip
    slip.opened_at = slip.opened_at or now
    slip.bound_at, slip.contact_point_id, slip.failed_attempts = now, point.id, 0
    await slip.save(update_fields=["opened_at", "bound_at", "contact_point_id", "failed_attempts"])
    await _audit(proof, "slip.bound", now)
    return proof.link(LinkState.BOUND)


async def _respondent(patient: Patient, now: datetime) -> Respondent:
    """Return who answers for the patient: the guardian of a child, otherwise the patient."""
    roles = {
        role.role: role.respondent_id
        for role in await RespondentRole.filter(patient_id=patient.id, active=True).order_by("-id")
    }
    guardian = roles.get(ResponderRole.GUARDIAN) if is_child(patient, now) else None
    known = guardian or roles.get(ResponderRole.SELF)
    return await Respondent.get(id=known) if known else await _patient_answers(patient, now)


async def _patient_answers(patient: Patient, now: datetime) -> Respondent:
    respondent = await Respondent.create(name=patient.name, created_at=now)
    await RespondentRole.create(
        respondent_id=respondent.id,
        patient_id=patient.id,
        role=ResponderRole.SELF,
        authorised=True,
        authorised_by="slip",
    )
    return respondent


async def _audit(proof: _Proof, action: str, now: datetime) -> None:
    kind = proof.slip.purpose.replace("-", "_")
    await append_entry(now, "patient", action, subject_type=kind, subject=proof.slip.id)
