"""Posts to the robots of WeCom and Feishu by libraries of others."""

import asyncio
from typing import Any

from feishu_notify.bot import FeishuBot
from feishu_notify.context import ServiceContext
from py_wecom_toolkit.webhook.client import Client as WecomClient

from tests.peers.python.lines import serve


def wecom(url: str, key: str, text: str, everybody: bool) -> int:
    """Post to WeCom; the errcode of the answer."""
    with WecomClient(key, base_url=url) as client:
        mentioned = ["@all"] if everybody else None
        return int(client.send_text(text, mentioned_list=mentioned).errcode)


def feishu(url: str, secret: str, text: str) -> bool:
    """Post to Feishu; whether it was taken."""
    payload: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    return asyncio.run(_sent(url, secret, payload)) is True


async def _sent(url: str, secret: str, payload: dict[str, Any]) -> object:
    bot = FeishuBot(url, secret, context=ServiceContext(service="suifang"))
    try:
        return await bot.send(payload)
    finally:
        await bot.aclose()


if __name__ == "__main__":
    serve({"wecom": wecom, "feishu": feishu})
