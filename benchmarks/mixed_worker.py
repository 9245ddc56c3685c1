"""The process that takes mixed messages; it prints a line for each once it is committed.

python -m benchmarks.mixed_worker URL KEYS FIRST COUNT
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Final

from benchmarks.mixed_scene import messages, points
from benchmarks.month_scene import the_desk
from benchmarks.phones import Phones
from bot.outbox import Outbox
from dialogs.tagging.complaint import tag
from handlers.escalation import escalate_due
from handlers.inbound import InboundMessage, receive
from models.database import close_database, open_database
from scheduler.due import run_due

TICK_EVERY: Final = 25


async def work(url: str, keys: Path, first: int, count: int) -> None:
    """Take the messages from `first` on, and say of each that it is committed."""
    await open_database(url, keys)
    try:
        await _take(first, count)
    finally:
        await close_database()


async def _take(first: int, count: int) -> None:
    desk = await the_desk()
    outbox, chats = Outbox(desk, {"web": Phones()}), await points()
    tag("热身")
    for written in messages(count):
        if written.number < first:
            continue
        message = InboundMessage(
            "web", chats[written.patient].id, written.external_id, text=written.text
        )
        begun = time.perf_counter()
        await receive(desk, message, written.at)
        seconds = time.perf_counter() - begun
        line = [written.number, seconds, tag(written.text).urgent]
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await outbox.drain(written.at)
        if written.number % TICK_EVERY == 0:
            await run_due(desk, written.at)
            await escalate_due(desk, written.at)


def main() -> None:
    """Do what the command line says."""
    url, keys, first, count = sys.argv[1:]
    asyncio.run(work(url, Path(keys), int(first), int(count)))


if __name__ == "__main__":
    main()
