"""The settings of the staff groups: SUIFANG_GROUPS_FILE and the makers' addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class GroupsSettings(BaseSettings):
    """Where the list of groups is, and where their robots listen."""

    model_config = SettingsConfigDict(
        env_prefix="SUIFANG_GROUPS_",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
    )

    file: Annotated[
        Path | None, Field(description="list of the staff groups (TOML); empty: none is posted to")
    ] = None
    wecom_url: Annotated[str, Field(description="where WeCom's robots listen")] = (
        "https://qyapi.weixin.qq.com"
    )
    dingtalk_url: Annotated[str, Field(description="where DingTalk's robots listen")] = (
        "https://oapi.dingtalk.com"
    )
    feishu_url: Annotated[
        str, Field(description="where Feishu's robots listen; Lark: https://open.larksuite.com")
    ] = "https://open.feishu.cn"
