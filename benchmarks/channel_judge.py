"""The providers' own logs beside what we say was sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from benchmarks.channel_trouble import SEND, Trouble
from models.conversation import (
    DeliveryClass,
    Outgoing,
    OutgoingStatus,
)
from tests.bot.channels.fake_sms import FakeSms
from tests.bot.channels.fake_wechat import FakeWeChat

_ENDS: Final = {
    OutgoingStatus.ACCEPTED,
    OutgoingStatus.FAILED,
    OutgoingStatus.SUPPRESSED,
    OutgoingStatus.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Logs:
    """What both providers took, what troubled them, and how many messages were queued."""

    wechat: FakeWeChat
    sms: FakeSms
    trouble: Trouble
    queued: int


def tag(number: int) -> str:
    """The words by which a message is known in every log."""
    return f"第{number:06}号"


async def judge(logs: Logs) -> tuple[list[str], dict[str, object]]:
    """Hold what we say beside what the providers took; faults, and figures."""
    rows = await Outgoing.all()
    by_wechat = Counter(_tags(one.text for one in logs.wechat.sent))
    by_sms = Counter(_tags(one["text"] for one in logs.sms.taken))
    faults, ends = [], Counter[str]()
    for row in rows:
        fault = _wrong(row, by_wechat, by_sms)
        if fault:
            faults.append(f"{row.occurrence}: {fault}")
        ends[f"{row.channel} {row.status.value}" + (" rerouted" if row.tried else "")] += 1
    if len(rows) != logs.queued:
        faults.append(f"{len(rows)} rows of {logs.queued}")
    outside = Counter(logs.wechat.refused)
    faults += [f"{count} calls answered {code}" for code, count in outside.items()]
    return faults, {
        "messages": len(rows),
        "ends": dict(ends),
        "calls to WeChat": logs.trouble.calls[SEND],
        "troubles": dict(logs.trouble.met),
        "tried outside a window": sum(outside.values()),
        "said to be sent, never taken": sum("never taken" in fault for fault in faults),
    }


def _tags(texts: Iterable[str]) -> list[str]:
    return [part[:8] for text in texts for part in _parts(text)]


def _parts(text: str) -> list[str]:
    return [f"第{part}" for part in text.split("第")[1:]]


def _wrong(row: Outgoing, by_wechat: Counter[str], by_sms: Counter[str]) -> str:
    """Say what is wrong with the end of a message, or nothing."""
    taken = by_wechat[row.occurrence] + by_sms[row.occurrence]
    here = (by_wechat if row.channel == "wechat" else by_sms)[row.occurrence]
    if row.status not in _ENDS:
        return f"ended {row.status.value}"
    if row.status in (OutgoingStatus.FAILED, OutgoingStatus.SUPPRESSED) and not row.reason:
        return "no reason"
    if row.status is OutgoingStatus.ACCEPTED and not here:
        return "never taken"
    if row.status is OutgoingStatus.FAILED and taken:
        return "failed, and taken"
    # what must arrive goes once more when nobody knows whether it did
    once_more = row.delivery_class is DeliveryClass.A
    return f"taken {taken} times" if taken > 1 + once_more else ""
