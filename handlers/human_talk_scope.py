"""Whose talks are whose: the ward's go with their alert, the consult room's to its people."""

from __future__ import annotations

from collections.abc import Iterable

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from handlers.human_talk import open_talks
from handlers.scope import consults, may_open, may_open_alert, sees_alert, visible_alerts
from models.alert import Alert
from models.hospital import StaffMember
from models.room import HumanTalk, TalkDesk


def visible_talks(staff: StaffMember) -> QuerySet[HumanTalk]:
    """Select the open talks a member of staff may lead or follow."""
    return open_talks().filter(_seen_by(staff))


async def may_talk(staff: StaffMember, talk: HumanTalk) -> bool:
    """Tell whether somebody may read and lead a talk; the staff of other wards may not."""
    return bool(await who_may_talk([staff], talk))


async def who_may_talk(people: Iterable[StaffMember], talk: HumanTalk) -> list[StaffMember]:
    """Choose those who may lead a talk, with one statement for however many they are."""
    if talk.for_desk is TalkDesk.CONSULT:
        return [one for one in people if consults(one)]
    alert = await Alert.get_or_none(id=talk.alert_id).prefetch_related("department")
    if alert is None:
        return []
    return [one for one in people if sees_alert(one, alert) and may_open_alert(one, alert)]


def leads_talks(staff: StaffMember) -> bool:
    """Tell whether there may be talks for somebody at all."""
    return may_open(staff) or consults(staff) or bool(_complaint_levels(staff))


def _complaint_levels(staff: StaffMember) -> bool:
    return may_open_alert(staff, Alert(level="DISP"))


def _seen_by(staff: StaffMember) -> Q:
    alerts = Q(for_desk=TalkDesk.WARD, alert_id__in=Subquery(visible_alerts(staff).values("id")))
    at_ward = alerts if may_open(staff) or _complaint_levels(staff) else Q(id__in=[])
    return at_ward | Q(for_desk=TalkDesk.CONSULT) if consults(staff) else at_ward
