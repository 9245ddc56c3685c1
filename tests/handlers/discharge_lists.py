"""Discharges for the tests of the import; nobody in them is real."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from handlers.desk import Desk
from handlers.discharge_entry import DischargeEntry, NumberEntry, PatientEntry, StayEntry
from handlers.discharges import Source, import_discharges
from handlers.import_report import ImportReport
from models.care import Encounter, FollowUpPlan
from models.people import ContactPoint, HospitalPhoneStatus, ResponderRole, System
from models.seal import blind_index

DESK = Desk(hospital="示例医院")
OWN = "13900001001"
LEFT = date(2026, 11, 20)
_PATIENT = {"name", "mrn", "id_no", "birth_date", "tags", "protective_disclosure", "sex"}


def discharge(line: int = 2, **said: Any) -> DischargeEntry:
    """A discharge on 20 November; `said` names fields of the patient, the stay or the entry."""
    numbers = said.pop("numbers", (own(),))
    consent = said.pop("consent", None)
    person = {name: said.pop(name) for name in _PATIENT & said.keys()}
    patient = replace(PatientEntry(name="测试甲", mrn="B1"), **person)
    stay = replace(StayEntry(inpatient_no="Z1", discharged_on=LEFT, disposition="1"), **said)
    return DischargeEntry(line, patient, stay, numbers, consent)


def own(number: str | None = OWN, **said: Any) -> NumberEntry:
    """The patient's own number."""
    return NumberEntry(ResponderRole.SELF, number, **said)


def relative(number: str, authorised: bool | None = None, **said: Any) -> NumberEntry:
    """A relative's number."""
    return NumberEntry(
        ResponderRole.RELATIVE, number, owner="测试乙", authorised=authorised, **said
    )


def no_number() -> NumberEntry:
    """A cell without a number."""
    return NumberEntry(ResponderRole.SELF, None, HospitalPhoneStatus.MISSING)


async def take(
    now: datetime, *entries: DischargeEntry, desk: Desk = DESK, dry_run: bool = False
) -> ImportReport:
    """Import these discharges."""
    return await import_discharges(desk, entries, Source("list.csv"), now, dry_run=dry_run)


async def the_point(number: str = OWN) -> ContactPoint:
    """The contact point of a number."""
    index = blind_index("phone", number)
    return await ContactPoint.get(system=System.PHONE, value_index=index)


async def the_plan(inpatient_no: str = "Z1") -> FollowUpPlan:
    """The plan of a stay."""
    stay = await Encounter.get(inpatient_no=inpatient_no)
    return await FollowUpPlan.get(encounter_id=stay.id)
