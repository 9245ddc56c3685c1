"""A complaint told to somebody of staff, who takes it down (R20): by phone, letter, at the desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.tagging.complaint import tag
from dialogs.tagging.own_words import OwnLexicon
from dialogs.tagging.tags import Category, Severity, Tags
from handlers.casework.entries import note
from handlers.casework.filing import Filing, file_complaint
from handlers.claims import Refusal
from handlers.desk import Desk
from models.care import Encounter
from models.complaint import Complaint, ComplaintEntry, ComplaintEvent, ComplaintMode, FiledBy
from models.conversation import Conversation
from models.hospital import StaffMember
from models.people import RespondentRole, ResponderRole
from models.unit import unit_of_work

LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What was told; `once` names the form, so that a second click files nothing.

    `categories` are those who took it down named; else the words are read as a message is. `way`
    says how it came in, in the words of the house.
    """

    words: str = field(repr=False)
    once: str
    mode: ComplaintMode = ComplaintMode.BACK_TO_BACK
    categories: Collection[str] = ()
    department_id: UUID | None = None
    patient_id: UUID | None = None
    way: str = ""


async def file_for(
    staff: StaffMember, taken: TakenDown, desk: Desk, now: datetime
) -> Complaint | Refusal:
    """File what somebody was told; everybody of staff takes complaints in (first receiver, R20)."""
    if not taken.words.strip():
        return Refusal.EMPTY
    if not set(taken.categories) <= set(Category):
        return Refusal.INCOMPLETE
    words = taken.words.strip()[:LONGEST]
    tags = _tags(words, taken.categories, desk.own_words())
    return await unit_of_work(lambda: _file(staff, replace(taken, words=words), tags, desk, now))


async def _file(
    staff: StaffMember, taken: TakenDown, tags: Tags, desk: Desk, now: datetime
) -> Complaint:
    stays = Encounter.filter(patient_id=taken.patient_id, withdrawn_at__isnull=True)
    stay = await stays.order_by("-discharged_on").first() if taken.patient_id else None
    filing = Filing(
        occurrence=f"staff:{staff.id}:{taken.once}",
        filed_by=FiledBy.STAFF,
        words=taken.words,
        tags=tags,
        mode=taken.mode,
        conversation_id=await _conversation(taken.patient_id),
        patient_id=taken.patient_id,
        encounter_id=stay.id if stay else None,
        department_id=taken.department_id or (stay.department_id if stay else None),
        staff_id=staff.id,
    )
    case = await file_complaint(desk, filing, now)
    if (
        taken.way
        and not await ComplaintEntry.filter(
            complaint_id=case.id, event=ComplaintEvent.NOTED
        ).exists()
    ):
        await note(case, ComplaintEvent.NOTED, now, staff_id=staff.id, detail=taken.way)
    return case


def _tags(words: str, categories: Collection[str], lexicon: OwnLexicon) -> Tags:
    heard = tag(words, lexicon=lexicon)
    severity = heard.severity if heard.severity != Severity.NONE else Severity.LOW
    named = tuple(category for category in Category if category in categories)
    return replace(
        heard, is_complaint=True, severity=severity, categories=named or heard.categories
    )


async def _conversation(patient_id: UUID | None) -> UUID | None:
    """Where the patient can be written to, if there is a conversation with the patient's own."""
    roles = RespondentRole.filter(
        patient_id=patient_id, role=ResponderRole.SELF, active=True
    ).values_list("respondent_id", flat=True)
    found = await Conversation.filter(respondent_id__in=list(await roles)).first()
    return found.id if found else None
