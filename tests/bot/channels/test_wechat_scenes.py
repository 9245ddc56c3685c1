"""The second code on a slip: made by WeChat, drawn on paper, and it binds who follows by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
import segno
from aiohttp import web

from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_scenes import CREATE, follow_codes
from bot.follow_codes import NO_CODES, FollowCode, FollowCodes
from bot.slips import render_pdf
from bot.visit_slips import render_cards
from handlers.desk import Desk
from handlers.slips import issue
from models.people import ContactPoint, System
from models.seal import keyring
from tests.bot.book_scene import the_outpatients
from tests.bot.channels.fake_wechat import APP_ID, SECRET, Clock, FakeWeChat, a_wechat
from tests.bot.channels.test_wechat_talk import a_phone
from tests.bot.channels.wechat_platform import AES_KEY, TOKEN, settings
from tests.bot.staff_site import a_colleague, a_site
from tests.bot.test_commands import Terminal
from tests.bot.test_slips import DESK, a_slip, squares, text_of
from tests.bot.test_visit_slips import CARD
from tests.handlers.ward import a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")
LINK = "https://follow.example.org/c/abcdefghijklmnopqrstuv"
FAR = date(2027, 1, 21)


@asynccontextmanager
async def an_api(wechat: FakeWeChat, clock: Clock) -> AsyncIterator[WeChatApi]:
    """The interfaces of the tests' account."""
    api = WeChatApi(settings(app_id=APP_ID, secret=SECRET, api_url=wechat.url), clock)
    await api.start()
    try:
        yield api
    finally:
        await api.close()


async def test_a_code_holds_the_token_of_the_link_and_lasts_thirty_days() -> None:
    clock = Clock()
    async with a_wechat(clock) as wechat, an_api(wechat, clock) as api:
        made = await follow_codes(api, {LINK: FAR}, clock())
    code = made.by_link[LINK]
    assert wechat.codes[code.url] == ("abcdefghijklmnopqrstuv", clock() + timedelta(days=30))
    assert code.expires_on == date(2026, 12, 22)
    assert made.trouble == ""


async def test_a_code_ends_no_later_than_its_paper() -> None:
    clock = Clock()
    async with a_wechat(clock) as wechat, an_api(wechat, clock) as api:
        made = await follow_codes(api, {LINK: date(2026, 11, 25)}, clock())
        late = await follow_codes(api, {LINK: date(2026, 11, 22)}, clock())
    assert made.by_link[LINK].expires_on == date(2026, 11, 25)
    assert wechat.codes[late.by_link[LINK].url][1] == clock() + timedelta(minutes=1)


async def test_a_hundred_slips_get_a_code_each_and_few_are_asked_for_at_once() -> None:
    clock = Clock()
    papers = {f"https://follow.example.org/c/token-of-slip-{n:04}": FAR for n in range(100)}
    async with a_wechat(clock) as wechat, an_api(wechat, clock) as api:
        made = await follow_codes(api, papers, clock())
    held = {link: wechat.codes[code.url][0] for link, code in made.by_link.items()}
    assert held == {link: link.rpartition("/")[2] for link in papers}
    assert wechat.most_at_once <= 8
    assert wechat.count("/cgi-bin/stable_token") == 1


async def test_a_busy_wechat_is_asked_once_more() -> None:
    clock = Clock()
    async with a_wechat(clock) as wechat, an_api(wechat, clock) as api:
        wechat.plan(CREATE, -1)
        made = await follow_codes(api, {LINK: FAR}, clock())
    assert LINK in made.by_link
    assert made.trouble == ""


@pytest.mark.parametrize(
    ("planned", "said"), [((48001,), "48001"), ((-1, -1), "-1"), (("502",), "502")]
)
async def test_a_refusal_leaves_the_web_code_alone_and_no_more_are_asked_for(
    planned: tuple[int | str, ...], said: str
) -> None:
    clock = Clock()
    papers = {f"https://follow.example.org/c/token-of-slip-{n:04}": FAR for n in range(100)}
    async with a_wechat(clock) as wechat, an_api(wechat, clock) as api:
        wechat.plan(CREATE, *planned * 20)
        made = await follow_codes(api, papers, clock())
    assert made.by_link == {}
    assert said in made.trouble
    assert wechat.count(CREATE) <= 20


async def test_an_answer_that_draws_no_code_of_wechats_is_none() -> None:
    clock = Clock()

    async def elsewhere(_request: web.Request) -> web.Response:
        return web.json_response({"ticket": "t", "expire_seconds": 9, "url": "https://elsewhere/q"})

    async with a_wechat(clock) as wechat, an_api(wechat, clock) as api:
        token = await api.token.get()
        app = web.Application()
        app.router.add_post(CREATE, elsewhere)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        odd = WeChatApi(settings(app_id=APP_ID, secret=SECRET, api_url=url), clock)
        await odd.start()
        made = await follow_codes(odd, {LINK: FAR}, clock())
        await odd.close()
        await runner.cleanup()
    assert token
    assert made.by_link == {}
    assert made.trouble == "unparseable: no code"


async def test_who_follows_by_the_second_code_of_a_slip_is_bound_by_it(tmp_path: Path) -> None:
    ward = await a_ward(bound=False)
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    async with a_phone(ward, tmp_path) as phone:
        await phone.until("2026-11-22T18:00")
        clock = Clock(ward.now)
        async with an_api(phone.wechat, clock) as api:
            made = await follow_codes(api, {slip.link: slip.expires_on}, ward.now)
        scene, until = phone.wechat.codes[made.by_link[slip.link].url]
        assert until > ward.now
        assert "出生年份" in await phone.follows(scene)
        assert "绑定好了" in await phone.writes("1970")
    point = await ContactPoint.get(system=System.WECHAT)
    assert point.respondent_id == ward.contact_point.respondent_id


def test_both_codes_stand_on_a_slip_and_its_words_stay_on_the_page() -> None:
    slip, alone = a_slip(), render_pdf([a_slip()], DESK)
    follow = FollowCodes(
        {slip.link: FollowCode("http://weixin.qq.com/q/02xyz", date(2026, 12, 22))}
    )
    pdf = render_pdf([slip], DESK, follow)
    text = text_of(pdf)
    for words in ("微信扫码关注", "2026年12月22日前扫", "或扫码打开网页", "2027年1月21日前有效"):
        assert words in text
    assert len(text) > len(text_of(alone))
    drawn = squares(pdf)
    assert len({round(size, 3) for *_, size in drawn}) == 2
    widths = [_width(drawn, left) for left in (True, False)]
    assert all(width == pytest.approx(113.4, abs=0.1) for width in widths)


def test_both_codes_stand_on_a_card() -> None:
    desk = Desk("示例医院", "0394-12345670")
    follow = FollowCodes({CARD.link: FollowCode("http://weixin.qq.com/q/02x", date(2026, 12, 22))})
    text = text_of(render_cards([CARD], desk, follow))
    for words in ("微信扫码关注", "YY20261130-0001", "0482", "二层导诊台", "2027年1月21日前有效"):
        assert words in text
    assert render_cards([CARD], desk, NO_CODES) == render_cards([CARD], desk)


def _width(drawn: list[tuple[float, ...]], left: bool) -> float:
    """The width in points of the code in one half of a slip."""
    half = [one for one in drawn if (one[0] < 148) is left]
    return max(x + width for x, _, width, _ in half) - min(x for x, *_ in half)


@pytest.mark.parametrize("verified", [True, False])
async def test_the_counters_card_has_wechats_code_or_says_that_it_lacks_it(
    tmp_path: Path,
    verified: bool,
) -> None:
    out = await the_outpatients()
    clock = Clock(out.ward.now)
    async with a_wechat(clock) as wechat, an_api(wechat, clock) as api:
        wechat.verified = verified
        async with a_site(out.ward, tmp_path, follow=lambda *of: follow_codes(api, *of)) as site:
            guide = await site.desktop(await a_colleague(site.ward, "guide_desk", ""))
            path = f"/staff/book/visits/{out.visits['王小明'].number}/slip"
            status, card = await guide.post(path)
    assert status == 200
    assert ("前扫" in card) is verified
    assert ("微信现在没有给" in card) is not verified
    assert card.count("<svg") == 1 + verified
    assert all(_svg(url) in card for url in wechat.codes)


async def test_the_command_prints_both_codes_and_says_once_when_wechat_gives_none(
    tmp_path: Path,
) -> None:
    async with a_wechat(Clock()) as wechat:
        terminal = Terminal(tmp_path / "house")
        terminal.folder.mkdir()
        terminal.settings |= {
            "SUIFANG_CHANNELS": "wechat",
            "SUIFANG_WECHAT_APP_ID": APP_ID,
            "SUIFANG_WECHAT_SECRET": SECRET,
            "SUIFANG_WECHAT_TOKEN": TOKEN,
            "SUIFANG_WECHAT_ENCODING_AES_KEY": AES_KEY,
            "SUIFANG_WECHAT_API_URL": wechat.url,
        }
        for kind in ("departments", "discharges"):
            done = await asyncio.to_thread(terminal.run, "import", kind, f"examples/{kind}.csv")
            assert done.returncode == 0, done.stderr
        file = tmp_path / "slips.pdf"
        done = await asyncio.to_thread(terminal.run, "slips", str(file))
        assert done.returncode == 0, done.stderr
        printed = text_of(file.read_bytes())
        assert printed.count("微信扫码关注") == printed.count("出院随访条") == len(wechat.codes) > 1
        wechat.verified = False
        done = await asyncio.to_thread(terminal.run, "slips", str(file))
    assert done.returncode == 0
    assert done.stderr.count("48001") == 1
    assert "微信扫码关注" not in text_of(file.read_bytes())


def _svg(url: str) -> str:
    made = segno.make(url, error="m", micro=False)
    drawn: str = made.svg_inline(omitsize=True, svgclass="code")
    return drawn
