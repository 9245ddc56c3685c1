"""Trains the tagging model: `make train` writes dialogs/tagging/model.json, always the same bytes.

The corpus of the product and the development sets of tests/language are learnt from, those of
replies as what alarms nobody; a blind set never is. `make score` scores the development sets of
complaints by cross-validation.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.score.complaints import labelled_rows
from dialogs.tagging.corpus import Labelled, shipped_corpus
from dialogs.tagging.tags import Severity
from dialogs.tagging.training import RARE, train, written

_ROOT: Final = Path(__file__).resolve().parents[1]
_MODEL: Final = _ROOT / "dialogs" / "tagging" / "model.json"
_SETS: Final = _ROOT / "tests" / "language"
DEVELOPMENT: Final = tuple(_SETS / f"complaints_{name}.jsonl" for name in ("dev", "dev2", "dev3"))
# what people answer, move and call off; the last set is left out to count the false alarms of
REPLIES: Final = tuple(
    _SETS / f"intents_{name}.jsonl" for name in ("dev", "dev2", "dev3", "dev4", "dev5", "dev6")
)


def main() -> None:
    """Train and write, and tell how long it took."""
    started = time.perf_counter()
    developed = (row.labelled for path in DEVELOPMENT for row in labelled_rows(path))
    corpus = [*shipped_corpus(), *developed, *ordinary_replies()]
    text = written(train(corpus))
    _MODEL.write_text(text, "utf-8")
    took = time.perf_counter() - started
    sys.stdout.write(f"{len(corpus)} messages, {len(text.encode()):,} bytes, {took:.0f} s\n")


def ordinary_replies() -> Iterator[Labelled]:
    """Yield the replies of the development sets: of no complaint, and nothing urgent in them."""
    for path in REPLIES:
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                text = json.loads(line)["text"]
                yield Labelled(text, frozenset(), Severity.NONE, tags=frozenset({RARE}))


if __name__ == "__main__":
    main()
