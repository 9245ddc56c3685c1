"""The talks as staff see them: who waits how long, and one talk opened."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from handlers.cards import Person, look, person_of
from handlers.human_talk_consult import handed_at, number_of
from handlers.human_talk_lines import place_before, without_complaints
from handlers.human_talk_scope import may_talk, visible_talks, who_may_talk
from handlers.masking import mask_name
from handlers.talk_shown import talk_about
from handlers.talk_shown import talk_in as talk_of_dialogs
from handlers.transcript import ACCEPTED_RANK, Line, lines_after
from models.alert import Alert
from models.audit import AuditEntry
from models.care import Encounter
from models.conversation import Dialog, DialogKind, Outgoing
from models.hospital import StaffMember
from models.people import Patient
from models.room import HumanTalk, TalkDesk

_OPENED = "talk.opened"
_SUBJECT = "human_talk"


@dataclass(frozen=True, slots=True)
class TalkRow:
    """One open talk as the list shows it; the patient's name only by its first character."""

    id: UUID
    number: str
    alert_number: str
    ward: str
    name: str
    for_desk: str
    opened_at: datetime
    waiting_since: datetime | None
    due_at: datetime
    holder: str
    mine: bool
    department_id: UUID | None

    @property
    def taken(self) -> bool:
        """Tell whether somebody has it."""
        return bool(self.holder)

    def overdue(self, now: datetime) -> bool:
        """Tell whether the promised time is over with nobody having taken it."""
        return not self.taken and now > self.due_at


@dataclass(frozen=True, slots=True)
class TalkCard:
    """A talk opened: who it is with, what was said, who could go on."""

    row: TalkRow
    talk: HumanTalk
    person: Person | None = field(repr=False)
    lines: Sequence[Line] = field(repr=False)
    colleagues: Sequence[StaffMember]


async def talk_board(staff: StaffMember) -> list[TalkRow]:
    """List the talks somebody may lead: who waits longest for anybody comes first."""
    rows = await _rows(visible_talks(staff), staff)
    return sorted(rows, key=lambda row: (row.taken and not row.mine, _since(row), row.number))


async def open_talk_card(
    talk_id: UUID, staff: StaffMember, now: datetime, *, on_record: bool
) -> TalkCard | None:
    """Open a talk, and note the look; a part that refreshes itself stays with that first look.

    One that has ended can still be read by whoever could lead it.
    """
    talk = await HumanTalk.get_or_none(id=talk_id)
    if talk is None or not await may_talk(staff, talk):
        return None
    if on_record:
        await look(staff, _OPENED, _SUBJECT, talk.id, now)
    elif not await _has_looked(staff, talk):
        return None
    (row,) = await _rows(HumanTalk.filter(id=talk.id), staff)
    return TalkCard(
        row=row,
        talk=talk,
        person=await _person(talk, now),
        lines=await _lines(talk, staff, now),
        colleagues=await _colleagues(talk, staff) if row.mine else [],
    )


async def story_tag(talk_id: UUID, staff: StaffMember) -> str | None:
    """Return a word that changes whenever anything is said in a talk; None for who may not read it.

    Cheap: an open page asks each time anything in the house has changed.
    """
    talk = await HumanTalk.get_or_none(id=talk_id).prefetch_related("conversation")
    if talk is None or not await may_talk(staff, talk) or not await _has_looked(staff, talk):
        return None
    sent = Outgoing.filter(conversation_id=talk.conversation_id, rank__gte=ACCEPTED_RANK)
    known = (talk.conversation.position, await sent.count(), talk.for_desk, talk.closed_at)
    return hashlib.sha256(repr(known).encode()).hexdigest()[:16]


async def _rows(talks: QuerySet[HumanTalk], staff: StaffMember) -> list[TalkRow]:
    found = await talks.prefetch_related("staff", "patient", "alert__department", "alert")
    return [_row(talk, staff) for talk in found]


def _row(talk: HumanTalk, staff: StaffMember) -> TalkRow:
    alert, ward = talk.alert, talk.alert.department if talk.alert else None
    return TalkRow(
        id=talk.id,
        number=alert.number if alert else number_of(talk),
        alert_number=alert.number if alert else "",
        ward=ward.name if ward else "",
        name=mask_name(talk.patient.name) if talk.patient else "",
        for_desk=talk.for_desk.value,
        opened_at=talk.opened_at,
        waiting_since=talk.waiting_since,
        due_at=talk.due_at,
        holder=talk.staff.name if talk.staff else "",
        mine=talk.staff_id == staff.id,
        department_id=ward.id if ward else None,
    )


def _since(row: TalkRow) -> tuple[bool, datetime]:
    return row.waiting_since is None, row.waiting_since or row.opened_at


async def _person(talk: HumanTalk, now: datetime) -> Person | None:
    """Who it is; the stay belongs to the ward, the consult room is not shown it."""
    patient = await Patient.get_or_none(id=talk.patient_id)
    if patient is None:
        return None
    stay = await _stay(talk) if talk.for_desk is TalkDesk.WARD else None
    return await person_of(patient, stay, now)


async def _stay(talk: HumanTalk) -> Encounter | None:
    alert = await Alert.get_or_none(id=talk.alert_id)
    stays = Encounter.filter(id=alert.encounter_id if alert else None)
    return await stays.prefetch_related("department").first()


async def _lines(talk: HumanTalk, staff: StaffMember, now: datetime) -> list[Line]:
    """What was said since the talk began, behind what led to it."""
    began, until = await _began(talk), talk.closed_at
    since = await lines_after(talk.conversation_id, await place_before(talk, began), now)
    own = [line for line in since if line.at >= began and (not until or line.at <= until)]
    before = [line for line in await _before(talk, staff, now) if line.at < began]
    return await without_complaints([*before, *own], talk.conversation_id, staff)


async def _began(talk: HumanTalk) -> datetime:
    """What a nurse was told before she handed on is not the consult room's to read."""
    return await handed_at(talk) if talk.for_desk is TalkDesk.CONSULT else talk.opened_at


async def _before(talk: HumanTalk, staff: StaffMember, now: datetime) -> list[Line]:
    """The ward reads the talk of its stay, the consult room what was said about visits."""
    if talk.for_desk is TalkDesk.CONSULT:
        own = Q(conversation_id=talk.conversation_id, kind=DialogKind.APPOINTMENT)
        return await talk_of_dialogs(await Dialog.filter(own), now)
    alert = await Alert.get_or_none(id=talk.alert_id)
    return await talk_about(alert, staff, now) if alert else []


async def _colleagues(talk: HumanTalk, staff: StaffMember) -> list[StaffMember]:
    """Who else could lead this talk."""
    others = StaffMember.filter(active=True).exclude(id=staff.id)
    return await who_may_talk(await others.order_by("name"), talk)


async def _has_looked(staff: StaffMember, talk: HumanTalk) -> bool:
    looks = AuditEntry.filter(subject=talk.id, action=_OPENED, actor=staff.username)
    return await looks.exists()
