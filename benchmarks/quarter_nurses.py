"""The nurses of the simulated quarter: they work the lists the pages give them, to the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from benchmarks.quarter_scene import Person, Script
from dialogs.form import ItemType
from dialogs.turn import Reply
from handlers.calls import TRIES_BEFORE_NO_ANSWER, CallReport, CallResult, record_result
from handlers.claims import Closing, claim, close_alert
from handlers.dialling import numbers_of
from handlers.phone_form import Entry, FormLine, fill_in, phone_form
from handlers.phone_list import Whose, phone_list
from handlers.scope import visible_alerts
from models.alert import Alert, AlertLevel, AlertStatus
from models.care import Encounter, FollowUpTask, TaskStatus
from models.hospital import StaffMember

if TYPE_CHECKING:
    from benchmarks.quarter_run import Quarter

_CLINICAL: Final = (AlertLevel.L1, AlertLevel.L2, AlertLevel.L3, AlertLevel.Q)
_PAGES: Final = 40
_HEAD: Final = {"nurse": "刘责护", "phone": "见病历"}
# one call in ninety is not made: the ward was busy and says so
_BUSY_WARD: Final = 90
_WARD_BUSY: Final = CallReport(CallResult.CANNOT, reason="F31")
_SAID: Final = {
    Script.REFUSES: CallReport(CallResult.REFUSED, reason="F21"),
    Script.STOPS: CallReport(CallResult.REFUSED, reason="F24"),
    Script.DEAD: CallReport(CallResult.CANNOT, reason="F41"),
}


class Nurses:
    """Everybody who calls, twice a day."""

    def __init__(self, quarter: Quarter) -> None:
        self._quarter = quarter

    async def work(self) -> None:
        """Work the alerts and the list of every ward, and those of the market centre."""
        busy = await _busy_departments()
        for staff in await StaffMember.filter(role__in=("nurse", "market_centre"), active=True):
            if not staff.departments or busy.intersection(staff.departments):
                await self._alerts(staff)
                await self._list(staff)

    async def _alerts(self, staff: StaffMember) -> None:
        quarter = self._quarter
        rows = visible_alerts(staff).filter(status=AlertStatus.OPEN, level__in=_CLINICAL)
        for alert in await rows:
            await claim(alert.id, staff, None, quarter.desk, quarter.now)
            closing = Closing("confirmed", "called", "已电话处理")
            refusal = await close_alert(alert.id, staff, closing, quarter.now)
            quarter.calls[f"alert {alert.level}: {refusal or 'closed'}"] += 1

    async def _list(self, staff: StaffMember) -> None:
        """Call whom the list names; of two nurses of a ward each takes what is given to her."""
        quarter = self._quarter
        called: set[UUID] = set()
        for _ in range(_PAGES):
            page = await phone_list(staff, quarter.now, Whose.ALL)
            rows = [
                row
                for row in page.rows
                if not row.waits and row.task_id not in called and (row.mine or not row.caller)
            ]
            if not rows:
                return
            for row in rows:
                called.add(row.task_id)
                await self._call(staff, row.task_id)

    async def _call(self, staff: StaffMember, task_id: UUID) -> None:
        task = await FollowUpTask.get(id=task_id)
        person = self._quarter.by_stay.get(task.encounter_id)
        report = await self._report(person, task)
        fault = await record_result(task_id, staff, report, self._quarter.now)
        told = f"{report.result}{':' if report.reason else ''}{report.reason}"
        self._quarter.calls[f"{told} {fault}" if fault else told] += 1
        if report.result is CallResult.REACHED and fault is None:
            await self._fill_in(staff, task)

    async def _report(self, person: Person | None, task: FollowUpTask) -> CallReport:
        """Say what came of a call, as the script of whom was called has it."""
        stay = await Encounter.get(id=task.encounter_id)
        numbers = (await numbers_of([stay]))[stay.id]
        if not numbers:
            return CallReport(CallResult.CANNOT, reason="F11")
        script = person.script if person else Script.PHONE
        if script is Script.WRONG:
            point = next((n.contact_point_id for n in numbers if not n.wrong), None)
            return CallReport(CallResult.WRONG_NUMBER, contact_point_id=point)
        if script is Script.AWAY and person:
            return _missed(person)
        busy = person is not None and person.number % _BUSY_WARD == 0 and task.round == 1
        return _SAID.get(script) or (_WARD_BUSY if busy else CallReport(CallResult.REACHED))

    async def _fill_in(self, staff: StaffMember, task: FollowUpTask) -> None:
        quarter = self._quarter
        lines = await phone_form(quarter.desk, task, quarter.now)
        for _ in range(3):
            entry = Entry(_replies(lines), header=_HEAD, complete=True)
            done = await fill_in(quarter.desk, task.id, staff, entry, quarter.now)
            if done.completed or done.closed:
                return
            lines = await phone_form(quarter.desk, task, quarter.now)
        quarter.calls[f"form not completed: {done.missing or done.headless or done.faults}"] += 1


async def _busy_departments() -> set[str]:
    """Return the departments with an alert or a call: elsewhere nobody has to look."""
    calls = FollowUpTask.filter(status=TaskStatus.PHONE_LIST).distinct()
    alerts = Alert.filter(status=AlertStatus.OPEN).distinct()
    found = [
        *await calls.values_list("encounter__department__code", flat=True),
        *await alerts.values_list("department__code", flat=True),
    ]
    return {str(code) for code in found}


def _missed(person: Person) -> CallReport:
    """Nobody answers, three times; then the call is given up with its reason."""
    person.misses += 1
    if person.misses <= TRIES_BEFORE_NO_ANSWER:
        return CallReport(CallResult.NO_ANSWER)
    person.misses = 0
    return CallReport(CallResult.CANNOT, reason="F14")


def _replies(lines: Sequence[FormLine]) -> dict[str, Reply]:
    asked = (line for line in lines if line.type is not ItemType.PHOTO)
    return {line.id: _reply(line) for line in asked if not line.value and not line.words}


def _reply(line: FormLine) -> Reply:
    if line.options:
        keys = [option.key for option in line.options]
        return Reply(keys=("none" if "none" in keys else keys[0],))
    by_item = {"temp": "36.6", "nrs": "1", "fpg": "6.1", "sys": "128/82", "dia": "82"}
    name = line.id.partition(".")[2]
    if name in by_item:
        return Reply(text=by_item[name])
    return Reply(text={ItemType.SCALE: "5", ItemType.TEXT: "无"}.get(line.type, "1"))
