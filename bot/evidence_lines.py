"""What stands in an evidence pack: labels with what they say, in the words of the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from dialogs.timing.spans import local
from handlers.casework.history import entry_text
from handlers.casework.packing import Pack
from handlers.staff_words import StaffWords
from models.complaint import ComplaintEvent

_MINUTE: Final = "%Y-%m-%d %H:%M"
_A_MINUTE: Final = timedelta(minutes=1)
_WORDS: Final = (ComplaintEvent.FILED, ComplaintEvent.PATIENT_ADDED)


def case_lines(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    """Say what the case is: number, office, weight, who complains."""
    case, row, said = pack.card.complaint, pack.card.row, words.evidence
    comma = words.room["comma"]
    yield said["number"], row.number
    yield said["received"], f"{minute(case.received_at)} {words.filed_by[case.filed_by]}"
    yield said["who"], _who(pack, words)
    yield said["mode"], words.complaint_modes[case.mode]
    yield said["department"], row.department
    yield (
        said["tags"],
        comma.join(f"{code} {words.complaint_tags.get(code, '')}" for code in row.tags),
    )
    yield said["weight"], f"{words.grades[row.grade]}, {words.severities.get(row.severity, '')}"
    confirmed = case.tags_confirmed_at
    yield said["confirmed"], minute(confirmed) if confirmed else said["no"]
    yield said["state"], words.complaint_states[row.state]
    yield said["owner"], f"{words.roles[row.owner_role]} {row.owner}".strip()


def _who(pack: Pack, words: StaffWords) -> str:
    """The complainant's name in full only where it was asked for and may be known."""
    if pack.person is None:
        return pack.masked or words.evidence["unnamed"]
    numbers = " ".join(number.value for number in pack.person.numbers if not number.wrong)
    return f"{pack.person.patient.name} {numbers}".strip()


def clock_lines(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    """Say each clock: until when, done when, in time or not."""
    case, said = pack.card.complaint, words.evidence
    kept = said["until"]
    for label, due, done in (
        ("contact", case.contact_due_at, case.contacted_at),
        ("result", case.result_due_at, case.answered_at),
        ("legal", case.legal_due_at, case.answered_at),
    ):
        how = said["not_yet"] if done is None else said["kept" if done < due else "missed"]
        ended = minute(done) if done else ""
        yield words.complaint_clocks[label], kept.format(due=_deadline(due), done=ended, how=how)
    if case.interim_until is not None:
        yield said["interim"], f"{_deadline(case.interim_until)}\n{case.interim_why}"


def parts(pack: Pack, words: StaffWords) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """Name the further sections: facts asked, result, measures."""
    yield words.complaints["facts_asked"], list(_facts(pack, words))
    yield words.complaints["result"], list(_result(pack, words))
    yield words.complaints["improve_title"], list(_improvements(pack, words))


def _facts(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    for one in pack.card.requests:
        asked = one.department.name if one.department else words.roles.get(one.asked, one.asked)
        yield asked, f"{minute(one.asked_at)}\n{one.question}"
        if one.answered_at is not None:
            by = one.answered_by.name if one.answered_by else ""
            yield (
                words.complaints["facts_answered"],
                f"{minute(one.answered_at)} {by}\n{one.answer}",
            )


def _result(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    case, c = pack.card.complaint, words.complaints
    yield c["result_facts"], case.facts
    yield c["result_measures"], case.measures
    yield c["result_finding"], words.findings[case.finding] if case.finding else ""
    answers = words.complaint_answers
    yield c["result_answer"], answers.get(case.patient_answer, case.patient_answer)
    yield c["closing"], words.complaint_closings[case.closing] if case.closing else ""
    yield c["root_cause"], words.root_causes.get(case.root_cause, case.root_cause)
    stars = case.satisfaction
    yield c["satisfaction"], c["stars"].format(n=stars) if stars else ""


def _improvements(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    c = words.complaints
    for one in pack.card.improvements:
        state = "verified" if one.verified_at else "done" if one.done_at else "open"
        how = c[f"improve_{state}"]
        yield one.problem, f"{one.measure}\n{one.responsible} {one.due_on} {how} {one.verification}"


def history_lines(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str]]:
    """Say each line of the history; the complainant's words stand in a section of their own."""
    for entry, line in zip(pack.card.entries, entry_lines(pack, words), strict=True):
        at, who, event, state, text = line
        told = "" if entry.event in _WORDS else text
        yield at, f"{who} {event} ({state})\n{told}".strip()


def entry_lines(pack: Pack, words: StaffWords) -> Iterator[tuple[str, str, str, str, str]]:
    """When, who, what, where the case stood, and the words."""
    for entry in pack.card.entries:
        yield (
            minute(entry.at),
            entry.staff.name if entry.staff else words.complaints["program"],
            words.complaint_events[entry.event],
            words.complaint_states[entry.state],
            entry_text(entry, words),
        )


def minute(at: datetime) -> str:
    """Write a moment as in a record."""
    return f"{local(at):{_MINUTE}}"


def _deadline(at: datetime) -> str:
    """A midnight is 24:00 of the day before, as people count."""
    if local(at).time() != time():
        return minute(at)
    return f"{local(at - _A_MINUTE):%Y-%m-%d} 24:00"
