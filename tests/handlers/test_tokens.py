"""The shared token: however many processes want it, one of them fetches."""

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from handlers.tokens import EARLY, Refresh, shared_token
from models.channel import ChannelToken
from models.database import close_database
from tests.conftest import Opening

ROOT = Path(__file__).parents[2]
LIVES = timedelta(hours=2)


class Provider:
    """Gives a new token each time it is asked, after a moment."""

    def __init__(self, lives: timedelta = LIVES) -> None:
        self.asked = 0
        self.lives = lives
        self.faults: list[Exception] = []

    async def refresh(self) -> tuple[str, timedelta]:
        """Answer, or fail as planned."""
        self.asked += 1
        number = self.asked
        await asyncio.sleep(0.02)
        if self.faults:
            raise self.faults.pop(0)
        return f"token-{number}", self.lives


def many(count: int, now: datetime, refresh: Refresh, stale: str = "") -> asyncio.Future[list[str]]:
    """Ask for the token from many sides at once."""
    calls = (shared_token("wechat", now, refresh, stale=stale) for _ in range(count))
    return asyncio.gather(*calls)


async def test_many_callers_are_one_fetch(database: str, now: datetime) -> None:
    provider = Provider()
    assert set(await many(60, now, provider.refresh)) == {"token-1"}
    assert provider.asked == 1


async def test_a_token_is_fetched_anew_only_before_its_end(database: str, now: datetime) -> None:
    provider = Provider()
    await shared_token("wechat", now, provider.refresh)
    almost = now + LIVES - EARLY - timedelta(seconds=1)
    assert await shared_token("wechat", almost, provider.refresh) == "token-1"
    later = almost + timedelta(seconds=2)
    assert set(await many(20, later, provider.refresh)) == {"token-2"}
    assert provider.asked == 2


async def test_a_refused_token_is_replaced_once_for_all_who_were_refused(
    database: str, now: datetime
) -> None:
    provider = Provider()
    refused = await shared_token("wechat", now, provider.refresh)
    assert set(await many(40, now, provider.refresh, refused)) == {"token-2"}
    assert provider.asked == 2


async def test_a_fault_is_told_and_the_next_caller_tries_for_himself(
    database: str, now: datetime
) -> None:
    provider = Provider()
    provider.faults.append(ConnectionResetError())
    with pytest.raises(ConnectionResetError):
        await shared_token("wechat", now, provider.refresh)
    assert await shared_token("wechat", now, provider.refresh) == "token-2"


async def test_those_who_wait_outlive_the_fault_of_the_one_who_fetched(
    database: str, now: datetime
) -> None:
    provider = Provider()
    provider.faults.append(ConnectionResetError())
    calls = (shared_token("wechat", now, provider.refresh) for _ in range(10))
    told = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(one, ConnectionResetError) for one in told) == 1
    assert {one for one in told if isinstance(one, str)} == {"token-2"}


async def test_whoever_died_while_fetching_is_waited_for_no_longer_than_his_lease(
    database: str, now: datetime
) -> None:
    ends = now + timedelta(seconds=0.3)
    await ChannelToken.create(channel="wechat.refresh", expires_at=ends, refreshed_at=now)
    provider = Provider()
    assert await shared_token("wechat", now, provider.refresh) == "token-1"


async def test_the_token_is_kept_sealed(sqlite_database: str, now: datetime) -> None:
    await shared_token("wechat", now, Provider().refresh)
    raw = Path(sqlite_database.removeprefix("sqlite://"))
    held = b"".join(path.read_bytes() for path in raw.parent.glob(f"{raw.name}*"))
    assert b"token-1" not in held


async def test_tokens_of_two_channels_are_two(database: str, now: datetime) -> None:
    one, other = Provider(), Provider()
    await shared_token("wechat", now, one.refresh)
    await shared_token("wecom", now, other.refresh)
    assert (one.asked, other.asked) == (1, 1)


FETCHING = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from handlers.tokens import shared_token
from models.database import open_database, close_database

async def main(url, keys, log, stale):
    async def refresh():
        with open(log, "a") as asked:
            asked.write("asked\\n")
        await asyncio.sleep(0.2)
        return f"token-{len(Path(log).read_text().split())}", timedelta(hours=2)

    now = datetime(2026, 11, 22, 2, tzinfo=UTC)
    await open_database(url, Path(keys))
    try:
        calls = [shared_token("wechat", now, refresh, stale=stale) for _ in range(25)]
        print(*sorted(set(await asyncio.gather(*calls))))
    finally:
        await close_database()

asyncio.run(main(*sys.argv[1:]))
"""


async def two_processes(url: str, keys: Path, log: Path, stale: str) -> set[bytes]:
    """Let two processes ask for the token at once; what they got."""
    command = [sys.executable, "-c", dedent(FETCHING), url, str(keys), str(log), stale]
    started = [
        await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    said = [(await process.communicate())[0].strip() for process in started]
    assert [process.returncode for process in started] == [0, 0]
    return set(said)


async def test_two_processes_fetch_once_and_replace_a_refused_token_once(
    opening: Opening, url: str, tmp_path: Path
) -> None:
    keys, log = tmp_path / "keys.json", tmp_path / "asked"
    await opening(url, keys)
    await close_database()
    assert await two_processes(url, keys, log, "") == {b"token-1"}
    assert await two_processes(url, keys, log, "token-1") == {b"token-2"}
    assert log.read_text().split() == ["asked", "asked"]
