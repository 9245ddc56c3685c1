"""Which month, department, issue and page somebody asks a report for; what is none is not found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.console.pages import desk_of, now_of, visitor_of
from dialogs.timing import local
from handlers.reports.follow_up_access import narrowed_to
from handlers.reports.follow_up_words import MonthWords, month_words
from handlers.reports.period import Period, month_before, month_of

HOME: Final = "/reports/follow-up"
# an issue that asks for the figures as they stand
_PRESENT: Final = -1
_DIGITS: Final = 6


def month_asked(request: web.Request) -> Period:
    """Return the month an address names."""
    return month_in(request.query.get("month", ""), now_of(request))


def month_in(text: str, now: datetime) -> Period:
    """Read a month; none named is the last one, and what is none, or to come, is not found."""
    if not text:
        return month_before(month_of(f"{local(now):%Y-%m}"))
    try:
        period = month_of(text)
    except ValueError:
        raise web.HTTPNotFound from None
    if period.begins > now:
        raise web.HTTPNotFound
    return period


def departments_asked(request: web.Request) -> Sequence[str] | None:
    """Return the departments to report on, of those that are somebody's to read; None for all."""
    try:
        return narrowed_to(visitor_of(request).staff, request.query.get("department", ""))
    except LookupError:
        raise web.HTTPNotFound from None


def issue_asked(request: web.Request) -> int:
    """Return the issue: 0 for the newest, -1 for the figures as they stand."""
    return number_asked(request, "issue", 0)


def number_asked(request: web.Request, name: str, otherwise: int) -> int:
    """Return a number of an address."""
    text = request.query.get(name, "")
    small = len(text) < _DIGITS and text.removeprefix("-").isdecimal()
    return max(int(text), _PRESENT) if small else otherwise


def words_of(request: web.Request) -> MonthWords:
    """Return the words of the report in the language of the pages."""
    return month_words(desk_of(request).language)


def shared_words(request: web.Request, period: Period) -> dict[str, Any]:
    """Return what all pages of the report say."""
    words, code = words_of(request), request.query.get("said", "")
    return {
        "p": words["page"],
        "month": period.name,
        "department": request.query.get("department", ""),
        "issue": issue_asked(request),
        "told": words["told"].get(code, ""),
        "good": code in ("issued", "saved", "signed"),
    }
