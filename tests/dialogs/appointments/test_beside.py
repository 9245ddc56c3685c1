"""What a message wishes besides what it says about how somebody is."""

from __future__ import annotations

import pytest

from dialogs.appointments.beside import wish_beside


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("伤口有点红,想改到周三", "想改到周三"),
        ("伤口有点红想改到周三", "想改到周三"),
        ("有点发烧 38度5,能不能推迟一周", "能不能推迟一周"),
        ("这两天伤口流脓,明天不来了", "明天不来了"),
        ("帮我改到下周一吧,伤口肿了", "帮我改到下周一吧"),
        ("刀口渗液了麻烦帮我约周三的门诊", "麻烦帮我约周三的门诊"),
        ("伤口红肿就改到周三吧", "就改到周三吧"),
        ("伤口有点红", ""),
        ("伤口有点红,还有点疼", ""),
        ("想改到周三", ""),
    ],
)
def test_the_wish_is_what_is_left(text: str, wish: str) -> None:
    assert wish_beside(text) == wish
