"""Trains the tagging model: `make train` writes dialogs/tagging/model.json, always the same bytes.

The corpus of the product and the development sets of tests/language are learnt from; a blind set
never is. `make score` scores the development sets by cross-validation.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

from benchmarks.score.complaints import labelled_rows
from dialogs.tagging.corpus import shipped_corpus
from dialogs.tagging.training import train, written

_ROOT: Final = Path(__file__).resolve().parents[1]
_MODEL: Final = _ROOT / "dialogs" / "tagging" / "model.json"
_SETS: Final = _ROOT / "tests" / "language"
DEVELOPMENT: Final = tuple(_SETS / f"complaints_{name}.jsonl" for name in ("dev", "dev2", "dev3"))


def main() -> None:
    """Train and write, and tell how long it took."""
    started = time.perf_counter()
    developed = (row.labelled for path in DEVELOPMENT for row in labelled_rows(path))
    corpus = [*shipped_corpus(), *developed]
    text = written(train(corpus))
    _MODEL.write_text(text, "utf-8")
    took = time.perf_counter() - started
    sys.stdout.write(f"{len(corpus)} messages, {len(text.encode()):,} bytes, {took:.0f} s\n")


if __name__ == "__main__":
    main()
