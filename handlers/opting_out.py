"""A stop in the patient's own words: all at once, narrowed by a reply, or taken back (PIPL 15).

All that one stop ends bears its instant, so that narrowing opens just that again.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from dialogs.actions import StopScope
from handlers.matters import Matter
from handlers.reopened_rounds import reopen_rounds
from models.conversation import Dialog, DialogKind, DialogStatus
from models.people import (
    Consent,
    ConsentBasis,
    ConsentPurpose,
    ContactPoint,
    Patient,
    RespondentRole,
    ResponderRole,
)

_RENEWED: Final = (ConsentPurpose.FOLLOW_UP, ConsentPurpose.REMINDER, ConsentPurpose.SURVEY)
_GOES_ON: Final = {
    StopScope.SURVEYS: (ConsentPurpose.FOLLOW_UP, ConsentPurpose.REMINDER),
    StopScope.QUESTIONS: (ConsentPurpose.REMINDER,),
}
_TEXT: Final = "M-STOP:1"


async def answered_for(matter: Matter) -> list[UUID]:
    """Return the patients this respondent answers for, the one it is about among them.

    A relative answers for a patient nobody else does; who has an own address answers for themself.
    """
    own = await RespondentRole.filter(respondent_id=matter.conversation.respondent_id, active=True)
    found = {matter.patient_id} if matter.patient_id else set[UUID]()
    for role in own:
        if role.role is not ResponderRole.RELATIVE or not await _is_asked_elsewhere(role):
            found.add(role.patient_id)
    return sorted(found)


async def refuses_surveys(patient: Patient) -> bool:
    """Tell whether surveys are not wanted: a purpose of its own (PIPL 14)."""
    rows = Consent.filter(patient_id=patient.id, purpose=ConsentPurpose.SURVEY, granted=False)
    return await rows.filter(withdrawn_at__isnull=True).exists()


async def stop_everything(matter: Matter) -> None:
    """Close every address of the respondent, and withdraw what was agreed to, for each purpose."""
    point, now = matter.contact_point, matter.now
    consents = Consent.filter(
        patient_id__in=await answered_for(matter),
        granted=True,
        withdrawn_at__isnull=True,
    )
    if point.opted_out_at is not None and not await consents.exists():
        return  # said again: what the first one stopped bears its instant
    await consents.update(withdrawn_at=now)
    points = ContactPoint.filter(respondent_id=point.respondent_id, opted_out_at__isnull=True)
    await points.update(opted_out_at=now)
    point.opted_out_at = now
    await point.save(update_fields=["opted_out_at"])
    await _end_waiting(matter)


async def narrow(matter: Matter, scope: StopScope) -> None:
    """Open again what the stop need not have ended; of surveys a refusal stays."""
    stopped_at, patients = matter.contact_point.opted_out_at, await answered_for(matter)
    if stopped_at is None and scope is StopScope.QUESTIONS:
        # written to again since, for a new stay: what is chosen now holds for that too
        await stop_everything(matter)
    stopped_at = stopped_at or matter.now
    ended = Consent.filter(patient_id__in=patients, withdrawn_at=stopped_at)
    await ended.filter(purpose__in=_GOES_ON[scope]).update(withdrawn_at=None)
    for patient_id in patients:
        await _refuse_surveys(matter, patient_id)
    if scope is StopScope.SURVEYS:
        await reopen_rounds(matter, patients, stopped_at)
    respondent = matter.contact_point.respondent_id
    closed = ContactPoint.filter(respondent_id=respondent, opted_out_at=stopped_at)
    await closed.update(opted_out_at=None)
    matter.contact_point.opted_out_at = None


async def allow(matter: Matter) -> None:
    """Write again: the addresses are open, and what was withdrawn stands anew.

    Plans that were stopped stay stopped; a new stay makes a new one.
    """
    points = ContactPoint.filter(respondent_id=matter.contact_point.respondent_id)
    await points.update(opted_out_at=None)
    matter.contact_point.opted_out_at = None
    for patient_id in await answered_for(matter):
        refusals = Consent.filter(
            patient_id=patient_id, purpose=ConsentPurpose.SURVEY, granted=False
        )
        await refusals.filter(withdrawn_at__isnull=True).update(withdrawn_at=matter.now)
        for purpose in _RENEWED:
            await _renew(patient_id, purpose)


async def _renew(patient_id: UUID, purpose: ConsentPurpose) -> None:
    newest = await Consent.filter(patient_id=patient_id, purpose=purpose).order_by("-at").first()
    if newest is not None and newest.granted:
        await Consent.filter(id=newest.id).update(withdrawn_at=None)


async def _is_asked_elsewhere(role: RespondentRole) -> bool:
    others = RespondentRole.filter(patient_id=role.patient_id, active=True)
    own = others.exclude(role=ResponderRole.RELATIVE)
    return await own.exclude(respondent_id=role.respondent_id).exists()


async def _end_waiting(matter: Matter) -> None:
    """What waited for its turn in this conversation is not begun any more."""
    rows = Dialog.filter(conversation_id=matter.conversation.id, status=DialogStatus.WAITING)
    waiting = rows.exclude(kind__in=(DialogKind.APPOINTMENT, DialogKind.COMPLAINT))
    await waiting.update(status=DialogStatus.CLOSED, outcome="opted_out", closed_at=matter.now)


async def _refuse_surveys(matter: Matter, patient_id: UUID) -> None:
    await Consent.create(
        patient_id=patient_id,
        respondent_id=matter.conversation.respondent_id,
        purpose=ConsentPurpose.SURVEY,
        basis=ConsentBasis.CONSENT,
        granted=False,
        text_version=_TEXT,
        channel=matter.contact_point.system.channel,
        recorded_by="patient",
        at=matter.now,
    )
