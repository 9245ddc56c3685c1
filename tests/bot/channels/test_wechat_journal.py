"""What WeChat pushes is written down before it is acknowledged, and dealt with afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

import pytest
from tortoise.connection import get_connections

from bot import journal
from bot.channels.wechat_messages import read_push
from bot.channels.wechat_receive import restored
from bot.inbox import Wrote
from handlers.pushes import HELD_FOR
from models.channel import Pushed
from tests.bot.channels.wechat_platform import OPENID, message, xml
from tests.bot.channels.wechat_reception import Counterpart, Reception, open_counter

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime.fromisoformat("2026-11-23T09:30+08:00")
LATER = NOW + timedelta(minutes=2)
AT_ONCE = "bot.channels.wechat_receive.ANSWER_WITHIN"


@pytest.fixture
async def counter() -> AsyncIterator[Counterpart]:
    """A running receiver."""
    async with open_counter(NOW) as running:
        yield running


def words(reception: Reception) -> list[str]:
    """What was said to it, in order."""
    return [came.text for came in reception.came if isinstance(came, Wrote)]


async def pushed(counter: Counterpart, texts: Sequence[str]) -> None:
    """Push one after the other; each is acknowledged, whatever becomes of it."""
    for text in texts:
        answer = await counter.platform.push(message("text", NOW, Content=text))
        assert answer.body == "success"


async def test_what_is_dealt_with_leaves_nothing_in_the_journal(counter: Counterpart) -> None:
    await counter.platform.push(message("text", NOW, Content="好"))
    await counter.receiver.close()
    assert words(counter.reception) == ["好"]
    assert not await Pushed.exists()


async def test_what_cannot_be_written_down_is_not_acknowledged(counter: Counterpart) -> None:
    database = get_connections().get("default")
    await database.execute_script("ALTER TABLE pushed RENAME TO pushed_away")
    try:
        answer = await counter.platform.push(message("text", NOW, Content="好"))
    finally:
        await database.execute_script("ALTER TABLE pushed_away RENAME TO pushed")
    assert answer.status == 503
    assert counter.reception.came == []


async def test_what_stood_written_down_when_a_process_ended_is_taken_up_by_another(
    counter: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AT_ONCE, 0.0)
    counter.reception.taking.clear()
    await pushed(counter, ["一", "二"])
    async with open_counter(NOW) as other:
        other.reception.greeting = "您是哪位"
        # the first one may still be there
        assert await other.receiver.take_up(NOW + HELD_FOR) == 0
        assert await other.receiver.take_up(NOW + HELD_FOR + timedelta(seconds=1)) == 2
        await other.receiver.close()
        assert words(other.reception) == ["一", "二"]
        assert other.reception.called == [(OPENID, "您是哪位")] * 2
        assert not await Pushed.exists()


async def test_what_a_process_that_ended_had_comes_before_what_the_person_wrote_since(
    counter: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AT_ONCE, 0.0)
    counter.reception.taking.clear()
    await pushed(counter, ["一", "二"])
    async with open_counter(NOW + timedelta(seconds=1)) as other:
        await pushed(other, ["三"])
        await other.receiver.take_up(NOW + HELD_FOR + timedelta(seconds=2))
        await other.receiver.close()
        assert words(other.reception) == ["一", "二", "三"]


async def test_whoever_holds_a_push_says_so_and_keeps_it(
    counter: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AT_ONCE, 0.0)
    counter.reception.taking.clear()
    await pushed(counter, ["一"])
    await counter.receiver.take_up(LATER)
    async with open_counter(NOW) as other:
        assert await other.receiver.take_up(LATER + HELD_FOR) == 0


async def test_what_failed_is_tried_again_and_then_answered(counter: Counterpart) -> None:
    counter.reception.greeting, counter.reception.broken = "您是哪位", True
    await pushed(counter, ["好"])
    await counter.receiver.close()
    counter.reception.broken = False
    assert await counter.receiver.take_up(NOW) == 0
    assert await counter.receiver.take_up(LATER) == 1
    await counter.receiver.close()
    assert words(counter.reception) == ["好"]
    assert counter.reception.called == [(OPENID, "您是哪位")]
    assert not await Pushed.exists()


async def test_one_person_s_words_are_taken_in_order_and_hold_up_nobody_else(
    counter: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AT_ONCE, 0.0)
    counter.reception.taking.clear()
    await pushed(counter, ["一", "二", "三", "四", "五"])
    await counter.platform.push(message("text", NOW, openid="openid-of-another", Content="别人"))
    counter.reception.taking.set()
    await counter.receiver.close()
    said = words(counter.reception)
    assert [text for text in said if text != "别人"] == ["一", "二", "三", "四", "五"]
    assert said.index("别人") <= 1


async def test_where_too_many_wait_nobody_is_kept_on_the_line(
    counter: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_WORTH_WAITING", 0.0)
    await counter.platform.push(message("text", NOW, openid="openid-of-the-first", Content="一"))
    counter.reception.taking.clear()
    said = [message("text", NOW, openid=f"openid-of-number-{n}", Content="好") for n in range(10)]
    tasks = [asyncio.create_task(counter.platform.push(one)) for one in said]
    # nobody deals with them, and yet they are answered
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    assert {(await one).body for one in done} == {"success"}
    assert len(counter.reception.came) == 1
    counter.reception.taking.set()
    await asyncio.gather(*tasks)


async def test_a_push_comes_out_of_the_journal_as_it_went_in(counter: Counterpart) -> None:
    listed = "<List><TemplateId>T_0001</TemplateId></List><List><TemplateId>T_2</TemplateId></List>"
    fields = {**message("text", NOW, Content="🙂<&甲"), "SubscribeMsgPopupEvent": listed}
    counter.reception.broken = True
    await counter.platform.push(fields)
    (row,) = await Pushed.all()
    assert restored(row.content) == read_push(xml(fields).encode())
    assert OPENID not in row.person
