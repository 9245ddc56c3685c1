"""My follow-up (我的随访): the question that still waits for an answer, else when we ask next."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.form import Option
from dialogs.timing import date_text, local
from dialogs.wording import fill, numbered
from handlers.contents import content_of
from handlers.desk import Desk
from models.care import FollowUpTask, TaskStatus
from models.conversation import Dialog, DialogKind, DialogStatus, Outgoing
from models.people import ContactPoint, RespondentRole

_LOOK_BACK: Final = 20


async def my_follow_up(desk: Desk, contact_point_id: UUID, now: datetime) -> str:
    """Say to a proven account where its follow-up stands; nothing is changed by it."""
    point = await ContactPoint.get(id=contact_point_id)
    question = await _question(point.respondent_id)
    if question:
        return _say(desk, "M-MENU-OPEN", q=question)
    patients = RespondentRole.filter(respondent_id=point.respondent_id)
    rounds = FollowUpTask.filter(
        encounter__patient_id__in=await patients.values_list("patient_id", flat=True),
        status=TaskStatus.PLANNED,
        due_at__gt=now,
    )
    following = await rounds.order_by("due_at").first()
    if following is None:
        return _say(desk, "M-MENU-NONE")
    day = date_text(local(following.due_at).date(), language=desk.language)
    return _say(desk, "M-MENU-NEXT", date=day)


async def _question(respondent_id: UUID) -> str:
    """Return the question asked last in the questionnaire that is open, with its choices."""
    open_now = await Dialog.filter(
        conversation__respondent_id=respondent_id,
        kind=DialogKind.QUESTIONNAIRE,
        status=DialogStatus.ACTIVE,
    ).first()
    if open_now is None:
        return ""
    sent = Outgoing.filter(conversation_id=open_now.conversation_id, dialog_id=open_now.id)
    for row in await sent.order_by("-position").limit(_LOOK_BACK):
        shown = content_of(row).shown
        if shown.get("turn") == open_now.turn and shown.get("text"):
            options = [Option(one["key"], one["label"]) for one in shown.get("options", ())]
            return "\n".join(filter(None, (str(shown["text"]), numbered(options))))
    return ""


def _say(desk: Desk, message: str, **values: str) -> str:
    return fill(desk.catalog.messages[message].text, {"hosp": desk.hospital, **values})
