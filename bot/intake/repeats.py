"""Rows of one list compared: the same stay twice, one telephone at many patients."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from bot.intake.discharge_row import DischargeRow
from bot.intake.faults import FaultLog, masked
from bot.intake.phones import Phone, PhoneKind, PhoneStatus

_MANY = 3  # patients who may have one number between them
_LINES_SHOWN = 10


def without_repeats(
    rows: Iterable[DischargeRow], log: FaultLog, *, has_visit_seq: bool
) -> list[DischargeRow]:
    """Keep one row a stay, the last one; two names under one number keep neither."""
    stays: dict[tuple[str, int], list[DischargeRow]] = defaultdict(list)
    for row in rows:
        stays[row.inpatient_no, row.visit_seq].append(row)
    kept = [_settled(stay, log, has_visit_seq) for stay in stays.values()]
    return sorted((row for row in kept if row), key=lambda row: row.line)


def _settled(stay: list[DischargeRow], log: FaultLog, has_visit_seq: bool) -> DischargeRow | None:  # noqa: FBT001
    last = stay[-1]
    if len({row.name for row in stay}) > 1:
        _note(stay, last, "stay_two_names", log)
        log.add("stay_two_names", last.line, "inpatient_no", other=stay[0].line)
        return None
    if len({row.discharged_on for row in stay}) > 1 and not has_visit_seq:
        last = max(stay, key=lambda row: (row.discharged_on, row.line))
        _note(stay, last, "stay_two_dates", log)
    else:
        _note(stay, last, "stay_repeated", log)
    return last


def _note(stay: list[DischargeRow], last: DischargeRow, code: str, log: FaultLog) -> None:
    for row in stay:
        if row is not last:
            log.add(code, row.line, "inpatient_no", other=last.line)


def with_shared_phones(rows: list[DischargeRow], log: FaultLog) -> list[DischargeRow]:
    """Mark mobiles that stand at more than three patients (R001)."""
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        for phone in row.phones:
            if phone.kind is PhoneKind.MOBILE and phone.number:
                lines[phone.number].setdefault(row.mrn or row.name, row.line)
    shared = {number: list(found.values()) for number, found in lines.items() if len(found) > _MANY}
    for number, where in shared.items():
        shown = "、".join(str(line) for line in where[:_LINES_SHOWN])
        log.add(
            "phone_shared", where[0], "phone", masked=masked(number), count=len(where), lines=shown
        )
    return [_marked(row, shared) for row in rows] if shared else rows


def _marked(row: DischargeRow, shared: dict[str, list[int]]) -> DischargeRow:
    if not any(phone.number in shared for phone in row.phones):
        return row
    phones = tuple(_mark(phone) if phone.number in shared else phone for phone in row.phones)
    return replace(row, phones=phones)


def _mark(phone: Phone) -> Phone:
    return replace(phone, status=PhoneStatus.SHARED)
