"""Tomorrow's discharges: the ward's list, and a page to settle things beside the bed (R004)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import segno
from aiohttp import web

from bot.console.bedside_form import kept, settled_of, typed
from bot.console.pages import desk_of, go_to, now_of, page, visitor_of
from bot.console.records import uuid_of
from bot.follow_codes import NO_CODES, FollowCodes
from bot.keys import DRAIN, FOLLOW_CODES
from bot.slips import render_pdf
from handlers.bedside import (
    ASKED,
    BedsideCard,
    bedside_stays,
    bound_channels,
    last_try,
    open_bedside,
    settles,
    tomorrows,
)
from handlers.bedside_numbers import Tried
from handlers.bedside_settling import BedsideFault, BestTime, send_test, settle
from handlers.slips import Slip, issue
from handlers.staff_words import staff_words
from handlers.unsent import reason_of
from models.care import Encounter
from models.conversation import Outgoing
from models.hospital import StaffMember
from models.seal import keyring

ROUTES: Final = web.RouteTableDef()
PATH: Final = "/staff/bedside"


@ROUTES.get("/bedside")
async def show_bedside(request: web.Request) -> web.Response:
    """List who of the own wards is to leave in the coming days."""
    rows = await tomorrows(_nurse(request), now_of(request))
    return page(request, "bedside", rows=rows, said=_said(request))


@ROUTES.get("/bedside/{id}")
async def show_patient(request: web.Request) -> web.Response:
    """Show one patient with everything that is to be settled, and the code to scan."""
    card = await _card(request)
    return await _card_page(request, card, kept(card))


@ROUTES.get("/bedside/{id}/way")
async def show_way(request: web.Request) -> web.Response:
    """Show whether the phone is bound by now, and what became of the test message."""
    stay = await _stay(request)
    tried = await last_try(stay.id)
    values: dict[str, Any] = {
        "bound": await bound_channels(stay),
        "tried": tried,
        "why": _why(tried),
    }
    return page(request, "_bedside_way", **values)


@ROUTES.post("/bedside/{id}")
async def take_settled(request: web.Request) -> web.Response:
    """Write down what was settled; what is refused stays as it was typed."""
    stay, form = await _stay(request), await request.post()
    settled = settled_of(form)
    if settled is None:
        return await _card_page(request, await _card(request), typed(form), "number_unreadable")
    staff, now = _nurse(request), now_of(request)
    fault = await settle(desk_of(request), stay.id, settled, staff, now)
    if fault is BedsideFault.NOTHING:
        return await _card_page(request, await _card(request), typed(form), fault.value)
    return go_to(f"{PATH}/{stay.id}", fault.value if fault else "did_settle")


@ROUTES.post("/bedside/{id}/test")
async def take_test(request: web.Request) -> web.Response:
    """Send a message by the way the patient will be written to."""
    stay = await _stay(request)
    fault = await send_test(desk_of(request), stay.id, _nurse(request), now_of(request))
    drain = request.config_dict.get(DRAIN)
    if fault is None and drain is not None:
        await drain()
    return go_to(f"{PATH}/{stay.id}", fault.value if fault else "did_test")


@ROUTES.post("/bedside/{id}/slip")
async def print_slip(request: web.Request) -> web.Response:
    """Give the slip of this patient as a PDF."""
    stay = await _stay(request)
    slip = await _slip(request, stay)
    if slip is None:
        return go_to(f"{PATH}/{stay.id}", "slip")
    follow = await _follow(request, slip)
    pdf = render_pdf([slip], desk_of(request), follow)
    headers = {"Content-Disposition": f'inline; filename="{stay.id}.pdf"'}
    return web.Response(body=pdf, content_type="application/pdf", headers=headers)


async def _card_page(
    request: web.Request, card: BedsideCard, fields: Mapping[str, str], fault: str = ""
) -> web.Response:
    slip = await _slip(request, card.stay)
    channels = [
        name for name in sorted(desk_of(request).channels) if name in _channel_words(request)
    ]
    return page(
        request,
        "bedside_patient",
        status=422 if fault else 200,
        fields=fields,
        fault=fault,
        card=card,
        bound=card.bound,
        tried=card.tried,
        why=_why(card.tried),
        slip=slip,
        code=_drawn(slip) if slip else "",
        purposes=ASKED,
        channels=channels,
        times_of_day=tuple(BestTime),
        results=tuple(Tried),
        said=("", False) if fault else _said(request),
    )


def _nurse(request: web.Request) -> StaffMember:
    staff = visitor_of(request).staff
    if not settles(staff):
        raise web.HTTPNotFound
    return staff


async def _card(request: web.Request) -> BedsideCard:
    desk, now = desk_of(request), now_of(request)
    card = await open_bedside(uuid_of(request), _nurse(request), desk, now)
    if card is None:
        raise web.HTTPNotFound
    return card


async def _stay(request: web.Request) -> Encounter:
    rows = bedside_stays(_nurse(request), now_of(request))
    stay = await rows.filter(id=uuid_of(request)).first()
    if stay is None:
        raise web.HTTPNotFound
    return stay


async def _slip(request: web.Request, stay: Encounter) -> Slip | None:
    """Return the slip: the one that is valid, else a new one."""
    address = desk_of(request).public_url
    found = await issue([stay.id], now_of(request), address, keyring())
    return found[0] if found else None


async def _follow(request: web.Request, slip: Slip) -> FollowCodes:
    make = request.config_dict.get(FOLLOW_CODES)
    return await make({slip.link: slip.expires_on}, now_of(request)) if make else NO_CODES


def _drawn(slip: Slip) -> str:
    drawn: str = segno.make(slip.link, error="m", micro=False).svg_inline(
        omitsize=True, svgclass="code"
    )
    return drawn


def _why(tried: Outgoing | None) -> str:
    return reason_of(tried.error) if tried is not None and tried.error else ""


def _channel_words(request: web.Request) -> dict[str, str]:
    bedside = staff_words(desk_of(request).language).bedside
    return {key.partition("_")[2]: word for key, word in bedside.items() if key.startswith("by_")}


def _said(request: web.Request) -> tuple[str, bool]:
    """Return the words of what was done, or of why not, and which of the two it is."""
    code = request.query.get("said", "")
    words = staff_words(desk_of(request).language).bedside
    done = code.startswith("did_")
    return words.get(code if done else f"no_{code}", ""), done
