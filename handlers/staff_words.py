"""The words staff read, from console.toml of a language; what it lacks is Chinese."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from dialogs.catalog import LANGUAGES
from models.hospital import StaffMember

_FILE: Final = "console.toml"


@dataclass(frozen=True, slots=True)
class StaffWords:
    """Labels by key, a mapping for each closed set and for each side of the house."""

    roles: Mapping[str, str]
    levels: Mapping[str, str]
    statuses: Mapping[str, str]
    events: Mapping[str, str]
    verdicts: Mapping[str, str]
    outcomes: Mapping[str, str]
    refusals: Mapping[str, str]
    results: Mapping[str, str]
    phone_reasons: Mapping[str, str]
    reasons: Mapping[str, str]
    reason_groups: Mapping[str, str]
    marks: Mapping[str, str]
    stand_ins: Mapping[str, str]
    login: Mapping[str, str]
    room: Mapping[str, str]
    rules: Mapping[str, str]
    visit_states: Mapping[str, str]
    visit_kinds: Mapping[str, str]
    sources: Mapping[str, str]
    session_states: Mapping[str, str]
    clinic_kinds: Mapping[str, str]
    keepers: Mapping[str, str]
    visit_events: Mapping[str, str]
    event_notes: Mapping[str, str]
    event_actors: Mapping[str, str]
    breach_kinds: Mapping[str, str]
    cancel_reasons: Mapping[str, str]
    hospital_reasons: Mapping[str, str]
    mark_reasons: Mapping[str, str]
    consult_reasons: Mapping[str, str]
    consult_outcomes: Mapping[str, str]
    consult_states: Mapping[str, str]
    request_kinds: Mapping[str, str]
    request_states: Mapping[str, str]
    waiting_states: Mapping[str, str]
    periods: Mapping[str, str]
    desks: Mapping[str, str]
    notice_kinds: Mapping[str, str]
    id_types: Mapping[str, str]
    rule_names: Mapping[str, str]
    told: Mapping[str, str]
    untold: Mapping[str, str]
    book: Mapping[str, str]
    talks: Mapping[str, str]
    group: Mapping[str, str]
    complaint_states: Mapping[str, str]
    complaint_tags: Mapping[str, str]
    categories: Mapping[str, str]
    severities: Mapping[str, str]
    grades: Mapping[str, str]
    filed_by: Mapping[str, str]
    complaint_modes: Mapping[str, str]
    findings: Mapping[str, str]
    root_causes: Mapping[str, str]
    complaint_closings: Mapping[str, str]
    complaint_clocks: Mapping[str, str]
    complaint_notes: Mapping[str, str]
    opinion_statuses: Mapping[str, str]
    complaint_classes: Mapping[str, str]
    complaint_events: Mapping[str, str]
    complaint_answers: Mapping[str, str]
    complaint_ways: Mapping[str, str]
    complaint_told: Mapping[str, str]
    complaints: Mapping[str, str]
    alert_report: Mapping[str, str]
    evidence: Mapping[str, str]
    duty: Mapping[str, str]
    knowledge: Mapping[str, str]
    channels: Mapping[str, str]
    bedside: Mapping[str, str]
    files: Mapping[str, str]
    people: Mapping[str, str]
    calls: Mapping[str, str]
    call_whys: Mapping[str, str]
    task_kinds: Mapping[str, str]
    visit_outcomes: Mapping[str, str]
    questions: Mapping[str, str]
    ticket_states: Mapping[str, str]
    dispositions: Mapping[str, str]
    question_events: Mapping[str, str]
    story: Mapping[str, str]
    chapters: Mapping[str, str]
    task_states: Mapping[str, str]
    plan_states: Mapping[str, str]
    tiers: Mapping[str, str]
    pause_reasons: Mapping[str, str]
    checks: Mapping[str, str]
    load: Mapping[str, str]
    risk_signs: Mapping[str, str]

    def caller(self, staff: StaffMember) -> str:
        """Say who calls, as patients read it: 责任护士张三."""
        names = {"role": self.roles[staff.role], "name": staff.name}
        return self.room["caller"].format_map(names)

    def role_names(self, roles: Iterable[str]) -> str:
        """Name several roles: 护士长、值班医生."""
        return self.room["comma"].join(self.roles.get(role, role) for role in roles)

    def grouped_reasons(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """List the reasons F11 to F53 under their headings, as code and words."""
        return [
            (heading, [(code, said) for code, said in self.reasons.items() if code[:2] == group])
            for group, heading in self.reason_groups.items()
        ]

    def rule(self, code: str) -> str:
        """Say what raised an alert; the id of a form's rule (RC6, FU-E.r1) stands for itself."""
        return self.rules.get(code, code)

    def phone_reason(self, code: str) -> str:
        """Say why a round is on the phone list; an unknown code is shown as it is."""
        return self.phone_reasons.get(code) or self.reasons.get(code) or code


@cache
def staff_words(language: str = LANGUAGES[0]) -> StaffWords:
    """Read the words of a language."""
    chosen, base = _read(language), _read(LANGUAGES[0])
    return StaffWords(**{part: {**words, **chosen.get(part, {})} for part, words in base.items()})


def _read(language: str) -> dict[str, Any]:
    file = files("dialogs.catalog").joinpath(language, _FILE)
    return tomllib.loads(file.read_text("utf-8"))
