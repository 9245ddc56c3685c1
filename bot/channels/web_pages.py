"""The pages of the web chat: templates, their words, and the headers that keep them safe."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.keys import DESK
from dialogs.wording import fill

_FOLDER: Final = Path(__file__).parent / "chat"
STATIC: Final = _FOLDER / "static"
_OWN_PATHS = re.compile(r"/(?:c/|p(?![A-Za-z0-9_-])|chat(?:/|$)|ws$)")
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")
_POLICY = (
    "default-src 'self'; img-src 'self' blob:; connect-src 'self' {sockets}; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # links stay in the house; with "no-referrer" browsers would hide the Origin of forms as well
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@cache
def words(language: str) -> Mapping[str, Any]:
    """Return the page's own words in a language."""
    source = files("dialogs.catalog").joinpath(language, "page.toml")
    return tomllib.loads(source.read_text("utf-8"))


@cache
def static_path() -> str:
    """Return where the static files are served: a new path for each content, so caches are safe."""
    content = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        content.update(file.read_bytes())
    return f"/chat/static/{content.hexdigest()[:12]}"


def page(request: web.Request, name: str, status: int = 200, **values: Any) -> web.Response:
    """Render a template, autoescaped, with the hospital's name and the page's words."""
    desk = request.app[DESK]
    said = words(desk.language)
    template = _environment().get_template(f"{name}.html")
    text = template.render(words=said, hospital=desk.hospital, static=static_path(), **values)
    return web.Response(text=text, status=status, content_type="text/html")


def notice_page(request: web.Request, section: str, status: int) -> web.Response:
    """Render one of the plain pages: gone, locked, scan, slow."""
    desk = request.app[DESK]
    said = words(desk.language)[section]
    call = fill(said["call"], {"switchboard": desk.switchboard}) if desk.switchboard else ""
    return page(request, "notice", status, title=said["title"], text=said["text"], call=call)


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on everything the chat serves."""
    if not _OWN_PATHS.match(request.path):
        return
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _policy(request.host))
    is_static = request.path.startswith(f"{static_path()}/")
    kept = "public, max-age=31536000, immutable" if is_static else "no-store"
    response.headers.setdefault("Cache-Control", kept)


def _policy(host: str) -> str:
    """Older Safari does not count a WebSocket as 'self', so it is named."""
    named = f"ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return _POLICY.format(sockets=named)


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(_FOLDER / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
