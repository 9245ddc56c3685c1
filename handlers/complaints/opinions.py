"""What one message says for or against the house: a row each, whatever becomes of it (R144)."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.complaints.owners import route
from dialogs.complaints.precedence import is_discontent, is_praise
from dialogs.reading.normal import normalise
from dialogs.tagging.tags import Tags
from models.care import Encounter
from models.complaint import Opinion, OpinionStatus
from models.conversation import Conversation, Inbound
from models.hospital import Department
from models.once import insert_once
from models.people import Patient

_SHORTEST: Final = 2
_BETWEEN: Final = "、"
_ONE_STORY: Final = timedelta(days=1)
_FREE: Final = (OpinionStatus.HEARD, OpinionStatus.ASKED, OpinionStatus.OPINION)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a message came from, as far as it is known; `unnamed`: a survey promised it."""

    conversation: Conversation
    patient: Patient | None = None
    encounter: Encounter | None = None
    unnamed: bool = False


async def keep(source: Source, inbound: Inbound, text: str, tags: Tags, now: datetime) -> bool:
    """Keep what a message says, once; False when it says nothing for or against the house."""
    discontent, praised = is_discontent(text, tags), is_praise(text, tags)
    if not (discontent or praised or tags.dispute_risk or tags.urgent):
        return False
    praises = praised and not (discontent or tags.dispute_risk or tags.urgent)
    stay = source.encounter.department_id if source.encounter else None
    row = Opinion(
        inbound_id=inbound.id,
        conversation_id=source.conversation.id,
        patient_id=source.patient.id if source.patient else None,
        encounter_id=source.encounter.id if source.encounter else None,
        department_id=await named_department(tags) or stay,
        status=OpinionStatus.PRAISE if praises else OpinionStatus.HEARD,
        categories=[category.value for category in tags.categories],
        tags=list(route(tags.categories, text, dispute=tags.dispute_risk).tags)
        if discontent or tags.dispute_risk
        else [],
        severity=tags.severity.value,
        urgent_types=[kind.value for kind in tags.urgent_type],
        dispute=tags.dispute_risk,
        praise=praised,
        praised=_BETWEEN.join(tags.praised),
        evidence=_evidence(tags),
        unnamed=source.unnamed,
        at=now,
    )
    return await insert_once(row)


async def settle(
    refs: Collection[str], status: OpinionStatus, complaint_id: UUID | None = None
) -> None:
    """Note what became of messages; what is part of a complaint stays that."""
    rows = Opinion.filter(inbound_id__in=[UUID(ref) for ref in refs])
    free = rows.exclude(status__in=(OpinionStatus.FILED, OpinionStatus.PRAISE))
    await free.update(status=status, complaint_id=complaint_id)


async def unfiled(
    conversation_id: UUID, now: datetime, *, disputes: bool = False
) -> tuple[str, ...]:
    """Return the messages of a day that complained and are in no case; `disputes`: those alone.

    What a survey promised to leave unnamed stays out, and what the patient wants nothing made of.
    """
    rows = Opinion.filter(conversation_id=conversation_id, complaint_id=None, unnamed=False)
    recent = rows.filter(status__in=_FREE, at__gt=now - _ONE_STORY, at__lte=now)
    said = await recent.order_by("at")
    return tuple(str(o.inbound_id) for o in said if o.dispute or (o.tags and not disputes))


async def named_department(tags: Tags) -> UUID | None:
    """Find the department the writer names, by its name or one of the names people use."""
    said = normalise(tags.department)
    if len(said) < _SHORTEST:
        return None
    for department in await Department.filter(active=True):
        names = {normalise(name) for name in (department.name, *department.aliases)}
        if said in names:
            return department.id
    return None


def _evidence(tags: Tags) -> str:
    pieces = [{"tag": e.tag, "words": e.words, "source": e.source} for e in tags.evidence]
    return json.dumps(pieces, ensure_ascii=False)
