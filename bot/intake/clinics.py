"""The hospital's list of clinics in any file to rows and faults."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.intake.cells import is_damaged
from bot.intake.faults import Fault, FaultLog
from bot.intake.headers import CLINICS
from bot.intake.record import Record
from bot.intake.table import read_table
from bot.intake.visit_hours import parse_clock
from bot.intake.words import folded, meanings, yes_or_no

RuleValue = int | bool | str

TIMES: Final = (
    "cutoff",
    "free_cancel",
    "substitution_notice",
    "morning_check_in",
    "afternoon_check_in",
)
COUNTS: Final = (
    "min_lead_days",
    "check_in_slack_minutes",
    "grace_minutes",
    "breach_limit",
    "breach_window_days",
    "suspension_months",
    "slot_minutes",
    "hold_minutes",
    "waiting_offer_minutes",
    "horizon_days",
    "open_bookings",
)
SWITCHES: Final = ("calendar_month", "late_cancel_counts")
_KINDS: Final = meanings("clinic_kind")
_KEEPERS: Final = meanings("keeper")
_UNIT: Final = re.compile(r"(\d{1,4})(?:\.0)?(?:天|日|分钟|分|个月|月|次)?")
_CODE_WIDTH: Final = 32


@dataclass(frozen=True, slots=True)
class ClinicRow:
    """A clinic; `kind` and `keeper` are blank when the list says nothing of them.

    `rules` holds what the list overrides, by the name of the rule; times are written "14:00".
    """

    line: int
    code: str
    name: str
    aliases: tuple[str, ...]
    department: str
    kind: str
    keeper: str
    room: str
    guide_desk: str
    guide: str
    route: str
    preparation: str
    phone: str
    rules: Mapping[str, RuleValue]


@dataclass(frozen=True, slots=True)
class ClinicList:
    """The good rows and all that was found about the file."""

    filename: str
    rows: tuple[ClinicRow, ...]
    faults: tuple[Fault, ...]
    unknown_columns: tuple[str, ...]
    total_rows: int


def read_clinics(content: bytes, filename: str) -> ClinicList:
    """Read a list of clinics; two rows of one code keep the last."""
    table = read_table(content, filename, headers=CLINICS)
    log = FaultLog(CLINICS.labels)
    rows: dict[str, ClinicRow] = {}
    for found in table.rows:
        row = _clinic(Record(found, log))
        if row is None:
            continue
        if earlier := rows.pop(row.code, None):
            log.add("record_repeated", earlier.line, "code", other=row.line)
        rows[row.code] = row
    faults = table.faults + log.all()
    return ClinicList(
        filename, tuple(rows.values()), faults, table.unknown_columns, table.total_rows
    )


def kind_of(record: Record) -> str:
    """Read 号别; blank when nothing is said or nobody knows the word."""
    return word_of(record, "kind", _KINDS)


def _clinic(record: Record) -> ClinicRow | None:
    name = record.required("name")
    rules = _rules(record)
    if name is None or rules is None:
        return None
    text = record.text
    return ClinicRow(
        line=record.row.line,
        code=_code(record, name),
        name=name,
        aliases=record.items("aliases"),
        department=text("department"),
        kind=kind_of(record),
        keeper=word_of(record, "keeper", _KEEPERS),
        room=text("room"),
        guide_desk=text("guide_desk"),
        guide=text("guide"),
        route=text("route"),
        preparation=text("preparation"),
        phone=record.number("phone"),
        rules=rules,
    )


def _code(record: Record, name: str) -> str:
    code = record.number("code")
    if not code:
        record.note("clinic_code_missing", "code")
    return code or name[:_CODE_WIDTH]


def word_of(record: Record, column: str, known: Mapping[str, str]) -> str:
    """Read a word of a closed set; blank when nothing is said or nobody knows the word."""
    text = record.text(column)
    meaning = known.get(folded(text), "") if text else ""
    if text and not meaning:
        record.note("word_unknown", column)
    return meaning


def _rules(record: Record) -> dict[str, RuleValue] | None:
    """Read the overrides; None when one of them cannot be read, since a rule is never guessed."""
    rules: dict[str, RuleValue] = {}
    readable = True
    for name in (*TIMES, *COUNTS, *SWITCHES):
        text = record.row[name]
        if not text:
            continue
        value = _value(name, text)
        if value is None:
            record.note("rule_invalid", name, hint="")
            readable = False
        else:
            rules[name] = value
    return rules if readable else None


def _value(name: str, text: str) -> RuleValue | None:
    if name in TIMES:
        clock = parse_clock(text)
        return f"{clock:%H:%M}" if clock else None
    if name in SWITCHES:
        return yes_or_no(text)
    found = _UNIT.fullmatch(folded(text))
    return int(found[1]) if found and not is_damaged(text) else None
