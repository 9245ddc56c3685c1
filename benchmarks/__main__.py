"""Every benchmark, one after the other; each is also a command of its own."""

from __future__ import annotations

import subprocess
import sys

COMMANDS = (
    ("benchmarks.startup",),
    ("benchmarks.import_list", "20000"),
    ("benchmarks.day_three",),
    ("benchmarks.month", "--appointments", "300"),
    ("benchmarks.month_report",),
    ("benchmarks.race",),
    ("benchmarks.channels", "--quick"),
    ("benchmarks.channel_day", "--patients", "300"),
)


def main() -> None:
    """Run them and stop at the first that fails."""
    for module, *arguments in COMMANDS:
        sys.stdout.write(f"\n== python -m {' '.join((module, *arguments))}\n")
        sys.stdout.flush()
        subprocess.run([sys.executable, "-m", module, *arguments], check=True)  # noqa: S603 - ours


if __name__ == "__main__":
    main()
