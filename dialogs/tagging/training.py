"""Trains the linear model: the same corpus gives the same bytes.

Each target is an L2-regularised logistic regression, solved by coordinate descent in the dual
(Yu, Huang & Lin, Machine Learning 85, 2011) in a fixed order. What tells much by itself is
regularised less: features are scaled by their log-count ratio, in part (Wang & Manning, ACL 2012).
What the rules found is hidden from the targets that are to hear dangers no rule was written for:
else they would learn to believe the rules, and nothing of the words.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Any, Final, TypeAlias

from dialogs.tagging.corpus import Labelled
from dialogs.tagging.features import features_of, is_of_illness, is_ruled, weight_of
from dialogs.tagging.message import look_at
from dialogs.tagging.tags import HEARD, Category, Severity, UrgentType
from dialogs.tagging.tokens import Cut

# chosen by cross-validation on the corpus; a wide range gives nearly the same
COST: Final = 8.0
PRIOR: Final = 0.6  # how far a feature's own ratio counts
RARE: Final = "rare"  # the tag of messages that would only blur what a complaint is
SEEN_AT_LEAST: Final = 2
ROUNDS: Final = 24
SMALLEST: Final = 0.25
_DIGITS: Final = 1
_STRIDES: Final = (7919, 6271, 4127, 9973, 2609, 5417, 8681, 3571)  # primes
_ALL_AGAIN: Final = 5
_STILL: Final = 0.02
_EDGE: Final = 1e-6
_NEWTON_STEPS: Final = 8
_CLOSE: Final = 1e-3

Row: TypeAlias = tuple[tuple[int, ...], tuple[float, ...]]
Label: TypeAlias = Callable[[Labelled], bool]


@dataclass(frozen=True, slots=True)
class Target:
    """What is learnt, and on which rows: of what a complaint is, complaints alone tell.

    `urgent`: messages written for danger alone teach it, and it alone; `by_words`: from the words,
    without what the rules found.
    """

    name: str
    label: Label
    among_complaints: bool = False
    urgent: bool = False
    by_words: bool = False


def targets() -> tuple[Target, ...]:
    """Return everything the model says about a message."""
    return (
        Target("complaint", lambda row: row.is_complaint),
        *(Target(category.value, _of_category(category), True) for category in Category),
        Target("medium", lambda row: row.severity in (Severity.MEDIUM, Severity.HIGH), True),
        Target("high", lambda row: row.severity is Severity.HIGH, True),
        Target("praise", lambda row: row.praise),
        Target("dispute_risk", lambda row: row.dispute_risk),
        *(Target(kind.value, _of_urgency(kind), urgent=True) for kind in UrgentType),
        *(
            Target(name, _of_urgency(kind), urgent=True, by_words=True)
            for kind, name in HEARD.items()
        ),
    )


def train(corpus: Sequence[Labelled], cut: Cut | None = None) -> dict[str, Any]:
    """Return the model as it is written to model.json."""
    seen = [tuple(features_of(look_at(row.text, cut))) for row in corpus]
    return train_on(seen, corpus)


def train_on(seen: Sequence[Sequence[str]], corpus: Sequence[Labelled]) -> dict[str, Any]:
    """Train on features that have been taken already, row by row."""
    counts = Counter(name for names in seen for name in names)
    vocabulary = sorted(name for name, count in counts.items() if count >= SEEN_AT_LEAST)
    places = {name: place for place, name in enumerate(vocabulary)}
    rows = [_row([name for name in names if not is_of_illness(name)], places) for names in seen]
    words = [_row([name for name in names if not is_ruled(name)], places) for names in seen]
    learnt = {
        target.name: _learnt(target, words if target.by_words else rows, corpus, len(places))
        for target in targets()
    }
    return {
        "about": "Weights of the linear model; written by `make train`, never by hand.",
        "targets": list(learnt),
        "weights": {
            name: kept
            for name, place in places.items()
            if (kept := _kept(learnt, place)) or name == "#bias"
        },
    }


def written(model: dict[str, Any]) -> str:
    """Return the text of model.json: one feature a line, in order."""
    lines = [
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(known)}"
        for name, known in model["weights"].items()
    ]
    head = {key: value for key, value in model.items() if key != "weights"}
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{opening},\n"weights": {{\n' + ",\n".join(lines) + "\n}}\n"


def _of_category(category: Category) -> Label:
    return lambda row: category in row.categories


def _of_urgency(kind: UrgentType) -> Label:
    return lambda row: kind in row.urgent_type


def _row(names: Sequence[str], places: dict[str, int]) -> Row:
    """Return places and values; the values have length 1, so long texts weigh no more."""
    known = sorted(name for name in set(names) if name in places)
    values = [weight_of(name) for name in known]
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    return tuple(places[name] for name in known), tuple(value / length for value in values)


def _learnt(
    target: Target, rows: Sequence[Row], corpus: Sequence[Labelled], width: int
) -> list[float]:
    chosen = [
        (row, 1.0 if target.label(labelled) else -1.0)
        for row, labelled in zip(rows, corpus, strict=True)
        if (labelled.is_complaint or not target.among_complaints)
        and (target.urgent or RARE not in labelled.tags)
    ]
    telling = _telling(chosen, width)
    scaled = [((places, _scaled(places, values, telling)), y) for (places, values), y in chosen]
    return list(map(mul, fit(scaled, width), telling))


def _scaled(
    places: Sequence[int], values: Sequence[float], scale: Sequence[float]
) -> tuple[float, ...]:
    return tuple(value * scale[place] for place, value in zip(places, values, strict=True))


def _telling(rows: Sequence[tuple[Row, float]], width: int) -> list[float]:
    """Return for each feature how much it tells of the label by itself, about 1 on average."""
    held, missed = [1.0] * width, [1.0] * width
    for (places, _), label in rows:
        counts = held if label > 0 else missed
        for place in places:
            counts[place] += 1
    positive = sum(label > 0 for _, label in rows)
    base = math.log((len(rows) - positive + 2) / (positive + 2))
    ratios = [abs(math.log(h / m) + base) for h, m in zip(held, missed, strict=True)]
    typical = math.sqrt(sum(ratio * ratio for ratio in ratios) / max(1, width)) or 1.0
    return [1 - PRIOR + PRIOR * ratio / typical for ratio in ratios]


def fit(rows: Sequence[tuple[Row, float]], width: int, cost: float = COST) -> list[float]:
    """Return the weights that tell rows labelled 1 from rows labelled -1."""
    weights = [0.0] * width
    shares = [0.0] * len(rows)
    moved = [True] * len(rows)
    for turn in range(ROUNDS):
        for which in _order(len(rows), turn):
            if not moved[which] and turn % _ALL_AGAIN:
                continue  # a row that stood still is looked at again now and then
            (places, values), label = rows[which]
            margin = label * sum(map(mul, values, map(weights.__getitem__, places)))
            share = _best_share(shares[which], margin, cost)
            change = label * (share - shares[which])
            moved[which] = abs(change) > _STILL
            if abs(change) > _CLOSE:
                shares[which] = share
                for place, value in zip(places, values, strict=True):
                    weights[place] += change * value
    return weights


def _order(count: int, turn: int) -> list[int]:
    """Return all places below `count`, mixed in another fixed way each turn."""
    stride = _STRIDES[turn % len(_STRIDES)]
    if math.gcd(stride, count) != 1:
        stride = 1
    return [(step * stride + turn) % count for step in range(count)]


def _best_share(share: float, margin: float, cost: float) -> float:
    """Solve u + cost * sigmoid(u) = share - margin for u; the new share is cost * sigmoid(u)."""
    wanted = share - margin
    inside = min(max(share, cost * _EDGE), cost * (1 - _EDGE))
    u = math.log(inside / (cost - inside))
    for _ in range(_NEWTON_STEPS):
        chance = 1 / (1 + math.exp(-u))
        step = (u + cost * chance - wanted) / (1 + cost * chance * (1 - chance))
        u = min(30.0, max(-30.0, u - step))
        if abs(step) < _CLOSE:
            break
    return cost / (1 + math.exp(-u))


def _kept(learnt: dict[str, list[float]], place: int) -> dict[str, float]:
    rounded = {name: round(weights[place], _DIGITS) for name, weights in learnt.items()}
    return {name: weight for name, weight in rounded.items() if abs(weight) >= SMALLEST}
