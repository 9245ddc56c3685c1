"""What is behind a figure of the month: its stays, rounds, alerts or complaints (R203, R204)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from bot.console.complaints_page import allowed
from bot.console.pages import desk_of, now_of, page
from bot.console.report_asked import (
    HOME,
    departments_asked,
    month_asked,
    number_asked,
    shared_words,
    words_of,
)
from bot.follow_up_month import reason_words
from handlers.casework.desks import follows_cases
from handlers.reports.follow_up_access import opens_figure, reads_month
from handlers.reports.follow_up_records import NO_REASON, RecordKind, kind_of, records_behind
from handlers.reports.follow_up_words import MonthWords
from handlers.scope import may_open
from handlers.staff_words import StaffWords, staff_words
from models.hospital import StaffMember

ROUTES: Final = web.RouteTableDef()


@ROUTES.get(f"{HOME}/records")
async def show_records(request: web.Request) -> web.Response:
    """Show the stays or rounds a figure counts, masked, page by page."""
    staff, now = allowed(request, reads_month), now_of(request)
    period, figure = month_asked(request), request.query.get("figure", "")
    departments, desk = departments_asked(request), desk_of(request)
    if not opens_figure(staff, figure):
        raise web.HTTPNotFound
    page_asked = number_asked(request, "page", 1)
    found = await records_behind(figure, period, departments, now, page_asked, desk.figures)
    if found is None:
        raise web.HTTPNotFound
    words, known, kind = words_of(request), staff_words(desk.language), kind_of(figure)
    return page(
        request,
        "follow_up_records",
        **shared_words(request, period),
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
