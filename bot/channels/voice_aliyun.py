"""A telephone call that reads a text out, by Aliyun's voice notices (dyvmsapi 2017-05-25)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channel import Unparseable
from bot.channels.aliyun_api import AliyunApi
from bot.channels.http_call import Caller
from bot.channels.sms_signing import Key

_VERSION: Final = "2017-05-25"


class VoiceSettings(BaseSettings):
    """What is to be known for calls: SUIFANG_VOICE_*."""

    model_config = SettingsConfigDict(
        env_prefix="SUIFANG_VOICE_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
    )

    url: Annotated[str, Field(description="Aliyun's voice endpoint")] = (
        "https://dyvmsapi.aliyuncs.com"
    )
    key_id: Annotated[str, Field(min_length=1, description="AccessKey ID of a RAM user")]
    key_secret: Annotated[SecretStr, Field(min_length=1, description="its AccessKey Secret")]
    shown_number: Annotated[
        str, Field(description="number the call comes from; empty: one of the shared ones")
    ] = ""
    play_times: Annotated[int, Field(ge=1, le=3, description="how often the text is read out")] = 2


class AliyunVoice:
    """Calls a number and reads an approved text out."""

    def __init__(self, settings: VoiceSettings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._caller = Caller()
        key = Key(settings.key_id, settings.key_secret.get_secret_value())
        self._api = AliyunApi(settings.url, _VERSION, key, self._caller, clock)

    async def start(self) -> None:
        """Open what calling needs."""
        await self._caller.start()

    async def close(self) -> None:
        """Let go of it."""
        await self._caller.close()

    async def call(
        self, number: str, template: str, values: Mapping[str, str], *, key: str = ""
    ) -> str:
        """Call a number with the text of a template (TTS_…); returns the CallId.

        `key` is ours and comes back with the receipt. Raises SendError, as a channel does.
        """
        query = {
            "CalledNumber": number,
            "TtsCode": template,
            "PlayTimes": str(self._settings.play_times),
        }
        if values:
            query["TtsParam"] = json.dumps(dict(values), ensure_ascii=False)
        if self._settings.shown_number:
            query["CalledShowNumber"] = self._settings.shown_number
        if key:
            query["OutId"] = key
        answer = await self._api.act("SingleCallByTts", query)
        call_id = answer.get("CallId")
        if not isinstance(call_id, str) or not call_id:
            raise Unparseable("no CallId")
        return call_id
