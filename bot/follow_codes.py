"""The second code on a slip: scanned in WeChat it follows the hospital and binds by the paper."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from bot.paper_codes import PaperCode
from bot.slip_words import slip_words
from dialogs.timing import date_text


@dataclass(frozen=True, slots=True)
class FollowCode:
    """What is drawn, and the day on which it works no longer."""

    url: str = field(repr=False)
    expires_on: date


@dataclass(frozen=True, slots=True)
class FollowCodes:
    """The codes of a print, by the link of the paper; `trouble`: why a paper has none."""

    by_link: Mapping[str, FollowCode] = field(default_factory=dict, repr=False)
    trouble: str = ""

    def beside(self, link: str, scan: str, language: str) -> tuple[PaperCode, ...]:
        """Return what is drawn on a paper: WeChat's code where there is one, then the web's."""
        code, words = self.by_link.get(link), slip_words(language)["follow"]
        if code is None:
            return (PaperCode(link, scan),)
        until = date_text(code.expires_on, language=language, with_year=True)
        followed = PaperCode(code.url, words["scan"], words["until"].format(date=until))
        return (followed, PaperCode(link, words["or_web"]))


# makes the codes of papers, given the last day of each by its link
MakeFollowCodes = Callable[[Mapping[str, date], datetime], Awaitable[FollowCodes]]
NO_CODES: Final = FollowCodes()
