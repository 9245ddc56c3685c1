"""One patient on each channel, who answers what the screen asks; the site is the real one."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from aiohttp import ClientSession, web

from bot.app import Site, make_site
from bot.channel import Channel
from bot.channels.registry import Exchange
from bot.channels.sms import SmsChannel
from bot.channels.sms_filing import write_filing
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.wechat import WeChatChannel
from bot.duty_phone import DutyPhone
from bot.duty_settings import DutySettings
from bot.groups import GroupSender
from bot.inbox import Take
from bot.taking import Drain
from dialogs.form import Option
from dialogs.wording import numbers
from handlers.slips import issue
from models.conversation import Outgoing, OutgoingStatus
from models.people import ContactKind, ContactPoint, ContactStatus, System
from models.seal import keyring
from tests.bot import chat_site
from tests.bot.channels import sms_site, telegram_scene, wechat_platform
from tests.bot.channels.fake_sms import TOKEN, FakeSms, fake_sms
from tests.bot.channels.fake_telegram import TOKEN as BOT_TOKEN
from tests.bot.channels.fake_telegram import FakeTelegram, a_telegram
from tests.bot.channels.fake_wechat import APP_ID, SECRET, FakeWeChat, a_wechat
from tests.handlers.ward import Ward

WHO = 77000001
NUMBER = "13900000001"
_names = count(1)


@dataclass(frozen=True, slots=True)
class Step:
    """One answer: some of a question's options, or words; `phones`: asked on telephones alone."""

    options: tuple[Option, ...] = ()
    keys: tuple[str, ...] = ()
    words: str = ""
    phones: bool = False

    @property
    def written(self) -> str:
        """The answer in words: the numbers of the options."""
        known = dict(zip((one.key for one in self.options), numbers(self.options), strict=True))
        return self.words or " ".join(known[key] for key in self.keys)


class Questioned(Protocol):
    """Somebody who is asked, on whatever channel."""

    is_phone: bool

    async def answers(self, step: Step) -> None:
        """Do on the screen what answers."""
        ...


Open = Callable[[Ward, Path], AbstractAsyncContextManager[tuple["Running", Questioned]]]


@dataclass(slots=True)
class Running:
    """The site on a port, with the clock of its ward."""

    ward: Ward
    site: Site
    runner: web.AppRunner
    url: str

    async def settle(self) -> None:
        """Wait until everything that may go now has gone."""
        await self.site.inbox.settle()
        waiting = (OutgoingStatus.QUEUED, OutgoingStatus.SENDING)
        async with asyncio.timeout(20):
            while await Outgoing.filter(status__in=waiting, not_before__lte=self.ward.now).exists():
                await self.site.outbox.drain(self.ward.now)
                await asyncio.sleep(0.02)

    def go_on(self) -> None:
        """Let the patient read."""
        self.ward.now += timedelta(seconds=20)


@asynccontextmanager
async def a_site(
    ward: Ward, media: Path, channels: Callable[[Take, Drain], Sequence[Channel]]
) -> AsyncIterator[Running]:
    """Open the whole site with these channels."""

    def connect(take: Take, drain: Drain) -> Exchange:
        duty = DutyPhone(ward.desk, DutySettings(_env_file=None))
        made = tuple(channels(take, drain))
        names = frozenset(channel.name for channel in made)
        return Exchange(GroupSender(ward.desk, (), ()), duty, made, for_patients=names)

    site = make_site(ward.desk, lambda: ward.now, media, connect=connect)
    ward.outbox = site.outbox
    runner = web.AppRunner(site.app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await site.start()
    try:
        yield Running(ward, site, runner, f"http://127.0.0.1:{runner.addresses[0][1]}")
    finally:
        await site.close()
        await runner.cleanup()


async def _has(ward: Ward, system: System, value: str, kind: ContactKind) -> ContactPoint:
    """Let the patient be reached there and nowhere else."""
    await ContactPoint.filter(id=ward.contact_point.id).delete()
    ward.contact_point = await ContactPoint.create(
        respondent_id=ward.contact_point.respondent_id,
        system=system,
        value=value,
        kind=kind,
        status=ContactStatus.OK,
        verified_at=None if system is System.PHONE else ward.now,
    )
    return ward.contact_point


# ---- web


@dataclass(slots=True)
class AtThePage:
    """A browser: buttons are pressed, the rest is written."""

    running: Running
    phone: chat_site.Phone
    is_phone: bool = False

    async def answers(self, step: Step) -> None:
        """Send the frame the page sends."""
        self.running.go_on()
        frame: dict[str, Any] = {"cid": f"c{next(_names)}", "text": step.words}
        if step.keys:
            asked = [line for line in await self.phone.lines() if line.get("options")][-1]
            assert set(step.keys) <= {option["key"] for option in asked["options"]}
            frame = {"cid": frame["cid"], "key": ",".join(step.keys), "turn": asked["turn"]}
        status, _ = await self.phone.post(frame)
        assert status == 200
        await self.running.settle()


@asynccontextmanager
async def by_web(ward: Ward, media: Path) -> AsyncIterator[tuple[Running, Questioned]]:
    """The patient scanned the slip and sits at the page."""
    async with a_site(ward, media, lambda _take, _drain: ()) as running:
        port = running.runner.addresses[0][1]
        site = chat_site.ChatSite(ward, running.site.app, running.runner, running.url, port)
        async with chat_site.a_phone(site) as phone:
            status, _ = await phone.prove(await chat_site.a_link(site, keyring()))
            assert status == 200
            yield running, AtThePage(running, phone)


# ---- WeChat


@dataclass(slots=True)
class InWeChat:
    """A follower: menus are pressed where there are any, else numbers are written."""

    running: Running
    wechat: FakeWeChat
    platform: wechat_platform.Platform
    is_phone: bool = False
    answered_at_once: list[str] = field(default_factory=list)

    async def follows(self, token: str, year: str) -> None:
        """Follow by the code on the slip and prove the year of birth."""
        self.wechat.followers.add(wechat_platform.OPENID)
        self.wechat.clicks(wechat_platform.OPENID)
        now = self.running.ward.now
        await self._push(wechat_platform.event("subscribe", now, EventKey=f"qrscene_{token}"))
        await self.answers(Step(words=year))

    async def answers(self, step: Step) -> None:
        """Press the menu if the last message had one, else write."""
        self.running.go_on()
        shown = self.wechat.sent[-1] if self.wechat.sent else None
        menu = shown.content["list"] if shown and shown.kind == "msgmenu" else []
        self.wechat.writes(wechat_platform.OPENID)
        fields = {"Content": step.written}
        if menu and len(step.keys) == 1 and not self.answered_at_once:
            label = next(one.label for one in step.options if one.key == step.keys[0])
            pressed = next(one for one in menu if one["content"] == label)
            fields = {"Content": label, "bizmsgmenuid": pressed["id"]}
        await self._push(wechat_platform.message("text", self.running.ward.now, **fields))

    async def _push(self, fields: dict[str, str]) -> None:
        self.platform.now = self.running.ward.now
        answer = await self.platform.push(fields)
        assert answer.status == 200
        before = len(self.wechat.sent)
        await self.running.settle()
        if answer.text and len(self.wechat.sent) == before:
            self.answered_at_once.append(answer.text)


@asynccontextmanager
async def by_wechat(ward: Ward, media: Path) -> AsyncIterator[tuple[Running, Questioned]]:
    """The patient followed by the code of the slip; safe mode, as in production."""
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    async with a_wechat(lambda: ward.now) as wechat, ClientSession() as session:
        account = wechat_platform.settings(app_id=APP_ID, secret=SECRET, api_url=wechat.url)
        key = account.keys[0]

        def channels(take: Take, drain: Drain) -> Sequence[Channel]:
            return (WeChatChannel(account, take, lambda: ward.now, drain),)

        async with a_site(ward, media, channels) as running:
            await ward.until("2026-11-22T18:00")
            url = f"{running.url}{account.path}"
            platform = wechat_platform.Platform(url, session, ward.now, key=key)
            patient = InWeChat(running, wechat, platform)
            await patient.follows(slip.link.rpartition("/")[2], "1970")
            patient.answered_at_once.clear()
            yield running, patient


# ---- SMS


@dataclass(slots=True)
class ByText:
    """A telephone: everything is written; `bring` is how the provider hands it to us."""

    running: Running
    fake: FakeSms
    http: ClientSession
    bring: Callable[[ByText, str], Any]
    is_phone: bool = True

    async def answers(self, step: Step) -> None:
        """Write."""
        self.running.go_on()
        assert await self.bring(self, step.written) == 200
        await self.running.settle()


async def _by_twilio(phone: ByText, words: str) -> int:
    """Call the way Twilio does: a form, signed over the public address and its sorted fields."""
    path = "/sms/twilio/reply"
    form = {
        "MessageSid": f"SM{next(_names):032}",
        "From": f"+86{NUMBER}",
        "To": "10690000",
        "Body": words,
        "NumMedia": "0",
    }
    signed = sms_site.PUBLIC + path + "".join(f"{name}{form[name]}" for name in sorted(form))
    mac = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
    headers = {"X-Twilio-Signature": base64.b64encode(mac).decode()}
    async with phone.http.post(phone.running.url + path, data=form, headers=headers) as answer:
        return answer.status


async def _by_aliyun(phone: ByText, words: str) -> int:
    """Call the way Aliyun does: a list, behind the secret path."""
    row = {
        "phone_number": NUMBER,
        "content": words,
        "send_time": f"{phone.running.ward.now:%Y-%m-%d %H:%M:%S}",
        "dest_code": "10690000" + phone.fake.taken[-1].get("SmsUpExtendCode", ""),
        "sequence_id": next(_names),
    }
    url = f"{phone.running.url}/sms/{sms_site.PATH}/aliyun/reply"
    async with phone.http.post(url, json=[row]) as answer:
        return answer.status


def by_sms(provider: str) -> Open:
    """The patient has a telephone, and the hospital a contract with this provider."""
    bring = {"twilio": _by_twilio, "aliyun": _by_aliyun}[provider]

    @asynccontextmanager
    async def opened(ward: Ward, media: Path) -> AsyncIterator[tuple[Running, Questioned]]:
        await _has(ward, System.PHONE, NUMBER, ContactKind.MOBILE)
        templates = _all_filed(media / "templates.toml", provider)
        async with fake_sms() as fake, ClientSession() as http:
            known = sms_site.settings(
                provider, fake.url, templates=templates, extensions=True, per_second=1000
            )

            def channels(take: Take, _drain: Drain) -> Sequence[Channel]:
                return (SmsChannel(known, take, lambda: ward.now),)

            async with a_site(ward, media, channels) as running:
                yield running, ByText(running, fake, http, bring)

    return opened


def _all_filed(path: Path, provider: str) -> Path:
    """A file in which every text has a code."""
    path.parent.mkdir(exist_ok=True)
    if provider != "aliyun":
        return path
    write_filing(path, provider)
    codes = path.read_text(encoding="utf-8").replace('code = ""', 'code = "SMS_1"')
    path.write_text(codes, encoding="utf-8")
    return path


# ---- Telegram


@dataclass(slots=True)
class InTelegram:
    """A chat with the bot: buttons are pressed, several ticked and sent, the rest is written."""

    running: Running
    fake: FakeTelegram
    is_phone: bool = False

    async def answers(self, step: Step) -> None:
        """Press or write."""
        self.running.go_on()
        if not step.keys:
            await self._call(telegram_scene.text(WHO, step.words))
            return
        below = self.fake.calls_of("sendMessage")[-1]["reply_markup"]
        for key in step.keys:
            below = await self._pressed(below, key)
        if len(step.keys) > 1 or _ticks(below):
            await self._pressed(below, "=")

    async def _pressed(self, below: Any, key: str) -> Any:
        """Press a button; returns the buttons as they stand then."""
        buttons = [one["callback_data"] for row in below["inline_keyboard"] for one in row]
        data = next(one for one in buttons if one.partition(":")[2].lstrip("+") == key)
        number = self.fake.number
        await self._call(telegram_scene.press(WHO, data, markup=below, number=number))
        return self.fake.calls_of("editMessageReplyMarkup")[-1].get("reply_markup") or below

    async def _call(self, update: Any) -> None:
        url = f"{self.running.url}/telegram"
        assert await self.fake.call(url, update, telegram_scene.SECRET) == 200
        await self.running.settle()


def _ticks(below: Any) -> bool:
    buttons = [one for row in below["inline_keyboard"] for one in row]
    return any(one["text"].startswith("✅") for one in buttons)


@asynccontextmanager
async def by_telegram(ward: Ward, media: Path) -> AsyncIterator[tuple[Running, Questioned]]:
    """The patient has proven a chat with the bot, which is called by webhook."""
    await _has(ward, System.TELEGRAM, str(WHO), ContactKind.CHAT)
    async with a_telegram() as fake:
        known: dict[str, Any] = {"mode": "webhook", "webhook_secret": telegram_scene.SECRET}
        told = TelegramSettings(
            token=BOT_TOKEN, api_url=fake.url, patients=True, _env_file=None, **known
        )

        def channels(take: Take, _drain: Drain) -> Sequence[Channel]:
            return (TelegramChannel(told, take, lambda: ward.now, ward.desk),)

        async with a_site(ward, media, channels) as running:
            yield running, InTelegram(running, fake)


EVERY: dict[str, Open] = {
    "web": by_web,
    "wechat": by_wechat,
    "twilio": by_sms("twilio"),
    "aliyun": by_sms("aliyun"),
    "telegram": by_telegram,
}
