"""The page of one's own messenger accounts: a code with its link, and taking an account off."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.console.staff_account import BOT_LINK
from handlers.staff_accounts import bind_account, staff_of
from models.channel import StaffAccount, StaffCode
from tests.bot.staff_site import Desktop, StaffSite, a_colleague, a_site
from tests.handlers.ward import a_ward

ACCOUNT = "88000001"
_CODE = re.compile(r"staff-[0-9a-f]{20}")


@pytest.fixture
async def site(sqlite_database: str, tmp_path: Path) -> AsyncIterator[StaffSite]:
    """The staff's pages."""
    assert sqlite_database
    async with a_site(await a_ward(), tmp_path) as found:
        yield found


@pytest.fixture
async def nurse(site: StaffSite) -> Desktop:
    """A nurse, signed in."""
    return await site.desktop(await a_colleague(site.ward))


async def test_a_code_is_shown_once_and_binds_who_sends_it(site: StaffSite, nurse: Desktop) -> None:
    status, shown = await nurse.post("/staff/account/code")
    assert status == 200
    found = _CODE.search(shown)
    assert found
    assert found[0] not in (await nurse.get("/staff/account"))[1]
    assert await bind_account("telegram", ACCOUNT, found[0], site.wall)
    _, shown = await nurse.get("/staff/account")
    assert "Telegram" in shown
    assert ACCOUNT not in shown


async def test_where_the_bot_is_known_the_page_has_its_link_and_a_picture_of_it(
    sqlite_database: str, tmp_path: Path
) -> None:
    assert sqlite_database
    async with a_site(await a_ward(), tmp_path) as site:
        site.app._state[BOT_LINK] = lambda code: f"https://t.me/suifang_test_bot?start={code}"
        nurse = await site.desktop(await a_colleague(site.ward))
        _, shown = await nurse.post("/staff/account/code")
    assert 'href="https://t.me/suifang_test_bot?start=staff-' in shown
    assert "<svg" in shown


async def test_an_account_is_taken_off_by_its_owner_alone(site: StaffSite, nurse: Desktop) -> None:
    _, shown = await nurse.post("/staff/account/code")
    found = _CODE.search(shown)
    assert found
    await bind_account("telegram", ACCOUNT, found[0], site.wall)
    account = await StaffAccount.get()
    other = await site.desktop(await a_colleague(site.ward))
    assert (await other.post(f"/staff/account/{account.id}/unbind"))[0] == 404
    assert (await nurse.post("/staff/account/nonsense/unbind"))[0] == 404
    assert (await nurse.post(f"/staff/account/{account.id}/unbind"))[0] == 303
    assert await staff_of("telegram", ACCOUNT) is None


async def test_a_stranger_gets_no_code(site: StaffSite, nurse: Desktop) -> None:
    assert (await site.visitor().get("/staff/account"))[0] == 303
    assert (await site.visitor().post("/staff/account/code"))[0] == 401
    assert (await nurse.send("/staff/account/code", {}))[0] == 403
    assert await StaffCode.all().count() == 0
