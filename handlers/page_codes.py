"""Codes for the fixed page: an SMS that cannot show everything says a code that opens the rest."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.actions import Ask, Say
from dialogs.catalog import Catalog
from dialogs.wording import variables
from handlers.contents import Content
from models.channel import PageCode
from models.conversation import Outgoing
from models.once import insert_once
from models.people import ContactPoint, Patient, RespondentRole, System
from models.seal import blind_index

PATH: Final = "/p"
GOOD_FOR: Final = timedelta(hours=24)
CODE: Final = "code"
# with a hundred codes about, one number in ten thousand is taken
_DRAWS: Final = 20


def page_address(public_url: str) -> str:
    """Return the address of the page, the same in every SMS."""
    return f"{public_url.rstrip('/')}{PATH}"


def code_hash(code: str) -> str:
    """Return what is stored of a code: its place in an index with the hospital's own key."""
    return blind_index("page-code", code)


async def code_for(
    catalog: Catalog, row: Outgoing, point: ContactPoint, content: Content, now: datetime
) -> dict[str, str]:
    """Make the code a text asks for; the caller is inside the unit of work that sends it.

    Nothing for a text without one, and for a person who could not use it because no year of birth
    is on file. A message that goes once more has a new code, and its old one ends.
    """
    asked = point.system is System.PHONE and CODE in variables(_text(catalog, content.body))
    if not asked or {**content.values, **content.body.values}.get(CODE):
        return {}
    if not await birth_years(point.respondent_id, row.patient_id):
        return {}
    await PageCode.filter(message_id=row.id, used_at=None).delete()
    code = await _fresh(row, point, now)
    return {CODE: code} if code else {}


async def birth_years(respondent_id: UUID, patient_id: UUID | None) -> set[int]:
    """Return the years that open what is said to a person about a patient, if it is about one.

    Otherwise those of everybody the person answers for; the dead are left in peace.
    """
    ids = [patient_id] if patient_id else await _answered_for(respondent_id)
    patients = await Patient.filter(id__in=ids, deceased_at=None)
    return {patient.birth_date.year for patient in patients if patient.birth_date}


def _text(catalog: Catalog, body: Ask | Say) -> str:
    if isinstance(body, Ask) and body.form:
        return catalog.forms[body.form].item(body.item).sms
    return catalog.messages[body.message].sms


async def _answered_for(respondent_id: UUID) -> list[UUID]:
    roles = await RespondentRole.filter(respondent_id=respondent_id, active=True)
    return [role.patient_id for role in roles]


async def _fresh(row: Outgoing, point: ContactPoint, now: datetime) -> str:
    """Draw a code nobody holds; empty when they are nearly all taken."""
    for _ in range(_DRAWS):
        code = f"{secrets.randbelow(10**6):06d}"
        made = PageCode(
            code_hash=code_hash(code),
            message_id=row.id,
            contact_point_id=point.id,
            created_at=now,
            expires_at=now + GOOD_FOR,
        )
        await PageCode.filter(code_hash=made.code_hash, expires_at__lte=now).delete()
        if await insert_once(made):
            return code
    return ""
