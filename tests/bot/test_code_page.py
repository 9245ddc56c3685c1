"""The page for people who have SMS only: what it asks, whom it lets in, what it never tells."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import FormData

from bot.channel_report import write_templates
from bot.channels.web_code import network_of
from bot.channels.web_limits import LIMITS, RateLimit
from bot.keys import PROXIES
from bot.settings import Settings
from handlers.code_page import TRIES
from models.channel import PageCode
from models.conversation import Media
from tests.bot.chat_site import ChatSite, Phone, a_phone, start
from tests.handlers.at_the_page import YEAR, code_in, other_than, texted
from tests.handlers.texting import Texting

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 64
_FORM = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_CHAT = re.compile(r'data-csrf="([0-9a-f]+)"')
_PROBLEM = re.compile(r'<p id="problem"[^>]*>([^<]+)</p>')


@dataclass(slots=True)
class Visit:
    """A browser on the page, and the telephone that got the SMS."""

    phone: Texting
    site: ChatSite
    browser: Phone

    @property
    def url(self) -> str:
        """The page."""
        return f"{self.site.url}/p"

    @property
    def code(self) -> str:
        """The code of the last SMS."""
        return code_in(self.phone.texts[-1])

    async def form(self) -> str:
        """Open the page; the token of its form."""
        async with self.browser.http.get(self.url) as response:
            found = _FORM.search(await response.text())
        return found[1] if found else ""

    async def fill(self, code: str, year: str = YEAR, **headers: str) -> tuple[int, str]:
        """Fill the form in and send it; status and page of where it leads."""
        values = {"code": code, "year": year, "csrf": await self.form()}
        async with self.browser.http.post(self.url, data=values, headers=headers) as response:
            page = await response.text()
            found = _CHAT.search(page)
            self.browser.csrf = found[1] if found else ""
            return response.status, page


@pytest.fixture
async def visit(sqlite_database: str, tmp_path: Path) -> AsyncIterator[Visit]:
    """Somebody who has just read the SMS that asks for a photo."""
    del sqlite_database
    phone = await texted()
    site = await start(phone.ward, tmp_path / "media")
    phone.ward.outbox.add(phone.network)
    async with a_phone(site) as browser:
        yield Visit(phone, site, browser)
    await site.stop()


def problem(page: str) -> str:
    """What the page says is wrong."""
    found = _PROBLEM.search(page)
    return found[1] if found else ""


async def test_the_page_asks_for_code_and_year_and_may_be_kept_by_nobody(visit: Visit) -> None:
    async with visit.browser.http.get(visit.url) as response:
        page = await response.text()
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert 'name="code"' in page
    assert 'autocomplete="one-time-code"' in page
    assert 'name="year"' in page
    assert "示例医院" in page


async def test_code_and_year_lead_to_the_chat_at_the_question_and_a_photo_is_taken(
    visit: Visit,
) -> None:
    status, page = await visit.fill(visit.code)
    assert (status, bool(visit.browser.csrf)) == (200, True)
    assert 'id="photo"' in page
    asked = (await visit.browser.lines())[-1]
    assert asked["text"].startswith("请拍一张伤口照片发过来")
    assert asked["photo"] is True
    body = FormData()
    body.add_field("photo", JPEG, filename="a.jpg", content_type="image/jpeg")
    url, headers = f"{visit.site.url}/chat/photos?cid=c1", {"X-CSRF-Token": visit.browser.csrf}
    async with visit.browser.http.post(url, data=body, headers=headers) as response:
        assert response.status == 200
        frames = (await response.json())["frames"]
    assert await Media.all().count() == 1
    assert "照片收到了" in str(frames)


async def test_wrong_code_wrong_year_old_and_used_codes_get_the_same_page(visit: Visit) -> None:
    code, clock = visit.code, visit.phone.ward
    answers = [await visit.fill(other_than(code)), await visit.fill(code, "1971")]
    clock.now += timedelta(hours=25)
    answers.append(await visit.fill(code))
    clock.now -= timedelta(hours=25)
    assert (await visit.fill(code))[0] == 200
    answers.append(await visit.fill(code))
    plain = {(status, _FORM.sub("", page)) for status, page in answers}
    assert [status for status, _ in plain] == [422]
    assert problem(answers[0][1]).startswith("没有对上")


async def test_after_five_wrong_years_the_page_says_nothing_else(visit: Visit) -> None:
    for year in range(1980, 1980 + TRIES):
        assert (await visit.fill(visit.code, str(year)))[0] == 422
    status, page = await visit.fill(visit.code)
    assert (status, problem(page)[:4]) == (422, "没有对上")


async def test_what_is_no_code_is_said_to_be_none_and_not_counted(visit: Visit) -> None:
    for code, year in (("12", YEAR), (visit.code, "不记得了"), ("<b>", "&"), ("9" * 500, YEAR)):
        status, page = await visit.fill(code, year)
        assert (status, problem(page)[:2]) == (422, "请填")
    assert (await PageCode.get()).attempts == 0


async def test_a_form_of_another_site_is_not_taken(visit: Visit) -> None:
    status, page = await visit.fill(visit.code, Origin="https://elsewhere.example")
    assert (status, problem(page)[:2]) == (403, "页面")
    async with visit.browser.http.post(visit.url, data={"code": visit.code, "year": YEAR}) as r:
        assert r.status == 403
    assert (await PageCode.get()).used_at is None


async def test_who_tries_too_often_waits_and_others_do_not(visit: Visit) -> None:
    visit.site.app[LIMITS].codes = RateLimit(2, 600)
    visit.site.app._state[PROXIES] = {"127.0.0.1"}
    statuses = [(await visit.fill("000000", **from_("203.0.113.7")))[0] for _ in range(3)]
    assert statuses[2] == 429
    status, page = await visit.fill(visit.code, **from_("203.0.113.7"))
    assert (status, "请稍等" in page) == (429, True)
    assert (await visit.fill(visit.code, **from_("203.0.113.8")))[0] == 200


async def test_many_tries_from_everywhere_close_the_page_for_a_while(visit: Visit) -> None:
    visit.site.app[LIMITS].all_codes = RateLimit(1, 3600)
    visit.site.app._state[PROXIES] = {"127.0.0.1"}
    wrong = other_than(visit.code)
    assert (await visit.fill("12", **from_("203.0.113.6")))[0] == 422
    assert (await visit.fill(wrong, **from_("203.0.113.7")))[0] == 422
    assert (await visit.fill(visit.code, **from_("203.0.113.8")))[0] == 429


async def test_only_wrong_tries_are_counted(visit: Visit) -> None:
    """Many patients share one address of their mobile network."""
    visit.site.app[LIMITS].codes = RateLimit(1, 600)
    wrong = other_than(visit.code)
    assert [(await visit.fill(code))[0] for code in ("12", visit.code, wrong)] == [422, 200, 422]
    assert (await visit.fill(wrong))[0] == 429


def from_(address: str) -> dict[str, str]:
    """What a proxy of ours says of a request."""
    return {"X-Forwarded-For": address}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:0:1::7", "2001:db8:0:1:ffff::1", True),
        ("2001:db8:0:1::7", "2001:db8:0:2::7", False),
        ("", "", True),
    ],
)
def test_an_address_of_ipv6_stands_for_its_network(one: str, other: str, *, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


@pytest.mark.parametrize("behind", [",输入472913,上传伤口照片", "/", "输入472913"])
async def test_an_address_with_the_words_behind_it_leads_to_the_page(
    visit: Visit, behind: str
) -> None:
    """Some phones take all of it for the address."""
    async with visit.browser.http.get(f"{visit.url}{behind}") as response:
        assert (response.status, response.url.path) == (200, "/p")


def test_the_texts_to_file_name_the_page_of_the_hospital(tmp_path: Path) -> None:
    """An address cannot be a variable there; where nobody has said which, the list says so."""
    for url, written in (("https://sf.example.org/", True), ("http://127.0.0.1:8080", False)):
        settings = Settings(hospital_name="示例医院", public_url=url, _env_file=None)
        write_templates(settings, tmp_path / "list.csv", "tencent", "示例医院")
        text = (tmp_path / "list.csv").read_text("utf-8-sig")
        assert ("请打开https://sf.example.org/p 输入{1}" in text) is written
