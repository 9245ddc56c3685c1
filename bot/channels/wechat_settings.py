"""The settings of the WeChat service account, read once from SUIFANG_WECHAT_*."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.channels.wechat_crypto import MessageKey

_AES_KEY: Final = re.compile(r"[A-Za-z0-9]{43}")
_TOKEN: Final = re.compile(r"[A-Za-z0-9]{3,32}")


class WeChatSettings(BaseSettings):
    """One service account (服务号); a missing secret is a fault, named with all the others."""

    model_config = SettingsConfigDict(
        env_prefix="SUIFANG_WECHAT_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    app_id: Annotated[
        str, Field(pattern=r"^wx[0-9a-zA-Z]{6,30}$", description="AppID of the service account")
    ]
    secret: Annotated[
        SecretStr, Field(min_length=8, description="its AppSecret; only sending needs it")
    ]
    token: Annotated[
        SecretStr, Field(description="Token of the message push, 3 to 32 letters and digits")
    ]
    encoding_aes_key: Annotated[
        SecretStr,
        Field(
            min_length=43,
            max_length=43,
            description="EncodingAESKey of the message push, 43 letters and digits",
        ),
    ]
    previous_aes_key: Annotated[
        SecretStr | None,
        Field(description="the EncodingAESKey before it was changed; empty after a day"),
    ] = None
    path: Annotated[
        str, Field(pattern=r"^/[\w/.-]+$", description="path of the message push on our web server")
    ] = "/channels/wechat"
    api_url: Annotated[str, Field(description="where WeChat's interfaces are")] = (
        "https://api.weixin.qq.com"
    )
    templates: Annotated[
        Path | None,
        Field(description="file that says which notice template carries which of our messages"),
    ] = None
    plain_for_tests: Annotated[
        bool, Field(description="take unencrypted messages; for tests alone")
    ] = False

    @field_validator("token")
    @classmethod
    def _is_token(cls, value: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("3 to 32 letters and digits")
        return value

    @field_validator("encoding_aes_key", "previous_aes_key")
    @classmethod
    def _is_key(cls, value: SecretStr | None) -> SecretStr | None:
        if not value or not value.get_secret_value():
            return None
        if not _AES_KEY.fullmatch(value.get_secret_value()):
            raise ValueError("43 letters and digits")
        return value

    @property
    def keys(self) -> tuple[MessageKey, ...]:
        """The keys that may open a message: the current one first."""
        token, sealed = (
            self.token.get_secret_value(),
            (self.encoding_aes_key, self.previous_aes_key),
        )
        return tuple(
            MessageKey(token, base64.b64decode(key.get_secret_value() + "="), self.app_id)
            for key in sealed
            if key is not None
        )
