"""What the Telegram channel must be told; every setting begins with SUIFANG_TELEGRAM_."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# what Telegram takes as a secret; a short one could be guessed
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{16,256}")
_TOKEN: Final = re.compile(r"\d{1,16}:[A-Za-z0-9_-]{6,128}")


class TelegramSettings(BaseSettings):
    """One bot: for the staff's groups, and for patients where the hospital takes that upon it."""

    model_config = SettingsConfigDict(
        env_prefix="SUIFANG_TELEGRAM_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
    )

    token: Annotated[SecretStr, Field(description="the bot's token, as BotFather gave it")]
    mode: Annotated[
        Literal["polling", "webhook"],
        Field(
            description="polling: we ask, one process alone; webhook: Telegram calls "
            "SUIFANG_PUBLIC_URL/telegram over HTTPS"
        ),
    ] = "polling"
    webhook_secret: Annotated[
        SecretStr,
        Field(description="16 to 256 letters, digits, _ or -, of our own making; webhook only"),
    ] = SecretStr("")
    api_url: Annotated[str, Field(description="where the Bot API answers")] = (
        "https://api.telegram.org"
    )
    patients: Annotated[
        bool,
        Field(
            description="whether patients may talk by Telegram too; its servers are abroad "
            "(PIPL 38-40): read docs/channels/telegram.md first"
        ),
    ] = False
    per_second: Annotated[
        float,
        Field(
            gt=0,
            le=1000,
            description="messages a second, to be shared out among processes; above 30 Telegram "
            "takes paid broadcasts only",
        ),
    ] = 25.0

    @field_validator("token")
    @classmethod
    def _is_token(cls, value: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("not a token of BotFather (digits, a colon, letters)")
        return value

    @field_validator("api_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("starts with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _webhook_has_secret(self) -> Self:
        secret = self.webhook_secret.get_secret_value()
        if self.mode == "webhook" and not _SECRET.fullmatch(secret):
            raise ValueError("webhook_secret: 16 to 256 letters, digits, _ or - are needed")
        return self
