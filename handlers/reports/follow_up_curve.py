"""The rate of follow-up month by month (M1): counted by the database, day by day of discharge."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeAlias
from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from handlers.reports.follow_up_facts import discharged_in
from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_rules import DIED, FigureRules
from handlers.reports.period import Period
from models.care import Encounter, TaskStatus
from models.hospital import Department

_GROUP: Final = ("discharged_on", "department_id")
_REACHED: Final = Q(tasks__reached_at__isnull=False) | Q(tasks__status=TaskStatus.COMPLETED)
_Place: TypeAlias = tuple[date, UUID | None]


async def curve(
    month: Period, departments: Sequence[str] | None, rules: FigureRules
) -> Mapping[tuple[date, str], Share]:
    """Return M1 of each month of a year up to this one and of the year before.

    By first day and department code. The month before January is in it too.
    """
    both = Period(date(month.first.year - 1, 1, 1), month.last)
    stays = discharged_in(both, departments)
    whole, part = Counter(await _counted(stays)), await _counted(stays.filter(_REACHED))
    if not rules.deaths_count:
        whole.subtract(await _deaths(stays))
    codes: dict[UUID | None, str] = {
        row.id: row.code for row in await Department.all().only("id", "code")
    }
    return _months(part, whole, codes)


async def _counted(stays: QuerySet[Encounter]) -> dict[_Place, int]:
    """Count stays by day and department."""
    rows = stays.annotate(stays=Count("id", distinct=True)).group_by(*_GROUP)
    found: list[dict[str, Any]] = await rows.values(*_GROUP, "stays")
    return {(row["discharged_on"], row["department_id"]): row["stays"] for row in found}


async def _deaths(stays: QuerySet[Encounter]) -> Counter[_Place]:
    """Count those who died before anybody was in touch: few enough to be looked at one by one."""
    died = stays.filter(Q(exclusion=DIED) | Q(exclusion="", tasks__reason=DIED))
    found = set(await died.values_list("id", *_GROUP))
    reached = await stays.filter(_REACHED, id__in=[row[0] for row in found]).values_list(
        "id", flat=True
    )
    return Counter((day, department) for key, day, department in found if key not in set(reached))


def _months(
    part: Mapping[_Place, int], whole: Mapping[_Place, int], codes: Mapping[UUID | None, str]
) -> Mapping[tuple[date, str], Share]:
    months: dict[tuple[date, str], Share] = defaultdict(Share)
    for (day, department), count in whole.items():
        key = (day.replace(day=1), codes.get(department, ""))
        months[key] += Share(part.get((day, department), 0), count)
    return dict(months)
