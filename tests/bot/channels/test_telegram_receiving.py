"""Hearing by Telegram: webhook and polling, once each, and what an update says."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.channel import Invalid, NotConnected, SendError
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.telegram_words import warnings_of
from bot.inbox import Left, Opened, Other, Pictured, Pressed, Spoke, Taken, Wrote
from tests.bot.channels.fake_telegram import PHOTO, TOKEN, FakeTelegram, a_telegram
from tests.bot.channels.telegram_scene import (
    SECRET,
    Site,
    a_channel,
    joined,
    keyboard,
    message,
    press,
    private,
    text,
    update,
)

WHO = 77000001
SIZES = [
    {"file_id": "small", "file_unique_id": "a", "width": 90, "height": 90, "file_size": 900},
    {"file_id": "large", "file_unique_id": "b", "width": 900, "height": 900, "file_size": 9000},
    {"file_id": "vast", "file_unique_id": "c", "width": 9000, "height": 9, "file_size": 20_000_000},
]


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    """The Bot API."""
    async with a_telegram() as found:
        yield found


@pytest.fixture
async def site(sqlite_database: str, fake: FakeTelegram) -> AsyncIterator[Site]:
    """A channel with a webhook; patients are served."""
    assert sqlite_database
    async with a_channel(fake) as found:
        await fake.until("setWebhook")
        yield found


async def test_the_webhook_is_registered_with_its_secret_and_what_we_want_to_hear(
    site: Site,
) -> None:
    (hook,) = site.fake.calls_of("setWebhook")
    assert hook["url"] == "https://suifang.example/telegram"
    assert hook["secret_token"] == SECRET
    assert "message" in hook["allowed_updates"]


async def test_words_reach_the_inbox_before_telegram_is_told_so(site: Site) -> None:
    assert await site.call(text(WHO, "有点疼")) == 200
    (event,) = site.inbox.came
    assert isinstance(event, Wrote)
    assert (event.address, event.text) == (str(WHO), "有点疼")
    assert event.sent_at is not None
    assert "有点疼" not in repr(event)
    assert str(WHO) not in repr(event)


async def test_what_could_not_be_stored_is_not_acknowledged(site: Site) -> None:
    site.inbox.fails = [RuntimeError("no database")]
    said = text(WHO, "有点疼")
    assert await site.call(said) == 500
    assert await site.call(said) == 200
    assert len(site.inbox.came) == 1


async def test_an_update_that_comes_again_is_one_message_with_the_same_answer(
    site: Site,
) -> None:
    site.inbox.taken = Taken(reply="请扫码")
    said = text(WHO, "有点疼")
    for _ in range(2):
        assert await site.call(said) == 200
    assert len(site.inbox.came) == 1
    assert site.fake.texts(WHO) == ["请扫码", "请扫码"]


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", "密码".encode().hex()])
async def test_who_does_not_know_the_secret_is_refused_and_changes_nothing(
    site: Site, secret: str
) -> None:
    assert await site.call(text(WHO, "有点疼"), secret) == 401
    assert not site.inbox.came


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"update_id": ' + b"9" * 5000 + b"}", 400),
        (b" " * (1024 * 1024 + 1), 413),
    ],
)
async def test_a_body_that_is_no_update_is_refused(site: Site, body: bytes, status: int) -> None:
    assert await site.fake.call(site.url, None, SECRET, body) == status
    assert not site.inbox.came


async def test_without_webhook_nothing_listens(fake: FakeTelegram) -> None:
    async with a_channel(fake, started=False, mode="polling") as site:
        assert await site.call(text(WHO, "有点疼")) == 404


async def test_buttons_photos_voice_links_and_leaving_are_told_apart(site: Site) -> None:
    document = {"file_id": "d", "file_unique_id": "d", "mime_type": "image/png"}
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 3}
    for one in (
        press(WHO, "12:yes"),
        update(message=message(WHO, photo=SIZES, caption="伤口")),
        update(message=message(WHO, document=document)),
        update(message=message(WHO, voice=voice)),
        text(WHO, "/start"),
        text(WHO, "/start abc-DEF_123"),
        text(WHO, "/stop"),
        joined(WHO, private(WHO), "kicked"),
        joined(WHO, private(WHO), "member"),
        update(message=message(WHO, location={"latitude": 33.6, "longitude": 114.6})),
    ):
        assert await site.call(one) == 200
    button, photo, picture, spoke, start, link, stop, left, back, place = site.inbox.came
    assert isinstance(button, Pressed)
    assert (button.key, button.turn, button.address) == ("yes", 12, str(WHO))
    assert isinstance(photo, Pictured)
    assert photo.caption == "伤口"
    assert photo.fetch is not None
    assert await photo.fetch() == PHOTO
    assert site.fake.calls_of("getFile") == [{"file_id": "large"}]
    assert isinstance(picture, Pictured)
    assert isinstance(spoke, Spoke)
    assert isinstance(start, Opened)
    assert isinstance(link, Opened)
    assert (start.token, link.token) == ("", "abc-DEF_123")
    assert isinstance(stop, Wrote)
    assert stop.text == "stop"
    assert isinstance(left, Left)
    assert isinstance(back, Opened)
    assert isinstance(place, Other)
    assert place.kind == "location"
    assert "位置我看不了" in site.fake.texts(WHO)[0]
    assert len(site.fake.texts(WHO)) == 1


async def test_words_below_a_film_are_heard_and_the_film_is_not(site: Site) -> None:
    film = {"file_id": "f", "file_unique_id": "f", "width": 1, "height": 1, "duration": 3}
    await site.call(update(message=message(WHO, video=film, caption="胸口疼")))
    (event,) = site.inbox.came
    assert isinstance(event, Wrote)
    assert event.text == "胸口疼"
    assert "视频和链接我看不了" in site.fake.texts(WHO)[0]


@pytest.mark.parametrize(("file", "error"), [("gone", SendError), ("lost", NotConnected)])
async def test_a_photo_that_is_gone_says_so_without_the_token(
    site: Site, file: str, error: type[SendError]
) -> None:
    size = [{**SIZES[0], "file_id": file}]
    await site.call(update(message=message(WHO, photo=size)))
    (event,) = site.inbox.came
    assert isinstance(event, Pictured)
    assert event.fetch is not None
    with pytest.raises(error) as fault:
        await event.fetch()
    assert TOKEN not in f"{fault.value.said} {fault.value.__cause__!r}"


async def test_a_photo_that_turns_out_huge_is_not_loaded(site: Site) -> None:
    await site.call(update(message=message(WHO, photo=[{**SIZES[0], "file_id": "huge"}])))
    (event,) = site.inbox.came
    assert isinstance(event, Pictured)
    assert event.fetch is not None
    with pytest.raises(Invalid):
        await event.fetch()


async def test_a_pressed_keyboard_goes_away_and_the_phone_stops_waiting(site: Site) -> None:
    await site.call(press(WHO, "12:yes", number=55))
    assert len(site.fake.calls_of("answerCallbackQuery")) == 1
    (edit,) = site.fake.calls_of("editMessageReplyMarkup")
    assert (edit["chat_id"], edit["message_id"]) == (WHO, 55)
    assert "reply_markup" not in edit


async def test_several_choices_are_ticked_and_sent_together(site: Site) -> None:
    markup = keyboard([("咳嗽", "8:+cough"), ("发烧", "8:+fever")], [("选好了", "8:=")])
    await site.call(press(WHO, "8:+fever", markup=markup))
    (edit,) = site.fake.calls_of("editMessageReplyMarkup")
    turned = edit["reply_markup"]
    assert turned["inline_keyboard"][0][1]["text"] == "✅ 发烧"
    assert not site.inbox.came
    await site.call(press(WHO, "8:+cough", markup=turned))
    both = site.fake.calls_of("editMessageReplyMarkup")[-1]["reply_markup"]
    await site.call(press(WHO, "8:=", markup=both))
    (event,) = site.inbox.came
    assert isinstance(event, Pressed)
    assert (event.key, event.turn) == ("cough,fever", 8)


async def test_nothing_ticked_is_nothing_answered(site: Site) -> None:
    markup = keyboard([("咳嗽", "8:+cough")], [("选好了", "8:=")])
    await site.call(press(WHO, "8:=", markup=markup))
    assert not site.inbox.came
    (told,) = site.fake.calls_of("answerCallbackQuery")
    assert "请先选" in told["text"]


async def test_who_changes_a_message_is_asked_to_send_it_again(site: Site) -> None:
    changed = message(WHO, text="胸口疼", edit_date=1_795_312_900)
    await site.call(update(edited_message=changed))
    (event,) = site.inbox.came
    assert isinstance(event, Other)
    assert "重新发一条" in site.fake.texts(WHO)[0]


@pytest.mark.parametrize(
    "odd",
    [
        {"poll": {"id": "1"}},
        {"something_new": {"a": 1}},
        {"message": {"text": "疼"}},
        {"message": None},
        {"callback_query": {"id": 1}},
        {},
    ],
)
async def test_an_update_of_an_unknown_kind_is_recorded_and_acknowledged(
    site: Site, odd: dict[str, Any]
) -> None:
    assert await site.call(update(**odd)) == 200
    (event,) = site.inbox.came
    assert isinstance(event, Other)
    assert event.kind == "unknown"


def _spoilt(value: Any) -> Iterator[Any]:
    """A value dropped in, flipped, emptied, doubled, ten times too long, and with odd signs."""
    text_of = str(value)
    yield from (None, "", [], {}, [value, value], -1, True, text_of * 10, "\x00\ud800", 2**80)


def _walk(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else ()
    for key, inner in items:
        yield from _walk(inner, (*path, key))


def _with(value: Any, path: tuple[Any, ...], spoilt: Any) -> Any:
    changed = copy.deepcopy(value)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = spoilt
    return changed


async def test_no_spoilt_field_of_any_update_is_a_fault_of_ours(site: Site) -> None:
    markup = keyboard([("咳嗽", "8:+cough")])
    for whole in (
        text(WHO, "有点疼"),
        press(WHO, "12:yes", markup=markup),
        joined(WHO, private(WHO), "member"),
        update(message=message(WHO, photo=SIZES[:1], caption="伤口")),
    ):
        for path in _walk(whole):
            for spoilt in _spoilt(whole) if path else ():
                changed = _with(whole, path, spoilt)
                changed.setdefault("update_id", whole["update_id"])
                await site.channel.hear(changed)
    assert all(len(event.external_id) <= 120 for event in site.inbox.came)


# ---- polling


async def test_polling_hears_each_update_once_and_confirms_it_after_it_was_heard(
    sqlite_database: str, fake: FakeTelegram
) -> None:
    assert sqlite_database
    said = [text(WHO, f"第{n}句") for n in range(3)]
    fake.offer(*said)
    async with a_channel(fake, mode="polling") as site:
        while len(fake.confirmed) < 3:
            await fake.until("getUpdates", len(fake.calls_of("getUpdates")) + 1)
        assert [event.text for event in site.inbox.came if isinstance(event, Wrote)] == [
            "第0句",
            "第1句",
            "第2句",
        ]
    assert fake.calls_of("deleteWebhook")
    assert fake.confirmed == [one["update_id"] for one in said]


async def test_an_odd_update_holds_up_no_other(sqlite_database: str, fake: FakeTelegram) -> None:
    assert sqlite_database
    odd = update(message={"text": "缺了一半"})
    fake.offer("not an update", odd, text(WHO, "有点疼"))
    async with a_channel(fake, mode="polling") as site:
        while len(fake.confirmed) < 3:
            await fake.until("getUpdates", len(fake.calls_of("getUpdates")) + 1)
        kinds = [type(event) for event in site.inbox.came]
    assert kinds == [Other, Other, Wrote]


async def test_what_could_not_be_stored_is_asked_for_again(
    sqlite_database: str, fake: FakeTelegram
) -> None:
    assert sqlite_database
    fake.offer(text(WHO, "有点疼"))
    async with a_channel(fake, mode="polling", started=False) as site:
        site.inbox.fails = [OSError("database away"), RuntimeError("odd")]
        await site.channel.start()
        while not fake.confirmed:
            await fake.until("getUpdates", len(fake.calls_of("getUpdates")) + 1)
        assert len(site.inbox.came) == 1


async def test_telegram_out_of_reach_keeps_nobody_from_starting(fake: FakeTelegram) -> None:
    fake.inject("getMe", 502, "Bad Gateway")
    async with a_channel(fake):
        await fake.until("setWebhook")


# ---- patients off


async def test_with_patients_off_they_are_told_and_nothing_is_kept(
    sqlite_database: str, fake: FakeTelegram
) -> None:
    assert sqlite_database
    async with a_channel(fake, patients=False) as site:
        for one in (text(WHO, "胸口疼"), text(WHO, "/start abc"), press(WHO, "12:yes")):
            assert await site.call(one) == 200
        assert not site.inbox.came
        assert "120" in fake.texts(WHO)[0]
        assert len(fake.texts(WHO)) == 2


def test_the_law_is_named_where_patients_are_on() -> None:
    on = TelegramSettings(token=TOKEN, patients=True, _env_file=None)
    off = TelegramSettings(token=TOKEN, _env_file=None)
    assert "第38至40条" in warnings_of(on)[0]
    assert warnings_of(off) == []
    assert not off.patients


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"token": "nonsense"},
        {"token": TOKEN, "mode": "webhook"},
        {"token": TOKEN, "mode": "webhook", "webhook_secret": "short"},
        {"token": TOKEN, "per_second": 2000},
        {"token": TOKEN, "api_url": "ftp://x"},
    ],
)
def test_settings_that_cannot_work_are_refused(told: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="TelegramSettings"):
        TelegramSettings(_env_file=None, **told)
