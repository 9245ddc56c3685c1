"""Which doctor the words name, whether or not the book knows one of that name."""

from __future__ import annotations

import pytest

from dialogs.appointments.doctors import said_doctor


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("约张三丰主任的号", "张三丰主任"),
        ("想挂李医生", "李医生"),
        ("下周李主任有号吗", "李主任"),
        ("周三张主任的号", "张主任"),
        ("約欧阳明教授", "欧阳明教授"),
        ("帮我约赵六的号", "赵六"),
        ("马上约医生", ""),
        ("有许多医生吗", ""),
        ("任何医生都行", ""),
        ("约下周四的号", ""),
        ("周三的专家号", ""),
        ("找主任看", ""),
        ("换个医生", ""),
        ("何时有医生", ""),
        ("高血压看哪个医生", ""),
    ],
)
def test_a_doctor_is_a_surname_and_a_title(text: str, said: str) -> None:
    assert said_doctor(text) == said
