"""Requests nobody's browser sends: refused, never a traceback, and our own faults still told."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar, web
from structlog.testing import capture_logs

from bot.app import make_site
from bot.channels.web_pages import static_path
from bot.malformed import refuse_malformed
from handlers.sessions import open_session
from models.conversation import Media
from models.keys import KeyRing
from models.unit import unit_of_work
from tests.bot.chat_site import ChatSite, Phone, a_link
from tests.bot.staff_site import COOKIE, a_colleague
from tests.handlers.ward import Ward, a_ward

FORM = "Content-Type: application/x-www-form-urlencoded"
PARTS = "Content-Type: multipart/form-data; boundary=x"


@pytest.fixture
async def ward(sqlite_database: str) -> Ward:
    """A ward."""
    assert sqlite_database
    return await a_ward()


@pytest.fixture
async def port(ward: Ward, tmp_path: Path) -> AsyncIterator[int]:
    """The whole application of that ward."""
    site = make_site(ward.desk, lambda: ward.now, tmp_path)
    runner = web.AppRunner(site.app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def send(port: int, line: str, *headers: str | bytes, body: bytes = b"") -> tuple[int, str]:
    """Write a request by hand; the status and all of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    fields = [f"Host: 127.0.0.1:{port}", "Connection: close", *headers]
    if body:
        fields.append(f"Content-Length: {len(body)}")
    raw = [field.encode() if isinstance(field, str) else field for field in fields]
    writer.write(b"\r\n".join([f"{line} HTTP/1.1".encode(), *raw, b"", body]))
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1]), answer.decode(errors="replace")


PART_OF_ROT13 = (
    b"--x\r\nContent-Transfer-Encoding: rot13\r\n"
    b'Content-Disposition: form-data; name="username"\r\n\r\na\r\n--x--\r\n'
)
UNREADABLE: dict[str, tuple[str, tuple[str | bytes, ...], bytes]] = {
    "cookie": ("GET /staff", (b"Cookie: suifang-staff=\xff\xfe",), b""),
    "chat cookie": ("GET /chat", (b"Cookie: chat=\xff\xfe",), b""),
    "nonce": ("GET /c/x", (b"Cookie: chat_form=\xff\xfe",), b""),
    "origin": ("POST /staff/login", ("Origin: http://[x", FORM), b"username=a"),
    "socket origin": (
        "GET /ws",
        (
            "Origin: http://[x",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ),
        b"",
    ),
    "charset": ("POST /staff/login", (f"{FORM}; charset=klingon",), b"username=a"),
    "no text charset": ("POST /staff/login", (f"{FORM}; charset=hex",), b"username=a"),
    "surrogates": ("POST /staff/login", (f"{FORM}; charset=utf-7",), b"username=+2AA-"),
    "utf-8": ("POST /staff/login", (FORM,), b"username=\xff\xfe"),
    "part": (
        "POST /staff/login",
        (PARTS,),
        b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\n\xff\r\n--x--\r\n',
    ),
    "part encoding": (
        "POST /staff/login",
        (PARTS,),
        PART_OF_ROT13,
    ),
    "part header": ("POST /staff/login", (PARTS,), b"--x\r\nno header\r\n\r\na\r\n--x--\r\n"),
    "no boundary": ("POST /staff/login", ("Content-Type: multipart/form-data",), b"--x\r\n"),
    "cut off": ("POST /staff/login", (PARTS,), b"--x\r\nContent-Disposition: form-data"),
    "gzip": ("POST /staff/login", (FORM, "Content-Encoding: gzip"), b"not gzip at all"),
    "short gzip": (
        "POST /staff/login",
        (FORM, "Content-Encoding: gzip"),
        gzip.compress(b"username=a" * 50)[:-12],
    ),
    "static": (f"GET /staff/static/{'a' * 5000}", (), b""),
    "chat static": (f"GET {static_path()}/{'a' * 5000}", (), b""),
    "path": ("GET /staff/%ff%fe", (), b""),
    "link": ("GET /c/%ed%a0%80", (), b""),
}


@pytest.mark.parametrize("case", UNREADABLE)
async def test_what_cannot_be_read_is_refused(port: int, case: str) -> None:
    line, headers, body = UNREADABLE[case]
    status, answer = await send(port, line, *headers, body=body)
    assert status < 500, case
    assert "Traceback" not in answer


@pytest.mark.parametrize("case", ["charset", "surrogates", "part", "gzip", "static", "part header"])
async def test_a_refusal_says_400_and_logs_its_kind_without_any_data(port: int, case: str) -> None:
    line, headers, body = UNREADABLE[case]
    with capture_logs() as logged:
        status, _ = await send(port, line, *headers, body=body)
    assert status == 400
    (entry,) = logged
    assert entry["log_level"] == "error"
    assert set(entry) == {"event", "log_level", "kind", "file", "line"}


async def test_a_csrf_token_that_is_no_text_is_a_wrong_one(port: int, ward: Ward) -> None:
    nurse = await a_colleague(ward, "nurse", "XN")
    token = (await open_session(nurse, ward.now)).token
    cookie = f"Cookie: {COOKIE}={token}"
    status, _ = await send(port, "POST /staff/drill", cookie, b"X-CSRF-Token: \xff\xfe")
    assert status == 403


async def chat_cookie(port: int, ward: Ward, key_ring: KeyRing, site: ChatSite) -> tuple[str, str]:
    """Cookie and CSRF token of a patient who proved who he is."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        phone = Phone(site, http)
        await phone.prove(await a_link(site, key_ring))
        kept = "; ".join(f"{cookie.key}={cookie.value}" for cookie in http.cookie_jar)
    return f"Cookie: {kept}", phone.csrf


@pytest.mark.parametrize(
    "head",
    [
        b"no header",
        b"Content-Disposition",
        b'Content-Disposition: form-data; name="photo"\r\n' + b"X: " + b"x" * 20_000,
    ],
)
async def test_a_photo_with_a_bad_head_is_refused(
    port: int, ward: Ward, key_ring: KeyRing, head: bytes
) -> None:
    site = ChatSite(ward, web.Application(), None, f"http://127.0.0.1:{port}", port)  # type: ignore[arg-type] # nobody stops it
    cookie, csrf = await chat_cookie(port, ward, key_ring, site)
    body = b"--x\r\n" + head + b"\r\n\r\n\x89PNG\r\n\x1a\n\0\0\0\0\0\0\r\n--x--\r\n"
    line = "POST /chat/photos?cid=a"
    status, _ = await send(port, line, cookie, f"X-CSRF-Token: {csrf}", PARTS, body=body)
    assert status in (400, 422)
    status, _ = await send(port, line, cookie, b"X-CSRF-Token: \xff\xfe", PARTS, body=body)
    assert status == 403
    assert await Media.all().count() == 0


async def our_own_fault() -> None:
    """Fail deep in the program."""

    async def work() -> None:
        raise KeyError("of ours")

    await unit_of_work(work)


@pytest.mark.parametrize("fault", [our_own_fault, None])
async def test_a_fault_of_our_own_is_still_a_500_with_its_traceback(
    sqlite_database: str,
    caplog: pytest.LogCaptureFixture,
    fault: Callable[[], Awaitable[None]] | None,
) -> None:
    assert sqlite_database

    async def page(_request: web.Request) -> web.Response:
        if fault is None:
            raise PermissionError("of ours")
        await fault()
        return web.Response()

    app = web.Application(middlewares=[refuse_malformed])
    app.router.add_get("/", page)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    status, _ = await send(runner.addresses[0][1], "GET /")
    await runner.cleanup()
    assert status == 500
    assert "of ours" in caplog.text
