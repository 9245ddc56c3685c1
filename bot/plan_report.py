"""The plans command: every plan as it stands, and which one each row of a discharge list gets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import typer

from bot.command_words import tell
from bot.discharge_entries import entry_of
from bot.intake.discharges import read_discharges
from bot.opening import connected, desk_of, now
from bot.own_plans import load_plans
from bot.settings import Settings
from dialogs.plans.template import Contact, PlanTemplate
from dialogs.timing.rounds import Offset, OffsetUnit
from dialogs.timing.spans import local
from handlers.department_names import DepartmentNames, load_department_names
from handlers.desk import Desk
from handlers.discharge_entry import DischargeEntry
from handlers.plan_choice import plan_for
from handlers.plans import DEATH
from handlers.risk import weigh
from handlers.stay_record import put_stay
from models.draft import drafted
from models.people import Patient

_UNITS = {OffsetUnit.DAY: "day", OffsetUnit.WORKING_DAY: "working_day", OffsetUnit.MONTH: "month"}


def show_plans(settings: Settings) -> None:
    """Print every plan with its contacts, and the rules that choose among them."""
    book = load_plans(settings)
    for plan in book.plans.values():
        mark = tell("plans", "default") if plan.name == settings.plan else ""
        typer.echo(tell("plans", "plan", title=plan.title, name=plan.name, mark=mark))
        for line in _contacts(plan):
            typer.echo(f"  {line}")
    for rule in book.rules:
        typer.echo(tell("plans", "rule", rule=rule.name, title=book.plans[rule.plan].title))


def show_choices(settings: Settings, file: Path) -> None:
    """Print which plan each row of a discharge list gets and why, by its line: nobody is named.

    What only the database knows, an earlier stay or alarm, is left out of the risk.
    """

    async def work() -> list[str]:
        async with connected(settings):
            desk, departments, at = desk_of(settings), await load_department_names(), now()
            content = await asyncio.to_thread(file.read_bytes)
            found = read_discharges(content, file.name, today=local(at).date())
            rows = [entry_of(row) for row in found.rows]
            return [_choice(desk, departments, row, at) for row in rows]

    lines = asyncio.run(work())
    if not lines:
        typer.echo(tell("plans", "no_rows", file=file.name), err=True)
        raise typer.Exit(1)
    for line in lines:
        typer.echo(line)


def _contacts(plan: PlanTemplate) -> Iterator[str]:
    for each in plan.rounds:
        days = f"{_days(each.timing.send)}-{_days(each.timing.deadline)}"
        yield _contact(days, each.contact)
    if plan.daily is not None:
        days = tell("plans", "daily", first=plan.daily.first_day, last=plan.daily.last_day)
        yield _contact(days, plan.daily.contact)
    if plan.before_review is not None:
        days = tell("plans", "before_review", days=plan.before_review.days)
        yield _contact(days, plan.before_review.contact)
    if plan.after_change is not None:
        days = tell("plans", "after_change", days=plan.after_change.days)
        yield _contact(days, plan.after_change.contact)


def _contact(days: str, contact: Contact) -> str:
    owners = dict.fromkeys((contact.ordinary.owner, contact.high_risk.owner))
    forms = "、".join(dict.fromkeys(choice.form for choice in contact.forms))
    return tell(
        "plans",
        "contact",
        title=contact.title,
        days=days,
        owners="/".join(owners),
        forms=forms or tell("plans", "call"),
    )


def _days(offset: Offset) -> str:
    said = tell("plans", _UNITS[offset.unit], n=offset.n)
    return f"{said}+{offset.days}" if offset.days else said


def _choice(desk: Desk, departments: DepartmentNames, row: DischargeEntry, at: datetime) -> str:
    if row.stay.disposition == DEATH:
        return tell("plans", "none", line=row.line)
    patient = drafted(
        Patient, birth_date=row.patient.birth_date, tags=list(row.patient.tags), name=""
    )
    department = departments.find(row.stay.department)
    stay = put_stay(None, row, patient, department, at)
    weigh(desk, stay, patient, (), red_flag=False)
    chosen = plan_for(desk, stay, patient, department)
    return tell(
        "plans",
        "chosen",
        line=row.line,
        title=chosen.plan.title,
        because=chosen.because,
        risk=stay.risk.value,
    )
