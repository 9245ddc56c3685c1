"""The demo's page: phone and staff room side by side, and the clock above them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web_session import is_own_origin, sign_in
from bot.console.guard import set_cookie
from bot.console.pages import wall_time
from bot.demo.clock import DemoClock
from bot.demo.story import Chapter, chapter, next_event, visible
from bot.demo.world import World
from bot.keys import CLOCK, DESK
from dialogs.catalog import load_words
from dialogs.timing.spans import local
from handlers.sessions import open_session
from models.hospital import StaffMember

WORLD: Final = web.AppKey("demo_world", World)
DEMO_CLOCK: Final = web.AppKey("demo_clock", DemoClock)
TICK: Final[web.AppKey[Callable[[], Awaitable[None]]]] = web.AppKey("demo_tick")
AGAIN: Final[web.AppKey[Callable[[str], None]]] = web.AppKey("demo_again")
_HERE: Final = Path(__file__).parent
_POLICY: Final = "default-src 'self'; frame-src 'self'; frame-ancestors 'none'"
_A_MOMENT: Final = timedelta(seconds=1)
_MOST_EVENTS: Final = 50


def setup(app: web.Application) -> None:
    """Add the demo's pages and let its own page frame the others."""
    app.add_routes(
        [
            web.get("/demo", show),
            web.get("/demo/state", tell_state),
            web.post("/demo/next", run_forward),
            web.post("/demo/again", start_again),
            web.get("/demo/phone/{place}", take_phone),
            web.get("/demo/room", enter_room),
            web.get("/demo/office", enter_office),
            web.static("/demo/static", _HERE / "static"),
        ]
    )
    app.on_response_prepare.append(_let_frame)


async def _let_frame(_request: web.Request, response: web.StreamResponse) -> None:
    """In the demo alone, our own page may show the chat and the staff room inside itself."""
    policy = response.headers.get("Content-Security-Policy", "")
    if policy != _POLICY:
        own = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        response.headers["Content-Security-Policy"] = own
        response.headers["X-Frame-Options"] = "SAMEORIGIN"


async def show(request: web.Request) -> web.Response:
    """GET /demo."""
    world = request.app[WORLD]
    language = world.desk.language
    words = load_words("demo", language)
    steps = [(c.value, words[f"step_{c}"].format(n=world.discharges)) for c in Chapter]
    html = (
        _environment()
        .get_template("demo.html")
        .render(
            words=words,
            steps=steps,
            language=language,
            phones=world.phones,
            chapter=await chapter(),
            clock=_shown(request),
        )
    )
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return web.Response(text=html, content_type="text/html", headers=headers)


def _environment() -> Environment:
    loader = FileSystemLoader(_HERE / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined)


def _shown(request: web.Request) -> str:
    return local(request.app[CLOCK]()).strftime("%Y-%m-%d %H:%M")


async def tell_state(request: web.Request) -> web.Response:
    """GET /demo/state: the clock, the next event, the chapter."""
    coming = await next_event(request.app[CLOCK]())
    following = local(coming).strftime("%m-%d %H:%M") if coming else ""
    state = {"clock": _shown(request), "next": following, "chapter": await chapter()}
    return web.json_response(state)


async def run_forward(request: web.Request) -> web.Response:
    """POST /demo/next: run the clock from event to event until one can be seen on the page."""
    _only_own(request)
    before = await visible()
    for _ in range(_MOST_EVENTS):
        coming = await next_event(request.app[CLOCK]())
        if coming is None or await visible() != before:
            break
        request.app[DEMO_CLOCK].forward(coming + _A_MOMENT)
        await request.app[TICK]()
    return await tell_state(request)


async def start_again(request: web.Request) -> web.Response:
    """POST /demo/again: a fresh hospital, in the language asked for; the page waits for it."""
    _only_own(request)
    form = await request.post()
    request.app[AGAIN](str(form.get("language", request.app[DESK].language)))
    return web.Response(status=202)


async def take_phone(request: web.Request) -> web.StreamResponse:
    """GET /demo/phone/{place}: hold one of the patients' phones."""
    phones = request.app[WORLD].phones
    place = request.match_info["place"]
    if not place.isdigit() or int(place) >= len(phones):
        raise web.HTTPNotFound
    response = web.Response(status=303, headers={"Location": "/chat"})
    sign_in(request, response, phones[int(place)].contact_point_id)
    return response


async def enter_room(request: web.Request) -> web.StreamResponse:
    """GET /demo/room: the demo's nurse is on duty."""
    return await _signed_in(request, request.app[WORLD].nurse, "/staff")


async def enter_office(request: web.Request) -> web.StreamResponse:
    """GET /demo/office: the demo's complaint officer looks at the board."""
    return await _signed_in(request, request.app[WORLD].officer, "/staff/complaints")


async def _signed_in(request: web.Request, member: StaffMember, page: str) -> web.StreamResponse:
    opened = await open_session(member, wall_time(request))
    response = web.Response(status=303, headers={"Location": page})
    set_cookie(request, response, opened.token)
    return response


def _only_own(request: web.Request) -> None:
    if not is_own_origin(request):
        raise web.HTTPForbidden
