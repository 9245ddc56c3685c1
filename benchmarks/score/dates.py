"""Dates and times read from patients' words against labels: exact, wrong and none by tag.

`python -m benchmarks.score.dates FILE`: a JSONL file of replies (fields text, now, appointment,
when) or of foreign date phrases (fields text, ref, expected). A date that differs is wrong;
silence is neither exact nor wrong.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from dialogs.reading.when import When, read_when

_HARD = frozenset({"negated", "range", "relative", "two_options"})
_WRONG_UPSTREAM = frozenset({"upstream_lunar_error", "convention_conflict", "ago"})
_MOMENTS = ("date", "date_end", "time", "time_end")
_FIELDS = (*_MOMENTS, "period", "mod")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one row was read."""

    row: str
    text: str
    outcome: str  # exact, wrong, none or false
    tags: tuple[str, ...]
    read: dict[str, Any]
    label: Any


def score_dates(path: Path) -> list[Verdict]:
    """Read every row of the file and compare it with its label."""
    lines = path.read_text("utf-8").splitlines()
    rows = (json.loads(line) for line in lines)
    return [verdict for row in rows for verdict in _verdicts(row)]


def _verdicts(row: dict[str, Any]) -> Iterator[Verdict]:
    if "expected" in row:
        if row["appointment_like"] and not _WRONG_UPSTREAM & set(row["tags"]):
            yield _foreign(row)
    else:
        yield _own(row)


def _foreign(row: dict[str, Any]) -> Verdict:
    ref = datetime.fromisoformat(row["ref"])
    read = _plain(_first(read_when(row["text"], ref)))
    fits = any(_agrees(read, label, ref) for label in row["expected"])
    outcome = "exact" if fits else "wrong" if _positive(read) else "none"
    return Verdict(row["id"], row["text"], outcome, (row["suite"],), read, row["expected"])


def _agrees(read: dict[str, Any], label: dict[str, str], ref: datetime) -> bool:
    """Compare a phrase: a time without a day may be today's or tomorrow's, as the suite likes."""
    wanted = dict(label)
    if "time" in wanted:
        wanted.pop("period", None)
    got: dict[str, str] = {key: read[key] for key in _MOMENTS if key in read}
    if "period" in wanted:
        got["period"] = read.get("period", "")
    near = {ref.date().isoformat(), (ref.date() + timedelta(days=1)).isoformat()}
    if "date" not in got and "date_end" not in wanted and wanted.get("date") in near and got:
        wanted.pop("date")
    if "time_end" not in wanted and {"date", "date_end"} >= set(wanted) - {"time"}:
        got.pop("time_end", None)
    return got == wanted


def _own(row: dict[str, Any]) -> Verdict:
    appointment = row.get("appointment")
    wishes = read_when(
        row["text"],
        datetime.fromisoformat(row["now"]),
        appointment=datetime.fromisoformat(appointment) if appointment else None,
    )
    read, label = _plain(_first(wishes)), row.get("when")
    rest = sorted(wish.date.isoformat() for wish in wishes[1:] if wish.date)
    outcome = _outcome(read, label, frozenset(row.get("fuzzy", ())), rest, row)
    kind = "plain" if not _HARD & set(row["tags"]) else "hard"
    tags = (kind if label is not None else "no date", *row["tags"])
    return Verdict(row["id"], row["text"], outcome, tags, read, label)


def _outcome(
    read: dict[str, Any],
    label: dict[str, Any] | None,
    fuzzy: frozenset[str],
    rest: list[str],
    row: dict[str, Any],
) -> str:
    if label is None:
        return "false" if _positive(read) else "exact"
    fields = [field for field in _FIELDS if field not in fuzzy]
    if "date" in fuzzy:
        fields = [field for field in fields if field != "date_end"]
    same = all(read.get(field) == label.get(field) for field in fields)
    same = same and ("exclude" in fuzzy or _positive(label) or _exclude(read) == _exclude(label))
    same = same and rest == sorted(row.get("alt_dates", rest))
    if same:
        return "exact"
    return "wrong" if _positive(read) else "none"


def _exclude(fields: dict[str, Any]) -> list[str]:
    return sorted(fields.get("exclude", ()))


def _positive(fields: dict[str, Any]) -> bool:
    return any(field in fields for field in ("date", "time", "period"))


def _first(wishes: tuple[When, ...]) -> When:
    return wishes[0] if wishes else When()


def _plain(when: When) -> dict[str, Any]:
    values: dict[str, Any] = {field: _written(getattr(when, field)) for field in _FIELDS}
    values["exclude"] = [day.isoformat() for day in when.exclude]
    return {field: value for field, value in values.items() if value}


def _written(value: date | time | str | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return value.strftime("%H:%M") if isinstance(value, time) else value.isoformat()


def table(verdicts: list[Verdict]) -> str:
    """Return exact, wrong and none for each tag."""
    counts: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        for tag in ("all", *verdict.tags):
            counts.setdefault(tag, Counter())[verdict.outcome] += 1
    lines = [f"{'':16}{'n':>5}{'exact':>9}{'wrong':>9}{'none':>9}{'false':>9}"]
    for tag, outcomes in counts.items():
        total = outcomes.total()
        shares = (outcomes[name] / total for name in ("exact", "wrong", "none", "false"))
        lines.append(f"{tag:16}{total:>5}" + "".join(f"{share:>9.1%}" for share in shares))
    return "\n".join(lines)


def main() -> None:
    """Print the table of a file; `-v` also prints every row that was not read exactly."""
    verdicts = score_dates(Path(sys.argv[1]))
    if "-v" in sys.argv:
        for verdict in verdicts:
            if verdict.outcome != "exact":
                sys.stdout.write(f"{verdict.outcome:6}{verdict.row} {verdict.text}\n")
                sys.stdout.write(f"      read {verdict.read}\n      label {verdict.label}\n")
    sys.stdout.write(table(verdicts) + "\n")


if __name__ == "__main__":
    main()
