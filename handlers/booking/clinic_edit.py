"""The clinics and the rules in force; a change is checked as a whole and put on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, time
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from dialogs.timing.booking import BookingRules
from handlers.booking.rules import rules_of
from models.audit import append_entry
from models.booking import BookKeeper, Clinic
from models.hospital import StaffMember
from models.unit import lock_row, unit_of_work

TEXTS: Final = ("name", "room", "guide_desk", "guide", "route", "preparation", "phone")
DEFAULTS: Final = BookingRules()
_FLAGS: Final = {"yes": True, "no": False}
_LONGEST: Final = {"route": 500, "preparation": 500, "phone": 32}
_WIDTH: Final = 64
_FIGURES: Final = 4


class FieldFault(StrEnum):
    """What is wrong with a field; the words are in console.toml."""

    NEEDED = "fault_needed"
    LONG = "fault_long"
    TIME = "fault_time"
    NUMBER = "fault_number"
    LEAST_ONE = "fault_least_one"
    CHOICE = "fault_choice"


class _WrongField(ValueError):
    """A field cannot be read; carries its fault."""

    def __init__(self, fault: FieldFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule: what holds for this clinic, what holds without an override; as forms write it."""

    name: str
    kind: str
    value: str
    default: str

    @property
    def overridden(self) -> bool:
        """Tell whether the clinic decided otherwise."""
        return self.value != self.default


@dataclass(frozen=True, slots=True)
class ClinicForm:
    """What a form says of a clinic; `seen` is the fingerprint of what the page showed."""

    texts: Mapping[str, str]
    rules: Mapping[str, str]
    keeper: str
    active: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Edited:
    """The faults by field, none where the clinic was written; `stale`: changed meanwhile."""

    faults: Mapping[str, FieldFault]
    stale: bool = False

    @property
    def done(self) -> bool:
        """Tell whether it was written."""
        return not self.faults and not self.stale


async def clinics() -> list[Clinic]:
    """List all clinics, those in use first."""
    return await Clinic.all().order_by("-active", "code").prefetch_related("department")


def rule_lines(clinic: Clinic) -> list[RuleLine]:
    """List the rules of a clinic in the order in which they bind."""
    rules = rules_of(clinic)
    return [
        RuleLine(
            field.name,
            str(field.type),
            _written(getattr(rules, field.name)),
            _written(getattr(DEFAULTS, field.name)),
        )
        for field in fields(BookingRules)
    ]


def fingerprint(clinic: Clinic) -> str:
    """Return a word that differs when anything the form shows was changed."""
    texts = [str(getattr(clinic, name)) for name in TEXTS]
    rules = [f"{line.name}={line.value}" for line in rule_lines(clinic)]
    told = "\x1f".join([*texts, *rules, clinic.keeper.value, str(clinic.active)])
    return sha256(told.encode()).hexdigest()[:16]


async def edit_clinic(code: str, form: ClinicForm, by: StaffMember, now: datetime) -> Edited:
    """Write a clinic; with any fault nothing is written, and every fault is named."""
    overrides, faults = read_rules(form.rules)
    faults |= _text_faults(form)

    async def work() -> Edited:
        clinic = await lock_row(await Clinic.get(code=code))
        if fingerprint(clinic) != form.seen:
            return Edited({}, stale=True)
        changed = _changes(clinic, form, overrides)
        for name, value in changed.items():
            setattr(clinic, name, value)
        await clinic.save()
        await _on_record(clinic.id, by, sorted(changed), now)
        return Edited({})

    return Edited(faults) if faults else await unit_of_work(work)


def read_rules(written: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, FieldFault]]:
    """Read the rules of a form into overrides; what equals the default is none."""
    overrides: dict[str, Any] = {}
    faults: dict[str, FieldFault] = {}
    for name, text in written.items():
        try:
            value = _read(name, text.strip())
        except _WrongField as wrong:
            faults[name] = wrong.fault
            continue
        if value != _stored(getattr(DEFAULTS, name)):
            overrides[name] = value
    return overrides, faults


def _read(name: str, text: str) -> object:
    """Read a field as it is stored: JSON keeps no times, so they stay 14:00."""
    match getattr(DEFAULTS, name, None):
        case bool() if text in _FLAGS:
            return _FLAGS[text]
        case bool() | None:
            raise _WrongField(FieldFault.CHOICE)
        case time():
            return _clock(text)
        case _:
            return _count(name, text)


def _clock(text: str) -> str:
    try:
        return f"{time.fromisoformat(text):%H:%M}"
    except ValueError as fault:
        raise _WrongField(FieldFault.TIME) from fault


def _count(name: str, text: str) -> int:
    if not text.isdecimal() or len(text) > _FIGURES:
        raise _WrongField(FieldFault.NUMBER)
    value = int(text)
    try:
        BookingRules.from_mapping({name: value})
    except ValueError as fault:
        raise _WrongField(FieldFault.LEAST_ONE) from fault
    return value


def _stored(value: object) -> object:
    return f"{value:%H:%M}" if isinstance(value, time) else value


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _text_faults(form: ClinicForm) -> dict[str, FieldFault]:
    named = form.texts.get("name", "").strip()
    faults = {} if named else {"name": FieldFault.NEEDED}
    for name, text in form.texts.items():
        if len(text) > _LONGEST.get(name, _WIDTH):
            faults[name] = FieldFault.LONG
    if form.keeper not in set(BookKeeper):
        faults["keeper"] = FieldFault.CHOICE
    return faults


def _changes(clinic: Clinic, form: ClinicForm, overrides: dict[str, Any]) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        **{name: text.strip() for name, text in form.texts.items() if name in TEXTS},
        "rules": overrides,
        "keeper": BookKeeper(form.keeper),
        "active": form.active,
    }
    return {name: value for name, value in wanted.items() if getattr(clinic, name) != value}


async def _on_record(clinic_id: UUID, by: StaffMember, changed: list[str], now: datetime) -> None:
    reason = ",".join(changed)[:256]
    await append_entry(
        now, by.username, "clinic.edited", subject_type="clinic", subject=clinic_id, reason=reason
    )
