"""The settings of the duty phone: SUIFANG_DUTY_PHONE and its voice notice."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.seal import normal_phone


class DutySettings(BaseSettings):
    """Where red alerts ring that nobody takes; a ward's own number comes before."""

    model_config = SettingsConfigDict(
        env_prefix="SUIFANG_DUTY_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
    )

    phone: Annotated[
        SecretStr,
        Field(
            description="phone of the house that is answered day and night, for red alerts nobody "
            "takes; empty: only wards with a number of their own are rung"
        ),
    ] = SecretStr("")
    voice_template: Annotated[
        str, Field(description="voice notice as filed with the provider; empty: SMS only")
    ] = ""

    @field_validator("phone")
    @classmethod
    def _number(cls, value: SecretStr) -> SecretStr:
        number = normal_phone(value.get_secret_value())
        if number and not number.removeprefix("+").isdecimal():
            raise ValueError("a telephone number")
        return SecretStr(number)
