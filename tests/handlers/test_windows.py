"""The ledger of windows and consents: what is counted off is never had twice."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from handlers.windows import (
    Window,
    give_back,
    may_send,
    note_consent,
    open_window,
    return_consent,
    shut_window,
    take_consent,
    use_window,
)
from tests.handlers.people import a_contact_point

pytestmark = pytest.mark.usefixtures("database")
TEMPLATE = "a-template-of-tests"
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


async def an_account(now: datetime) -> UUID:
    """The id of a WeChat account."""
    return (await a_contact_point(now, "openid-of-tests", "wechat")).id


async def used(account: UUID, now: datetime, *, urgent: bool = True) -> list[Window]:
    """Use all there is."""
    found = []
    while window := await use_window(account, now, urgent=urgent):
        found.append(window)
    return found


async def test_nobody_is_written_to_before_he_wrote(now: datetime) -> None:
    account = await an_account(now)
    assert not await may_send(account, now, urgent=True)
    assert await use_window(account, now) is None


async def test_words_allow_five_and_the_last_is_for_what_must_arrive(now: datetime) -> None:
    account = await an_account(now)
    await open_window(account, now, clicked=False)
    assert await used(account, now, urgent=False) == [Window.WORDS] * 4
    assert not await may_send(account, now, urgent=False)
    assert await may_send(account, now, urgent=True)
    assert await used(account, now) == [Window.WORDS]
    assert not await may_send(account, now, urgent=True)


async def test_the_window_of_words_closes_after_48_hours(now: datetime) -> None:
    account = await an_account(now)
    await open_window(account, now, clicked=False)
    assert await may_send(account, now + 48 * HOUR - 61 * SECOND, urgent=False)
    assert not await may_send(account, now + 48 * HOUR - 59 * SECOND, urgent=True)
    assert await use_window(account, now + 48 * HOUR) is None


async def test_new_words_give_five_again(now: datetime) -> None:
    account = await an_account(now)
    await open_window(account, now, clicked=False)
    await used(account, now)
    await open_window(account, now + HOUR, clicked=False)
    assert len(await used(account, now + 48 * HOUR)) == 5


async def test_a_click_allows_three_within_the_minute(now: datetime) -> None:
    account = await an_account(now)
    await open_window(account, now, clicked=True)
    assert not await may_send(account, now + 46 * SECOND, urgent=True)
    assert await used(account, now + 40 * SECOND, urgent=False) == [Window.CLICK] * 3


async def test_what_ends_first_is_used_first(now: datetime) -> None:
    account = await an_account(now)
    await open_window(account, now, clicked=False)
    await open_window(account, now, clicked=True)
    assert await used(account, now) == [Window.CLICK] * 3 + [Window.WORDS] * 5


async def test_side_by_side_nobody_gets_a_sixth(now: datetime) -> None:
    account = await an_account(now)
    await asyncio.gather(*(open_window(account, now, clicked=False) for _ in range(4)))
    had = await asyncio.gather(*(use_window(account, now) for _ in range(20)))
    assert sum(window is not None for window in had) == 5


async def test_what_did_not_go_is_counted_back_but_never_above_the_allowance(
    now: datetime,
) -> None:
    account = await an_account(now)
    await open_window(account, now, clicked=False)
    await use_window(account, now)
    for _ in range(3):
        await give_back(account, Window.WORDS)
    assert len(await used(account, now)) == 5


async def test_the_provider_is_believed_that_nothing_may_go(now: datetime) -> None:
    account = await an_account(now)
    await open_window(account, now, clicked=False)
    await open_window(account, now, clicked=True)
    await shut_window(account, now + SECOND)
    assert not await may_send(account, now + 2 * SECOND, urgent=True)


async def test_words_that_came_while_the_provider_said_no_keep_their_window(now: datetime) -> None:
    account = await an_account(now)
    await open_window(account, now + SECOND, clicked=False)
    await shut_window(account, now)
    assert await may_send(account, now + 2 * SECOND, urgent=False)


async def test_a_consent_is_for_one_notice(now: datetime) -> None:
    account = await an_account(now)
    assert not await take_consent(account, TEMPLATE, now)
    for _ in range(2):
        await note_consent(account, TEMPLATE, now, granted=True, lasting=False)
    assert [await take_consent(account, TEMPLATE, now) for _ in range(3)] == [True, True, False]
    await return_consent(account, TEMPLATE, now)
    assert await take_consent(account, TEMPLATE, now)


async def test_consents_given_and_used_side_by_side_are_all_counted(now: datetime) -> None:
    account = await an_account(now)
    given = (note_consent(account, TEMPLATE, now, granted=True, lasting=False) for _ in range(6))
    await asyncio.gather(*given)
    had = await asyncio.gather(*(take_consent(account, TEMPLATE, now) for _ in range(12)))
    assert had.count(True) == 6


async def test_a_lasting_consent_lasts_until_it_is_taken_back(now: datetime) -> None:
    account = await an_account(now)
    await note_consent(account, TEMPLATE, now, granted=True, lasting=True)
    assert [await take_consent(account, TEMPLATE, now) for _ in range(3)] == [True] * 3
    await note_consent(account, TEMPLATE, now, granted=False, lasting=True)
    assert not await take_consent(account, TEMPLATE, now)


async def test_a_consent_is_for_its_template_alone(now: datetime) -> None:
    account = await an_account(now)
    await note_consent(account, TEMPLATE, now, granted=True, lasting=True)
    assert not await take_consent(account, "another-template", now)
