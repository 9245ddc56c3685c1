"""The linear model: a weight for each feature and target, and what they say about a message."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from dialogs.tagging.features import is_of_illness, is_ruled, weight_of
from dialogs.tagging.tags import HEARD

Scores: TypeAlias = dict[str, float]

_FILE: Final = "model.json"
_HEARD: Final = frozenset(HEARD.values())


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature; a feature without a weight for a target says nothing about it."""

    targets: tuple[str, ...]
    weights: Mapping[str, tuple[tuple[int, float], ...]]

    def scores(self, names: Iterable[str]) -> Scores:
        """Return for each target the probability between 0 and 1."""
        totals = [0.0] * len(self.targets)
        ruled = ill = length = 0.0
        for name in names:
            known = self.weights.get(name)
            if known is None:
                continue
            value = weight_of(name)
            if is_of_illness(name):
                ill += value * value
            elif is_ruled(name):
                ruled += value * value
            else:
                length += value * value
            for target, weight in known:
                totals[target] += value * weight
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
    weights = {
        name: tuple((places[target], weight) for target, weight in known.items())
        for name, known in written["weights"].items()
    }
    return Model(targets, weights)
