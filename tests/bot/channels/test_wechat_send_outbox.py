"""WeChat behind the outbox: merged, counted, and elsewhere when the window is shut."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_api import SEND
from bot.outbox import Outbox
from dialogs.actions import Say
from handlers.windows import open_window
from models.conversation import DeliveryClass, Outgoing, OutgoingStatus
from models.people import ContactPoint
from tests.bot.channels.fake_wechat import Clock, FakeWeChat, a_wechat
from tests.bot.channels.wechat_scene import nobody_hears, nothing_waits, settings_for
from tests.bot.test_lanes import Provider, queued, reachable
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")
MORNING = datetime.fromisoformat("2026-11-23T09:30+08:00")
OPENID = "openid-of-tests"


@dataclass(slots=True)
class Site:
    """A ward whose patient has an account and a number, with WeChat and SMS behind its outbox."""

    ward: Ward
    wechat: FakeWeChat
    clock: Clock
    account: ContactPoint
    sms: Provider
    outbox: Outbox

    async def writes(self) -> None:
        """The patient writes, and both sides know."""
        self.wechat.writes(OPENID)
        await open_window(self.account.id, self.clock(), clicked=False)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A site with its channel open."""
    clock = Clock(MORNING)
    async with a_wechat(clock) as wechat:
        wechat.followers.add(OPENID)
        channel = WeChatChannel(settings_for(wechat.url), nobody_hears, clock, nothing_waits)
        await channel.start()
        ward, sms = await a_ward(), Provider("sms")
        account = (await reachable(ward))["wechat"]
        outbox = Outbox(ward.desk, {"wechat": channel, "sms": sms})
        yield Site(ward, wechat, clock, account, sms, outbox)
        await channel.close()


async def test_what_waits_goes_as_one_message(site: Site) -> None:
    await site.writes()
    rows = [await queued(site.ward, site.account) for _ in range(3)]
    await site.outbox.drain(MORNING)
    assert site.wechat.count(SEND) == 1
    kept = [await Outgoing.get(id=row.id) for row in rows]
    assert {row.status for row in kept} == {OutgoingStatus.ACCEPTED}


async def test_when_the_window_is_shut_it_goes_by_sms(site: Site) -> None:
    await queued(site.ward, site.account)
    await site.outbox.drain(MORNING)
    assert (len(site.wechat.sent), len(site.sms.letters)) == (0, 1)


async def test_what_an_account_that_left_does_not_get_goes_by_sms(site: Site) -> None:
    await site.writes()
    site.wechat.leaves(OPENID)
    await queued(site.ward, site.account)
    await site.outbox.drain(MORNING)
    assert (site.wechat.count(SEND), len(site.sms.letters)) == (1, 1)
    await site.account.refresh_from_db()
    assert site.account.opted_out_at == MORNING


async def test_days_of_a_shaky_provider_are_accounted_for_and_none_goes_out_of_turn(
    site: Site,
) -> None:
    """The provider's own log is the judge: nothing outside a window, twice or lost."""
    rng, rows = random.Random(20261123), []  # noqa: S311 - a repeatable test
    for _ in range(72):
        if rng.random() < 0.3:
            await site.writes()
        site.wechat.plan(SEND, *([-1] if rng.random() < 0.05 else []))
        urgent = DeliveryClass.A if rng.random() < 0.2 else DeliveryClass.B
        rows.append(await queued(site.ward, site.account, Say("M-THANKS"), urgent))
        await site.outbox.drain(site.clock())
        site.clock.go_on(minutes=rng.choice((1, 20, 60, 400)))
    await site.outbox.drain(site.clock())
    kept = [await Outgoing.get(id=row.id) for row in rows]
    assert {row.status for row in kept} == {OutgoingStatus.ACCEPTED}
    # what waited together went as one
    ways = Counter(channel for channel, _ in {(row.channel, row.provider_id) for row in kept})
    assert len(site.wechat.sent) == ways["wechat"] > 0
    assert len(site.sms.letters) == ways["sms"] > 0
    assert site.wechat.refused == []
