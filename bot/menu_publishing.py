"""The channels menu command: the menu below the talk in WeChat, put in place of the one there."""

from __future__ import annotations

import asyncio

import typer

from bot.channel import SendError
from bot.channels.wechat_api import MENU, WeChatApi
from bot.channels.wechat_settings import WeChatSettings
from bot.command_words import tell
from bot.opening import now, opened
from bot.settings import Settings
from bot.wechat_menu import menu_buttons
from models.people import System


def publish_menu(settings: Settings) -> int:
    """Publish the menu and say so; returns the exit code."""
    if System.WECHAT.channel not in settings.channels:
        typer.echo(tell("menu", "no_wechat"), err=True)
        return 2
    try:
        asyncio.run(_publish(settings))
    except SendError as fault:
        typer.echo(tell("menu", "refused", why=fault.said), err=True)
        return 1
    typer.echo(tell("menu", "done"))
    return 0


async def _publish(settings: Settings) -> None:
    api = WeChatApi(WeChatSettings(), now)
    async with opened(settings):
        await api.start()
        try:
            answer = await api.post(MENU, {"button": menu_buttons(settings.public_url)})
        finally:
            await api.close()
    if answer.fault is not None:
        raise answer.fault
