"""The patient's page in a real browser: a phone of 360 pixels, a network that breaks."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from models.conversation import Inbound, Media, Outgoing
from models.keys import KeyRing
from tests.bot.chat_site import ChatSite, a_link, start
from tests.handlers.ward import a_ward

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc000000301010018dd8db00000000049454e44ae426082"
)
NO_WEBSOCKET = """
window.WebSocket = class {
  constructor() { setTimeout(() => this.onclose && this.onclose(), 0); }
  close() {}
};
"""
# what a screen reader reads aloud before a bubble is no part of its words
SAID = "#log .line .said"


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[ChatSite]:
    """The chat of a ward whose patient has just gone home."""
    del sqlite_database
    running = await start(await a_ward(), tmp_path / "media")
    yield running
    await running.stop()


@pytest.fixture
async def phone(browser: Browser, site: ChatSite) -> AsyncIterator[BrowserContext]:
    """A small phone; a fault in a script or a refusal by the content policy fails the test."""
    faults: list[str] = []
    context = await browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    context.set_default_timeout(10_000)
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    context.on(
        "console",
        lambda said: faults.append(said.text) if "Content Security" in said.text else None,
    )
    yield context
    await context.close()
    assert faults == []


@pytest.fixture
async def page(phone: BrowserContext, site: ChatSite, key_ring: KeyRing) -> Page:
    """The chat, reached as a patient reaches it."""
    return await open_chat(phone, site, key_ring)


async def open_chat(phone: BrowserContext, site: ChatSite, ring: KeyRing) -> Page:
    """Scan the slip, give the year, be welcomed; three days later the first question comes."""
    page = await phone.new_page()
    await page.goto(await a_link(site, ring))
    await page.get_by_label("患者的出生年份").fill("1970")
    await page.get_by_role("button", name="确定").click()
    await expect(page.locator(SAID)).to_have_count(1)
    await site.ward.until("2026-11-23T11:30")
    await expect(page.locator("#replies")).to_contain_text("开始")
    return page


async def said(page: Page) -> list[str]:
    """The words of all bubbles, in their order on the screen."""
    return await page.locator(SAID).all_text_contents()


async def write(page: Page, text: str) -> None:
    """Type into the field and press send."""
    await page.get_by_label("写消息").fill(text)
    await page.get_by_role("button", name="发送").click()


async def test_the_link_leads_through_the_year_to_the_first_question(page: Page) -> None:
    welcome, opening = await said(page)
    assert welcome.startswith("祝贺您出院")
    assert opening.startswith("王小明您好!我是示例医院的自动随访助手")
    labels = await page.locator("#replies button").all_text_contents()
    assert labels == ["1开始", "2晚点", "3不用", "4不再打扰"]


async def test_what_is_too_long_is_said_and_stays_in_the_field(page: Page) -> None:
    """Nothing of a long story is cut off, sent in part or lost."""
    await write(page, "长" * 20_001)
    await expect(page.locator("#banner")).to_contain_text("每条不超过20000字")
    assert len(await page.get_by_label("写消息").input_value()) == 20_001
    assert not await Inbound.all().exists()


async def test_a_wrong_year_is_said_below_the_field(
    phone: BrowserContext, site: ChatSite, key_ring: KeyRing
) -> None:
    page = await phone.new_page()
    await page.goto(await a_link(site, key_ring))
    assert await page.evaluate("document.activeElement.id") == "year"
    await page.keyboard.type("1971")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("还可以试4次")
    described = await page.get_by_label("患者的出生年份").get_attribute("aria-describedby")
    assert described == "hint problem"


async def test_an_expired_link_says_so_in_the_browser(
    phone: BrowserContext, site: ChatSite, key_ring: KeyRing
) -> None:
    link = await a_link(site, key_ring)
    site.ward.now += timedelta(days=61)
    page = await phone.new_page()
    answer = await page.goto(link)
    assert answer is not None
    assert answer.status == 404
    await expect(page.get_by_role("heading", name="这个链接不能用")).to_be_visible()


async def test_buttons_words_and_typed_numbers_lead_through_the_questions(page: Page) -> None:
    await page.get_by_role("button", name="1 开始").click()
    await expect(page.locator("#replies")).to_contain_text("本人")
    await write(page, "1")
    await expect(page.locator("#replies")).to_contain_text("已平安到家")
    await write(page, "在家")
    await expect(page.locator("#replies")).to_contain_text("好一些")
    shown = await said(page)
    assert shown[2::2][:3] == ["开始", "1", "在家"]
    assert await Inbound.filter(kind="choice").count() == 1


async def test_several_answers_are_chosen_and_confirmed_together(page: Page) -> None:
    for label in ("1 开始", "1 本人", "1 已平安到家", "1 好一些"):
        await page.get_by_role("button", name=label).click()
    confirm = page.get_by_role("button", name="确定")
    await expect(confirm).to_be_disabled()
    fever = page.get_by_role("button", name=re.compile("发热"))
    wound = page.get_by_role("button", name=re.compile("伤口"))
    for chip in (fever, wound, fever):
        await chip.click()
    await expect(fever).to_have_attribute("aria-pressed", "false")
    await expect(wound).to_have_attribute("aria-pressed", "true")
    await fever.click()
    await confirm.click()
    own = page.locator("#log .line.in .said").last
    await expect(own).to_contain_text("发热")
    await expect(own).to_contain_text("、伤口")


async def test_buttons_go_when_they_have_been_answered(page: Page) -> None:
    await page.get_by_role("button", name="3 不用").click()
    await expect(page.get_by_role("button", name="3 不用")).to_have_count(0)


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)><script>alert(2)</script>头晕",
        "</textarea><svg onload=alert(3)>",
        "👩‍👩‍👧‍👦 好多了 👍🏽",
        "长" * 9_999 + "完",
    ],
    ids=["image", "svg", "emoji", "long"],
)
async def test_hostile_words_stay_words(page: Page, text: str) -> None:
    await write(page, text)
    await expect(page.locator("#log .line.in .said")).to_have_text(text)
    assert await page.locator("#scroller img, #scroller script, #scroller svg").count() == 0
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360


async def test_half_an_emoji_and_nul_do_not_stop_the_talk(page: Page) -> None:
    await page.evaluate("document.getElementById('words').value = '头\\u0000晕\\ud83d'")
    await page.get_by_role("button", name="发送").click()
    await expect(page.locator("#log .line.in .said")).to_have_text("头晕\ufffd")


async def test_a_dropped_socket_loses_and_doubles_nothing(page: Page, site: ChatSite) -> None:
    await write(page, "1")
    await expect(page.locator("#replies")).to_contain_text("本人")
    await site.drop_sockets()
    await site.ward.say("1")
    await write(page, "1")
    await expect(page.locator("#replies")).to_contain_text("好一些")
    assert [text for text in await said(page) if text == "1"] == ["1", "1", "1"]
    assert len(await said(page)) == await Inbound.all().count() + await Outgoing.all().count()


async def test_what_is_written_without_a_server_is_sent_once_it_is_back(
    page: Page, site: ChatSite, tmp_path: Path
) -> None:
    port = site.port
    await site.stop()
    await write(page, "1")
    await write(page, "我自己")
    await expect(page.locator("#unsent .line")).to_have_count(2)
    await expect(page.get_by_text("网络断了")).to_be_visible()
    back = await start(site.ward, tmp_path / "media", port=port)
    await expect(page.locator("#replies")).to_contain_text("已平安到家", timeout=30_000)
    await expect(page.locator("#unsent .line")).to_have_count(0)
    await expect(page.get_by_text("网络断了")).to_be_hidden()
    texts = [row.text for row in await Inbound.all().order_by("position")]
    await back.stop()
    assert texts == ["1", "我自己"]


async def test_a_page_reloaded_while_offline_keeps_its_unsent_words_in_the_tab_only(
    page: Page, site: ChatSite
) -> None:
    await page.evaluate(
        "window.stop = WebSocket.prototype.send; WebSocket.prototype.send = () => {}"
    )
    await write(page, "1")
    assert await page.evaluate("Object.keys(localStorage).length") == 0
    assert "unsent" in await page.evaluate("Object.keys(sessionStorage)")
    await page.reload()
    await expect(page.locator("#replies")).to_contain_text("本人")
    assert await page.evaluate("Object.keys(sessionStorage).length") == 0
    assert await Inbound.all().count() == 1
    del site


async def test_a_lost_acknowledgement_leads_to_the_same_message_not_a_second(
    page: Page, site: ChatSite
) -> None:
    await page.evaluate(
        """() => {
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (text) {
            this.onmessage = () => {};
            send.call(this, text);
            WebSocket.prototype.send = send;
          };
        }"""
    )
    await write(page, "1")
    await expect(page.locator("#unsent .line")).to_have_count(1)
    while not await Inbound.all().count():
        await page.wait_for_timeout(50)
    await site.drop_sockets()
    await expect(page.locator("#replies")).to_contain_text("本人")
    await expect(page.locator("#unsent .line")).to_have_count(0)
    assert len(await said(page)) == 4
    assert await Inbound.all().count() == 1


async def test_where_no_socket_gets_through_the_page_asks_instead(
    phone: BrowserContext, site: ChatSite, key_ring: KeyRing
) -> None:
    await phone.add_init_script(NO_WEBSOCKET)
    page = await open_chat(phone, site, key_ring)
    await page.get_by_role("button", name="1 开始").click()
    await expect(page.locator("#replies")).to_contain_text("本人")
    await site.ward.say("1")
    await expect(page.locator("#replies")).to_contain_text("已平安到家")
    assert len(await said(page)) == 6
    await expect(page.locator("#typing")).to_be_hidden()


async def test_new_lines_in_a_hidden_tab_are_counted_and_marked(page: Page, site: ChatSite) -> None:
    await page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { get: () => window.away, configurable: true });
          window.away = true;
        }"""
    )
    await site.ward.say("1")
    await expect(page.locator("#replies")).to_contain_text("本人")
    assert await page.title() == "(1) 随访与预约"
    marks = await page.locator("#log .mark.fresh").all_text_contents()
    assert marks == ["以下是新消息"]
    assert (await Outgoing.get(position=4)).read_at is None
    await page.evaluate(
        "window.away = false; document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert await page.title() == "随访与预约"
    while (await Outgoing.get(position=4)).read_at is None:
        await page.wait_for_timeout(50)


async def test_coming_back_later_shows_where_the_new_lines_begin(
    page: Page, site: ChatSite
) -> None:
    while (await Outgoing.get(position=2)).read_at is None:
        await page.wait_for_timeout(50)
    await page.goto("about:blank")
    await site.ward.say("1")
    await page.goto(f"{site.url}/chat")
    await expect(page.locator("#log .mark.fresh + .line .said")).to_contain_text("本人")


async def test_a_photo_is_shown_to_its_sender_and_kept_for_the_ward(page: Page) -> None:
    chooser = page.get_by_label("发照片")
    await chooser.set_input_files({"name": "w.png", "mimeType": "image/png", "buffer": PNG})
    await expect(page.locator("#log .line.in img")).to_be_visible()
    await expect(page.locator("#unsent .line")).to_have_count(0)
    assert (await Media.get()).content_type == "image/png"
    await page.reload()
    await expect(page.locator("#log .line.in .said")).to_have_text("[图片]")


async def test_a_file_that_only_claims_to_be_a_photo_is_refused(page: Page) -> None:
    fake = b"<script>alert(1)</script>"
    await page.get_by_label("发照片").set_input_files(
        {"name": "x.png", "mimeType": "image/png", "buffer": fake}
    )
    await expect(page.get_by_text("只能发照片")).to_be_visible()
    await expect(page.get_by_role("button", name="没发出去")).to_be_visible()
    assert await Media.all().count() == 0


async def test_large_type_is_larger_remembered_and_fits_a_small_phone(page: Page) -> None:
    bubble = page.locator("#log .bubble").first
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    before = await bubble.evaluate(size)
    await page.get_by_role("button", name="大字").click()
    await page.reload()
    await expect(bubble).to_be_visible()
    assert await bubble.evaluate(size) >= before * 1.3
    await expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_numbers_to_call_at_once_can_be_tapped(page: Page) -> None:
    links = page.locator("#log .line.out").last.locator("a")
    assert await links.all_text_contents() == ["0394-12345670", "120"]
    assert await links.first.get_attribute("href") == "tel:039412345670"


async def test_the_page_can_be_used_by_keyboard_and_read_aloud(page: Page) -> None:
    log = page.get_by_role("log", name="聊天记录")
    assert await log.get_attribute("aria-live") == "polite"
    assert (await log.locator(".bubble").first.inner_text()).startswith("医院说:")
    button = page.get_by_role("button", name="1 开始")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#replies")).to_contain_text("本人")
    unnamed = await page.evaluate(
        "[...document.querySelectorAll('button, input, textarea')].filter("
        "e => !e.textContent.trim() && !e.getAttribute('aria-label')).length"
    )
    assert unnamed == 0
    for target in await page.locator("#replies button, #send, #large").all():
        box = await target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 42


async def test_who_is_not_the_patient_is_answered_and_then_sees_no_more(
    page: Page, site: ChatSite
) -> None:
    await write(page, "你打错了,我不是王小明")
    await expect(page.get_by_text("页面已退出")).to_be_visible()
    await expect(page.get_by_label("写消息")).to_be_disabled()
    assert len(await said(page)) >= 4
    await page.goto(f"{site.url}/chat")
    await expect(page.get_by_role("heading", name="请再扫一次二维码")).to_be_visible()


async def test_in_english_the_page_speaks_english(
    phone: BrowserContext, site: ChatSite, key_ring: KeyRing
) -> None:
    site.ward.desk.language = "en"
    page = await phone.new_page()
    await page.goto(await a_link(site, key_ring))
    await page.get_by_label("The patient's year of birth").fill("1970")
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "en"
