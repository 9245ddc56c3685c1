"""Score reading and tagging: `python -m benchmarks.score [-v] [FILES...]`, Markdown tables."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from benchmarks.score import complaints
    from benchmarks.score.replies import Judged, Row

_SETS: Final = Path(__file__).resolve().parents[2] / "tests" / "language"
# its rows are not shown, or it would be blind no longer
_BLIND: Final = "blind"
# the model has learnt from them, so each is scored by cross-validation
_LEARNT: Final = ("complaints_dev.jsonl", "complaints_dev2.jsonl", "complaints_dev3.jsonl")
_ANSWERS: Final = ("answer_scale", "answer_yesno", "answer_number")
_RECALLED: Final = ("opt_out", "human")
_ROUNDS: Final = 3


def main() -> None:
    """Print one table for each file and one of speed, load time and memory."""
    started = time.perf_counter()
    from benchmarks.score.replies import rows_of  # noqa: PLC0415 - loading is what is timed

    loaded = time.perf_counter() - started
    verbose, paths = _arguments(sys.argv[1:])
    sets = {path: rows_of(path) for path in paths}
    for path, rows in sets.items():
        if rows:
            _print_set(path, rows, verbose=verbose)
        else:
            _print_complaints(path, verbose=verbose)
    every = [row for rows in sets.values() for row in rows]
    if every:
        _print_table("speed and size", ("figure", "value"), _costs(every, loaded))


def _arguments(given: Sequence[str]) -> tuple[bool, list[Path]]:
    files = [Path(name) for name in given if not name.startswith("-")]
    return "-v" in given, files or sorted(_SETS.glob("*.jsonl"))


def _print_set(path: Path, rows: Sequence[Row], *, verbose: bool) -> None:
    from benchmarks.score.replies import classes, judge  # noqa: PLC0415 - after the timing

    judged = judge(rows)
    per_class = [(name, right, n, _share(right, n)) for name, n, right in classes(judged)]
    _print_table(path.name, ("intent", "right", "of", "share"), per_class)
    _print_table(path.name, ("figure", "value", "of", "share"), _figures(judged, path))
    if verbose and _BLIND not in path.name:
        _print_misread(judged)


def _print_complaints(path: Path, *, verbose: bool) -> None:
    """Print the tables of a set of labelled complaints, if the file holds one."""
    from benchmarks.score import complaints  # noqa: PLC0415 - after the timing

    rows = complaints.labelled_rows(path)
    if not rows:
        _print_calm(path)
        return
    learnt = path.name in _LEARNT
    judged = _cross_validated(path, rows) if learnt else complaints.judge(rows)
    title = f"{path.name}, {len(rows)} messages{', cross-validated' if learnt else ''}"
    _print_table(
        title, ("figure", "precision", "recall", "F1 or share"), complaints.summary(judged)
    )
    head = ("category", "of", "precision", "recall", "F1")
    _print_table(title, head, complaints.classes(judged))
    head = ("slice", "of", "complaint or not", "a right category", "severity")
    _print_table(title, head, complaints.slices(judged))
    if verbose and _BLIND not in path.name:
        for row, tags in complaints.wrong(judged):
            found = (*tags.categories, tags.severity, *tags.urgent_type)
            sys.stdout.write(f"{row.id} {row.labelled.text}\n      read {[*map(str, found)]}\n")


def _print_calm(path: Path) -> None:
    """Count the alarms among messages that deserve none."""
    from dialogs.tagging.complaint import tag  # noqa: PLC0415 - after the timing

    tagged = [tag(json.loads(line)["text"]) for line in path.read_text("utf-8").splitlines()]
    kinds = Counter(str(kind) for tags in tagged for kind in tags.urgent_type)
    alarmed = sum(bool(tags.urgent_type) for tags in tagged)
    counted = (("alarms", alarmed, len(tagged)), *((kind, n, "") for kind, n in kinds.items()))
    _print_table(path.name, ("figure", "value", "of"), counted)


def _cross_validated(path: Path, rows: Sequence[complaints.Row]) -> list[complaints.Judged]:
    """Judge rows by models that have seen the other development sets, but not these rows."""
    from benchmarks.score import complaints  # noqa: PLC0415 - after the timing

    others = (path.with_name(name) for name in _LEARNT if name != path.name)
    return complaints.cross_validate(
        rows, [row.labelled for other in others for row in complaints.labelled_rows(other)]
    )


def _figures(judged: Sequence[Judged], path: Path) -> Iterator[tuple[object, ...]]:
    right = sum(one.right for one in judged)
    unclear = sum(one.row.intent == "unclear" for one in judged)
    yield "intents right", right, len(judged), _share(right, len(judged))
    yield "confirm taken for cancel or the other way", sum(one.swapped for one in judged), "", ""
    yield "acted on unclear", sum(one.acted_on_unclear for one in judged), unclear, ""
    for name in (*_RECALLED, *_ANSWERS):
        rows = [one for one in judged if one.row.intent == name]
        good = sum(one.right if name in _RECALLED else one.answered for one in rows)
        yield name.replace("_", " "), good, len(rows), _share(good, len(rows))
    yield from _dates(path)


def _dates(path: Path) -> Iterator[tuple[object, ...]]:
    from benchmarks.score.dates import score_dates  # noqa: PLC0415 - after the timing

    verdicts = score_dates(path)
    for kind in ("plain", "hard"):
        rows = [verdict for verdict in verdicts if kind in verdict.tags]
        for outcome in ("exact", "wrong"):
            count = sum(verdict.outcome == outcome for verdict in rows)
            yield f"dates, {kind}: {outcome}", count, len(rows), _share(count, len(rows))
    dateless = [verdict for verdict in verdicts if "no date" in verdict.tags]
    yield "false dates", sum(row.outcome == "false" for row in dateless), len(dateless), ""


def _costs(rows: Sequence[Row], loaded: float) -> Iterator[tuple[object, ...]]:
    """Time every message after a warm round, in processor time: neighbours do not count."""
    for row in rows:
        row.read()
    times = sorted(_milliseconds(row) for _ in range(_ROUNDS) for row in rows)
    yield "messages", len(rows)
    yield "median", f"{statistics.median(times):.2f} ms"
    yield "95th percentile", f"{times[int(len(times) * 0.95)]:.2f} ms"
    yield "longest", f"{times[-1]:.2f} ms"
    yield "loading", f"{loaded * 1000:.0f} ms"
    yield "memory", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def _milliseconds(row: Row) -> float:
    started = time.process_time_ns()
    row.read()
    return (time.process_time_ns() - started) / 1e6


def _print_misread(judged: Iterable[Judged]) -> None:
    for one in judged:
        wrong = not one.answered if one.row.intent in _ANSWERS else not one.right
        if wrong:
            read = (one.reading.intent.value, one.reading.value)
            sys.stdout.write(f"{one.row.id} {one.row.context} {one.row.text}\n")
            sys.stdout.write(f"      read {read}, label {(one.row.intent, one.row.value)}\n")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"


def _print_table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    lines = [f"\n### {title}\n", _line(head), _line(["---"] * len(head)), *map(_line, rows)]
    sys.stdout.write("\n".join(lines) + "\n")


def _line(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


if __name__ == "__main__":
    main()
