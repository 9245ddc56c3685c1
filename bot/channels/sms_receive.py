"""What providers tell us over HTTP: let in, read, and taken before it is acknowledged."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final, Self, TypeVar
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import orjson
import structlog
from aiohttp import web

from bot.channels.sms_numbers import kept
from bot.channels.sms_settings import Network, SmsSettings
from bot.channels.webhook_body import read_whole
from bot.console.guard import source_of
from bot.inbox import Came, Other, Take
from models.people import System

_LARGEST: Final = 64 * 1024
# as much as the desk keeps; nobody writes that, but danger may stand in any part of it
_LONGEST_TEXT: Final = 20_000
_LONGEST_FIELD: Final = 255
_ROWS: Final = 1000
_FIELDS: Final = 100
_SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


T = TypeVar("T")
Read = Callable[[dict[str, Any]], Came]
_log = structlog.get_logger()


class Unreadable(ValueError):
    """A request is not what the provider sends; nothing of it is taken."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who may tell us anything: whoever knows the secret path and comes from a listed network."""

    secret: str = field(repr=False)
    networks: tuple[Network, ...]

    @classmethod
    def of(cls, settings: SmsSettings) -> Self:
        """Make the door the settings describe."""
        return cls(settings.secret_path.get_secret_value(), settings.networks)

    def check(self, request: web.Request) -> None:
        """Raise 401 for anybody else; without a secret for everybody."""
        given = request.match_info.get("secret", "")
        knows = hmac.compare_digest(given.encode(errors="replace"), self.secret.encode())
        if not self.secret or not knows or not self._lists(source_of(request)):
            raise web.HTTPUnauthorized

    def _lists(self, source: str) -> bool:
        try:
            address = ip_address(source)
        except ValueError:
            return False
        return any(address in network for network in self.networks)


async def read_body(request: web.Request) -> bytes:
    """Read a body of at most 64 KB; raises 413, or 408 when it does not come whole."""
    return await read_whole(request, _LARGEST)


def read_rows(body: bytes, read: Read) -> list[Came]:
    """Read a JSON array of objects: what can be read first, then what cannot, as malformed.

    A provider brings a refused list again as it is, and one odd row would keep back the danger
    beside it for good. Raises Unreadable where it is no list, or no row of it can be read.
    """
    rows = _loaded(body)
    if not isinstance(rows, list) or not 0 < len(rows) <= _ROWS:
        raise Unreadable("no list")
    events = [_read(row, read) for row in rows]
    good = [event for event in events if event is not None]
    if not good:
        raise Unreadable("no row")
    odd = [_malformed(body, place) for place, event in enumerate(events) if event is None]
    if odd:
        _log.warning("sms_rows_malformed", rows=len(odd), taken=len(good))
    return [*good, *odd]


def read_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object; raises Unreadable."""
    row = _loaded(body)
    if not isinstance(row, dict):
        raise Unreadable("no object")
    return row


def read_form(encoded: bytes) -> list[tuple[str, str]]:
    """Read an urlencoded form, or a query; raises Unreadable."""
    try:
        return parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(encoded),
            errors="strict",
            max_num_fields=_FIELDS,
        )
    except ValueError:
        raise Unreadable("no form") from None


def text_of(row: dict[str, Any], name: str, *, needed: bool = True, longest: int = 0) -> str:
    """Return a field as text; raises Unreadable where it is missing, or too long."""
    value = row.get(name)
    if value is None or value == "":
        if needed:
            raise Unreadable(name)
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Unreadable(name)
    text = str(value)
    if len(text) > (longest or _LONGEST_FIELD) or "\x00" in text:
        raise Unreadable(name)
    return text


def words_of(row: dict[str, Any], name: str) -> str:
    """Return what somebody wrote, cut to what is kept; raises Unreadable for nothing."""
    words = row.get(name)
    if isinstance(words, str):
        row = {**row, name: words[:_LONGEST_TEXT]}
    return text_of(row, name, longest=_LONGEST_TEXT)


def number_of(row: dict[str, Any], name: str, country: str = "") -> str:
    """Return a telephone number as it is kept here; raises Unreadable."""
    number = kept(text_of(row, name), country)
    if number is None:
        raise Unreadable(name)
    return number


def instant_of(text: str) -> datetime | None:
    """Read `2026-11-22 10:30:00` of Shanghai, or seconds since 1970; None for neither."""
    try:
        if text.isascii() and text.isdigit():
            return datetime.fromtimestamp(int(text), tz=_SHANGHAI)
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_SHANGHAI)
    except (ValueError, OverflowError, OSError):
        return None


def name_of(kind: str, *parts: str) -> str:
    """Name an event by all that tells it from others, in so many characters as a name may have."""
    hashed = hashlib.sha256("\x1f".join(parts).encode("utf-8", errors="replace"))
    return f"{kind}:{hashed.hexdigest()}"


def readable(read: Callable[[], T]) -> T:
    """Return what was read; raises 400 where it is not what the provider sends."""
    try:
        return read()
    except Unreadable:
        raise web.HTTPBadRequest from None


async def take_all(take: Take, events: Iterable[Came]) -> None:
    """Take events one after the other; the acknowledgement waits until the last is stored."""
    for event in events:
        await take(System.PHONE, event)


def _read(row: Any, read: Read) -> Came | None:
    if not isinstance(row, dict):
        return None
    try:
        return read(row)
    except Unreadable:
        return None


def _malformed(body: bytes, place: int) -> Other:
    """Name an odd row by its place in the list it came in, so that it is noted once."""
    name = name_of("malformed", str(place), body.decode("utf-8", errors="replace"))
    return Other(name, "", kind="malformed")


def _loaded(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unreadable("no JSON") from None
