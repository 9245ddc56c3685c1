"""Clinics as the hospital lists them, with the booking rules of their own (R091-R104)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from dialogs.timing.booking import BookingRules
from handlers.booking.clinic_names import CODE_WIDTH, NAME_WIDTH, ClinicNames, load_clinic_names
from handlers.discharges import Source
from handlers.import_report import (
    Finding,
    ImportReport,
    RowOutcome,
    Standing,
    Trouble,
    faulty,
    report_of,
)
from handlers.preview import kept_or_tried
from models.audit import append_entry
from models.booking import BookKeeper, Clinic, ClinicKind

_WIDTHS: Final = {"room": 64, "guide_desk": 64, "guide": 64, "phone": 32}
_REASON_WIDTH: Final = 256


@dataclass(frozen=True, slots=True)
class ClinicEntry:
    """A clinic; `code` names it. What is blank or None stays as it was."""

    line: int
    code: str
    name: str
    aliases: tuple[str, ...] = ()
    department: str = ""
    kind: ClinicKind | None = None
    keeper: BookKeeper | None = None
    room: str = ""
    guide_desk: str = ""
    guide: str = ""
    route: str = ""
    preparation: str = ""
    phone: str = ""
    rules: Mapping[str, object] = field(default_factory=dict)


async def import_clinics(
    entries: Sequence[ClinicEntry], source: Source, now: datetime, *, dry_run: bool = False
) -> ImportReport:
    """Take a list of clinics; the same list again changes nothing."""

    async def work() -> ImportReport:
        names = await load_clinic_names()
        outcomes = [await _take(names, entry) for entry in entries]
        report = report_of(outcomes, dry_run=dry_run)
        said = f"rows={report.rows} created={report.created} updated={report.updated} "
        reason = f"{said}sha256={source.sha256} {source.name}"[:_REASON_WIDTH]
        await append_entry(now, source.actor, "clinics.imported", reason=reason)
        return report

    return await kept_or_tried(work, dry_run=dry_run)


async def _take(names: ClinicNames, entry: ClinicEntry) -> RowOutcome:
    if findings := _wrong_rules(entry):
        return faulty(entry.line, findings)
    findings = _unknown_department(names, entry)
    clinic = _known(names, entry)
    standing = Standing.UPDATED
    if clinic is None:
        clinic, standing = Clinic(code=entry.code[:CODE_WIDTH], rules={}), Standing.CREATED
        names.clinics.append(clinic)
    said = _said(names, clinic, entry)
    if standing is Standing.UPDATED and _says_nothing_new(clinic, said):
        return RowOutcome(entry.line, Standing.UNCHANGED, tuple(findings))
    clinic.update_from_dict(said)
    await clinic.save()
    return RowOutcome(entry.line, standing, tuple(findings))


def _known(names: ClinicNames, entry: ClinicEntry) -> Clinic | None:
    """Find by code; else by name a clinic that a list without codes made."""
    code, name = entry.code[:CODE_WIDTH], entry.name[:NAME_WIDTH]
    by_code = next((clinic for clinic in names.clinics if clinic.code == code), None)
    unnumbered = (clinic for clinic in names.clinics if clinic.code == clinic.name[:CODE_WIDTH])
    return by_code or next((clinic for clinic in unnumbered if clinic.name == name), None)


def _said(names: ClinicNames, clinic: Clinic, entry: ClinicEntry) -> dict[str, Any]:
    """Say what the columns become; a blank cell changes nothing."""
    department = names.departments.find(entry.department)
    said: dict[str, Any] = {
        "code": entry.code[:CODE_WIDTH],
        "name": entry.name[:NAME_WIDTH],
        "aliases": list(entry.aliases),
        "department_id": department.id if department else None,
        "kind": entry.kind,
        "keeper": entry.keeper,
        "route": entry.route,
        "preparation": entry.preparation,
        "rules": {**clinic.rules, **entry.rules},
        "active": True,
        **{column: getattr(entry, column)[:width] for column, width in _WIDTHS.items()},
    }
    return {column: value for column, value in said.items() if value not in (None, "", [])}


def _says_nothing_new(clinic: Clinic, said: Mapping[str, Any]) -> bool:
    return all(getattr(clinic, column) == value for column, value in said.items())


def _wrong_rules(entry: ClinicEntry) -> list[Finding]:
    """Name every override the rules do not take."""
    return [
        Finding(entry.line, Trouble.RULE_INVALID, name)
        for name, value in entry.rules.items()
        if not _fits(name, value)
    ]


def _fits(name: str, value: object) -> bool:
    try:
        BookingRules.from_mapping({name: value})
    except ValueError:
        return False
    return True


def _unknown_department(names: ClinicNames, entry: ClinicEntry) -> list[Finding]:
    if not entry.department or names.departments.find(entry.department):
        return []
    text = entry.department
    return [Finding(entry.line, Trouble.CLINIC_DEPARTMENT_UNKNOWN, "department", text)]
