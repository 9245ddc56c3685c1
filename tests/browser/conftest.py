"""A real Chromium for the browser tests; a run without one fails and says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

SYSTEM_CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium of the system, otherwise Playwright's own."""
    async with async_playwright() as playwright:
        try:
            found = await playwright.chromium.launch(
                executable_path=_system_chromium(), args=ARGUMENTS
            )
        except PlaywrightError as fault:
            pytest.fail(f"no Chromium to test with (playwright install chromium): {fault}")
        yield found
        await found.close()


def _system_chromium() -> Path | None:
    return SYSTEM_CHROMIUM if SYSTEM_CHROMIUM.exists() else None
