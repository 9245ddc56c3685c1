"""The pages of the staff: staff room, phone list, records; mounted under /staff."""

from __future__ import annotations

from aiohttp import web

from bot.console import (
    bedside,
    booking,
    booking_breaches,
    booking_clinics,
    booking_consult,
    booking_files,
    booking_new,
    booking_notices,
    booking_recalls,
    booking_requests,
    booking_sessions,
    booking_slip,
    booking_visit,
    calls,
    channels,
    checks,
    complaints,
    complaints_acts,
    complaints_case,
    complaints_facts,
    complaints_files,
    complaints_improvements,
    complaints_new,
    complaints_praise,
    departments,
    duty,
    files,
    home_visits,
    knowledge,
    links,
    live,
    load,
    patients,
    people,
    questions,
    records,
    report_records,
    reports,
    room,
    room_feed,
    room_orders,
    sign_in,
    staff_account,
    talks,
    verification,
)
from bot.console.guard import guard
from bot.console.pages import STATIC, environment

PREFIX = "/staff"
_BOOK = (
    booking,
    booking_new,
    booking_slip,
    booking_visit,
    booking_sessions,
    booking_consult,
    booking_breaches,
    booking_recalls,
    booking_requests,
    booking_notices,
    booking_files,
    booking_clinics,
)
_COMPLAINTS = (
    complaints,
    complaints_new,
    complaints_files,
    complaints_case,
    complaints_acts,
    complaints_facts,
    complaints_improvements,
    complaints_praise,
)
_PAGES = (
    sign_in,
    room,
    room_feed,
    room_orders,
    links,
    talks,
    calls,
    bedside,
    files,
    home_visits,
    questions,
    patients,
    checks,
    load,
    verification,
    records,
    people,
    departments,
    channels,
    staff_account,
    duty,
    knowledge,
    report_records,
    reports,
    *_BOOK,
    *_COMPLAINTS,
)


def setup(app: web.Application) -> None:
    """Mount the staff's pages; the application carries DESK, CLOCK and SECURE_COOKIES."""
    app.add_subapp(PREFIX, console())


def console() -> web.Application:
    """Build the part of the application that is the staff's."""
    part = web.Application(middlewares=[guard])
    environment(part)
    part.router.add_static("/static", STATIC)
    for pages in _PAGES:
        part.router.add_routes(pages.ROUTES)
    live.setup(part)
    return part
