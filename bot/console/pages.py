"""Rendering the staff's pages: templates, words, times as people say them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.keys import CLOCK, DESK
from dialogs.timing import date_text, due_text, local, weekday_text
from handlers.bedside import settles
from handlers.casework.desks import follows_cases, tells_facts
from handlers.desk import Desk
from handlers.human_talk_scope import leads_talks
from handlers.load_board import reads_load
from handlers.reports.alerts_handled import reads_alerts
from handlers.reports.follow_up_access import reads_month
from handlers.reports.follow_up_words import month_words
from handlers.scope import OFFICES, administers, may_open, sees_book
from handlers.sessions import Visitor
from handlers.staff_words import StaffWords, staff_words
from handlers.verification import verifies
from models.hospital import StaffMember

Clock = Callable[[], datetime]

_FOLDER: Final = Path(__file__).parent
STATIC: Final = _FOLDER / "static"
VISITOR: Final = web.RequestKey("visitor", Visitor)
LIST_MISSING: Final = web.RequestKey("list_missing", bool)
WALL_CLOCK: Final[web.AppKey[Clock]] = web.AppKey("wall_clock")
_MINUTE: Final = 60
_HOUR: Final = 60
_DAY: Final = 24 * 60


def environment(part: web.Application) -> None:
    """Give a part of the application its templates: autoescaped, nothing undefined."""
    aiohttp_jinja2.setup(
        part,
        loader=jinja2.FileSystemLoader(_FOLDER / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        default_helpers=False,
    )


def page(request: web.Request, name: str, status: int = 200, **values: Any) -> web.Response:
    """Render a template for whoever is asking."""
    known = {**_context(request), **values}
    return aiohttp_jinja2.render_template(f"{name}.html", request, known, status=status)


def desk_of(request: web.Request) -> Desk:
    """Return the desk the pages belong to."""
    return request.config_dict[DESK]


def now_of(request: web.Request) -> datetime:
    """Return the time it is for this application; in the demo a clock that can be run forward."""
    now: datetime = request.config_dict[CLOCK]()
    return now


def wall_time(request: web.Request) -> datetime:
    """Return the time by which people are signed in.

    A demo whose clock runs ahead sets WALL_CLOCK to the real one, so that nobody is signed out.
    """
    told = request.config_dict.get(WALL_CLOCK, request.config_dict[CLOCK])
    now: datetime = told()
    return now


def visitor_of(request: web.Request) -> Visitor:
    """Return who is asking; the guard has let nobody else through."""
    return request[VISITOR]


def go_to(path: str, said: str = "") -> web.Response:
    """Show a page after something was done; `said` is the code of a refusal."""
    joined = f"{path}{'&' if '?' in path else '?'}said={said}" if said else path
    return web.Response(status=303, headers={"Location": joined})


def said(request: web.Request) -> str:
    """Return the words of the code a page was sent to with; an unknown code says nothing."""
    return staff_words(desk_of(request).language).refusals.get(request.query.get("said", ""), "")


def _context(request: web.Request) -> dict[str, Any]:
    desk, now = desk_of(request), now_of(request)
    words = staff_words(desk.language)
    visitor = request.get(VISITOR)
    times = Times(now, desk.language, words)
    return {
        "hospital": desk.hospital,
        "language": desk.language,
        "words": words,
        "room": words.room,
        "now": now,
        "times": times,
        "version": static_version(),
        "path": request.path,
        "staff": visitor.staff if visitor else None,
        "csrf": visitor.session.csrf_token if visitor else "",
        "clinical": bool(visitor and may_open(visitor.staff)),
        "settles": bool(visitor and settles(visitor.staff)),
        "administers": bool(visitor and administers(visitor.staff)),
        "leads_talks": bool(visitor and leads_talks(visitor.staff)),
        "sees_book": bool(visitor and sees_book(visitor.staff)),
        "complaints_home": complaints_home(visitor.staff) if visitor else "",
        "reads_alerts": bool(visitor and reads_alerts(visitor.staff)),
        "reads_month": bool(visitor and reads_month(visitor.staff)),
        "month_title": month_words(desk.language)["page"]["title"],
        "reads_load": bool(visitor and reads_load(visitor.staff)),
        "verifies": bool(visitor and verifies(visitor.staff)),
        "list_missing": request.get(LIST_MISSING, False),
        "office": bool(visitor and visitor.staff.role in OFFICES),
    }


def complaints_home(staff: StaffMember) -> str:
    """Say where somebody's side of complaints begins: the board, what is asked, or the form."""
    if follows_cases(staff):
        return "/staff/complaints"
    return "/staff/facts" if tells_facts(staff) else "/staff/complaints/new"


class Times:
    """Times and spans in the words of the pages."""

    def __init__(self, now: datetime, language: str, words: StaffWords) -> None:
        self._now = now
        self._language = language
        self._room = words.room

    def clock(self, at: datetime) -> str:
        """Say a moment: 10:30, 明天10:00."""
        return due_text(at, self._now, language=self._language)

    def day(self, at: datetime) -> str:
        """Write a moment in full, as in a record."""
        return f"{local(at):%Y-%m-%d %H:%M}"

    def hour(self, at: datetime) -> str:
        """Write the hour of a moment: 09:30."""
        return f"{local(at):%H:%M}"

    def full_date(self, day: date) -> str:
        """Write a day of any year with its weekday: 2026-11-30 周一."""
        return f"{day} {weekday_text(day, language=self._language)}"

    def date(self, day: date) -> str:
        """Say a day with its weekday: 11月30日 周一."""
        told = date_text(day, language=self._language)
        return f"{told} {weekday_text(day, language=self._language)}"

    def visit(self, at: datetime) -> str:
        """Say when a visit is: 11月30日 周一 09:30."""
        return f"{self.date(local(at).date())} {self.hour(at)}"

    def deadline(self, at: datetime) -> str:
        """Say until when: a midnight is 24:00 of the day before, as people count."""
        told = self.visit(at)
        if not told.endswith("00:00"):
            return told
        return f"{self.date(local(at).date() - timedelta(days=1))} 24:00"

    def ago(self, at: datetime) -> str:
        """Say how long ago something was."""
        minutes = int((self._now - at).total_seconds() // 60)
        if minutes < 1:
            return self._room["just_now"]
        if minutes < _HOUR:
            return self._room["minutes_ago"].format(n=minutes)
        return self._room["hours_ago"].format(n=minutes // _HOUR)

    def left(self, at: datetime) -> str:
        """Say how long is left until a moment, or how long it is over; live.js counts on."""
        told = self._room["overdue" if at < self._now else "left"]
        left = abs(at - self._now)
        seconds = int(left.total_seconds())
        if seconds >= _HOUR * _MINUTE:
            return told.format(span=self.span(left))
        minutes, seconds = divmod(seconds, _MINUTE)
        return told.format(span=self._room["seconds_left"].format(m=minutes, s=f"{seconds:02}"))

    def span(self, span: timedelta) -> str:
        """Say how long something takes."""
        minutes = int(span.total_seconds() // 60)
        if minutes < _HOUR:
            return self._room["minutes_left"].format(n=minutes)
        if minutes < 2 * _DAY:
            return self._room["hours_left"].format(h=minutes // _HOUR, m=minutes % _HOUR)
        return self._room["days_left"].format(n=minutes // _DAY)

    def iso(self, at: datetime) -> str:
        """Write a moment for scripts."""
        return at.isoformat()


@cache
def static_version() -> str:
    """Return a word that changes with the static files, so that no browser keeps old ones."""
    content = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        content.update(file.read_bytes())
    return content.hexdigest()[:12]
