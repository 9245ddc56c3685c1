"""What WeChat pushes: checked, read, taken once, answered within the request or after it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.channels import wechat_answers, wechat_receive
from bot.channels.wechat_settings import WeChatSettings
from bot.inbox import (
    Came,
    Consented,
    Left,
    Opened,
    Other,
    Pictured,
    Reported,
    Spoke,
    Wrote,
)
from models.channel import ChannelEvent
from models.conversation import OutgoingStatus
from tests.bot.channels.wechat_platform import (
    APP_ID,
    OLD_AES_KEY,
    OPENID,
    Platform,
    event,
    message,
    settings,
    xml,
)
from tests.bot.channels.wechat_reception import Counterpart, Reception, open_counter

pytestmark = pytest.mark.usefixtures("sqlite_database")
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture
async def counter() -> AsyncIterator[Counterpart]:
    """A running receiver."""
    async with open_counter(NOW) as running:
        yield running


async def test_the_console_s_check_is_answered_with_its_own_word(counter: Counterpart) -> None:
    assert await counter.platform.check() == (200, "4375120948345356249")


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": "0" * 40},
        {"signature": ""},
        {"nonce": "1"},
        {"timestamp": "1714036504"},
        {"echostr": "<script>"},
        {"echostr": ""},
    ],
)
async def test_a_check_that_is_not_right_learns_nothing(
    changed: dict[str, str], counter: Counterpart
) -> None:
    assert await counter.platform.check(**changed) == (401, "")


@pytest.mark.parametrize(
    ("fields", "kind", "holds"),
    [
        (message("text", NOW, Content="伤口有点疼"), Wrote, {"text": "伤口有点疼"}),
        (
            message("voice", NOW, MediaId="media-0001", Recognition="胸口闷"),
            Wrote,
            {"text": "胸口闷", "spoken": True},
        ),
        (message("voice", NOW, MediaId="media-0001", Recognition=""), Spoke, {}),
        (message("image", NOW, MediaId="media-0001", PicUrl="http://h/1"), Pictured, {}),
        (message("location", NOW, Location_X="23.1", Label="某路"), Other, {"kind": "location"}),
        (event("subscribe", NOW), Opened, {"token": ""}),
        (
            event("subscribe", NOW, EventKey="qrscene_abcDEF-123_x"),
            Opened,
            {"token": "abcDEF-123_x"},
        ),
        (event("SCAN", NOW, EventKey="abcDEF-123_x"), Opened, {"token": "abcDEF-123_x"}),
        (event("SCAN", NOW, EventKey="last_trade_no:4"), Opened, {"token": ""}),
        (event("CLICK", NOW, EventKey="abcDEF-123_x"), Opened, {"token": ""}),
        (
            event(
                "scancode_waitmsg",
                NOW,
                EventKey="bind",
                ScanCodeInfo="<ScanType>qrcode</ScanType>"
                "<ScanResult>https://h.example/c/abcDEF-123_x</ScanResult>",
            ),
            Opened,
            {"token": "abcDEF-123_x"},
        ),
        (event("unsubscribe", NOW), Left, {}),
        (
            event("TEMPLATESENDJOBFINISH", NOW, MsgID="200163836", Status="success"),
            Reported,
            {"provider_id": "200163836", "status": OutgoingStatus.DELIVERED, "code": ""},
        ),
        (
            event("TEMPLATESENDJOBFINISH", NOW, MsgID="200163837", Status="failed:user block"),
            Reported,
            {"status": OutgoingStatus.FAILED, "code": "failed:user block"},
        ),
        (event("LOCATION", NOW, Latitude="23.1"), Other, {"kind": "event.LOCATION"}),
        (event("something_new", NOW), Other, {"kind": "event.something_new"}),
        (message("sticker", NOW), Other, {"kind": "sticker"}),
    ],
)
async def test_each_kind_of_push_is_handed_in_as_what_it_means(
    fields: dict[str, str], kind: type[Came], holds: dict[str, object], counter: Counterpart
) -> None:
    answer = await counter.platform.push(fields)
    await counter.receiver.close()
    assert answer.status == 200
    (came,) = counter.reception.came
    assert type(came) is kind
    assert (came.address, came.sent_at) == (OPENID, NOW)
    assert len(came.external_id) <= 120
    assert OPENID not in came.external_id
    assert {name: getattr(came, name) for name in holds} == holds


async def test_a_picture_is_fetched_when_it_is_wanted(counter: Counterpart) -> None:
    await counter.platform.push(message("image", NOW, MediaId="media-0001"))
    (came,) = counter.reception.came
    assert isinstance(came, Pictured)
    assert came.fetch is not None
    assert await came.fetch() == b"media-0001"


async def test_several_consents_of_one_push_are_several_events(counter: Counterpart) -> None:
    chosen = [("TEMPLATE_FOR_GOOD", "accept"), ("TEMPLATE_FOR_ONCE", "reject")]
    entries = "".join(
        f"<List><TemplateId>{name}</TemplateId>"
        f"<SubscribeStatusString>{word}</SubscribeStatusString></List>"
        for name, word in chosen
    )
    fields = event("subscribe_msg_popup_event", NOW, SubscribeMsgPopupEvent=entries)
    await counter.platform.push(fields)
    await counter.receiver.close()
    said = [came for came in counter.reception.came if isinstance(came, Consented)]
    assert [(one.template_id, one.granted, one.lasting) for one in said] == [
        ("TEMPLATE_FOR_GOOD", True, True),
        ("TEMPLATE_FOR_ONCE", False, False),
    ]
    assert len({one.external_id for one in said}) == 2


async def test_the_outcome_of_a_notice_is_a_receipt(counter: Counterpart) -> None:
    entry = (
        "<List><TemplateId>T_0001</TemplateId><MsgID>1864323726461255680</MsgID>"
        "<ErrorCode>43101</ErrorCode><ErrorStatus>user refuse</ErrorStatus></List>"
    )
    fields = event("subscribe_msg_sent_event", NOW, SubscribeMsgSentEvent=entry)
    await counter.platform.push(fields)
    await counter.receiver.close()
    (came,) = counter.reception.came
    assert isinstance(came, Reported)
    assert (came.provider_id, came.status, came.code) == (
        "1864323726461255680",
        OutgoingStatus.FAILED,
        "43101",
    )


async def test_what_is_sent_at_once_answers_the_open_request(counter: Counterpart) -> None:
    counter.reception.replies = ["收到了]]>,&<b>谢谢</b>\x07"]
    answer = await counter.platform.push(message("text", NOW, Content="好"))
    assert answer.text == "收到了]]>,&<b>谢谢</b>"
    assert counter.reception.called == []


async def test_a_second_text_goes_by_itself(counter: Counterpart) -> None:
    counter.reception.replies = ["一", "二"]
    answer = await counter.platform.push(message("text", NOW, Content="好"))
    await counter.receiver.close()
    assert answer.text == "一"
    assert counter.reception.called == [(OPENID, "二")]


async def test_nothing_to_say_is_acknowledged(counter: Counterpart) -> None:
    answer = await counter.platform.push(message("text", NOW, Content="好"))
    assert (answer.status, answer.body) == (200, "success")


async def test_a_stranger_is_answered_at_once(counter: Counterpart) -> None:
    counter.reception.greeting = "您是哪位"
    answer = await counter.platform.push(message("text", NOW, Content="好"))
    assert answer.text == "您是哪位"


async def test_a_place_and_a_film_are_answered_kindly(counter: Counterpart) -> None:
    place = await counter.platform.push(message("location", NOW, Label="某路"))
    film = await counter.platform.push(message("video", NOW, MediaId="media-0001"))
    silent = await counter.platform.push(event("LOCATION", NOW, Latitude="23.1"))
    assert ["位置我看不了" in place.text, "视频" in film.text, silent.body] == [
        True,
        True,
        "success",
    ]


async def test_no_text_is_put_into_the_request_of_a_receipt(counter: Counterpart) -> None:
    counter.reception.replies = ["补发的话"]
    fields = event("TEMPLATESENDJOBFINISH", NOW, MsgID="200163836", Status="failed:user block")
    assert (await counter.platform.push(fields)).body == "success"
    await counter.receiver.close()
    assert counter.reception.called == [(OPENID, "补发的话")]


async def test_four_copies_have_one_effect_and_one_answer(counter: Counterpart) -> None:
    counter.reception.replies = ["一次"]
    counter.reception.sending.clear()
    fields = message("text", NOW, Content="好")
    copies = [asyncio.create_task(counter.platform.push(fields)) for _ in range(4)]
    await counter.reception.arrived.wait()
    counter.reception.sending.set()
    assert {answer.text for answer in await asyncio.gather(*copies)} == {"一次"}
    assert (await counter.platform.push(fields)).text == "一次"
    assert len(counter.reception.came) == 1
    assert counter.reception.called == []


async def test_a_copy_in_another_process_waits_for_the_same_answer(counter: Counterpart) -> None:
    counter.reception.replies = ["一次"]
    counter.reception.sending.clear()
    fields = message("text", NOW, Content="好")
    other = Reception(NOW, came=counter.reception.came)
    async with open_counter(NOW, reception=other) as second:
        second.platform.now += timedelta(seconds=1)
        first = asyncio.create_task(counter.platform.push(fields))
        await counter.reception.arrived.wait()
        copy = asyncio.create_task(second.platform.push(fields))
        await asyncio.sleep(0.2)
        counter.reception.sending.set()
        assert ((await first).text, (await copy).text) == ("一次", "一次")
    assert len(counter.reception.came) == 1


async def test_who_takes_too_long_is_acknowledged_and_the_answer_goes_by_itself(
    counter: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wechat_receive, "ANSWER_WITHIN", 0.05)
    counter.reception.replies = ["晚了一点"]
    counter.reception.sending.clear()
    answer = await counter.platform.push(message("text", NOW, Content="好"))
    assert answer.body == "success"
    counter.reception.sending.set()
    await counter.receiver.close()
    assert counter.reception.called == [(OPENID, "晚了一点")]


async def test_a_stranger_who_was_acknowledged_too_soon_is_written_to(
    counter: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wechat_receive, "ANSWER_WITHIN", 0.0)
    counter.reception.greeting = "您是哪位"
    counter.reception.taking.clear()
    push = asyncio.create_task(counter.platform.push(message("text", NOW, Content="好")))
    await asyncio.sleep(0.1)
    counter.reception.taking.set()
    answer = await push
    await counter.receiver.close()
    said = [text for _, text in counter.reception.called]
    assert [answer.text, *said].count("您是哪位") == 1


async def test_the_same_request_again_is_a_copy_and_its_nonce_serves_no_other_body(
    counter: Counterpart,
) -> None:
    query, body = counter.platform.sealed(xml(message("text", NOW, Content="好")))
    assert [(await counter.platform.send(query, body)).status for _ in range(2)] == [200, 200]
    sealed = counter.platform.key.seal(xml(message("text", NOW, Content="坏")).encode())
    signed = counter.platform.key.sign(query["timestamp"], query["nonce"], sealed)
    other = await counter.platform.send(
        {**query, "msg_signature": signed}, xml({"Encrypt": sealed}).encode()
    )
    assert other.status == 401
    assert len(counter.reception.came) == 1
    assert await ChannelEvent.filter(kind="nonce").count() == 1


async def test_a_request_of_five_minutes_ago_is_refused(counter: Counterpart) -> None:
    counter.platform.now = NOW - timedelta(seconds=301)
    assert (await counter.platform.push(message("text", NOW, Content="好"))).status == 401
    counter.platform.now = NOW - timedelta(seconds=299)
    assert (await counter.platform.push(message("text", NOW, Content="好"))).status == 200


async def test_the_previous_key_opens_and_the_answer_is_sealed_with_it() -> None:
    account = settings(previous_aes_key=OLD_AES_KEY)
    async with open_counter(NOW, account) as running:
        running.platform.key = account.keys[1]
        running.reception.replies = ["旧钥匙"]
        answer = await running.platform.push(message("text", NOW, Content="好"))
        assert answer.text == "旧钥匙"
    async with open_counter(NOW) as running:
        running.platform.key = account.keys[1]
        assert (await running.platform.push(message("text", NOW, Content="好"))).status == 401


async def test_another_account_s_message_is_refused(counter: Counterpart) -> None:
    counter.platform.key = settings(app_id="wx0000000000000000").keys[0]
    assert (await counter.platform.push(message("text", NOW, Content="好"))).status == 401
    assert counter.reception.came == []


async def plain(platform: Platform, fields: dict[str, str]) -> int:
    """Push a message as WeChat does in plain mode."""
    query, _ = platform.sealed("")
    query = {name: query[name] for name in ("signature", "timestamp", "nonce", "openid")}
    return (await platform.send(query, xml(fields).encode())).status


async def test_plain_messages_are_refused_unless_the_tests_ask_for_them(
    counter: Counterpart,
) -> None:
    assert await plain(counter.platform, message("text", NOW, Content="好")) == 401
    async with open_counter(NOW, settings(plain_for_tests=True)) as running:
        assert await plain(running.platform, message("text", NOW, Content="好")) == 200
        assert len(running.reception.came) == 1


async def test_the_two_limits_stand_below_wechat_s_five_seconds() -> None:
    assert wechat_answers.ANSWER_WITHIN < wechat_answers.COPY_WITHIN < 5


def test_every_missing_secret_is_named_at_once() -> None:
    with pytest.raises(ValidationError) as fault:
        WeChatSettings.model_validate({"token": "!!", "encoding_aes_key": "geheim"})
    named = {str(one["loc"][0]) for one in fault.value.errors()}
    assert named == {"app_id", "secret", "token", "encoding_aes_key"}
    assert "geheim" not in str(fault.value)


def test_the_settings_show_no_secret() -> None:
    shown = repr(settings(previous_aes_key=OLD_AES_KEY)) + repr(settings().keys)
    assert APP_ID in shown
    assert not [secret for secret in ("tok3n", "abcdef", "sss", OLD_AES_KEY) if secret in shown]
