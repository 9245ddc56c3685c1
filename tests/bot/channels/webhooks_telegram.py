"""What Telegram tells us, of somebody nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count

from bot.channels.telegram_updates import SECRET_HEADER
from tests.bot.channels import telegram_scene
from tests.bot.channels.webhook import Call, Hook, Pairs, jsons

SOMEBODY = 77000077
_names = count(1)


_TO_TELEGRAM = (
    (SECRET_HEADER, telegram_scene.SECRET),
    ("Content-Type", "application/json"),
)


def _update(part: str) -> Callable[[Pairs], Call]:
    def write(pairs: Pairs) -> Call:
        body = f'{{"update_id":{9_000_000 + next(_names)},"{part}":{jsons(pairs)}}}'
        return Call("/telegram", body.encode(), headers=_TO_TELEGRAM)

    return write


def _telegram_raw(body: bytes) -> Call:
    return Call("/telegram", body, headers=_TO_TELEGRAM)


def _no_secret(call: Call) -> Iterator[Call]:
    for wrong in ("", telegram_scene.SECRET[:-1], telegram_scene.SECRET * 2, "é"):
        yield replace(call, headers=((SECRET_HEADER, wrong), call.headers[1]))
    yield replace(call, headers=call.headers[1:])


def telegram() -> Iterator[Hook]:
    written = telegram_scene.text(SOMEBODY, "好")["message"]
    pressed = telegram_scene.press(SOMEBODY, "1:yes")["callback_query"]
    left = telegram_scene.joined(SOMEBODY, telegram_scene.private(SOMEBODY), "kicked")
    posted = telegram_scene.text(SOMEBODY, "/board", telegram_scene.group())["message"]
    parts = {
        "message": written,
        "callback_query": pressed,
        "my_chat_member": left["my_chat_member"],
    }
    for part, fields in (*parts.items(), ("message", posted)):
        yield Hook(
            f"telegram {part}",
            lambda fields=fields: dict(fields),  # type: ignore[misc]
            _update(part),
            _telegram_raw,
            _no_secret,
        )
