"""Tags against labels: what is found of complaints, categories, urgency, praise and disputes.

A development set that the model has learnt from is scored by cross-validation: each row by a model
that has not seen it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Final, TypeAlias

from dialogs.tagging.complaint import Category, Severity, Tags, UrgentType, tag
from dialogs.tagging.corpus import Labelled, shipped_corpus
from dialogs.tagging.features import features_of
from dialogs.tagging.message import look_at
from dialogs.tagging.model import loaded
from dialogs.tagging.training import train_on

FOLDS: Final = 4
_LONG: Final = 80
_SLICES: Final = ("sarcasm", "negated", "dialect", "trad", "terse", "long")
_DIALECTS: Final = frozenset({"dialect", "cantonese", "sichuan", "northeast", "henan", "shanghai"})
Judged: TypeAlias = "tuple[Row, Tags]"
Holds: TypeAlias = Callable[[Labelled], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled message of a set."""

    id: str
    labelled: Labelled

    def belongs_to(self, name: str) -> bool:
        """Tell whether a row is of a slice such as sarcasm or long."""
        if name == "dialect":
            return bool(self.labelled.tags & _DIALECTS)
        if name == "long":
            return len(self.labelled.text) > _LONG or name in self.labelled.tags
        return name in self.labelled.tags


@dataclass(frozen=True, slots=True)
class Found:
    """How many were found rightly, how many were found, how many there are."""

    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        """Return the share of what was found that is right."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Return the share of what there is that was found."""
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of both."""
        return 2 * self.right / (self.found + self.wanted) if self.found + self.wanted else 0.0


def labelled_rows(path: Path) -> tuple[Row, ...]:
    """Load the labelled messages of a file; none if it holds something else."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return tuple(_row(fields) for fields in lines if "is_complaint" in fields)


def judge(rows: Sequence[Row]) -> list[Judged]:
    """Tag every row with the shipped model."""
    return [(row, tag(row.labelled.text)) for row in rows]


def cross_validate(rows: Sequence[Row], also: Sequence[Labelled] = ()) -> list[Judged]:
    """Tag every row with a model trained on the corpus, the other folds, and `also`."""
    with ProcessPoolExecutor() as pool:
        parts = list(pool.map(_fold, [rows] * FOLDS, [also] * FOLDS, range(FOLDS)))
    return [judged for part in parts for judged in part]


def _fold(rows: Sequence[Row], also: Sequence[Labelled], fold: int) -> list[Judged]:
    unseen = rows[fold::FOLDS]
    learnt = [row.labelled for place, row in enumerate(rows) if place % FOLDS != fold]
    corpus = [*shipped_corpus(), *also, *learnt]
    features = [tuple(features_of(look_at(row.text))) for row in corpus]
    model = loaded(train_on(features, corpus))
    return [(row, tag(row.labelled.text, model=model)) for row in unseen]


def summary(judged: Sequence[Judged]) -> Iterator[tuple[str, object, object, object]]:
    """Yield a figure a row: name, precision, recall, F1 or share."""
    yield _figure("is complaint", _complaints(judged))
    per_class = [_of_category(judged, category) for category in Category]
    micro = Found(
        sum(found.right for found in per_class),
        sum(found.found for found in per_class),
        sum(found.wanted for found in per_class),
    )
    yield _figure("categories, micro", micro)
    macro = fmean(found.f1 for found in per_class if found.wanted)
    yield "categories, macro", "", "", f"{macro:.3f}"
    complaints = [(row, tags) for row, tags in judged if row.labelled.is_complaint]
    one_right = sum(
        bool(row.labelled.categories & set(tags.categories)) for row, tags in complaints
    )
    yield "complaints with a right category", "", "", _share(one_right, len(complaints))
    yield _figure("urgent", _flag(judged, lambda row: bool(row.urgent_type), lambda t: t.urgent))
    for kind in UrgentType:
        yield _figure(f"urgent: {kind.value}", _of_urgency(judged, kind))
    yield _figure("praise", _flag(judged, lambda row: row.praise, lambda tags: tags.praise))
    dispute = _flag(judged, lambda row: row.dispute_risk, lambda tags: tags.dispute_risk)
    yield _figure("dispute risk", dispute)
    same = sum(row.labelled.severity is tags.severity for row, tags in judged)
    yield "severity, accuracy of 4", "", "", _share(same, len(judged))


def classes(judged: Sequence[Judged]) -> Iterator[tuple[object, ...]]:
    """Yield for each category how many there are, precision, recall and F1."""
    for category in Category:
        found = _of_category(judged, category)
        name, *figures = _figure(category.value, found)
        yield name, found.wanted, *figures


def slices(judged: Sequence[Judged]) -> Iterator[tuple[str, int, str, str, str]]:
    """Yield for each slice its size, F1 of complaints, a right category, right severity."""
    for name in _SLICES:
        part = [(row, tags) for row, tags in judged if row.belongs_to(name)]
        told = [(row, tags) for row, tags in part if row.labelled.is_complaint]
        right = sum(bool(row.labelled.categories & set(tags.categories)) for row, tags in told)
        same = sum(row.labelled.severity is tags.severity for row, tags in part)
        plain = sum(row.labelled.is_complaint == tags.is_complaint for row, tags in part)
        yield (
            name,
            len(part),
            _share(plain, len(part)),
            _share(right, len(told)),
            _share(same, len(part)),
        )


def wrong(judged: Sequence[Judged]) -> Iterator[tuple[Row, Tags]]:
    """Yield the rows whose tags differ from the labels in anything but department."""
    for row, tags in judged:
        label = row.labelled
        same = (
            set(tags.categories) == label.categories
            and tags.severity is label.severity
            and set(tags.urgent_type) == label.urgent_type
            and (tags.praise, tags.dispute_risk) == (label.praise, label.dispute_risk)
        )
        if not same:
            yield row, tags


def _complaints(judged: Sequence[Judged]) -> Found:
    return _flag(judged, lambda row: row.is_complaint, lambda tags: tags.is_complaint)


def _of_category(judged: Sequence[Judged], category: Category) -> Found:
    return _flag(
        judged, lambda row: category in row.categories, lambda tags: category in tags.categories
    )


def _of_urgency(judged: Sequence[Judged], kind: UrgentType) -> Found:
    return _flag(judged, lambda row: kind in row.urgent_type, lambda tags: kind in tags.urgent_type)


def _flag(judged: Sequence[Judged], label: Holds, found: Callable[[Tags], bool]) -> Found:
    pairs = [(label(row.labelled), found(tags)) for row, tags in judged]
    return Found(
        sum(wanted and got for wanted, got in pairs),
        sum(got for _, got in pairs),
        sum(wanted for wanted, _ in pairs),
    )


def _figure(name: str, found: Found) -> tuple[str, str, str, str]:
    return name, f"{found.precision:.3f}", f"{found.recall:.3f}", f"{found.f1:.3f}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


def _row(fields: dict[str, Any]) -> Row:
    labelled = Labelled(
        text=fields["text"],
        categories=frozenset(Category(name) for name in fields["categories"]),
        severity=Severity(fields["severity"]),
        urgent_type=frozenset(UrgentType(kind) for kind in fields["urgent_type"]),
        dispute_risk=fields["dispute_risk"],
        praise=fields["praise"],
        tags=frozenset(fields.get("tags", ())),
    )
    return Row(str(fields["id"]), labelled)
