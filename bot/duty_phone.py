"""The duty phone at work: plan, lease, send or ring, note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import structlog

from bot.channel import Channel, Letter, Misconfigured, SendError
from bot.duty_settings import DutySettings
from bot.rendering import Bubble
from handlers.desk import Desk
from handlers.duty_calls import (
    SHAPE,
    Calling,
    claim_calls,
    hear_receipts,
    note_called,
    note_not_called,
    release_lost_calls,
)
from handlers.duty_phone import DutyLine, plan_calls
from handlers.not_taken import Fault
from models.channel import CallKind
from models.conversation import OutgoingStatus

_log = structlog.get_logger()


class VoiceCaller(Protocol):
    """A provider's voice notices."""

    async def call(self, number: str, template: str, values: Mapping[str, str], /) -> str:
        """Ring and read the filed template out; returns the provider's id, raises SendError."""
        ...


class DutyPhone:
    """Rings for red alerts nobody takes; any number of processes, each step once."""

    def __init__(
        self,
        desk: Desk,
        settings: DutySettings,
        sms: Channel | None = None,
        voice: VoiceCaller | None = None,
    ) -> None:
        self._desk = desk
        self._sms = sms
        self._voice = voice
        self._template = settings.voice_template
        self.line = DutyLine(
            settings.phone.get_secret_value(),
            sms=sms is not None,
            voice=voice is not None and bool(settings.voice_template),
        )

    async def drain(self, now: datetime) -> int:
        """Do what is due now; returns how many calls the providers took."""
        await release_lost_calls(self.line, now)
        await hear_receipts(self.line, now)
        await plan_calls(self.line, now)
        calls = await claim_calls(self._desk, now)
        return sum([await self._ring(calling, now) for calling in calls])

    async def _ring(self, calling: Calling, now: datetime) -> bool:
        try:
            provider_id = await self._hand_over(calling)
        except SendError as fault:
            _log.warning("duty_phone_not_reached", kind=calling.kind.value, code=fault.code)
            failed = Fault(fault.code, fault.said, fault.status, fault.retries, after=fault.after)
        except Exception as fault:  # noqa: BLE001 - an adapter's own mistake must not lose a call
            kind = type(fault).__name__
            failed = Fault("unexpected", f"unexpected: {kind}", OutgoingStatus.UNKNOWN)
        else:
            await note_called(calling, provider_id, now)
            return True
        await note_not_called(self.line, calling, failed, now)
        return False

    async def _hand_over(self, calling: Calling) -> str:
        if calling.kind is CallKind.VOICE and self._voice is not None:
            return await self._voice.call(calling.number, self._template, calling.values)
        if calling.kind is CallKind.SMS and self._sms is not None:
            return await self._sms.send(_letter(calling))
        raise Misconfigured("no such way")


def _letter(calling: Calling) -> Letter:
    """An SMS to the duty phone: by template, or as the text; no link, for providers refuse them."""
    return Letter(
        key=calling.row_id,
        address=calling.number,
        bubble=Bubble(calling.text),
        shape=SHAPE,
        values=calling.values,
        urgent=True,
    )
