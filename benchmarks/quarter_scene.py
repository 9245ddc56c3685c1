"""The hospital of the simulated quarter: departments, staff, and who is discharged on which day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from handlers.calendar import load_calendar, seed_calendar
from handlers.desk import Desk
from handlers.discharge_entry import DischargeEntry, NumberEntry, PatientEntry, StayEntry
from models.hospital import Department, FollowUpPolicy, StaffMember, StaffRole
from models.people import HospitalPhoneStatus, ResponderRole, Sex

# 1,200 beds turn over about 163 times a day; the first of October falls into the quarter
FIRST_DAY: Final = date(2026, 8, 1)
DAYS: Final = 92
START: Final = datetime.fromisoformat("2026-08-01T06:00+08:00")
# round three of the last day ends a month later; the wards then have three days to close it
END: Final = datetime.fromisoformat("2026-12-05T00:00+08:00")
DEPARTMENTS: Final = 40
NURSES: Final = 2
# of forty departments one is psychiatric (R023), three see children and the skin is not followed
SELECTIVE: Final = "D39"
CHILDREN: Final = ("D37", "D38")
SEED: Final = 20260801
# one row of the lists in two hundred has no number
LIST_LACKS_NUMBER: Final = 200
LACKING: Final = 7
_DIAGNOSES: Final = (
    ("I10.x00", "高血压病", ""),
    ("E11.900", "2型糖尿病", ""),
    ("K80.100", "胆囊结石伴慢性胆囊炎", "腹腔镜下胆囊切除术"),
    ("J18.000", "支气管肺炎", ""),
    ("M17.900", "膝关节病", "膝关节置换术"),
    ("I50.900", "慢性心力衰竭", ""),
)
_CHILD: Final = ("B08.401", "手足口病", "")
_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"


class Script(StrEnum):
    """What somebody does after going home."""

    ANSWERS = "answers"
    PARTLY = "answers partly"
    LATE = "answers late"
    SILENT = "silent, answers the phone"
    AWAY = "silent, never to be had"
    PHONE = "opens no slip, answers the phone"
    WRONG = "wrong number"
    REFUSES = "refuses on the phone"
    STOPS = "wants no messages"
    ANGRY = "complains"
    DANGER = "in danger"
    DEAD = "died at home"
    BACK = "comes back"
    LEFT_DEAD = "died on the ward"


SHARES: Final = {
    Script.ANSWERS: 30,
    Script.PARTLY: 8,
    Script.LATE: 7,
    Script.SILENT: 9,
    Script.AWAY: 5,
    Script.PHONE: 20,
    Script.WRONG: 4,
    Script.REFUSES: 3,
    Script.STOPS: 3,
    Script.ANGRY: 3,
    Script.DANGER: 3,
    Script.DEAD: 1,
    Script.BACK: 3,
    Script.LEFT_DEAD: 1,
}
# these never open the link of their slip
UNBOUND: Final = frozenset({Script.PHONE, Script.WRONG, Script.REFUSES, Script.LEFT_DEAD})


@dataclass(slots=True)
class Person:
    """One stay, its script, and what the ledger of the simulation knows of it."""

    number: int
    department: str
    left_on: date
    script: Script
    entry: DischargeEntry = field(repr=False)
    stay: UUID | None = None
    misses: int = 0
    asked_in_round: int = 0
    heard: int = 0
    waiting: bool = False


def people(discharges: int) -> Iterator[Person]:
    """Everybody of the quarter by day of discharge, the same ones every time."""
    dice = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    for number in range(discharges):
        day = FIRST_DAY + timedelta(days=number * DAYS // discharges)
        department = f"D{dice.randrange(DEPARTMENTS):02}"
        script = dice.choices(list(SHARES), list(SHARES.values()))[0]
        yield Person(number, department, day, script, _entry(number, department, day, script, dice))


def came_back(person: Person, after: timedelta) -> DischargeEntry:
    """The second stay of somebody who came back: same patient, the next visit."""
    day = person.left_on + after
    stay = StayEntry(
        inpatient_no=f"Z{person.number:07}B",
        discharged_on=day,
        department=person.department,
        admitted_on=day - timedelta(days=4),
        disposition="1",
        diagnosis_code="I50.900",
        diagnosis_name="慢性心力衰竭",
        attending="周示教",
        nurse="刘责护",
    )
    return DischargeEntry(1, person.entry.patient, stay, person.entry.numbers, consent=True)


def _entry(
    number: int, department: str, day: date, script: Script, dice: random.Random
) -> DischargeEntry:
    child = department in CHILDREN
    code, diagnosis, operation = _CHILD if child else dice.choice(_DIAGNOSES)
    age = dice.randint(2, 6) if child else min(95, int(dice.gauss(58, 17)) + 3)
    born = date(day.year - max(age, 18 if not child else 2), dice.randint(1, 12), 15)
    role = ResponderRole.GUARDIAN if child else ResponderRole.SELF
    patient = PatientEntry(
        name="".join(_STEMS[int(digit)] for digit in f"{number % 1000:03}"),
        mrn=f"B{number:08}",
        sex=Sex.MALE if number % 2 else Sex.FEMALE,
        birth_date=born,
    )
    stay = StayEntry(
        inpatient_no=f"Z{number:07}",
        discharged_on=day,
        department=department,
        admitted_on=day - timedelta(days=7),
        disposition="5" if script is Script.LEFT_DEAD else "1",
        diagnosis_code=code,
        diagnosis_name=diagnosis,
        operation=operation,
        attending="周示教",
        # one form in fifty comes without its nurse
        nurse="" if number % 50 == 0 else "刘责护",
    )
    missing = number % LIST_LACKS_NUMBER == LACKING
    phone = NumberEntry(
        role,
        None if missing else f"139000{number:05}",
        HospitalPhoneStatus.MISSING if missing else HospitalPhoneStatus.OK,
    )
    return DischargeEntry(number + 2, patient, stay, (phone,), consent=True)


async def the_hospital() -> Desk:
    """Departments, nurses of each, the market centre, and the desk."""
    await seed_calendar(START)
    for number in range(DEPARTMENTS):
        code = f"D{number:02}"
        policy = FollowUpPolicy.SELECTIVE if code == SELECTIVE else FollowUpPolicy.ALL
        await Department.create(code=code, name=f"第{number:02}科", follow_up_policy=policy)
        for nurse in range(NURSES):
            await _member(f"n{number:02}{nurse}", StaffRole.NURSE, [code])
    await _member("market", StaffRole.MARKET_CENTRE, [])
    await _member("matron", StaffRole.MEDICAL_AFFAIRS, [])
    return Desk(
        hospital="示例医院",
        switchboard="0394-12345670",
        unapproved_forms=True,
        calendar=await load_calendar(),
    )


async def _member(username: str, role: StaffRole, departments: list[str]) -> None:
    await StaffMember.create(
        username=username,
        name=f"员工{username}",
        role=role,
        licensed=True,
        departments=departments,
        created_at=START,
    )
