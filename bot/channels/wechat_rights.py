"""What an account may do, asked of WeChat itself, since it depends on what was verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from bot.channel import Fact, Misconfigured
from bot.channels.wechat_api import CLERKS, NOTICES, TEMPLATES, WeChatApi
from bot.channels.wechat_codes import NO_RIGHT
from bot.channels.wechat_notices import Kind, Notices
from bot.channels.wechat_wire import Answer

_YES: Final = "yes"
_NO: Final = "no"
# the type of a template that is sent once a consent; 3 lasts
_ONCE: Final = 2


@dataclass(frozen=True, slots=True)
class Rights:
    """What may be tried; as long as nobody has asked, everything.

    `write`: messages of our own within the windows, else only answers within WeChat's request;
    `menus` below them.
    """

    write: bool = True
    menus: bool = True
    templates: bool = True
    notices: bool = True

    @property
    def without_menus(self) -> Self:
        """The same, after a menu was refused."""
        return replace(self, menus=False)


async def probe(api: WeChatApi, notices: Notices) -> tuple[Rights, Sequence[Fact]]:
    """Ask with calls that change nothing; raises SendError where WeChat is not reached.

    A bad secret, or an address of ours that is not on the list, is a fact and no fault.
    """
    try:
        await api.token.get()
    except Misconfigured as fault:
        return Rights(), (Fact("token", fault.detail, good=False),)
    clerks = await api.get(CLERKS)
    templates, subscriptions = await api.get(TEMPLATES), await api.get(NOTICES)
    rights = Rights(
        write=_may(clerks),
        menus=_may(clerks),
        templates=_may(templates),
        notices=_may(subscriptions),
    )
    return rights, (
        Fact("token", _YES),
        _right("may_write", clerks),
        _right("may_send_templates", templates),
        _right("may_send_notices", subscriptions),
        *_missing(notices.of_kind(Kind.TEMPLATE), _templates_in(templates)),
        *_missing(notices.of_kind(Kind.SUBSCRIPTION), _notices_in(subscriptions)),
        *_not_lasting(notices, subscriptions),
    )


def _may(answer: Answer) -> bool:
    """Other refusals, as of an account that has no clerks yet, say nothing about the right."""
    return answer.code not in NO_RIGHT


def _right(name: str, answer: Answer) -> Fact:
    if not _may(answer):
        return Fact(name, _NO, good=False)
    return Fact(name, _YES) if not answer.code else Fact(name, str(answer.code), good=False)


def _missing(filed: frozenset[str], known: frozenset[str] | None) -> tuple[Fact, ...]:
    missing = sorted(filed - known) if known is not None else []
    return (Fact("missing_templates", ", ".join(missing), good=False),) if missing else ()


def _templates_in(answer: Answer) -> frozenset[str] | None:
    return _ids(answer, "template_list", "template_id")


def _notices_in(answer: Answer) -> frozenset[str] | None:
    return _ids(answer, "data", "priTmplId")


def _ids(answer: Answer, rows: str, name: str) -> frozenset[str] | None:
    found = answer.content.get(rows)
    if answer.code or not isinstance(found, list):
        return None
    return frozenset(str(row.get(name)) for row in found if isinstance(row, dict))


def _not_lasting(notices: Notices, answer: Answer) -> tuple[Fact, ...]:
    """A template filed as lasting that WeChat lets be sent once a consent only (type 2, not 3)."""
    found = answer.content.get("data")
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    once = {str(row.get("priTmplId")) for row in rows if row.get("type") == _ONCE}
    wrong = sorted(notices.lasting & once)
    return (Fact("not_lasting", ", ".join(wrong), good=False),) if wrong else ()
