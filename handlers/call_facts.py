"""What is known of many calls at once, in a handful of statements however many there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from tortoise.expressions import Subquery
from tortoise.functions import Count, Max
from tortoise.queryset import QuerySet

from handlers.call_order import CallFacts, Danger
from handlers.scope import CLINICAL_LEVELS
from handlers.tasks import PhoneReason
from models.alert import Alert, AlertLevel, AlertStatus
from models.audit import AuditEntry
from models.care import BedsideCheck, FollowUpTask, RiskTier, TaskKind

TRY: Final = "call."
MISSED: Final = ("call.no_answer", "call.busy")
_GRAVE: Final = (PhoneReason.DANGER, PhoneReason.DEATH_UNCLEAR)
_COLUMNS: Final = (
    "id",
    "deadline_at",
    "call_at",
    "phone_reason",
    "attempts",
    "encounter_id",
    "encounter__patient_id",
    "encounter__risk",
    "kind",
)


async def facts_of(rows: QuerySet[FollowUpTask]) -> list[CallFacts]:
    """Gather what decides the order of these calls."""
    found = await rows.values_list(*_COLUMNS)
    red, orange = await _endangered()
    stays = Subquery(rows.values("encounter_id"))
    answered = await _answered(stays)
    wishes = await _wishes(stays)
    missed = await _missed([row[0] for row in found if row[4]])
    tried = _last_tries(
        (patient, missed[task][1]) for task, *_, patient, _, _ in found if task in missed
    )
    calls = []
    for task, deadline, call_at, reason, _, stay, patient, risk, kind in found:
        count, _ = missed.get(task, (0, None))
        last = tried.get(patient)
        danger = _danger(reason, risk, red=patient in red, orange=patient in orange)
        wish = wishes.get(stay, "")
        call = CallFacts(task, deadline, danger, call_at, wish, stay in answered, count, last)
        is_visit = kind == TaskKind.HOME_VISIT
        calls.append(replace(call, patient_id=patient, is_visit=is_visit))
    return calls


def _last_tries(misses: Iterable[tuple[UUID, datetime]]) -> Mapping[UUID, datetime]:
    """Return when a patient was last not to be had: the number rests, whichever round it is."""
    found: dict[UUID, datetime] = {}
    for patient, at in misses:
        found[patient] = max(at, found.get(patient, at))
    return found


def _danger(reason: str, risk: str, *, red: bool, orange: bool) -> Danger:
    if red:
        return Danger.RED
    if orange or reason in _GRAVE:
        return Danger.ORANGE
    return Danger.HIGH_RISK if risk == RiskTier.HIGH else Danger.NONE


async def _endangered() -> tuple[set[UUID], set[UUID]]:
    """Return the patients with an open red alert, and those with an open orange one."""
    alerts = Alert.filter(level__in=CLINICAL_LEVELS, drill=False, patient_id__not_isnull=True)
    rows = await alerts.exclude(status=AlertStatus.CLOSED).values_list("patient_id", "level")
    red = {patient for patient, level in rows if level == AlertLevel.L1}
    return red, {patient for patient, _ in rows} - red


async def _answered(stays: Subquery) -> set[UUID]:
    """Return the stays of which an earlier round got an answer."""
    rows = FollowUpTask.filter(encounter_id__in=stays, reached_at__isnull=False)
    return {stay for (stay,) in await rows.values_list("encounter_id")}


async def _wishes(stays: Subquery) -> Mapping[UUID, str]:
    rows = BedsideCheck.filter(encounter_id__in=stays).exclude(best_time="")
    return dict(await rows.values_list("encounter_id", "best_time"))


async def _missed(tasks: Collection[UUID]) -> Mapping[UUID, tuple[int, datetime]]:
    """Count the calls nobody answered, and say when the last one was."""
    if not tasks:
        return {}
    rows = AuditEntry.filter(subject__in=list(tasks), action__in=list(MISSED))
    counted = rows.annotate(n=Count("id"), last=Max("at")).group_by("subject")
    return {
        UUID(str(task)): (n, at)
        for task, n, at in await counted.values_list("subject", "n", "last")
    }
