"""The hospital's own words: read from their file, and again when it has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import structlog
import typer

from bot.intake.encoding import decode
from bot.tagging_words import tell
from dialogs.tagging.corpus import ordinary_messages
from dialogs.tagging.own_words import NO_WORDS, LineFault, OwnLexicon, read_own_words

_log: Final = structlog.get_logger(__name__)


class OwnLexiconFile:
    """A lexicon that follows its file; while the file is missing there are no own words."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._lexicon = NO_WORDS

    def current(self) -> OwnLexicon:
        """Return the words as the file has them now; an unreadable file changes nothing."""
        stamp = self._stamp()
        if stamp == self._seen:
            return self._lexicon
        self._seen = stamp
        if self._path is None or stamp is None:
            self._lexicon = NO_WORDS
        else:
            self._lexicon = load_lexicon(self._path)
            _log.info(
                "own lexicon read",
                words=len(self._lexicon.words),
                refused=[fault.line for fault in self._lexicon.faults],
            )
        return self._lexicon

    def _stamp(self) -> tuple[int, int] | None:
        if self._path is None:
            return None
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_size


def load_lexicon(path: Path) -> OwnLexicon:
    """Read and check a file of own words; OSError where it cannot be read."""
    return read_own_words(decode(path.read_bytes()).text, ordinary_messages())


def check_lexicon(path: Path) -> int:
    """Tell how many lines hold and why the others do not; returns the exit code."""
    lexicon = load_lexicon(path)
    typer.echo(tell("good", count=len(lexicon.words)))
    for line in (line for fault in lexicon.faults for line in _told(fault)):
        typer.echo(line)
    return 1 if lexicon.faults else 0


def _told(fault: LineFault) -> Iterator[str]:
    yield tell("bad_line", line=fault.line, why=tell(fault.code, about=fault.about))
    for example in fault.examples:
        yield tell("example", text=example)
