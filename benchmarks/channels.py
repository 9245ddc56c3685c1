"""The channels under load, each against a strict provider of the tests in a process of its own.

    python -m benchmarks.channels
    python -m benchmarks.channels --quick
    python -m benchmarks.channels --only pushes --rate 50 --kill
    python -m benchmarks.channels --only sends --sends 200 --adapter wechat --adapter feishu

`pushes`: one WeChat message in four copies to two processes has one effect and one answer; then
messages at an even pace, with the time until the acknowledgement or the passive answer, and
nothing lost that was acknowledged, not even when a process is killed half-way. `sends`: the rate
of each adapter beside a bare client's; with the limits on never over; with 10 % of the calls
refused (429) nothing dropped; the robots of staff groups by their rate alone. Whatever does not
hold ends the command with an error.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from benchmarks import channel_posts, channel_pushes, channel_sends
from benchmarks.channel_fake import ROBOTS
from benchmarks.channel_scene import NAMES
from benchmarks.ground import postgres, sqlite

_PEOPLE, _SENDS, _SAMPLE, _RATE = 500, 10_000, 500, 200
_QUICK = 10


_GROUNDS = {"sqlite": sqlite, "postgres": postgres}


def _pushes(people: int, rate: int, grounds: list[str], *, kill: bool) -> list[str]:
    _say(*channel_pushes.HEAD)
    _say(*("---",) * len(channel_pushes.HEAD))
    faults: list[str] = []
    for name in grounds:
        with _GROUNDS[name]() as fresh:
            row, wrong = channel_pushes.measure(fresh(), people, rate, kill=kill)
        _say(*row)
        faults += wrong
    return faults


def _sends(sends: int, names: list[str]) -> list[str]:
    _say(*channel_sends.HEAD)
    _say(*("---",) * len(channel_sends.HEAD))
    faults: list[str] = []
    for name in names:
        figures = asyncio.run(_sent(name, sends, min(sends // 20, _SAMPLE) or 1))
        _say(*figures.row)
        faults += figures.faults
    return faults


async def _sent(name: str, sends: int, sample: int) -> channel_sends.Figures:
    if name in ROBOTS:
        return await channel_posts.measure(name, sends)
    return await channel_sends.measure(name, sends, sample)


def _say(*cells: object) -> None:
    sys.stdout.write(f"| {' | '.join(str(cell) for cell in cells)} |\n")
    sys.stdout.flush()


def main() -> None:
    """Run both and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=("pushes", "sends"))
    parser.add_argument("--database", choices=_GROUNDS, action="append")
    parser.add_argument("--adapter", choices=(*NAMES, *ROBOTS), action="append")
    parser.add_argument("--sends", type=int, help="messages sent by each adapter")
    parser.add_argument("--people", type=int, help="whom messages are pushed of")
    parser.add_argument("--rate", type=int, default=_RATE, help="messages pushed a second")
    parser.add_argument("--kill", action="store_true", help="end a process half-way with SIGKILL")
    asked = parser.parse_args()
    share, faults = _QUICK if asked.quick else 1, []
    if asked.only != "sends":
        people, grounds = asked.people or _PEOPLE // share, asked.database or list(_GROUNDS)
        faults += _pushes(people, asked.rate, grounds, kill=asked.kill)
    if asked.only != "pushes":
        faults += _sends(asked.sends or _SENDS // share, asked.adapter or [*NAMES, *ROBOTS])
    for fault in faults:
        sys.stdout.write(f"FAULT {fault}\n")
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
