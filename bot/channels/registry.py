"""Every way out of the house, made from the settings: channels, staff groups, the duty phone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from bot.channel import Channel, Fact, SendError
from bot.channels.robot_dingtalk import DingtalkRobot
from bot.channels.robot_feishu import FeishuRobot
from bot.channels.robot_wecom import WecomRobot
from bot.channels.robots_settings import GroupsSettings
from bot.channels.sms import SmsChannel
from bot.channels.sms_settings import SmsSettings
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.voice_aliyun import AliyunVoice, VoiceSettings
from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_settings import WeChatSettings
from bot.duty_phone import DutyPhone
from bot.duty_settings import DutySettings
from bot.follow_codes import MakeFollowCodes
from bot.group_channel import GroupChannel
from bot.group_list import load_groups
from bot.groups import GroupSender
from bot.inbox import Take
from bot.settings import Settings
from bot.taking import Drain
from handlers.channel_states import note_probe
from handlers.desk import Desk
from handlers.room.groups import Group

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Exchange:
    """What carries words out of the house and in; `channels` are those beside the web chat."""

    groups: GroupSender
    duty: DutyPhone
    channels: tuple[Channel, ...] = ()
    voice: AliyunVoice | None = None
    posted_to: Sequence[Group] = field(default=(), repr=False)
    # Telegram may be there for the staff's groups alone
    for_patients: frozenset[str] = frozenset()
    bot_link: Callable[[str], str] | None = None
    follow_codes: MakeFollowCodes | None = None
    # deals with what was written down and never dealt with
    take_up: Callable[[datetime], Awaitable[int]] | None = None

    async def start(self) -> None:
        """Open everything."""
        for channel in self.channels:
            await channel.start()
        await self.groups.start()
        if self.voice is not None:
            await self.voice.start()

    async def probe(self, now: datetime) -> int:
        """Ask each provider what the account may do, for people to see; returns the channels."""
        for channel in self.channels:
            try:
                facts = await channel.probe()
            except SendError as fault:
                facts = [Fact("unreached", fault.said, good=False)]
            await note_probe(channel.name, [asdict(fact) for fact in facts], now)
        return len(self.channels)

    async def close(self) -> None:
        """Let go of everything; what is on its way arrives first."""
        await self.groups.close()
        for channel in self.channels:
            await channel.close()
        if self.voice is not None:
            await self.voice.close()


def exchange(settings: Settings, desk: Desk, clock: Clock, take: Take, drain: Drain) -> Exchange:
    """Make what the settings choose; their faults were named when they were read."""
    groups = load_groups(GroupsSettings().file)
    channels = tuple(_chosen(settings, desk, clock, take, drain, groups))
    by_name = {channel.name: channel for channel in channels}
    duty = DutySettings()
    voice = AliyunVoice(VoiceSettings(), clock) if duty.voice_template else None
    telegram, wechat = by_name.get(TelegramChannel.name), by_name.get(WeChatChannel.name)
    return Exchange(
        GroupSender(desk, groups, _to_groups(channels, clock)),
        DutyPhone(desk, duty, by_name.get("sms"), voice),
        channels,
        voice,
        groups,
        frozenset(by_name) - _not_for_patients(settings),
        telegram.link if isinstance(telegram, TelegramChannel) else None,
        wechat.follow_codes if isinstance(wechat, WeChatChannel) else None,
        wechat.take_up if isinstance(wechat, WeChatChannel) else None,
    )


def _not_for_patients(settings: Settings) -> set[str]:
    name = TelegramChannel.name
    if name not in settings.channels or TelegramSettings().patients:
        return set()
    return {name}


def _chosen(
    settings: Settings,
    desk: Desk,
    clock: Clock,
    take: Take,
    drain: Drain,
    groups: Sequence[Group],
) -> Iterator[Channel]:
    if "wechat" in settings.channels:
        yield WeChatChannel(WeChatSettings(), take, clock, drain, language=desk.language)
    if "sms" in settings.channels:
        house = {"tel": desk.switchboard, "switchboard": desk.switchboard, "hosp": desk.hospital}
        yield SmsChannel(SmsSettings(), take, clock, desk.language, house)
    if "telegram" in settings.channels:
        own = [group for group in groups if group.channel == TelegramChannel.name]
        yield TelegramChannel(TelegramSettings(), take, clock, desk, own)


def _to_groups(channels: Sequence[Channel], clock: Clock) -> Iterator[GroupChannel]:
    settings = GroupsSettings()
    yield WecomRobot(settings, clock)
    yield DingtalkRobot(settings, clock)
    yield FeishuRobot(settings, clock)
    for channel in channels:
        if isinstance(channel, TelegramChannel):
            yield channel.groups
