"""The linear model: a weight for each feature and target, and what they say about a message."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from dialogs.tagging.features import is_of_illness, is_ruled, weight_of
from dialogs.tagging.tags import HEARD

Scores: TypeAlias = dict[str, float]

_FILE: Final = "model.json"
_HEARD: Final = frozenset(HEARD.values())
_PLAIN, _RULED, _OF_ILLNESS = range(3)  # the groups of features that a target may not see


Shares: TypeAlias = tuple[tuple[int, float], ...]  # what is added to the targets of these places
_Term: TypeAlias = tuple[int, float, Shares]  # group, square of the feature's value, shares


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature; a feature without a weight for a target says nothing about it."""

    targets: tuple[str, ...]
    weights: Mapping[str, Shares]
    _terms: dict[str, _Term] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what each feature adds."""
        terms = {name: _term(name, known) for name, known in self.weights.items()}
        object.__setattr__(self, "_terms", terms)

    def scores(self, names: Iterable[str]) -> Scores:
        """Return for each target the probability between 0 and 1."""
        totals = [0.0] * len(self.targets)
        lengths = [0.0, 0.0, 0.0]
        terms = self._terms
        for name in names:
            if (term := terms.get(name)) is None:
                continue
            group, square, shares = term
            lengths[group] += square
            for target, share in shares:
                totals[target] += share
        length, ruled, ill = lengths
        scale = 1 / math.sqrt(length + ruled or 1.0)
        heard = 1 / math.sqrt(length + ill or 1.0)
        pairs = zip(self.targets, totals, strict=True)
        return {
            target: _probability(total * (heard if target in _HEARD else scale))
            for target, total in pairs
        }

    def weight(self, name: str, target: str) -> float:
        """Return what one feature says about one target; 0 if nothing."""
        place = self.targets.index(target)
        return next((w for known, w in self.weights.get(name, ()) if known == place), 0.0)

    def shares(self, name: str) -> Shares:
        """Return what one feature adds to the targets it says something about."""
        term = self._terms.get(name)
        return term[-1] if term else ()


def _term(name: str, known: Shares) -> _Term:
    value = weight_of(name)
    group = _OF_ILLNESS if is_of_illness(name) else _RULED if is_ruled(name) else _PLAIN
    if value != 1:
        known = tuple((target, value * weight) for target, weight in known)
    return group, value * value, known


def _probability(score: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@cache
def shipped() -> Model:
    """Return the model beside this module; the file is read at the first call."""
    return loaded(json.loads(Path(__file__).with_name(_FILE).read_text("utf-8")))


def loaded(written: Mapping[str, Any]) -> Model:
    """Return the model of a decoded model.json."""
    targets = tuple(written["targets"])
    places = {target: place for place, target in enumerate(targets)}
    # weights are rounded: few pairs differ, and one of each is near at hand for the processor
    pairs: dict[tuple[int, float], tuple[int, float]] = {}
    weights = {
        name: tuple(
            pairs.setdefault(pair, pair)
            for target, weight in known.items()
            for pair in [(places[target], weight)]
        )
        for name, known in written["weights"].items()
    }
    return Model(targets, weights)
