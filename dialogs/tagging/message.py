"""A message as tagging sees it: its text, words, notions, red flags and words of dispute."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dialogs.reading.normal import Traced, trace
from dialogs.tagging.blame import blame_words
from dialogs.tagging.danger import dangers_in
from dialogs.tagging.notions import Notion, find_notions
from dialogs.tagging.red_flag import Danger
from dialogs.tagging.tokens import Cut, Token, tokenise


@dataclass(frozen=True, slots=True)
class Message:
    """What is known of a message before it is tagged; `text` is normalised and lower-case.

    `blame` are the writer's words of a dispute, or empty.
    """

    traced: Traced
    text: str
    tokens: tuple[Token, ...]
    notions: tuple[Notion, ...]
    dangers: tuple[Danger, ...]
    blame: str

    def own_words(self, start: int, end: int) -> str:
        """Return the writer's own spelling of a piece of `text`."""
        return self.traced.original(start, end)


def look_at(text: str, cut: Cut | None = None) -> Message:
    """Look at a text once; all tags are decided on what is seen here."""
    glanced = glance_at(text)
    tokens = tokenise(glanced.text, cut)
    return replace(glanced, tokens=tokens, notions=find_notions(glanced.text, tokens))


def glance_at(text: str) -> Message:
    """Look for danger and dispute alone: a message without words and notions."""
    traced = trace(text)
    lowered = traced.text.lower()
    if len(lowered) != len(traced.text):  # every place must keep its number
        lowered = traced.text
    return Message(traced, lowered, (), (), dangers_in(traced), blame_words(traced))
