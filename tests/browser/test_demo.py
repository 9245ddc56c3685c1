"""The demo as a newcomer plays it: a list becomes a message, an answer, an alert, a closed case."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, FrameLocator, expect

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30_000
# seconds; a demo that does not stop fails the test instead of holding up all of them
STOPPED_WITHIN = 120


@pytest.fixture
async def demo() -> AsyncIterator[str]:
    """Start the demo as the make target does, and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error", "main.py", "demo", "--port", str(port),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    told = (await process.stdout.readline()).decode()
    yield told.split()[-1]
    process.send_signal(signal.SIGTERM)
    try:
        assert await asyncio.wait_for(process.wait(), STOPPED_WITHIN) == 0
    except TimeoutError:
        process.kill()
        raise


async def say(phone: FrameLocator, text: str, expected: str) -> None:
    """Write as the patient and wait for what comes back."""
    await phone.get_by_role("textbox").fill(text)
    await phone.get_by_role("textbox").press("Enter")
    await expect(phone.get_by_text(expected).last).to_be_visible(timeout=PATIENCE)


async def test_a_newcomer_sees_the_whole_story(browser: Browser, demo: str) -> None:
    page = await browser.new_page(viewport={"width": 1440, "height": 1000})
    await page.goto(demo)
    phone, room = page.frame_locator("#phone"), page.frame_locator("#room")
    await expect(page.locator(".story li.now")).to_have_attribute("data-chapter", "list")
    await page.locator("#forward button").click()
    await expect(phone.get_by_text("现在方便吗").last).to_be_visible(timeout=PATIENCE)
    await phone.get_by_role("button", name="开始").click()
    await expect(phone.get_by_text("本人吗").last).to_be_visible(timeout=PATIENCE)
    await say(phone, "1", "出院后现在在哪里")
    await say(phone, "在家", "现在感觉怎么样")
    await say(phone, "胸口像压了块石头", "请马上打120")
    await expect(room.get_by_text("红色 紧急").last).to_be_visible(timeout=PATIENCE)
    await room.get_by_role("button", name="10分钟内").first.click()
    await expect(phone.get_by_text("前给您打电话").last).to_be_visible(timeout=PATIENCE)
    await expect(page.locator(".story li.now")).to_have_attribute("data-chapter", "claim")
    await room.get_by_text("确认,情况属实").click()
    await room.get_by_text("去急诊或打120").click()
    await room.get_by_role("button", name="关闭预警").click()
    await expect(page.locator(".story li.now")).to_have_attribute(
        "data-chapter", "closed", timeout=PATIENCE
    )
    await say(phone, "按铃半天没人来,我要投诉", "TS-")
    await expect(page.locator(".story li.now")).to_have_attribute(
        "data-chapter", "complaint", timeout=PATIENCE
    )
    await page.get_by_label("坐在哪里").select_option(label="投诉办")
    await room.get_by_role("link").filter(has_text="TS-").first.click()
    await expect(room.get_by_text("按铃半天没人来").first).to_be_visible(timeout=PATIENCE)


async def test_the_story_is_told_in_english_at_the_press_of_a_button(
    browser: Browser, demo: str
) -> None:
    page = await browser.new_page(viewport={"width": 1440, "height": 1000})
    await page.goto(demo)
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="Suifang demo hospital")).to_be_visible(
        timeout=PATIENCE
    )
    await page.locator("#forward button").click()
    phone = page.frame_locator("#phone")
    await expect(phone.get_by_role("button", name="Start")).to_be_visible(timeout=PATIENCE)
    await phone.get_by_role("button", name="Start").click()
    await expect(phone.get_by_role("button").filter(has_text="1").first).to_be_visible()
    await page.get_by_label("Where you sit").select_option(label="Complaint office")
    await expect(page.locator("#room")).to_have_attribute("src", "/demo/office")


async def test_on_a_narrow_screen_nothing_is_cut_off(browser: Browser, demo: str) -> None:
    page = await browser.new_page(viewport={"width": 360, "height": 740})
    await page.goto(demo)
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
