"""What browser and server say to each other in the web chat, as JSON objects; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handlers.inbound import LONGEST
from handlers.transcript import Line

_CID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_KEYS = re.compile(r"[A-Za-z0-9_.,-]{1,400}")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_HIGHEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Message:
    """Words, or option keys (joined by commas) pressed under the question of `turn`.

    `cid` is the browser's own name for it, the same each time it is sent again.
    """

    cid: str
    text: str = ""
    key: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything up to this position has been on the screen."""

    position: int


@dataclass(frozen=True, slots=True)
class Beat:
    """Are you still there?"""


@dataclass(frozen=True, slots=True)
class Refused:
    """A frame that is not taken; `notice` says why, `cid` which, if it can be told."""

    notice: str
    cid: str = ""


Frame = Message | Seen | Beat | Refused


def read_frame(raw: str | bytes) -> Frame:
    """Read what a browser sent; nothing it may contain is an exception."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return Refused("bad")
    if not isinstance(said, dict):
        return Refused("bad")
    if said.get("beat") is True:
        return Beat()
    if "seen" in said:
        return Seen(said["seen"]) if _is_count(said["seen"]) else Refused("bad")
    return _read_message(said)


def is_cid(value: object) -> bool:
    """Tell whether this can be a browser's name for a message."""
    return isinstance(value, str) and _CID.fullmatch(value) is not None


def read_count(text: str) -> int:
    """Read a position out of a query; anything else is the beginning."""
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(_HIGHEST))
    return min(int(text), _HIGHEST) if digits else 0


def ack(cid: str, position: int) -> dict[str, Any]:
    """The message `cid` is stored, at this position."""
    return {"ack": cid, "position": position}


def notice(refused: Refused, wait: float = 0.0) -> dict[str, Any]:
    """Say that a message was not taken; with `wait` (seconds) it may be sent again after that."""
    return {"notice": refused.notice, "cid": refused.cid, "wait": round(wait, 1)}


def line_frame(line: Line) -> dict[str, Any]:
    """Turn a line of the transcript into what the page shows."""
    shown: Mapping[str, Any] = line.shown
    return {
        "position": line.position,
        "direction": line.direction,
        "at": line.at.isoformat(),
        "text": line.text,
        "options": shown.get("options", []),
        "several": shown.get("several", False),
        "turn": shown.get("turn", 0),
        "progress": shown.get("progress", ""),
        "photo": shown.get("photo", False),
        "picture": line.media_id is not None,
        "unread": line.direction == "out" and line.status != "read",
    }


def _read_message(said: Mapping[str, Any]) -> Frame:
    cid, text, key, turn = (said.get(name) for name in ("cid", "text", "key", "turn"))
    if not isinstance(cid, str) or not is_cid(cid):
        return Refused("bad")
    if isinstance(key, str) and _KEYS.fullmatch(key) and _is_count(turn):
        return Message(cid, key=key, turn=turn or 0)
    if not isinstance(text, str) or key is not None:
        return Refused("bad", cid)
    clean = _storable(text)
    if len(clean) > LONGEST:
        return Refused("too_long", cid)
    return Message(cid, text=clean) if clean.strip() else Refused("bad", cid)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _HIGHEST


def _storable(text: str) -> str:
    """Drop control characters; half an emoji becomes the replacement character."""
    return _LONE_SURROGATE.sub("\ufffd", _UNSTORABLE.sub("", text))
