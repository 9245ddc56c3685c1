"""The web address of a person: one for all browsers that proved whose they are."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from models.people import ContactKind, ContactPoint, ContactStatus, Respondent, System


async def prove_web_address(respondent: Respondent, now: datetime) -> ContactPoint:
    """Return the respondent's web address, proven now; the caller holds the respondent's lock."""
    known = await ContactPoint.filter(
        respondent_id=respondent.id,
        system=System.WEB,
        status=ContactStatus.OK,
        wrong_at=None,
    ).first()
    point = known or ContactPoint(
        respondent_id=respondent.id,
        system=System.WEB,
        kind=ContactKind.LINK,
        value=uuid4().hex,
        status=ContactStatus.OK,
    )
    point.verified_at = now
    await point.save()
    return point
