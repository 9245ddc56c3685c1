"""The web chat over HTTP and WebSocket: a real server, a real database, two ways in."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import FormData, WSServerHandshakeError

from bot.channels.web_limits import LIMITS
from bot.channels.web_pages import words
from bot.outbox import Outbox
from handlers.media import LARGEST, Photo, keep_photo
from models.care import BedsideSlip
from models.conversation import Inbound, Media, Outgoing, OutgoingStatus
from models.keys import KeyRing
from models.people import ContactPoint, ContactStatus
from models.seal import keyring
from tests.bot.chat_site import ChatSite, Phone, a_link, a_phone, frames_until, start
from tests.handlers.ward import ScreenOfTests, a_ward

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 64
WEBP = b"RIFF\x40\x00\x00\x00WEBP" + b"\x00" * 64


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[ChatSite]:
    """The chat of a ward whose patient has just gone home."""
    del sqlite_database
    running = await start(await a_ward(), tmp_path / "media")
    yield running
    await running.stop()


@pytest.fixture
async def phone(site: ChatSite, key_ring: KeyRing) -> AsyncIterator[Phone]:
    """The patient's browser, proven and welcomed (line 1), then asked to begin (line 2)."""
    async with a_phone(site) as browser:
        status, _ = await browser.prove(await a_link(site, key_ring))
        assert status == 200
        await site.ward.until("2026-11-23T11:30")
        yield browser


def is_position(position: int) -> Any:
    """The frame of a certain line."""
    return lambda frame: frame.get("position") == position and "direction" in frame


def texts(frames: list[dict[str, Any]]) -> list[str]:
    """What the lines among these frames say."""
    return [frame["text"] for frame in frames if "direction" in frame]


# ---- the link


async def test_the_page_before_proof_names_the_hospital_and_nobody_else(
    site: ChatSite, key_ring: KeyRing
) -> None:
    link = await a_link(site, key_ring)
    async with a_phone(site) as browser, browser.http.get(link) as response:
        page = await response.text()
    assert response.status == 200
    assert "示例医院" in page
    assert "出生年份" in page
    assert "王小明" not in page + link
    assert "心内科" not in page


async def test_forged_and_expired_links_get_the_same_page(
    site: ChatSite, key_ring: KeyRing
) -> None:
    link = await a_link(site, key_ring)
    await BedsideSlip.all().update(expires_at=site.ward.now - timedelta(seconds=1))
    answers = set()
    async with a_phone(site) as browser:
        for url in (link, f"{site.url}/c/forged", f"{site.url}/c/{'a' * 500}", f"{site.url}/c/%00"):
            async with browser.http.get(url) as response:
                answers.add((response.status, await response.text()))
            async with browser.http.post(url, data={"year": "1970"}) as response:
                answers.add((response.status, await response.text()))
    ((status, page),) = answers
    assert status == 404
    assert "0394-12345670" in page


async def test_the_right_year_leads_to_the_chat(phone: Phone) -> None:
    async with phone.http.get(f"{phone.site.url}/chat") as response:
        page = await response.text()
    assert response.status == 200
    assert "自动随访助手" in page
    assert phone.csrf in page


async def test_a_wrong_year_says_so_and_the_fifth_leads_to_the_telephone(
    site: ChatSite, key_ring: KeyRing
) -> None:
    link = await a_link(site, key_ring)
    async with a_phone(site) as browser:
        status, page = await browser.prove(link, "1971")
        assert (status, "还可以试4次" in page) == (422, True)
        for _ in range(4):
            status, page = await browser.prove(link, "1971")
        assert status == 403
        assert "总机0394-12345670" in page
        assert (await browser.prove(link, "1970"))[0] == 403


async def test_a_form_without_the_token_of_this_browser_binds_nothing(
    site: ChatSite, key_ring: KeyRing
) -> None:
    link = await a_link(site, key_ring)
    async with a_phone(site) as other, other.http.get(link) as response:
        foreign = (await response.text()).split('name="csrf" value="')[1].split('"')[0]
    async with a_phone(site) as browser:
        await browser.http.get(link)
        for token in ("", foreign, "0" * 64):
            data = {"year": "1970", "csrf": token}
            async with browser.http.post(link, data=data, allow_redirects=False) as response:
                assert response.status == 403
        own = {"Origin": "https://evil.example"}
        async with browser.http.get(link) as response:
            token = (await response.text()).split('name="csrf" value="')[1].split('"')[0]
        data = {"year": "1970", "csrf": token}
        async with browser.http.post(link, data=data, headers=own) as response:
            assert response.status == 403
    assert (await BedsideSlip.get()).bound_at is None


async def test_scanning_again_leads_straight_to_the_chat(site: ChatSite, phone: Phone) -> None:
    slip = await BedsideSlip.get()
    assert slip.contact_point_id is not None
    link = await a_link(site, keyring())
    async with phone.http.get(link, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/chat")


async def test_a_link_opened_too_often_asks_for_a_moment(site: ChatSite, key_ring: KeyRing) -> None:
    link = await a_link(site, key_ring)
    async with a_phone(site) as browser:
        seen = []
        for _ in range(31):
            async with browser.http.get(link) as response:
                seen.append(response.status)
    assert (seen[0], seen[29], seen[30]) == (200, 200, 429)


async def test_cookies_are_kept_from_scripts_and_other_sites(
    site: ChatSite, key_ring: KeyRing
) -> None:
    link = await a_link(site, key_ring)
    async with a_phone(site) as browser, browser.http.get(link) as response:
        (cookie,) = response.headers.getall("Set-Cookie")
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Secure" not in cookie


async def test_over_https_the_cookies_are_secure_and_of_this_host_alone(
    sqlite_database: str, tmp_path: Path, key_ring: KeyRing
) -> None:
    del sqlite_database
    running = await start(await a_ward(), tmp_path, secure=True)
    link = await a_link(running, key_ring)
    async with a_phone(running) as browser, browser.http.get(link) as response:
        (cookie,) = response.headers.getall("Set-Cookie")
    await running.stop()
    assert cookie.startswith("__Host-chat_form=")
    assert "Secure" in cookie.split("; ")


async def test_every_answer_carries_the_security_headers(phone: Phone) -> None:
    async with phone.http.get(f"{phone.site.url}/chat") as response:
        page = await response.text()
    script = page.split('src="')[1].split('"')[0]
    for path in ("/chat", "/c/forged", "/chat/lines", script):
        async with phone.http.get(phone.site.url + path) as response:
            policy = response.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'self'")
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "same-origin"
            kept = "immutable" if path == script else "no-store"
            assert kept in response.headers["Cache-Control"]
    assert "<script>" not in page
    assert "style=" not in page


# ---- who may see the talk


@pytest.mark.parametrize("cookie", ["", "forged", "WyJhIiwxXQ.xxxx", "é"])
async def test_without_a_session_there_is_nothing_to_see(site: ChatSite, cookie: str) -> None:
    async with a_phone(site) as browser:
        headers = {"Cookie": f"chat={cookie}"}
        async with browser.http.get(f"{site.url}/chat", headers=headers) as response:
            assert response.status == 401
            assert "请再扫一次二维码" in await response.text()
        async with browser.http.get(f"{site.url}/chat/lines", headers=headers) as response:
            assert (response.status, await response.json()) == (401, {"notice": "ended"})
        with pytest.raises(WSServerHandshakeError):
            await browser.http.ws_connect(f"{site.url}/ws", headers={**headers, "Origin": site.url})


async def test_a_session_ends_after_sixty_days_without_a_visit(phone: Phone) -> None:
    phone.site.ward.now += timedelta(days=57)
    async with phone.http.get(f"{phone.site.url}/chat") as response:
        assert response.status == 200
    phone.site.ward.now += timedelta(days=59)
    async with phone.http.get(f"{phone.site.url}/chat/lines") as response:
        assert response.status == 200
    phone.site.ward.now += timedelta(days=2)
    async with phone.http.get(f"{phone.site.url}/chat/lines") as response:
        assert response.status == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_a_socket_of_another_site_is_refused(phone: Phone, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin}
    with pytest.raises(WSServerHandshakeError) as refused:
        await phone.http.ws_connect(f"{phone.site.url}/ws", headers=headers)
    assert refused.value.status == 403


async def test_a_post_without_the_csrf_token_is_refused(phone: Phone) -> None:
    phone.csrf = "0" * 64
    assert (await phone.post({"cid": "a", "text": "1"}))[0] == 403
    assert await Inbound.all().count() == 0


async def test_who_is_not_the_patient_gets_an_answer_and_then_no_more(phone: Phone) -> None:
    socket = await phone.connect()
    await frames_until(socket, is_position(2))
    await socket.send_json({"cid": "a", "text": "你打错了,我不是王小明"})
    frames = await frames_until(socket, lambda frame: "ended" in frame)
    assert any(frame.get("direction") == "out" for frame in frames)
    async with phone.http.get(f"{phone.site.url}/chat/lines") as response:
        assert response.status == 401


async def test_an_address_found_wrong_by_staff_closes_the_open_page(phone: Phone) -> None:
    socket = await phone.connect()
    await frames_until(socket, is_position(2))
    await ContactPoint.all().update(wrong_at=phone.site.ward.now, status=ContactStatus.WRONG_NUMBER)
    await socket.send_json({"cid": "a", "text": "1"})
    assert "ended" in (await frames_until(socket, lambda _: True))[0]
    assert await Inbound.all().count() == 0


# ---- the socket


async def test_a_message_is_acknowledged_and_answered_in_order(phone: Phone) -> None:
    socket = await phone.connect()
    await frames_until(socket, is_position(2))
    await socket.send_json({"cid": "a", "text": "1"})
    frames = await frames_until(socket, lambda frame: frame.get("typing") is False)
    assert frames[0] == {"typing": True}
    assert {"ack": "a", "position": 3} in frames
    lines = [frame for frame in frames if "direction" in frame]
    assert [(line["position"], line["direction"]) for line in lines] == [(3, "in"), (4, "out")]
    assert lines[1]["options"][0]["label"] == "本人"
    await socket.close()


async def test_a_pressed_button_is_stored_with_what_stood_on_it(phone: Phone) -> None:
    socket = await phone.connect()
    *_, line = await frames_until(socket, is_position(2))
    await socket.send_json({"cid": "a", "key": "start", "turn": line["turn"]})
    frames = await frames_until(socket, is_position(4))
    assert "开始" in texts(frames)
    assert (await Inbound.get()).text == "开始"
    await socket.close()


async def test_the_same_cid_twice_is_one_message_acknowledged_twice(phone: Phone) -> None:
    socket = await phone.connect()
    for _ in range(2):
        await socket.send_json({"cid": "a", "text": "1"})
        await frames_until(socket, lambda frame: frame == {"ack": "a", "position": 3})
    await socket.close()
    assert await Inbound.all().count() == 1
    assert [line["position"] for line in await phone.lines()] == [1, 2, 3, 4]


async def test_coming_back_continues_after_the_last_line(phone: Phone) -> None:
    socket = await phone.connect()
    await frames_until(socket, is_position(2))
    await phone.site.drop_sockets()
    await socket.close()
    await phone.site.ward.say("1")
    socket = await phone.connect(after=2)
    frames = await frames_until(socket, is_position(4))
    assert [frame["position"] for frame in frames] == [3, 4]
    await socket.close()


async def test_lines_written_elsewhere_reach_an_open_page(phone: Phone) -> None:
    socket = await phone.connect()
    await frames_until(socket, is_position(2))
    phone.site.ward.outbox = Outbox(phone.site.ward.desk, {"web": ScreenOfTests()})
    await phone.site.ward.say("1")
    assert len(texts(await frames_until(socket, is_position(4)))) == 2
    await socket.close()


async def test_two_pages_of_one_patient_show_the_same(phone: Phone) -> None:
    one, two = await phone.connect(), await phone.connect()
    await one.send_json({"cid": "a", "text": "1"})
    for socket in (one, two):
        frames = await frames_until(socket, is_position(4))
        assert [frame["position"] for frame in frames if "direction" in frame] == [1, 2, 3, 4]
        await socket.close()


async def test_the_oldest_of_five_pages_gives_way(phone: Phone) -> None:
    sockets = [await phone.connect() for _ in range(5)]
    await frames_until(sockets[4], is_position(2))
    for socket in sockets[:1]:
        while not socket.closed:
            await socket.receive()
    assert [socket.closed for socket in sockets] == [True, False, False, False, False]
    for socket in sockets:
        await socket.close()


async def test_what_was_on_the_screen_is_marked_as_read(phone: Phone) -> None:
    socket = await phone.connect()
    *_, line = await frames_until(socket, is_position(2))
    assert line["unread"] is True
    await socket.send_json({"seen": 2})
    await socket.send_json({"beat": True})
    await frames_until(socket, lambda frame: "beat" in frame)
    await socket.close()
    assert {row.status for row in await Outgoing.all()} == {OutgoingStatus.READ}
    assert not any(line["unread"] for line in await phone.lines())


HOSTILE = [
    "<img src=x onerror=alert(1)>头晕",
    "{{7*7}} {name} %s ${x}",
    "' OR 1=1 --",
    "👩‍👩‍👧‍👦👍🏽",
    "长" * 20_000,
    "👩" * 20_000,
]


@pytest.mark.parametrize(
    "text", HOSTILE, ids=["markup", "template", "sql", "emoji", "long", "long_emoji"]
)
async def test_hostile_words_are_stored_as_they_are(phone: Phone, text: str) -> None:
    socket = await phone.connect()
    await socket.send_json({"cid": "a", "text": text})
    await frames_until(socket, lambda frame: frame.get("ack") == "a")
    await socket.close()
    assert (await Inbound.get()).text == text
    assert (await phone.lines())[2]["text"] == text


async def test_nul_and_half_an_emoji_are_stored_safely(phone: Phone) -> None:
    socket = await phone.connect()
    await socket.send_str('{"cid": "a", "text": "头\\u0000晕\\ud83d。\\n\\u0007好"}')
    await frames_until(socket, lambda frame: frame.get("ack") == "a")
    await socket.close()
    assert (await Inbound.get()).text == "头晕\ufffd。\n好"


BAD_FRAMES = [
    "",
    "no json",
    "[]",
    "null",
    "[" * 30_000,
    '{"cid": "a"}',
    '{"cid": "a b", "text": "1"}',
    '{"cid": 1, "text": "1"}',
    '{"cid": "a", "text": 1}',
    '{"cid": "a", "text": "  "}',
    '{"cid": "a", "key": "<b>", "turn": 1}',
    '{"cid": "a", "key": "start", "turn": -1}',
    '{"cid": "a", "key": "start", "turn": 1e999}',
    '{"cid": "a", "key": "start", "turn": true}',
    '{"seen": "1"}',
    '{"seen": 99999999999999999999}',
]


async def test_frames_that_make_no_sense_are_answered_and_harm_nothing(phone: Phone) -> None:
    socket = await phone.connect()
    await frames_until(socket, is_position(2))
    for frame in BAD_FRAMES:
        await socket.send_str(frame)
        assert (await socket.receive_json(timeout=10))["notice"] == "bad"
    await socket.send_json({"beat": True})
    assert await socket.receive_json(timeout=10) == {"beat": True}
    await socket.close()
    assert await Inbound.all().count() == 0


async def test_a_text_too_long_is_refused_with_its_name(phone: Phone) -> None:
    socket = await phone.connect()
    await frames_until(socket, is_position(2))
    await socket.send_json({"cid": "a", "text": "x" * 20_001})
    refused = await socket.receive_json(timeout=10)
    assert refused == {"notice": "too_long", "cid": "a", "wait": 0.0}
    await socket.close()


async def test_a_frame_larger_than_256_kib_closes_the_socket(phone: Phone) -> None:
    socket = await phone.connect()
    await frames_until(socket, is_position(2))
    await socket.send_str(json.dumps({"cid": "a", "text": "x" * 280_000}))
    while not socket.closed:
        await socket.receive(timeout=10)
    assert socket.close_code == 1009
    assert await Inbound.all().count() == 0


async def test_a_flood_is_told_to_wait_and_nothing_is_lost(phone: Phone) -> None:
    socket = await phone.connect()
    await frames_until(socket, is_position(2))
    for number in range(25):
        await socket.send_json({"cid": f"c{number}", "text": "在"})
    frames: list[dict[str, Any]] = []
    while sum("ack" in frame or "notice" in frame for frame in frames) < 25:
        frames.append(await socket.receive_json(timeout=10))
    slow = [frame for frame in frames if "notice" in frame]
    assert {frame["notice"] for frame in slow} == {"slow"}
    assert [frame["cid"] for frame in slow] == [f"c{number}" for number in range(20, 25)]
    assert all(0 < frame["wait"] <= 10 for frame in slow)
    await socket.close()
    assert await Inbound.all().count() == 20


@pytest.mark.parametrize("frame", ["", '{"beat": true}', '{"seen": 1}', "no json"])
async def test_more_frames_than_any_page_sends_end_the_socket(phone: Phone, frame: str) -> None:
    phone.site.app[LIMITS].frames.allowed = 12
    socket = await phone.connect()
    await frames_until(socket, is_position(2))
    for _ in range(13):
        await socket.send_str(frame)
    while not socket.closed:
        await socket.receive(timeout=10)
    assert socket.close_code == 1008


async def test_more_posts_than_any_page_sends_are_told_to_wait(phone: Phone) -> None:
    phone.site.app[LIMITS].frames.allowed = 12
    answers = [await phone.post("nonsense") for _ in range(13)]
    assert [status for status, _ in answers] == [200] * 12 + [429]
    assert answers[-1][1]["notice"] == "slow"


# ---- without a socket


async def test_without_a_socket_the_same_talk_goes_by_asking(phone: Phone) -> None:
    assert [line["position"] for line in await phone.lines()] == [1, 2]
    status, answer = await phone.post({"cid": "a", "text": "1"}, after=2)
    frames = answer["frames"]
    assert status == 200
    assert {"ack": "a", "position": 3} in frames
    assert [f["position"] for f in frames if "direction" in f] == [3, 4]
    assert [line["position"] for line in await phone.lines(after=3)] == [4]


async def test_a_post_that_does_not_say_how_long_it_is_may_be_no_longer(phone: Phone) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'{"cid": "a", "text": "1", "more": "'
        for _ in range(400):
            sent += 1
            yield b"x" * 1024
        yield b'"}'

    headers = {"X-CSRF-Token": phone.csrf}
    url = f"{phone.site.url}/chat/messages"
    async with phone.http.post(url, data=endless(), headers=headers) as response:
        assert (response.status, await response.json()) == (413, {"notice": "too_long"})
    assert sent
    assert await Inbound.all().count() == 0


@pytest.mark.parametrize("after", ["", "-1", "x", "9" * 30, "1e3", "\u0661"])
async def test_a_position_that_is_none_is_the_beginning_or_the_end(
    phone: Phone, after: str
) -> None:
    url = f"{phone.site.url}/chat/lines"
    async with phone.http.get(url, params={"after": after}) as response:
        assert len((await response.json())["frames"]) in (0, 2)


# ---- photos


async def send_photo(
    phone: Phone, content: bytes, cid: str = "p1", csrf: str | None = None, name: str = "photo"
) -> tuple[int, dict[str, Any]]:
    """Upload as the page does."""
    form = FormData()
    form.add_field(name, BytesIO(content), filename="../../x.html", content_type="text/html")
    headers = {"X-CSRF-Token": phone.csrf if csrf is None else csrf}
    url = f"{phone.site.url}/chat/photos?cid={cid}"
    async with phone.http.post(url, data=form, headers=headers) as response:
        return response.status, await response.json()


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")],
    ids=["png", "jpeg", "webp"],
)
async def test_a_photo_is_kept_under_a_name_of_our_own_and_belongs_to_a_message(
    phone: Phone, tmp_path: Path, content: bytes, kind: str
) -> None:
    status, answer = await send_photo(phone, content)
    assert status == 200
    assert {"ack": "p1", "position": 3} in answer["frames"]
    media = await Media.get()
    assert (media.content_type, media.size) == (kind, len(content))
    (kept,) = (tmp_path / "media").iterdir()
    assert (kept.name, kept.read_bytes()) == (media.path, content)
    assert kept.stat().st_mode & 0o077 == 0
    assert (await Inbound.get()).media_id == media.id
    assert (await phone.lines())[2]["picture"] is True


async def test_a_photo_sent_again_is_kept_once(phone: Phone, tmp_path: Path) -> None:
    await send_photo(phone, PNG)
    status, answer = await send_photo(phone, PNG)
    assert (status, answer["frames"][0]) == (200, {"ack": "p1", "position": 3})
    assert await Media.all().count() == 1
    assert len(list((tmp_path / "media").iterdir())) == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html><script>alert(1)</script></html>", "photo_kind"),
        (b"GIF89a" + b"\0" * 64, "photo_kind"),
        (b"\x00\x00\x00\x18ftypheic" + b"\0" * 64, "photo_kind"),
        (b"", "photo_kind"),
        (b"\xff\xd8", "photo_kind"),
        (PNG + b"\0" * LARGEST, "photo_large"),
    ],
    ids=["html", "gif", "heic", "empty", "short", "large"],
)
async def test_what_is_no_photo_or_too_large_is_refused_and_leaves_nothing(
    phone: Phone, tmp_path: Path, content: bytes, why: str
) -> None:
    status, answer = await send_photo(phone, content)
    assert (status, answer["notice"]) == (422, why)
    assert not (tmp_path / "media").exists()
    assert await Media.all().count() + await Inbound.all().count() == 0


async def test_a_photo_needs_session_token_name_and_field(site: ChatSite, phone: Phone) -> None:
    assert (await send_photo(phone, PNG, csrf=""))[0] == 403
    assert (await send_photo(phone, PNG, cid="../x"))[0] == 403
    assert (await send_photo(phone, PNG, name="file"))[0] == 422
    async with a_phone(site) as stranger:
        stranger.csrf = phone.csrf
        assert (await send_photo(stranger, PNG))[0] == 401


async def test_photos_too_fast_are_told_to_wait(phone: Phone) -> None:
    answers = [await send_photo(phone, PNG, cid=f"p{number}") for number in range(7)]
    assert [status for status, _ in answers] == [200] * 6 + [429]
    assert answers[6][1]["wait"] > 0


async def test_a_conversation_sends_at_most_thirty_photos_a_day(phone: Phone) -> None:
    await send_photo(phone, PNG)
    first = await Media.get()
    for number in range(29):
        photo = Photo(f"{number}.png", "image/png", len(PNG), "0" * 64)
        await keep_photo(first.conversation_id, photo, phone.site.ward.now)
    status, answer = await send_photo(phone, PNG, cid="p31")
    assert (status, answer["notice"]) == (429, "photo_many")
    assert await Media.all().count() == 30
    phone.site.ward.now += timedelta(days=1)
    assert (await send_photo(phone, PNG, cid="p31"))[0] == 200


async def test_a_disk_that_is_nearly_full_takes_no_photo(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free = 500 * 1024 * 1024 - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    status, answer = await send_photo(phone, PNG)
    assert (status, answer["notice"]) == (507, "photo_room")
    assert not (tmp_path / "media").exists()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("notice", ["photo_many", "photo_room"])
def test_the_page_says_why_a_photo_is_not_taken(language: str, notice: str) -> None:
    assert words(language)["chat"][notice]


async def test_photos_are_served_to_nobody(phone: Phone) -> None:
    await send_photo(phone, PNG)
    name = (await Media.get()).path
    for path in (f"/chat/photos/{name}", f"/media/{name}", f"/chat/static/../../media/{name}"):
        async with phone.http.get(phone.site.url + path) as response:
            assert response.status == 404


# ---- the server stops


async def test_a_server_that_stops_says_goodbye_to_open_pages(phone: Phone) -> None:
    socket = await phone.connect()
    await frames_until(socket, is_position(2))
    stopping = asyncio.create_task(phone.site.stop())
    while not socket.closed:
        await socket.receive(timeout=10)
    assert socket.close_code == 1001
    await stopping
