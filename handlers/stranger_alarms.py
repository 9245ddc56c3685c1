"""Danger in the words of somebody nobody knows: an alert without a patient, a safety text."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dialogs.levels import Level, graver
from dialogs.tagging.alarms import alarms_in
from dialogs.tagging.complaint import tag
from dialogs.tagging.danger import Danger
from dialogs.wording import fill
from handlers.accounts import Account
from handlers.alerts import RaisedAlert, note, raise_alert
from handlers.desk import Desk
from models.alert import Alert, AlertEvent, AlertStatus

# what is written after an alarm is about it, until a day has passed
_ABOUT_IT: Final = timedelta(hours=24)
_STRANGER: Final = "stranger:"
_HELPED_BY: Final = ("tel",)


async def alarm(desk: Desk, account: Account, text: str, now: datetime) -> str:
    """Put danger before a nurse at once and return the safety text; empty when there is none.

    The caller holds the claim of the account: two messages at once are one alarm. A nurse cannot
    phone an account, so the text asks for a name and a number; what comes next is written beside
    the alert.
    """
    found = alarms_in(text, tag(text, lexicon=desk.own_words()).urgent_type)
    dangers = [danger for danger in found if danger.level]
    standing = await _standing(account, now)
    if standing is not None and text:
        await note(standing, AlertEvent.PATIENT_WROTE, now, detail=text)
    if not dangers:
        return _said(desk, found[0].message) if found and found[0].message else ""
    level = Level(dangers[0].level)
    if standing is None or graver(level, Level(standing.level)):
        await _raise(desk, account, dangers[0], text, now)
    return _safety(desk, level, dangers[0])


async def is_under_alarm(account: Account, now: datetime) -> bool:
    """Tell whether somebody unknown has alarmed us lately and nobody has closed it."""
    return await _standing(account, now) is not None


def is_of_stranger(alert: Alert) -> bool:
    """Tell whether an alert is about somebody no record is known of."""
    return (alert.occurrence or "").startswith(_STRANGER)


async def _standing(account: Account, now: datetime) -> Alert | None:
    mine = Alert.filter(occurrence__startswith=_occurrence(account), raised_at__gt=now - _ABOUT_IT)
    return await mine.exclude(status=AlertStatus.CLOSED).order_by("-raised_at").first()


async def _raise(desk: Desk, account: Account, danger: Danger, text: str, now: datetime) -> None:
    finding = RaisedAlert(
        Level(danger.level),
        danger.rule,
        f"{_occurrence(account)}{now.isoformat()}",
        words=text,
        kind=danger.kind,
    )
    await raise_alert(desk, finding, now)


def _safety(desk: Desk, level: Level, danger: Danger) -> str:
    """A danger of this minute gets its own text; what may wait gets no promise of a call."""
    if level is not Level.L1:
        return _said(desk, "M-STRANGER-SOON")
    own = _said(desk, danger.message) if danger.message else ""
    return f"{own}\n{_said(desk, 'M-STRANGER-WHO')}".strip()


def _said(desk: Desk, message: str) -> str:
    text = desk.catalog.messages[message].text
    return fill(text, {"tel": desk.switchboard}, _HELPED_BY)


def _occurrence(account: Account) -> str:
    return f"{_STRANGER}{account.index}:"
