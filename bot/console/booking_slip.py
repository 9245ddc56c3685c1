"""The booking card of one visit as a page to print: by its code the patient's phone is bound."""

from __future__ import annotations

from typing import Final

import segno
from aiohttp import web

from bot.console.booking_page import after, allowed, book_page, number_of
from bot.console.pages import desk_of, now_of
from bot.follow_codes import NO_CODES
from bot.keys import FOLLOW_CODES
from bot.paper_codes import PaperCode
from bot.visit_slips import card_of
from handlers.booking.visit_card import open_visit
from handlers.scope import keeps_book
from handlers.visit_slips import issue_cards
from models.seal import keyring

ROUTES: Final = web.RouteTableDef()


@ROUTES.post("/book/visits/{number}/slip")
async def print_card(request: web.Request) -> web.Response:
    """Show the card to be printed; it is on record who printed it."""
    staff, desk, now = allowed(request, keeps_book), desk_of(request), now_of(request)
    found = await open_visit(number_of(request), staff, now)
    if found is None:
        raise web.HTTPNotFound
    number = found.visit.number
    cards = await issue_cards(desk, [found.visit.id], keyring(), staff.username, now)
    if not cards:
        return after(f"/visits/{number}", "no_card")
    make = request.config_dict.get(FOLLOW_CODES)
    follow = await make({cards[0].link: cards[0].expires_on}, now) if make else NO_CODES
    paper = card_of(cards[0], desk, follow)
    codes = [(_drawn(code), code) for code in paper.codes]
    unfollowed = bool(follow.trouble)
    return await book_page(
        request, "book_slip", number=number, paper=paper, codes=codes, unfollowed=unfollowed
    )


def _drawn(code: PaperCode) -> str:
    """Draw a code as a picture inside the page; it is made of figures alone."""
    made = segno.make(code.link, error="m", micro=False)
    drawn: str = made.svg_inline(omitsize=True, svgclass="code")
    return drawn
