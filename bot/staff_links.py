"""Signed links of posts: only who was posted to gets to a case by its number, for a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from models.seal import keyring

LASTS: Final = timedelta(hours=24)
PREFIX: Final = "/staff/go/"
_HOME: Final = "/staff"
_PURPOSE: Final = "staff_link"


class Unopened(Enum):
    """Why a link leads nowhere."""

    FORGED = "forged"
    EXPIRED = "expired"


def signed_link(public_url: str, link: str, now: datetime) -> str:
    """Sign where a post leads; a link to nothing of ours stays empty.

    What is signed is the page alone, so that the address in the post may be that of another
    machine.
    """
    _, found, page = link.partition(_HOME)
    if not found:
        return ""
    until = int((now + LASTS).timestamp())
    return f"{public_url.rstrip('/')}{PREFIX}{_signer().dumps([page, until])}"


def board_link(public_url: str) -> str:
    """Return the address of the board, which tells nothing and needs no signature."""
    return f"{public_url.rstrip('/')}{_HOME}"


def page_of(token: str, now: datetime) -> str | Unopened:
    """Return the page a token leads to, or why it leads nowhere."""
    try:
        page, until = _signer().loads(token)
    except (BadData, ValueError, TypeError):
        return Unopened.FORGED
    if now.timestamp() > until:
        return Unopened.EXPIRED
    return f"{_HOME}{page}"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(keyring().signing_key(_PURPOSE), salt=_PURPOSE)
