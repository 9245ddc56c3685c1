"""What each colleague has in hand: calls, alerts, questions, talks (R024, R255)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from tortoise.functions import Count
from tortoise.queryset import QuerySet

from dialogs.timing import local
from dialogs.timing.spans import moment
from handlers.questions.following import BEFORE_TOLD
from models.alert import Alert, AlertStatus
from models.care import FollowUpTask, TaskStatus
from models.room import HumanTalk
from models.ward_week import QuestionTicket

_EVENING: Final = time(23, 59)


@dataclass(frozen=True, slots=True)
class StaffLoad:
    """How much is somebody's now; `due_today` are those of the calls that end with this day."""

    calls: int = 0
    due_today: int = 0
    alerts: int = 0
    questions: int = 0
    talks: int = 0

    @property
    def all(self) -> int:
        """Everything that waits for this person."""
        return self.calls + self.alerts + self.questions + self.talks


async def loads_of_all(now: datetime) -> dict[UUID, StaffLoad]:
    """Count what is in hand; whoever is not named has nothing."""
    calls = FollowUpTask.filter(status=TaskStatus.PHONE_LIST, encounter__withdrawn_at__isnull=True)
    evening = moment(local(now).date(), _EVENING)
    counted = {
        "calls": await _count(calls, "assigned_to_id"),
        "due_today": await _count(calls.filter(deadline_at__lte=evening), "assigned_to_id"),
        "alerts": await _count(Alert.filter(status=AlertStatus.CLAIMED), "claimed_by_id"),
        "questions": await _count(QuestionTicket.filter(state__in=BEFORE_TOLD), "liaison_id"),
        "talks": await _count(HumanTalk.filter(closed_at__isnull=True), "staff_id"),
    }
    people = {one for found in counted.values() for one in found}
    return {
        one: StaffLoad(**{name: found.get(one, 0) for name, found in counted.items()})
        for one in people
    }


async def _count(rows: QuerySet[Any], whose: str) -> Mapping[UUID, int]:
    held = rows.filter(**{f"{whose}__not_isnull": True}).annotate(n=Count("id")).group_by(whose)
    return {UUID(str(one)): n for one, n in await held.values_list(whose, "n")}
