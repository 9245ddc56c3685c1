"""People with an address on a channel, the channel itself, and messages that wait for them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from benchmarks.channel_fake import openid
from bot.channel import Channel, Letter
from bot.channels.sms import SmsChannel
from bot.channels.sms_filing import write_filing
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.wechat import WeChatChannel
from bot.inbox import Came, Taken
from bot.rendering import render
from dialogs.actions import Say
from dialogs.case import Case
from dialogs.catalog import load_catalog
from handlers.contents import Content
from handlers.desk import Desk
from handlers.windows import AFTER_WORDS, BY_WORDS
from models.channel import SendWindow
from models.conversation import (
    Conversation,
    DeliveryClass,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
)
from models.draft import drafted
from models.people import ContactKind, ContactPoint, ContactStatus, Respondent, System
from tests.bot.channels import sms_site, wechat_platform
from tests.bot.channels.fake_telegram import TOKEN
from tests.bot.channels.fake_wechat import APP_ID, SECRET

NAMES: Final = ("wechat", "telegram", "aliyun", "tencent", "twilio", "kannel")
_KINDS: Final = {
    System.WECHAT: ContactKind.OPENID,
    System.TELEGRAM: ContactKind.CHAT,
    System.PHONE: ContactKind.MOBILE,
}
_BATCH: Final = 500
_SHAPE: Final = "M-SEEN"
Clock = Callable[[], datetime]


@contextmanager
def served(name: str, people: int, allowed: int = BY_WORDS) -> Iterator[str]:
    """Run a provider in a process of its own; its address. `allowed`: messages in a window."""
    numbers = (str(people), str(allowed))
    command = [sys.executable, "-m", "benchmarks.channel_fake", name, *numbers]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ours
    assert process.stdout is not None  # noqa: S101 - asked for above
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def system_of(name: str) -> System:
    """The kind of address a provider reaches."""
    return {"wechat": System.WECHAT, "telegram": System.TELEGRAM}.get(name, System.PHONE)


def address(name: str, number: int) -> str:
    """The address of one of the people; the numbers are nobody's."""
    match system_of(name):
        case System.WECHAT:
            return openid(number)
        case System.TELEGRAM:
            return str(77_000_000 + number)
        case _:
            return f"13900{number:06}"


def channel(name: str, url: str, folder: Path, clock: Clock, *, paced: bool) -> Channel:
    """Make the channel that sends there."""
    fast = {} if paced else {"per_second": 1000}
    match name:
        case "wechat":
            account = wechat_platform.settings(app_id=APP_ID, secret=SECRET, api_url=url)
            return WeChatChannel(account, _nobody_hears, clock, _nothing_waits)
        case "telegram":
            told = TelegramSettings.model_validate(
                {"token": TOKEN, "api_url": url, "patients": True, **fast}
            )
            return TelegramChannel(told, _nobody_hears, clock, Desk("示例医院"))
        case _:
            known: dict[str, Any] = {"templates": _filed(folder / f"{name}.toml", name), **fast}
            return SmsChannel(sms_site.settings(name, url, **known), _nobody_hears, clock)


def _filed(path: Path, name: str) -> Path:
    """Every text has a code."""
    if name in ("aliyun", "tencent"):
        write_filing(path, name)
        codes = path.read_text(encoding="utf-8").replace('code = ""', 'code = "SMS_1"')
        path.write_text(codes, encoding="utf-8")
    return path


async def people(name: str, count: int, now: datetime) -> list[ContactPoint]:
    """People who can be written to there, by WeChat within an open window."""
    system = system_of(name)
    owners = [drafted(Respondent, created_at=now) for _ in range(count)]
    points = [
        drafted(
            ContactPoint,
            respondent_id=owner.id,
            system=system,
            value=address(name, number),
            kind=_KINDS[system],
            status=ContactStatus.OK,
            verified_at=now,
        )
        for number, owner in enumerate(owners)
    ]
    await Respondent.bulk_create(owners, batch_size=_BATCH)
    await ContactPoint.bulk_create(points, batch_size=_BATCH)
    if system is System.WECHAT:
        windows = [_window(point, now) for point in points]
        await SendWindow.bulk_create(windows, batch_size=_BATCH)
    return points


def _window(point: ContactPoint, now: datetime) -> SendWindow:
    return drafted(
        SendWindow, contact_point_id=point.id, closes_at=now + AFTER_WORDS, left=BY_WORDS
    )


def letter(point: ContactPoint) -> Letter:
    """A message to one of them, as must arrive."""
    bubble = render(Say(_SHAPE), load_catalog(), Case(channel="sms"), {})
    return Letter(uuid4(), point.value, bubble, _SHAPE, urgent=True)


async def queue(points: Sequence[ContactPoint], now: datetime) -> None:
    """Let a message wait for each, in a conversation of its own."""
    talks = [drafted(Conversation, respondent_id=point.respondent_id) for point in points]
    await Conversation.bulk_create(talks, batch_size=_BATCH)
    rows = [_row(point, talk, now) for point, talk in zip(points, talks, strict=True)]
    await Outgoing.bulk_create(rows, batch_size=_BATCH)


def _row(point: ContactPoint, talk: Conversation, now: datetime) -> Outgoing:
    return drafted(
        Outgoing,
        conversation_id=talk.id,
        contact_point_id=point.id,
        position=1,
        occurrence=f"bench:{point.id}",
        purpose=OutgoingPurpose.STAFF,
        delivery_class=DeliveryClass.B,
        content=Content(Say(_SHAPE), {}).to_json(),
        channel=point.system.channel,
        not_before=now - timedelta(seconds=1),
        status=OutgoingStatus.QUEUED,
        rank=1,
        created_at=now,
    )


async def _nobody_hears(_system: System, _came: Came) -> Taken:
    return Taken()


async def _nothing_waits(_channel: str, _conversation_id: UUID) -> int:
    return 0
