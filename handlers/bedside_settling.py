"""What was settled beside the bed is written down; no later list takes it back (R004)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from dialogs.actions import Say
from dialogs.timing import local
from handlers.bedside import TEST, bedside_stays
from handlers.chosen_way import by_choice, chosen_channel
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.dialling import numbers_of
from handlers.form_header import write_header
from handlers.import_consents import BEDSIDE
from handlers.outgoing import Draft, write
from handlers.reach import who_is_asked
from handlers.written_to import addresses_of
from models.audit import append_entry
from models.care import BedsideCheck, Encounter
from models.hospital import StaffMember
from models.once import insert_once
from models.people import (
    Consent,
    ConsentBasis,
    ConsentPurpose,
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
from models.unit import lock, lock_row, unit_of_work

_LONGEST_NOTE: Final = 500
_KEPT: Final = timedelta(minutes=30)


class Tried(StrEnum):
    """What came of dialling the number while its owner stood beside."""

    OK = "ok"
    UNANSWERED = "unanswered"
    WRONG = "wrong"


class BestTime(StrEnum):
    """When a patient would like to be written to."""

    MORNING = "morning"
    NOON = "noon"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class BedsideFault(StrEnum):
    """Why something was not done; the words are in console.toml."""

    GONE = "gone"
    NO_ADDRESS = "no_address"
    NUMBER_TAKEN = "number_taken"


@dataclass(frozen=True, slots=True)
class NewNumber:
    """The right number, read and checked."""

    value: str = field(repr=False)
    kind: ContactKind = ContactKind.MOBILE


@dataclass(frozen=True, slots=True)
class Settled:
    """What the nurse noted; None and blanks are what was not asked."""

    tried: Tried | None = None
    # the number that was dialled, and the right one where it is another
    dialled: UUID | None = None
    number: NewNumber | None = field(default=None, repr=False)
    channel: str = ""
    best_time: BestTime | None = None
    others_may_know: bool | None = None
    authorised: Mapping[UUID, bool] = field(default_factory=dict)
    consents: Mapping[ConsentPurpose, bool] = field(default_factory=dict)
    header: Mapping[str, str] = field(default_factory=dict, repr=False)
    explained: bool = False
    pack_given: bool = False
    note: str = field(default="", repr=False)


async def settle(
    desk: Desk, stay_id: UUID, settled: Settled, staff: StaffMember, now: datetime
) -> BedsideFault | None:
    """Write down what was settled, all of it or nothing; None when it was taken."""

    async def work() -> BedsideFault | None:
        stay = await bedside_stays(staff, now).filter(id=stay_id).first()
        if stay is None:
            return BedsideFault.GONE
        await lock_row(await Patient.get(id=stay.patient_id))
        if settled.number is not None and await _is_elsewhere(stay, settled.number):
            return BedsideFault.NUMBER_TAKEN
        await _write(desk, stay, settled, staff, now)
        return None

    return await unit_of_work(work)


async def send_test(
    desk: Desk, stay_id: UUID, staff: StaffMember, now: datetime
) -> BedsideFault | None:
    """Send a message by the way the patient will be written to; None when it is on its way."""

    async def work() -> BedsideFault | None:
        stay = await bedside_stays(staff, now).filter(id=stay_id).first()
        if stay is None:
            return BedsideFault.GONE
        patient = await Patient.get(id=stay.patient_id)
        roles = await who_is_asked(patient, local(now).date())
        found = await addresses_of(desk, [role.respondent_id for role in roles], now)
        if not found:
            return BedsideFault.NO_ADDRESS
        ranked = by_choice(found, await chosen_channel(stay))
        await _send(stay, _proven_first(ranked), staff, now)
        return None

    return await unit_of_work(work)


def _proven_first(points: list[ContactPoint]) -> ContactPoint:
    """A bound address is what is to be tried; a number on file only where there is none."""
    bound = [point for point in points if point.system is not System.PHONE]
    return (bound or points)[0]


async def _send(stay: Encounter, point: ContactPoint, staff: StaffMember, now: datetime) -> None:
    conversation = await conversation_of(point.respondent_id)
    draft = Draft(
        Say("M-TEST"),
        occurrence=f"{TEST}:{stay.id}:{now.isoformat()}",
        contact_point_id=point.id,
        channel=point.system.channel,
        patient_id=stay.patient_id,
        expires_at=now + _KEPT,
    )
    await write(conversation, draft, {}, now)
    check = await _check_of(stay)
    await BedsideCheck.filter(id=check.id).update(test_sent_at=now)
    await append_entry(
        now, staff.username, "bedside.tested", subject_type="encounter", subject=stay.id
    )


async def _write(
    desk: Desk, stay: Encounter, settled: Settled, staff: StaffMember, now: datetime
) -> None:
    await _note_numbers(stay, settled, now)
    await _note_relations(stay, settled.authorised, staff)
    await _note_consents(stay, settled.consents, staff, now)
    await write_header(desk.header, stay.id, settled.header, staff, now)
    check = await _check_of(stay)
    await BedsideCheck.filter(id=check.id).update(
        phone_tried=settled.tried.value if settled.tried else "",
        channel=settled.channel,
        best_time=settled.best_time.value if settled.best_time else "",
        others_may_know=settled.others_may_know,
        explained=settled.explained,
        pack_given=settled.pack_given,
        note=settled.note.strip()[:_LONGEST_NOTE],
        done_by=staff.username,
        done_at=now,
    )
    await append_entry(
        now, staff.username, "bedside.settled", subject_type="encounter", subject=stay.id
    )


async def _check_of(stay: Encounter) -> BedsideCheck:
    await insert_once(BedsideCheck(encounter_id=stay.id))
    return await lock(BedsideCheck.filter(encounter_id=stay.id)).get()


async def _note_numbers(stay: Encounter, settled: Settled, now: datetime) -> None:
    known = {number.contact_point_id for number in (await numbers_of([stay]))[stay.id]}
    if settled.dialled in known and settled.tried is not None:
        await _note_tried(ContactPoint.filter(id=settled.dialled), settled.tried, now)
    if settled.number is not None:
        await _put_number(stay, settled.number, now)


async def _note_tried(rows: QuerySet[ContactPoint], tried: Tried, now: datetime) -> None:
    """A number nobody answered is not wrong; one that rang is right again."""
    if tried is Tried.WRONG:
        await rows.update(status=ContactStatus.WRONG_NUMBER, wrong_at=now)
    elif tried is Tried.OK:
        await rows.filter(kind=ContactKind.MOBILE).update(status=ContactStatus.OK, wrong_at=None)


async def _put_number(stay: Encounter, number: NewNumber, now: datetime) -> None:
    """Add the right number to the patient's own; the hospital's file is left as it is."""
    mobile = number.kind is ContactKind.MOBILE
    status = ContactStatus.OK if mobile else ContactStatus.LANDLINE
    known = await _point(number)
    if known is not None:
        await ContactPoint.filter(id=known.id).update(status=status, wrong_at=None)
        return
    respondent = await _own_respondent(stay, now)
    await ContactPoint.create(
        respondent_id=respondent,
        system=System.PHONE,
        value=number.value,
        kind=number.kind,
        status=status,
    )


async def _is_elsewhere(stay: Encounter, number: NewNumber) -> bool:
    """Tell whether a number stands at somebody who does not answer for this patient."""
    point = await _point(number)
    if point is None:
        return False
    roles = RespondentRole.filter(patient_id=stay.patient_id, active=True)
    return not await roles.filter(respondent_id=point.respondent_id).exists()


async def _point(number: NewNumber) -> ContactPoint | None:
    index = blind_index("phone", number.value)
    return await ContactPoint.get_or_none(system=System.PHONE, value_index=index)


async def _own_respondent(stay: Encounter, now: datetime) -> UUID:
    roles = RespondentRole.filter(
        patient_id=stay.patient_id, active=True, role=ResponderRole.SELF
    ).order_by("id")
    own = await roles.first()
    if own is not None:
        return own.respondent_id
    patient = await Patient.get(id=stay.patient_id)
    respondent = await Respondent.create(name=patient.name, created_at=now)
    await RespondentRole.create(
        respondent_id=respondent.id,
        patient_id=patient.id,
        role=ResponderRole.SELF,
        authorised=True,
        authorised_by=BEDSIDE,
    )
    return respondent.id


async def _note_relations(
    stay: Encounter, authorised: Mapping[UUID, bool], staff: StaffMember
) -> None:
    """Write down who may be told; by whom it was noted keeps a list from saying otherwise."""
    relatives = RespondentRole.filter(patient_id=stay.patient_id, role=ResponderRole.RELATIVE)
    for role in await relatives.filter(id__in=list(authorised)):
        if role.authorised != authorised[role.id]:
            role.authorised, role.authorised_by = authorised[role.id], staff.username
            await role.save(update_fields=["authorised", "authorised_by"])


async def _note_consents(
    stay: Encounter, consents: Mapping[ConsentPurpose, bool], staff: StaffMember, now: datetime
) -> None:
    """Record each purpose the patient was asked about (PIPL 14, 29), once while it stays so."""
    for purpose, granted in consents.items():
        rows = Consent.filter(patient_id=stay.patient_id, purpose=purpose)
        newest = await rows.order_by("-at").first()
        if newest is not None and _says_so(newest, granted=granted):
            continue
        at = max(now, newest.at + timedelta.resolution) if newest else now
        await Consent.create(
            patient_id=stay.patient_id,
            purpose=purpose,
            basis=ConsentBasis.CONSENT,
            granted=granted,
            channel=BEDSIDE,
            recorded_by=staff.username,
            at=at,
        )


def _says_so(newest: Consent, *, granted: bool) -> bool:
    """Tell whether this was asked at the bedside before, with the same answer."""
    same = (newest.granted and newest.withdrawn_at is None) == granted
    return same and newest.channel == BEDSIDE
