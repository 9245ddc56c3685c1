"""The reports on complaints and alerts, and a case's evidence pack, as files; each on record."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from bot.console.booking_sheets import file, workbook
from bot.console.complaints_case import NUMBER
from bot.console.complaints_page import allowed
from bot.console.complaints_praise import month_asked
from bot.console.pages import desk_of, go_to, now_of, visitor_of
from bot.evidence_pack import draw_pack, zip_pack
from bot.keys import MEDIA
from bot.month_reports import alerts_workbook, complaint_workbook
from handlers.casework.access import disputes_visible
from handlers.casework.desks import follows_cases
from handlers.casework.packing import pack_complaint
from handlers.exports import note_export
from handlers.reports.alerts_handled import reads_alerts, report_alerts_for
from handlers.reports.complaint_month import report_complaints
from handlers.reports.period import period_of

ROUTES: Final = web.RouteTableDef()
_TYPES: Final = {"pdf": "application/pdf", "zip": "application/zip"}


@ROUTES.get("/complaints/month.xlsx")
async def give_month(request: web.Request) -> web.Response:
    """Give the month's complaints (R4); the sheet of disputes to who sees disputes."""
    staff, now = allowed(request, follows_cases), now_of(request)
    month = month_asked(request, request.query.get("month", ""))
    report = await report_complaints(month, now)
    disputes = disputes_visible(staff)
    body = await asyncio.to_thread(complaint_workbook, desk_of(request), report, disputes=disputes)
    await note_export(staff.username, "complaint_month", report.received, now)
    return workbook(f"complaints-{month.name}.xlsx", body)


@ROUTES.get("/alerts/handled.xlsx")
async def give_alerts(request: web.Request) -> web.Response:
    """Give the alerts of a day or a month (R8), as far as they are this person's to read."""
    staff, now = allowed(request, reads_alerts), now_of(request)
    try:
        period = period_of(request.query.get("period", ""))
    except ValueError:
        return go_to("/staff", "bad_period")
    report = await report_alerts_for(staff, period, now)
    body = await asyncio.to_thread(alerts_workbook, desk_of(request), report)
    await note_export(staff.username, "alerts", len(report.lines), now)
    return workbook(f"alerts-{period.name}.xlsx", body)


@ROUTES.post(f"/complaints/{NUMBER}/pack")
async def give_pack(request: web.Request) -> web.Response:
    """Give everything about a case for an inspection (R24)."""
    form = await request.post()
    kind, number = str(form.get("kind", "")), request.match_info["number"]
    if kind not in _TYPES:
        raise web.HTTPBadRequest
    staff, desk = visitor_of(request).staff, desk_of(request)
    names = form.get("names") == "1"
    pack = await pack_complaint(number, staff, desk, now_of(request), kind=kind, names=names)
    if pack is None:
        raise web.HTTPNotFound
    if kind == "pdf":
        body = await asyncio.to_thread(draw_pack, pack, desk)
    else:
        body = await asyncio.to_thread(zip_pack, pack, desk, request.config_dict.get(MEDIA))
    return file(f"{number}.{kind}", _TYPES[kind], body)
