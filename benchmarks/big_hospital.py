"""A hospital with years behind it: any number of patients, their stays, rounds and answers.

Nobody in it exists: telephone numbers begin with 139000 and names are made of the Heavenly Stems.
Written straight into the tables, since an import of years would take a day.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from dialogs.timing.spans import moment
from models.alert import Alert, AlertLevel, AlertStatus
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus, TaskStatus
from models.conversation import Conversation
from models.draft import drafted
from models.hospital import Department, StaffMember, StaffRole
from models.people import (
    ContactKind,
    ContactPoint,
    ContactStatus,
    HospitalPhone,
    HospitalPhoneRole,
    HospitalPhoneStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    Sex,
    System,
)
from models.response import Answer, Responder, Response, ResponseStatus
from models.row import Row

TODAY: Final = date(2026, 11, 22)
NOW: Final = datetime.fromisoformat("2026-11-22T10:00+08:00")
DEPARTMENTS: Final = 40
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_ROUNDS: Final = ((1, 3, 5), (2, 8, 10), (3, 25, 30))
_AT_ONCE: Final = 1000
# how many of the rounds that are over wait on a list, overdue
_LEFT_OPEN: Final = 0.004
_SEED: Final = 20261122


async def build(patients: int, years: int = 2) -> None:
    """Fill the open database: discharges spread evenly over the years before today."""
    dice = random.Random(_SEED)  # noqa: S311 - repeatable, not secret
    departments = [await _department(number) for number in range(DEPARTMENTS)]
    await _staff()
    days = 365 * years
    batch: list[Row] = []
    for number in range(patients):
        left_on = TODAY - timedelta(days=days - number * days // patients)
        batch += _one(number, left_on, departments[number % DEPARTMENTS].id, dice)
        if number % _AT_ONCE == _AT_ONCE - 1:
            await _write(batch)
            batch = []
    await _write(batch)


async def _department(number: int) -> Department:
    return await Department.create(code=f"D{number:02}", name=f"第{number:02}科")


async def _staff() -> None:
    for name, role, departments in (
        ("nurse", StaffRole.NURSE, ["D00"]),
        ("head", StaffRole.DIRECTOR, []),
        ("admin", StaffRole.ADMIN, []),
        ("market", StaffRole.MARKET_CENTRE, []),
        ("office", StaffRole.COMPLAINT_OFFICE, []),
    ):
        await StaffMember.create(
            username=name,
            name=f"员工{name}",
            role=role,
            licensed=True,
            departments=departments,
            created_at=NOW,
        )


async def _write(rows: Sequence[Row]) -> None:
    """Write rows of many tables, table by table in the order in which they first come."""
    by_table: dict[type[Row], list[Row]] = {}
    for row in rows:
        by_table.setdefault(type(row), []).append(row)
    for table, found in by_table.items():
        await table.bulk_create(found, batch_size=500)


def _one(number: int, left_on: date, department: UUID, dice: random.Random) -> Iterator[Row]:
    at = moment(left_on, time(15))
    patient = drafted(
        Patient,
        mrn=f"B{number:08}",
        name="".join(_STEMS[int(digit)] for digit in f"{number % 1000:03}"),
        sex=Sex.MALE if number % 2 else Sex.FEMALE,
        birth_date=date(1936 + number % 70, 1 + number % 12, 15),
        created_at=at,
        updated_at=at,
    )
    yield patient
    yield from _contact(number, patient, at)
    stay = drafted(
        Encounter,
        patient_id=patient.id,
        department_id=department,
        inpatient_no=f"Z{number:08}",
        admitted_on=left_on - timedelta(days=7),
        discharged_on=left_on,
        disposition="1",
        diagnosis_code="I10.x00",
        diagnosis_name="高血压病",
        attending="周示教",
        nurse="刘责护",
        created_at=at,
        updated_at=at,
    )
    yield stay
    yield drafted(
        HospitalPhone,
        encounter_id=stay.id,
        role=HospitalPhoneRole.SELF,
        number=f"139000{number % 100_000:05}",
        status=HospitalPhoneStatus.OK,
    )
    yield from _follow_up(stay, number, dice)


def _contact(number: int, patient: Patient, at: datetime) -> Iterator[Row]:
    respondent = drafted(Respondent, created_at=at)
    yield respondent
    yield drafted(
        RespondentRole,
        respondent_id=respondent.id,
        patient_id=patient.id,
        role=ResponderRole.SELF,
    )
    yield drafted(
        ContactPoint,
        respondent_id=respondent.id,
        system=System.PHONE,
        value=f"139{number:08}",
        kind=ContactKind.MOBILE,
        status=ContactStatus.OK,
    )
    yield drafted(Conversation, respondent_id=respondent.id)


def _follow_up(stay: Encounter, number: int, dice: random.Random) -> Iterator[Row]:
    running = stay.discharged_on > TODAY - timedelta(days=30)
    plan = drafted(
        FollowUpPlan,
        encounter_id=stay.id,
        template="three_rounds",
        status=PlanStatus.ACTIVE if running else PlanStatus.COMPLETED,
        created_at=stay.created_at,
    )
    yield plan
    for which, send, deadline in _ROUNDS:
        yield from _round(stay, plan, (which, send, deadline), dice)
    if number % 500 == 0:
        yield drafted(
            Alert,
            number=f"A{stay.discharged_on:%Y%m%d}-{number:06}",
            level=AlertLevel.L2,
            rule="FU-D3.red",
            patient_id=stay.patient_id,
            encounter_id=stay.id,
            department_id=stay.department_id,
            status=AlertStatus.OPEN if running else AlertStatus.CLOSED,
            raised_at=stay.created_at + timedelta(days=3),
            due_at=stay.created_at + timedelta(days=3, minutes=30),
        )


def _round(
    stay: Encounter, plan: FollowUpPlan, timing: tuple[int, int, int], dice: random.Random
) -> Iterator[Row]:
    which, send, last = timing
    due = moment(stay.discharged_on + timedelta(days=send), time(9))
    deadline = moment(stay.discharged_on + timedelta(days=last), time(23, 59, 59))
    left_open = dice.random() < _LEFT_OPEN
    task = drafted(
        FollowUpTask,
        plan_id=plan.id,
        encounter_id=stay.id,
        round=which,
        forms=["fu-d3"],
        owner_role="nurse",
        due_at=due,
        deadline_at=deadline,
    )
    if due > NOW:
        yield task
        return
    task.attempts, task.attempted_at = 1, due
    if deadline > NOW and dice.random() < 0.5:  # noqa: PLR2004 - half of what runs waits for a call
        task.status, task.phone_reason = TaskStatus.PHONE_LIST, "no_answer"
        yield task
    elif left_open:
        task.status, task.phone_reason = TaskStatus.PHONE_LIST, "deadline"
        yield task
    else:
        yield from _answered(stay, task, due, dice)


def _answered(
    stay: Encounter, task: FollowUpTask, due: datetime, dice: random.Random
) -> Iterator[Row]:
    at = due + timedelta(minutes=dice.randint(1, 600))
    if dice.random() < 0.08:  # noqa: PLR2004 - one in twelve is not to be had
        task.status, task.outcome, task.reason = TaskStatus.CLOSED, "cannot", "F14"
        task.closed_at = at
        yield task
        return
    task.status, task.outcome = TaskStatus.COMPLETED, "completed"
    task.reached_at = task.closed_at = at
    yield task
    response = drafted(
        Response,
        task_id=task.id,
        encounter_id=stay.id,
        patient_id=stay.patient_id,
        form="fu-d3",
        version="1",
        respondent_kind=Responder.SELF,
        status=ResponseStatus.COMPLETED,
        started_at=due,
        completed_at=at,
    )
    yield response
    for item, value in (("feel", ["better"]), ("red", ["none"]), ("med", ["all"])):
        yield drafted(
            Answer, response_id=response.id, item=item, value=value, by=Responder.SELF, at=at
        )
