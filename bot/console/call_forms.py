"""What the forms beside a call send: its result, and the questionnaire filled in on the phone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from multidict import MultiMapping

from dialogs.timing import HOSPITAL_ZONE
from dialogs.timing.spans import local, moment
from dialogs.turn import Reply
from handlers.calls import CallReport, CallResult
from handlers.phone_form import Entry

_IN_TWO_HOURS: Final = "2h"
_MORNING: Final = "morning"
_A_DAY: Final = timedelta(days=1)


def report_of(form: MultiMapping[Any], now: datetime) -> CallReport:
    """Read a result; one button may carry its reason (refused:F24) or its hour (call_later:2h)."""
    result, _, detail = str(form.get("result", "")).partition(":")
    if result not in set(CallResult):
        raise web.HTTPBadRequest
    later = _later(detail, now) if result == CallResult.CALL_LATER else None
    return CallReport(
        CallResult(result),
        reason=detail if result == CallResult.REFUSED and detail else _reason(form, result),
        note=str(form.get("note", "")),
        call_at=later or _moment(str(form.get("call_at", ""))),
        contact_point_id=known_id(str(form.get("number", ""))),
    )


def entry_of(form: MultiMapping[Any]) -> Entry:
    """Read the questionnaire as the nurse sent it."""
    return Entry(
        replies=_replies(form),
        header=head_of(form),
        complete=form.get("do") == "complete",
        reason=str(form.get("reason", "")),
        note=str(form.get("note", "")),
    )


def _later(detail: str, now: datetime) -> datetime | None:
    """Say when a button means: in two hours, or the next morning at nine."""
    tomorrow = local(now).date() + _A_DAY
    return {_IN_TWO_HOURS: now + timedelta(hours=2), _MORNING: moment(tomorrow, time(9))}.get(
        detail
    )


def head_of(form: MultiMapping[Any]) -> dict[str, str]:
    """Read the fields `h:key` of the head."""
    return {name[2:]: str(form[name]) for name in form if name.startswith("h:")}


def _replies(form: MultiMapping[Any]) -> dict[str, Reply]:
    """Read the fields `k:form.item` (pressed keys) and `t:form.item` (written words)."""
    found: dict[str, Reply] = {}
    for field in form:
        kind, _, question = field.partition(":")
        if kind == "k":
            found[question] = Reply(keys=tuple(str(key) for key in form.getall(field)))
        elif kind == "t":
            found[question] = Reply(text=str(form[field]))
    return found


def _reason(form: MultiMapping[Any], result: str) -> str:
    return str(form.get(f"reason-{result}", ""))


def _moment(text: str) -> datetime | None:
    """Read what a date and time field sends: the time on the hospital's wall."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=HOSPITAL_ZONE)
    except ValueError:
        return None


def known_id(text: str) -> UUID | None:
    """Read an id; what is none is nobody's."""
    try:
        return UUID(text)
    except ValueError:
        return None
