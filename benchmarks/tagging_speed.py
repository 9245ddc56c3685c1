"""How fast messages are tagged, against bare jieba: `python -m benchmarks.tagging_speed`."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

_ROUNDS: Final = 3
_RANT: Final = 20_000
_LOAD: Final = (
    "import time; s = time.perf_counter(); from dialogs.tagging.complaint import tag; "
    "from dialogs.tagging.tokens import {engine}; cut = {engine}(); tag('好的', cut=cut); "
    "import resource as r; "
    "print(time.perf_counter() - s, r.getrusage(r.RUSAGE_SELF).ru_maxrss / 1024)"
)


def main() -> None:
    """Print a table: a message's median, p95 and p99, messages a second, loading and memory."""
    sys.stdout.write("| what | median | p95 | p99 | messages/s |\n|---|---|---|---|---|\n")
    for name, *figures in _speeds():
        sys.stdout.write(f"| {name} | {' | '.join(map(str, figures))} |\n")
    for engine in ("jieba_cut", "rjieba_cut"):
        seconds, megabytes = map(float, _in_a_new_process(engine).split())
        sys.stdout.write(f"\nloading, {engine}: {seconds:.2f} s, {megabytes:.0f} MB\n")
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"\nmemory of this run with both engines: {used:.0f} MB\n")


def _speeds() -> Iterator[tuple[object, ...]]:
    from dialogs.tagging.complaint import tag  # noqa: PLC0415 - loading is measured elsewhere
    from dialogs.tagging.corpus import shipped_corpus  # noqa: PLC0415 - the same
    from dialogs.tagging.model import shipped  # noqa: PLC0415 - the same
    from dialogs.tagging.tokens import jieba_cut, rjieba_cut  # noqa: PLC0415 - the same

    texts = [row.text for row in shipped_corpus()][::3]
    plain, fast = jieba_cut(), rjieba_cut()
    rant = "".join(texts)[:_RANT]
    yield "jieba.lcut alone", *_figures(plain, texts)
    yield "rjieba.cut alone", *_figures(fast, texts)
    # a named model keeps clear of the few tags that `tag` remembers
    model = shipped()
    yield "tag, jieba", *_figures(lambda text: tag(text, cut=plain, model=model), texts)
    yield "tag, rjieba", *_figures(lambda text: tag(text, cut=fast, model=model), texts)
    for name, cut in (("jieba", plain), ("rjieba", fast)):
        work = partial(tag, cut=cut, model=model)
        yield f"a rant of {_RANT:,} characters, {name}", *_figures(work, [rant])


def _figures(work: Callable[[str], object], texts: Sequence[str]) -> Iterator[str]:
    """Time in processor time after a warm round: neighbours on the machine do not count."""
    for text in texts:
        work(text)
    times = sorted(_milliseconds(work, text) for _ in range(_ROUNDS) for text in texts)
    yield f"{statistics.median(times):.2f} ms"
    yield f"{times[int(len(times) * 0.95)]:.2f} ms"
    yield f"{times[int(len(times) * 0.99)]:.2f} ms"
    yield f"{1000 / statistics.fmean(times):,.0f}"


def _milliseconds(work: Callable[[str], object], text: str) -> float:
    started = time.process_time_ns()
    work(text)
    return (time.process_time_ns() - started) / 1e6


def _in_a_new_process(engine: str) -> str:
    command = [sys.executable, "-c", _LOAD.format(engine=engine)]
    return subprocess.run(  # noqa: S603 - our own interpreter and text
        command, capture_output=True, check=True, text=True
    ).stdout


if __name__ == "__main__":
    main()
