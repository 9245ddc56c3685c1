"""The lists the desks keep as files: tomorrow's, a doctor's, the week's report; each on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from aiohttp import web

from bot.console.booking_page import YEARS, allowed, day_of, today_of
from bot.console.booking_sheets import workbook
from bot.console.pages import desk_of, now_of
from bot.day_lists import day_list_workbook, doctor_day_workbook
from bot.weekly_report import week_workbook
from handlers.booking.office_board import note_export
from handlers.booking.weekly import monday_of, report_on, week_name
from handlers.scope import DOCTORS, directs_book, keeps_book
from models.hospital import StaffMember

ROUTES: Final = web.RouteTableDef()
_A_DAY: Final = timedelta(days=1)


@ROUTES.get("/book/files/day.xlsx")
async def give_day(request: web.Request) -> web.Response:
    """Give the list of a day, tomorrow's if none is named: as it was frozen, else as it stands."""
    staff = allowed(request, keeps_book)
    day, now = day_of(request, today_of(request) + _A_DAY), now_of(request)
    body = await day_list_workbook(desk_of(request), day, now)
    await note_export(staff, "day_list", now, f"{day}")
    return workbook(f"day-{day}.xlsx", body)


@ROUTES.get("/book/files/doctor.xlsx")
async def give_doctor(request: web.Request) -> web.Response:
    """Give a doctor's log of a day; a doctor has the own one alone."""
    staff = allowed(request, _keeps_or_sees_patients)
    doctor = request.query.get("doctor", "") if keeps_book(staff) else staff.name
    if not doctor:
        raise web.HTTPNotFound
    day, now = day_of(request, today_of(request)), now_of(request)
    body = await doctor_day_workbook(desk_of(request), day, doctor, now)
    await note_export(staff, "doctor_day", now, f"{day} {doctor}")
    return workbook(f"log-{day}.xlsx", body)


@ROUTES.get("/book/files/week.xlsx")
async def give_week(request: web.Request) -> web.Response:
    """Give the report on a week, last week's if none is named."""
    staff = allowed(request, directs_book)
    monday, now = _monday(request), now_of(request)
    report = await report_on(monday, now)
    await note_export(staff, "week_report", now, week_name(monday))
    return workbook(f"{week_name(monday)}.xlsx", week_workbook(desk_of(request), report))


def _keeps_or_sees_patients(staff: StaffMember) -> bool:
    return keeps_book(staff) or staff.role in DOCTORS


def _monday(request: web.Request) -> date:
    """Read a week such as 2026-W48; what is none, or of no year of ours, is last week."""
    today = today_of(request)
    last = today - timedelta(days=today.weekday() + 7)
    try:
        monday = monday_of(request.query.get("week", ""))
    except ValueError:
        return last
    return monday if monday.year in YEARS else last
