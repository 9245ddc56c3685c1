"""Transcripts: talks written down as they are to go, one file a subject.

A talk begins with `## title` and a line `@ form channel key=value ...`. Then `> ` is what the
patient writes, `< ` what the bot says, `! ` an alert, `= ` an answer kept (empty: withdrawn),
`# ` the outcome. `…` stands for any words. What is not written happens in brackets: `[press key]`,
`[press key before 1]` (a stale button), `[press key said]` (below a text that asks nothing),
`[after 49h]`, `[remind]`, `[again]` (the time chosen has come), `[end]` (the deadline).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.talk import Talk
from dialogs.timing.spans import HOSPITAL_ZONE

FOLDER = Path(__file__).with_name("transcripts")
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=HOSPITAL_ZONE)
_EVENT = re.compile(r"> .*|>|\[(press|after|remind|again|end)\b.*\]")


@dataclass(frozen=True, slots=True)
class Written:
    """A talk as written down: how it starts, and what happens line by line."""

    file: str
    title: str
    start: str
    lines: tuple[str, ...]

    def talk(self) -> Talk:
        """Set up the conversation."""
        form, channel, *settings = self.start.split()
        chosen = dict(setting.split("=", 1) for setting in settings)
        at = chosen.pop("at", "")
        began = datetime.fromisoformat(at).replace(tzinfo=HOSPITAL_ZONE) if at else MONDAY
        language = chosen.pop("lang", "zh")
        return Talk(form, began, channel, language, chosen)


def written() -> Iterator[Written]:
    """Read every talk of every file."""
    for path in sorted(FOLDER.glob("*.txt")):
        for part in re.split(r"(?m)^## ", path.read_text("utf-8"))[1:]:
            title, *lines = [line.rstrip() for line in part.splitlines() if line.strip()]
            start = lines[0].removeprefix("@ ")
            yield Written(path.stem, title, start, tuple(lines[1:]))


def play(talk: Talk, lines: tuple[str, ...]) -> Iterator[str]:
    """Let happen what is written and yield everything as it really went."""
    yield from talk.begin()
    for line in lines:
        if _EVENT.fullmatch(line):
            yield line
            yield from _happen(talk, line)


def _happen(talk: Talk, line: str) -> Iterator[str]:
    if line.startswith(">"):
        return talk.hear(line[2:])
    name, *words = line.strip("[]").split()
    match name:
        case "press":
            before = int(words[2]) if words[1:2] == ["before"] else 0
            return talk.press(words[0], before=before, said=words[1:] == ["said"])
        case "after":
            talk.wait(timedelta(hours=float(words[0].removesuffix("h"))))
            return iter(())
        case "remind":
            return talk.remind()
        case "again":
            return talk.begin_again()
        case _:
            return talk.end()


def matches(expected: str, real: str) -> bool:
    """Compare a line; `…` stands for any words."""
    pattern = ".*".join(map(re.escape, expected.split("…")))
    return re.fullmatch(pattern, real) is not None
