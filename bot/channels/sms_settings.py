"""The settings of SMS: SUIFANG_SMS_*; which are needed depends on the provider."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Provider = Literal["aliyun", "tencent", "twilio", "kannel"]
Network = IPv4Network | IPv6Network

_SHORTEST_SECRET: Final = 16
_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "aliyun": (
        "signature",
        "secret_path",
        "sources",
        "aliyun_key_id",
        "aliyun_key_secret",
    ),
    "tencent": (
        "signature",
        "secret_path",
        "sources",
        "tencent_secret_id",
        "tencent_secret_key",
        "tencent_app_id",
    ),
    "twilio": ("public_url", "twilio_account", "twilio_token"),
    "kannel": (
        "signature",
        "secret_path",
        "sources",
        "public_url",
        "kannel_user",
        "kannel_password",
    ),
}


class SmsSettings(BaseSettings):
    """What is to be known of the provider; raises ValidationError naming all that is missing."""

    model_config = SettingsConfigDict(
        env_prefix="SUIFANG_SMS_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
    )

    provider: Annotated[
        Provider, Field(description="who sends our SMS: aliyun, tencent, twilio or kannel")
    ]
    signature: Annotated[
        str,
        Field(max_length=12, description="filed signature, without 【】; counted in the length"),
    ] = ""
    templates: Annotated[
        Path,
        Field(description="which text is filed under which code (aliyun, tencent); TOML"),
    ] = Path("var/sms_templates.toml")
    extensions: Annotated[
        bool,
        Field(description="the account may put digits behind our number, answers bring them back"),
    ] = False
    number: Annotated[
        str,
        Field(
            pattern=r"^\+?\d{0,20}$",
            description="our number without such digits; twilio and kannel send from it",
        ),
    ] = ""
    secret_path: Annotated[
        SecretStr,
        Field(
            description="secret part of the address at which the provider reports (aliyun, "
            "tencent, kannel): at least 16 letters and digits"
        ),
    ] = SecretStr("")
    sources: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            description="networks the provider reports from, comma-separated; 0.0.0.0/0 says "
            "that any may (aliyun, tencent, kannel)"
        ),
    ] = ()
    public_url: Annotated[
        str,
        Field(
            description="how the provider reaches this server; Twilio signs it, Kannel is told "
            "it with every message"
        ),
    ] = ""
    per_second: Annotated[float, Field(gt=0, description="messages a second at most")] = 20
    at_once: Annotated[int, Field(ge=1, le=100, description="sends side by side")] = 8
    aliyun_url: Annotated[str, Field(description="Aliyun's SMS endpoint")] = (
        "https://dysmsapi.aliyuncs.com"
    )
    aliyun_key_id: Annotated[str, Field(description="AccessKey ID of a RAM user")] = ""
    aliyun_key_secret: Annotated[SecretStr, Field(description="its AccessKey Secret")] = SecretStr(
        ""
    )
    tencent_url: Annotated[str, Field(description="Tencent's SMS endpoint")] = (
        "https://sms.tencentcloudapi.com"
    )
    tencent_region: Annotated[str, Field(description="Tencent's region")] = "ap-guangzhou"
    tencent_secret_id: Annotated[str, Field(description="SecretId of a sub-account")] = ""
    tencent_secret_key: Annotated[SecretStr, Field(description="its SecretKey")] = SecretStr("")
    tencent_app_id: Annotated[str, Field(description="SmsSdkAppId of the SMS application")] = ""
    twilio_url: Annotated[str, Field(description="Twilio, or who speaks its API")] = (
        "https://api.twilio.com"
    )
    twilio_account: Annotated[str, Field(description="account SID, AC and 32 digits")] = ""
    twilio_token: Annotated[SecretStr, Field(description="its auth token")] = SecretStr("")
    twilio_service: Annotated[
        str, Field(description="messaging service SID; instead of a number of ours")
    ] = ""
    kannel_url: Annotated[str, Field(description="Kannel's smsbox")] = "http://127.0.0.1:13013"
    kannel_user: Annotated[str, Field(description="its sendsms-user")] = ""
    kannel_password: Annotated[SecretStr, Field(description="and password")] = SecretStr("")

    @field_validator("sources", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("sources")
    @classmethod
    def _read(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_network(text)) for text in value)

    @field_validator("secret_path")
    @classmethod
    def _long(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if secret and (len(secret) < _SHORTEST_SECRET or not secret.isalnum()):
            raise ValueError("at least 16 letters and digits")
        return value

    @field_validator("public_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("starts with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [name for name in _NEEDED[self.provider] if not _given(getattr(self, name))]
        if self.provider == "twilio" and not (self.number or self.twilio_service):
            missing.append("number")
        if missing:
            names = ", ".join(f"SUIFANG_SMS_{name.upper()}" for name in missing)
            raise ValueError(f"{self.provider} needs {names}")
        return self

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks the provider reports from."""
        return tuple(ip_network(text) for text in self.sources)


def _given(value: Any) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)
