"""The settings: read once, from SUIFANG_* in the environment and from .env; all faults at once."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.channels.chosen import ALWAYS, OF_CHANNEL, faults_of_channels
from bot.channels.voice_aliyun import VoiceSettings
from dialogs.timing.contact import ContactHours
from dialogs.timing.spans import Span


class BadSettings(ValueError):
    """Some settings cannot be used; the message names every one of them."""


class Settings(BaseSettings):
    """What a hospital may decide; every value has a default that runs on one machine."""

    model_config = SettingsConfigDict(
        env_prefix="SUIFANG_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
    )

    database_url: Annotated[
        SecretStr,
        Field(description="sqlite://path, or postgres://user:password@host/database"),
    ] = SecretStr("sqlite://var/suifang.db")
    key_file: Annotated[
        Path, Field(description="keys of the encrypted columns; made at first start, mode 0600")
    ] = Path("var/keys.json")
    web_host: Annotated[str, Field(description="address the web server listens on")] = "127.0.0.1"
    web_port: Annotated[int, Field(ge=0, le=65535, description="its port")] = 8080
    public_url: Annotated[
        str, Field(description="how patients' phones reach the web server; printed on the slips")
    ] = "http://127.0.0.1:8080"
    trusted_proxies: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            description="IP addresses of our own proxies, comma-separated; only their "
            "X-Forwarded-For is believed"
        ),
    ] = ()
    hospital_name: Annotated[str, Field(min_length=2, description="as patients know it")] = (
        "示例医院"
    )
    switchboard: Annotated[str, Field(description="telephone number answered day and night")] = ""
    language: Annotated[Literal["zh", "en"], Field(description="language of the texts")] = "zh"
    timezone: Annotated[str, Field(description="the hospital's time zone")] = "Asia/Shanghai"
    legal_basis: Annotated[
        str,
        Field(
            description="basis for contact where no consent is on file, stored as a consent row; "
            "empty: such patients are only phoned"
        ),
    ] = ""
    plan: Annotated[
        str,
        Field(
            description="follow-up plan of discharges no rule and no department chooses one for: "
            "three_rounds, central, one_three_seven, post_operative, chronic_monthly, or an own one"
        ),
    ] = "three_rounds"
    plans_file: Annotated[
        Path, Field(description="the hospital's own plans and rules beside ours; need not be there")
    ] = Path("var/plans.toml")
    quiet_hours: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(description="when we start no conversation, comma-separated"),
    ] = ("20:30-08:00", "12:00-14:00")
    elderly_age: Annotated[
        int,
        Field(ge=50, le=100, description="from this age on: large type, short questions, mornings"),
    ] = 65
    elderly_window: Annotated[str, Field(description="when the elderly are written to")] = (
        "09:00-11:00"
    )
    festivals: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            description="festivals without questions about illness, comma-separated; "
            "empty: the built-in list"
        ),
    ] = ()
    deaths_count: Annotated[
        bool,
        Field(
            description="the dead stay in the denominator of the follow-up rate, as the national "
            "indicator's words say"
        ),
    ] = False
    follow_up_bands: Annotated[
        tuple[float, float, float],
        NoDecode,
        Field(description="from which follow-up rate in percent on: good, normal, warning"),
    ] = (97.0, 91.0, 70.0)
    sample_weekly: Annotated[
        int,
        Field(
            ge=0,
            le=50,
            description="how many patients of each department are asked a week by message whether "
            "anybody was in touch; 0: nobody",
        ),
    ] = 1
    approvals_file: Annotated[
        Path, Field(description="who signed which version of which questionnaire")
    ] = Path("var/approvals.toml")
    header_file: Annotated[
        Path | None,
        Field(description="fields at the head of the follow-up form; empty: the eleven as shipped"),
    ] = None
    media_folder: Annotated[
        Path, Field(description="where patients' pictures are kept, outside the web root")
    ] = Path("var/media")
    inbox: Annotated[
        Path | None,
        Field(
            description="folder in which the hospital's lists are put to be taken by themselves; "
            "empty: none is watched"
        ),
    ] = None
    inbox_by: Annotated[
        str,
        Field(
            pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
            description="when today's list of discharges must be in the folder, else IT is told",
        ),
    ] = "07:30"
    lexicon: Annotated[
        Path | None,
        Field(
            description="file of the hospital's own words and their tags; read anew when changed"
        ),
    ] = None
    channels: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            description="channels beside the web chat, comma-separated: wechat, sms, telegram; "
            "each has settings of its own"
        ),
    ] = ()
    tick_seconds: Annotated[
        float, Field(gt=0, le=60, description="how often due work is looked for")
    ] = 5.0

    @field_validator("quiet_hours", "festivals", "trusted_proxies", "channels", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_address(text)) for text in value)

    @field_validator("follow_up_bands", mode="before")
    @classmethod
    def _figures(cls, value: Any) -> Any:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @field_validator("follow_up_bands")
    @classmethod
    def _falling(cls, value: tuple[float, float, float]) -> tuple[float, float, float]:
        if not 100 >= value[0] > value[1] > value[2] >= 0:  # noqa: PLR2004 - percent
            raise ValueError("three falling percentages, such as 97,91,70")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _spans(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            Span.parse(text)
        return value

    @field_validator("elderly_window")
    @classmethod
    def _span(cls, value: str) -> str:
        Span.parse(value)
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise ValueError(f"no time zone {value!r}") from fault
        return value

    @field_validator("public_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("starts with http:// or https://")
        return value.rstrip("/")

    @property
    def hours(self) -> ContactHours:
        """The hours in which conversations are started."""
        return ContactHours(
            quiet=tuple(Span.parse(text) for text in self.quiet_hours),
            elderly_window=Span.parse(self.elderly_window),
            elderly_age=self.elderly_age,
            zone=ZoneInfo(self.timezone),
        )


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; raises BadSettings naming every fault, and never a secret."""
    faults: list[str] = []
    settings = None
    try:
        settings = Settings(**overrides)
        settings.hours  # noqa: B018 - quiet hours that leave no minute open are a fault here
    except ValidationError as found:
        faults = [f"SUIFANG_{_name(fault)}: {fault['msg']}" for fault in found.errors()]
    except ValueError as fault:
        faults = [f"SUIFANG_QUIET_HOURS: {fault}"]
    faults += faults_of_channels(overrides.get("channels"))
    if faults or settings is None:
        raise BadSettings("\n".join(faults)) from None
    return settings


def _name(fault: Any) -> str:
    return ".".join(str(part) for part in fault["loc"]).upper()


def settings_table() -> str:
    """Write the tables of all settings in Markdown, as they stand in docs/settings.md."""
    tables = [_table("SUIFANG_", Settings)]
    kinds: tuple[type[BaseSettings], ...] = (*OF_CHANNEL.values(), *ALWAYS, VoiceSettings)
    for kind in kinds:
        prefix = str(kind.model_config.get("env_prefix"))
        tables += [f"\n{kind.__doc__}\n", _table(prefix, kind)]
    return "\n".join(tables) + "\n"


def _table(prefix: str, kind: type[BaseSettings]) -> str:
    rows = ["| setting | default | meaning |", "| --- | --- | --- |"]
    for name, field in kind.model_fields.items():
        default = "needed" if field.is_required() else _shown(field.default)
        rows.append(f"| `{prefix}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def _shown(default: Any) -> str:
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, tuple):
        default = ", ".join(str(part) for part in default)
    return f"`{default}`" if default not in ("", None) else ""
