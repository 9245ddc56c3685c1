"""1,000 patients through day 3 on a clock that is run forward: nothing lost, nothing doubled.

    python -m benchmarks.day_three            # SQLite in an empty folder
    python -m benchmarks.day_three postgres://…

The list is imported and the phones are bound by slips, as on a ward; every message is then
answered, one in ten sent twice as a bad network would.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from benchmarks.big_list import as_csv
from benchmarks.phones import Phones
from bot.discharge_entries import entry_of
from bot.intake.discharge_row import DischargeRow
from bot.intake.discharges import read_discharges
from bot.outbox import Outbox
from dialogs.actions import Ask
from dialogs.form import Item, ItemType
from handlers.binding import bind
from handlers.calendar import load_calendar, seed_calendar
from handlers.contents import content_of
from handlers.desk import Desk
from handlers.discharges import Source, import_discharges
from handlers.inbound import InboundMessage, receive
from handlers.slips import issue
from handlers.timers import next_due
from models.care import BedsideSlip, Encounter, FollowUpTask
from models.conversation import Dialog, Inbound, Outgoing
from models.database import close_database, open_database
from models.migrate import migrate
from models.people import ContactPoint, Patient
from models.response import Answer, Response, ResponseStatus
from models.seal import keyring
from scheduler.due import run_due

PATIENTS: Final = 1000
DISCHARGED: Final = date(2026, 11, 16)
START: Final = datetime.fromisoformat("2026-11-16T15:00+08:00")
END: Final = datetime.fromisoformat("2026-11-19T23:00+08:00")
_LONGEST_TALK: Final = 60
_TWICE: Final = 10


@dataclass(slots=True)
class Day:
    """The simulated day."""

    desk: Desk
    outbox: Outbox
    now: datetime
    sent_in: int = 0

    async def run(self) -> None:
        """Visit every due instant in order; answer whatever was asked."""
        while (at := await next_due(self.now)) is not None and at <= END:
            self.now = max(self.now, at)
            await run_due(self.desk, self.now)
            await self.outbox.drain(self.now)
            await self._answer_all()

    async def _answer_all(self) -> None:
        for dialog in await Dialog.filter(status="active"):
            point = await _address(dialog)
            for _ in range(_LONGEST_TALK):
                if not await self._answer(dialog, point):
                    break

    async def _answer(self, dialog: Dialog, point: ContactPoint) -> bool:
        rows = Outgoing.filter(dialog_id=dialog.id)
        newest = await rows.order_by("-position").first()
        body = content_of(newest).body if newest else None
        if not isinstance(body, Ask):
            return False
        message = InboundMessage("web", point.id, uuid4().hex, text=_reply(self.desk, body))
        self.sent_in += 1
        for _ in range(2 if self.sent_in % _TWICE == 0 else 1):
            await receive(self.desk, message, self.now)
        self.now += timedelta(milliseconds=1)
        await self.outbox.drain(self.now)
        return True


async def _address(dialog: Dialog) -> ContactPoint:
    conversation = await dialog.conversation
    return await ContactPoint.get(respondent_id=conversation.respondent_id, system="web")


def _reply(desk: Desk, ask: Ask) -> str:
    if ask.message:
        return "1"
    return _good(desk.catalog.forms[ask.form].item(ask.item), ask.options)


def _good(item: Item, keys: tuple[str, ...]) -> str:
    """Answer as somebody who is well."""
    if item.type is ItemType.MULTI and "none" in keys:
        return str(keys.index("none") + 1)
    by_type = {ItemType.TEXT: "无", ItemType.PHOTO: "不拍"}
    by_item = {"temp": "36.6", "nrs": "1", "fpg": "6.1", "sys": "128/82", "dia": "82"}
    return by_item.get(item.id) or by_type.get(item.type, "1")


async def _discharge(desk: Desk) -> None:
    rows = read_discharges(as_csv(2 * PATIENTS), "list.csv", today=date(2026, 11, 21)).rows
    chosen = [_same_day(row) for row in rows if _plain(row)][:PATIENTS]
    await import_discharges(desk, [entry_of(row) for row in chosen], Source("list.csv"), START)
    stays = await Encounter.all()
    slips = await issue([stay.id for stay in stays], START, desk.public_url, keyring())
    for slip in slips:
        await _open(slip.encounter_id, slip.link.rsplit("/", 1)[1])


async def _open(encounter_id: UUID, token: str) -> None:
    stay = await Encounter.get(id=encounter_id)
    born = (await Patient.get(id=stay.patient_id)).birth_date
    await bind(token, str(born.year) if born else "", START)
    if (await BedsideSlip.get(encounter_id=encounter_id)).bound_at is None:
        raise RuntimeError("a slip could not be bound")


def _plain(row: DischargeRow) -> bool:
    return row.birth_date is not None and row.consent is not False and row.disposition == "1"


def _same_day(row: DischargeRow) -> DischargeRow:
    admitted = DISCHARGED - timedelta(days=5)
    return replace(row, admitted_on=admitted, discharged_on=DISCHARGED, discharged_at=None)


async def _count() -> dict[str, object]:
    tasks = await FollowUpTask.filter(round=1)
    ended = Counter(f"{task.status}:{task.phone_reason or task.outcome}" for task in tasks)
    responses = Response.filter(status=ResponseStatus.COMPLETED, task_id__in=[t.id for t in tasks])
    first = await responses.values_list("task_id", flat=True)
    answers = await Answer.filter(superseded_at__isnull=True).values_list("response_id", "item")
    return {
        "rounds by end": dict(ended),
        "tasks with a completed response": len(set(first)),
        "answers doubled": len(answers) - len(set(answers)),
        "messages in": await Inbound.all().count(),
        "messages out": await Outgoing.all().count(),
    }


async def simulate(url: str, keys: Path) -> None:
    """Run the day and print the counts."""
    await migrate(url, START)
    await open_database(url, keys)
    try:
        await seed_calendar(START)
        desk = Desk(
            hospital="示例医院",
            switchboard="0394-12345670",
            legal_basis="benchmark",
            unapproved_forms=True,
            calendar=await load_calendar(),
        )
        started = time.perf_counter()
        await _discharge(desk)
        sys.stdout.write(f"import and slips: {time.perf_counter() - started:.1f} s\n")
        started = time.perf_counter()
        day = Day(desk, Outbox(desk, {"web": Phones()}), START)
        await day.run()
        sys.stdout.write(f"day 3: {time.perf_counter() - started:.1f} s\n")
        for name, figure in {**await _count(), "replies sent": day.sent_in}.items():
            sys.stdout.write(f"{name}: {figure}\n")
    finally:
        await close_database()


def main() -> None:
    """Simulate on the database named, or on SQLite in an empty folder."""
    with tempfile.TemporaryDirectory(prefix="suifang-bench-") as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite://{folder}/bench.db"
        asyncio.run(simulate(url, Path(folder) / "keys.json"))


if __name__ == "__main__":
    main()
