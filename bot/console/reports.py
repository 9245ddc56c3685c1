"""The month of follow-up on a page: figures, what is behind them, comment and signature (R1)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.console.booking_sheets import file, workbook
from bot.console.complaints_page import allowed
from bot.console.pages import desk_of, go_to, now_of, page, visitor_of
from bot.follow_up_cells import (
    BEHIND,
    cells_of,
    heading,
    legend,
    name_of,
    place_of,
    records_of,
    whole_shares,
)
from bot.follow_up_month import definitions, month_workbook, quality_workbook, reason_words
from bot.follow_up_paper import month_paper
from dialogs.timing import local
from handlers.casework.desks import follows_cases
from handlers.exports import note_export
from handlers.reports.follow_up_access import (
    issues_month,
    narrowed_to,
    opens_figure,
    reads_month,
    speaks_for,
)
from handlers.reports.follow_up_issue import issue_month, latest
from handlers.reports.follow_up_pack import MonthPack, pack_month, show_month
from handlers.reports.follow_up_reasons import pareto
from handlers.reports.follow_up_records import NO_REASON, RecordKind, kind_of, records_behind
from handlers.reports.follow_up_signing import LONGEST, Said, say_to_month
from handlers.reports.follow_up_words import MonthWords, month_words
from handlers.reports.period import Period, month_before, month_of
from handlers.scope import may_open
from handlers.staff_words import StaffWords, staff_words
from models.hospital import StaffMember

ROUTES: Final = web.RouteTableDef()
_HOME: Final = "/reports/follow-up"
_PRESENT: Final = -1
_DIGITS: Final = 6


@ROUTES.get(_HOME)
async def show_report(request: web.Request) -> web.Response:
    """Show a month as it was issued, or as it stands now."""
    staff, now = allowed(request, reads_month), now_of(request)
    period = _month(request)
    departments, issue = _departments(request), _issue(request)
    report = await show_month(desk_of(request), period, departments, now, issue)
    words = _words(request)
    return page(
        request,
        "follow_up_month",
        **_shared(request, period),
        report=report,
        lines=list(heading(desk_of(request), report))[1:],
        legend=legend(report.rules, words),
        columns=words["columns"],
        behind={key: name for key, name in BEHIND.items() if opens_figure(staff, name)},
        records_of=records_of,
        last_month=month_before(period).name,
        last_year=f"{period.first.replace(year=period.first.year - 1):%Y-%m}",
        rows=[(row, name_of(row, words), cells_of(row, words)) for row in report.rows],
        place_of=place_of,
        total=cells_of(report.total, words),
        shares=list(whole_shares(report, words)),
        reasons=pareto(report.total.figures, desk_of(request).language),
        notes=list(definitions(report, words)),
        marks=words["marks"],
        empty=words.say("empty"),
        total_word=words.say("total"),
        newest=await latest(period),
        may_issue=issues_month(staff) and period.ends <= now,
        speaks=[row for row in report.rows if speaks_for(staff, row.code)],
        longest=LONGEST,
    )


@ROUTES.get(f"{_HOME}/records")
async def show_records(request: web.Request) -> web.Response:
    """Show the stays or rounds a figure counts, masked, page by page."""
    staff, now = allowed(request, reads_month), now_of(request)
    period, figure = _month(request), request.query.get("figure", "")
    departments, desk = _departments(request), desk_of(request)
    if not opens_figure(staff, figure):
        raise web.HTTPNotFound
    page_asked = _number(request, "page", 1)
    found = await records_behind(figure, period, departments, now, page_asked, desk.figures)
    if found is None:
        raise web.HTTPNotFound
    words, known, kind = _words(request), staff_words(desk.language), kind_of(figure)
    return page(
        request,
        "follow_up_records",
        **_shared(request, period),
        found=found,
        figure=figure,
        title=_title(figure, words, known),
        columns={**words["detail_columns"], **words["case_columns"]},
        kind=kind,
        states=_states(kind, words, known),
        said=words["said"],
        reason=lambda code: reason_words(code, known),
        lead=_lead(kind, staff),
    )


@ROUTES.get(f"{_HOME}.xlsx")
async def give_xlsx(request: web.Request) -> web.Response:
    """Give the month as xlsx."""
    period, pack = await _packed(request)
    body = await asyncio.to_thread(month_workbook, desk_of(request), pack)
    return workbook(f"follow-up-{period.name}.xlsx", body)


@ROUTES.get(f"{_HOME}.pdf")
async def give_pdf(request: web.Request) -> web.Response:
    """Give the month as PDF."""
    period, pack = await _packed(request)
    body = await asyncio.to_thread(month_paper, desk_of(request), pack)
    return file(f"follow-up-{period.name}.pdf", "application/pdf", body)


@ROUTES.get("/reports/unfinished.xlsx")
async def give_quality(request: web.Request) -> web.Response:
    """Give what is unfinished and what data is missing (R7)."""
    period, pack = await _packed(request)
    body = await asyncio.to_thread(quality_workbook, desk_of(request), pack)
    return workbook(f"unfinished-{period.name}.xlsx", body)


@ROUTES.post(f"{_HOME}/issue")
async def issue(request: web.Request) -> web.Response:
    """Issue a month that is over, or issue it anew."""
    staff, now = allowed(request, issues_month), now_of(request)
    period = _month_in(str((await request.post()).get("month", "")), now)
    if period.ends > now:
        return _back(period, "not_over")
    await issue_month(period, staff.username, now, desk_of(request).figures)
    return _back(period, "issued")


@ROUTES.post(f"{_HOME}/comment")
async def comment(request: web.Request) -> web.Response:
    """Keep what a department says to its month, or sign it."""
    staff, now = allowed(request, reads_month), now_of(request)
    form = await request.post()
    period = _month_in(str(form.get("month", "")), now)
    text, sign = str(form.get("comment", "")), form.get("do") == "sign"
    code = str(form.get("department", ""))
    said = await say_to_month(staff, period, code, text, now, sign=sign)
    if said is Said.NOT_FOUND:
        raise web.HTTPNotFound
    return _back(period, said.value)


async def _packed(request: web.Request) -> tuple[Period, MonthPack]:
    """Pack what somebody may read, on record."""
    staff, now = allowed(request, reads_month), now_of(request)
    period = _month(request)
    pack = await pack_month(desk_of(request), period, _departments(request), now, _issue(request))
    await note_export(staff.username, "follow_up_month", pack.count, now)
    return period, pack


def _shared(request: web.Request, period: Period) -> dict[str, Any]:
    words, code = _words(request), request.query.get("said", "")
    return {
        "p": words["page"],
        "month": period.name,
        "department": request.query.get("department", ""),
        "issue": _issue(request),
        "told": words["told"].get(code, ""),
        "good": code in ("issued", "saved", "signed"),
    }


def _words(request: web.Request) -> MonthWords:
    return month_words(desk_of(request).language)


def _title(figure: str, words: MonthWords, known: StaffWords) -> str:
    """Name a figure; one of a reason by its words."""
    titles, (kind, _, code) = words["record_titles"], figure.partition("-")
    if not code:
        return titles[figure]
    named = words["groups"].get(code) if kind == "group" else reason_words(code, known)
    return titles["reason"].format(what=words.say("no_reason") if code == NO_REASON else named)


def _states(kind: RecordKind, words: MonthWords, known: StaffWords) -> Mapping[str, str]:
    if kind is RecordKind.ALERT:
        return known.statuses
    return known.complaint_states if kind is RecordKind.COMPLAINT else words["states"]


def _lead(kind: RecordKind, staff: StaffMember) -> str:
    """Say where records of a kind are opened, for those who may; empty for others."""
    if kind is RecordKind.COMPLAINT:
        return "/staff/complaints/" if follows_cases(staff) else ""
    place = "/staff/alerts/" if kind is RecordKind.ALERT else "/staff/patients/"
    return place if may_open(staff) else ""


def _month(request: web.Request) -> Period:
    return _month_in(request.query.get("month", ""), now_of(request))


def _month_in(text: str, now: datetime) -> Period:
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


def _departments(request: web.Request) -> Sequence[str] | None:
    try:
        return narrowed_to(visitor_of(request).staff, request.query.get("department", ""))
    except LookupError:
        raise web.HTTPNotFound from None


def _issue(request: web.Request) -> int:
    return _number(request, "issue", 0)


def _number(request: web.Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, "")
    small = len(text) < _DIGITS and text.removeprefix("-").isdecimal()
    return max(int(text), _PRESENT) if small else otherwise


def _back(period: Period, said: str) -> web.Response:
    return go_to(f"/staff{_HOME}?month={period.name}&said={said}")
