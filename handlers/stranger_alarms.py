"""Danger in the words of somebody nobody knows: an alert without a patient, a safety text."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dialogs.catalog import load_tables
from dialogs.levels import Level, graver
from dialogs.tagging.alarms import alarms_in
from dialogs.tagging.complaint import tag
from dialogs.tagging.danger import Danger
from dialogs.wording import fill
from handlers.accounts import Account
from handlers.alerts import RaisedAlert, note, raise_alert
from handlers.desk import Desk
from handlers.unsent import reason_of
from models.alert import Alert, AlertEvent, AlertStatus
from models.people import System
from models.unit import unit_of_work

# what is written after an alarm is about it, until a day has passed
_ABOUT_IT: Final = timedelta(hours=24)
_STRANGER: Final = "stranger:"
_HELPED_BY: Final = ("tel",)


async def alarm(desk: Desk, account: Account, text: str, now: datetime) -> str:
    """Put danger before a nurse at once and return the safety text; empty when there is none.

    The caller holds the claim of the account: two messages at once are one alarm. A nurse cannot
    phone an account, so the text asks for a name and a number; a number that wrote by SMS stands
    beside the alert, as does what comes next.
    """
    found = alarms_in(text, tag(text, lexicon=desk.own_words()).urgent_type)
    dangers = [danger for danger in found if danger.level]
    standing = await _standing(account, now)
    if standing is not None and text:
        await note(standing, AlertEvent.PATIENT_WROTE, now, detail=text)
    if not dangers:
        return _said(desk, account, found[0].message) if found and found[0].message else ""
    level = Level(dangers[0].level)
    if standing is None or graver(level, Level(standing.level)):
        await _raise(desk, account, dangers[0], text, now)
    return _safety(desk, account, level, dangers[0])


async def note_unanswered(account: Account, error: str, now: datetime) -> None:
    """Write beside the alarm that its writer was told nothing, why, and which number to call."""

    async def work() -> None:
        alert = await _standing(account, now)
        if alert is not None:
            await _note(alert, "S-STRANGER-UNTOLD", account, now, why=reason_of(error))

    await unit_of_work(work)


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
    alert = await raise_alert(desk, finding, now)
    if account.system is System.PHONE:
        await _note(alert, "S-STRANGER-NUMBER", account, now)


async def _note(alert: Alert, words: str, account: Account, now: datetime, **more: str) -> None:
    said = load_tables("staff")[words]["text"].format(number=account.address, **more)
    await note(alert, AlertEvent.NOTED, now, detail=said)


def _safety(desk: Desk, account: Account, level: Level, danger: Danger) -> str:
    """A danger of this minute gets its own text; what may wait gets no promise of a call."""
    if level is not Level.L1:
        return _said(desk, account, "M-STRANGER-SOON")
    own = _said(desk, account, danger.message) if danger.message else ""
    return f"{own}\n{_said(desk, account, 'M-STRANGER-WHO')}".strip()


def _said(desk: Desk, account: Account, message: str) -> str:
    """Say it in the words of the channel: by SMS those that are filed with the provider."""
    words = desk.catalog.messages[message]
    text = words.sms if account.system is System.PHONE and words.sms else words.text
    return fill(text, {"tel": desk.switchboard}, _HELPED_BY)


def _occurrence(account: Account) -> str:
    return f"{_STRANGER}{account.index}:"
