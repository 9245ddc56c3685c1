"""The month of follow-up on a page: figures, what is behind them, comment and signature (R1)."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from bot.console.booking_sheets import file, workbook
from bot.console.complaints_page import allowed
from bot.console.pages import desk_of, go_to, now_of, page
from bot.console.report_asked import (
    HOME,
    departments_asked,
    issue_asked,
    month_asked,
    month_in,
    shared_words,
    words_of,
)
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
from bot.follow_up_month import definitions, month_workbook, quality_workbook
from bot.follow_up_paper import month_paper
from handlers.exports import note_export
from handlers.reports.follow_up_access import (
    issues_month,
    opens_figure,
    reads_month,
    speaks_for,
)
from handlers.reports.follow_up_issue import issue_month, latest
from handlers.reports.follow_up_pack import MonthPack, pack_month, show_month
from handlers.reports.follow_up_reasons import pareto
from handlers.reports.follow_up_signing import LONGEST, Said, say_to_month
from handlers.reports.period import Period, month_before

ROUTES: Final = web.RouteTableDef()


@ROUTES.get(HOME)
async def show_report(request: web.Request) -> web.Response:
    """Show a month as it was issued, or as it stands now."""
    staff, now = allowed(request, reads_month), now_of(request)
    period = month_asked(request)
    departments, issue = departments_asked(request), issue_asked(request)
    report = await show_month(desk_of(request), period, departments, now, issue)
    words = words_of(request)
    return page(
        request,
        "follow_up_month",
        **shared_words(request, period),
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
        shares=[
            (words.say("share", label=label, value=value), lacks)
            for label, value, lacks in whole_shares(report, words)
        ],
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


@ROUTES.get(f"{HOME}.xlsx")
async def give_xlsx(request: web.Request) -> web.Response:
    """Give the month as xlsx."""
    period, pack = await _packed(request)
    body = await asyncio.to_thread(month_workbook, desk_of(request), pack)
    return workbook(f"follow-up-{period.name}.xlsx", body)


@ROUTES.get(f"{HOME}.pdf")
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


@ROUTES.post(f"{HOME}/issue")
async def issue(request: web.Request) -> web.Response:
    """Issue a month that is over, or issue it anew."""
    staff, now = allowed(request, issues_month), now_of(request)
    period = month_in(str((await request.post()).get("month", "")), now)
    if period.ends > now:
        return _back(period, "not_over")
    await issue_month(period, staff.username, now, desk_of(request).figures)
    return _back(period, "issued")


@ROUTES.post(f"{HOME}/comment")
async def comment(request: web.Request) -> web.Response:
    """Keep what a department says to its month, or sign it."""
    staff, now = allowed(request, reads_month), now_of(request)
    form = await request.post()
    period = month_in(str(form.get("month", "")), now)
    text, sign = str(form.get("comment", "")), form.get("do") == "sign"
    code = str(form.get("department", ""))
    said = await say_to_month(staff, period, code, text, now, sign=sign)
    if said is Said.NOT_FOUND:
        raise web.HTTPNotFound
    return _back(period, said.value)


async def _packed(request: web.Request) -> tuple[Period, MonthPack]:
    """Pack what somebody may read, on record."""
    staff, now = allowed(request, reads_month), now_of(request)
    period = month_asked(request)
    pack = await pack_month(
        desk_of(request), period, departments_asked(request), now, issue_asked(request)
    )
    await note_export(staff.username, "follow_up_month", pack.count, now)
    return period, pack


def _back(period: Period, said: str) -> web.Response:
    return go_to(f"/staff{HOME}?month={period.name}&said={said}")
