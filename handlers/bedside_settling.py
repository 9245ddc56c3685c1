"""What was settled beside the bed is written down; no later list takes it back (R004)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from dialogs.actions import Say
from dialogs.timing import local
from handlers.bedside import TEST, bedside_stays
from handlers.bedside_numbers import Tried, note_tried
from handlers.chosen_way import by_choice, chosen_channel
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.form_header import write_header
from handlers.import_consents import BEDSIDE
from handlers.outgoing import Draft, write
from handlers.own_numbers import NewNumber, put_number
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
    ContactPoint,
    Patient,
    RespondentRole,
    ResponderRole,
    System,
)
from models.unit import lock, lock_row, unit_of_work

_LONGEST_NOTE: Final = 500
_KEPT: Final = timedelta(minutes=30)


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
    NOTHING = "nothing"


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

    @property
    def says_nothing(self) -> bool:
        """Tell whether nothing was asked: what the page marks by itself is no answer."""
        asked = replace(self, dialled=None, authorised={}, header={}, note=self.note.strip())
        written = any(text.strip() for text in self.header.values())
        return asked == Settled() and not written and not any(self.authorised.values())


async def settle(
    desk: Desk, stay_id: UUID, settled: Settled, staff: StaffMember, now: datetime
) -> BedsideFault | None:
    """Write down what was settled, all of it or nothing; None when it was taken."""

    async def work() -> BedsideFault | None:
        stay = await bedside_stays(staff, now).filter(id=stay_id).first()
        if stay is None:
            return BedsideFault.GONE
        patient = await lock_row(await Patient.get(id=stay.patient_id))
        known = BedsideCheck.filter(encounter_id=stay.id, done_at__isnull=False)
        if settled.says_nothing and not await known.exists():
            return BedsideFault.NOTHING
        if settled.number is not None:
            await put_number(patient, settled.number, staff.username, now)
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
    await note_tried(stay, settled.dialled, settled.tried, now)
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
