"""How long each command takes to start, and how much memory it holds then."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from typing import Final

COMMANDS: Final = {
    "--help": ["--help"],
    "settings": ["settings"],
    "talk --list": ["talk", "--list"],
    "talk fu-d3": ["talk", "fu-d3"],
    "check": ["check"],
    "migrate": ["migrate", "--help"],
    "import": ["import", "--help"],
    "run": ["run", "--help"],
}
ROUNDS: Final = 5


def main() -> None:
    """Print the median seconds of five starts and the peak memory."""
    for name, arguments in COMMANDS.items():
        seconds = statistics.median(_seconds(arguments) for _ in range(ROUNDS))
        sys.stdout.write(f"{name:14} {seconds:6.2f} s\n")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(f"largest of them {peak:6.0f} MB\n")


def _seconds(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "main.py", *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
