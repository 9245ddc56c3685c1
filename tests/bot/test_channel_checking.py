"""check and channels name what would fail only when somebody is in danger."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.test_commands import ROOT, Terminal

ALIYUN = {
    "SUIFANG_CHANNELS": "sms",
    "SUIFANG_SMS_PROVIDER": "aliyun",
    "SUIFANG_SMS_SIGNATURE": "示例医院",
    "SUIFANG_SMS_SECRET_PATH": "secretpath0123456789",
    "SUIFANG_SMS_SOURCES": "127.0.0.1/32",
    "SUIFANG_SMS_ALIYUN_KEY_ID": "id",
    "SUIFANG_SMS_ALIYUN_KEY_SECRET": "secret",
}


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A prompt in an empty folder."""
    return Terminal(tmp_path)


def sample() -> str:
    """The list of groups as the guide shows it."""
    guide = (ROOT / "docs/channels/staff-groups.md").read_text(encoding="utf-8")
    return guide.partition("```toml\n")[2].partition("```")[0]


def a_list_of_groups(terminal: Terminal, words: str) -> None:
    """Give the prompt a list of groups, and the keys the guide's sample names."""
    secret, listed = terminal.folder / "duty", terminal.folder / "groups.toml"
    secret.write_text("SECabc", encoding="utf-8")
    listed.write_text(words.replace("/run/secrets/duty", str(secret)), encoding="utf-8")
    keys = ("GROUP_XN_KEY", "GROUP_DUTY_TOKEN", "GROUP_CMP_HOOK", "GROUP_CMP_SECRET")
    terminal.settings |= {name: f"key-{name}" for name in keys}
    terminal.settings["SUIFANG_GROUPS_FILE"] = str(listed)


def test_check_says_that_no_text_is_filed_with_who_wants_them_filed(terminal: Terminal) -> None:
    file = terminal.folder / "templates.toml"
    terminal.settings |= {**ALIYUN, "SUIFANG_SMS_TEMPLATES": str(file)}
    done = terminal.run("check")
    assert done.returncode == 0
    assert "aliyun 只发备案过的模板" in done.stdout


def test_check_names_the_safety_texts_that_are_not_filed(terminal: Terminal) -> None:
    file = terminal.folder / "templates.toml"
    terminal.settings |= {**ALIYUN, "SUIFANG_SMS_TEMPLATES": str(file)}
    file.write_text('[M-STOP]\ncode = "SMS_1"\nvariables = []\n', encoding="utf-8")
    said = terminal.run("check").stdout
    assert "M-RF1" in said
    assert "M-CRISIS" in said
    file.write_text("[[", encoding="utf-8")
    done = terminal.run("check")
    assert (done.returncode, "templates.toml" in done.stdout) == (1, True)


def test_check_and_channels_name_a_department_nobody_has(terminal: Terminal) -> None:
    a_list_of_groups(terminal, sample().replace("0101", "XN"))
    assert "XN" not in terminal.run("check").stdout
    assert not (terminal.folder / "suifang.db").exists()
    terminal.run("import", "departments", "examples/departments.csv")
    for command in ("check", "channels"):
        assert "科室名单里没有: XN" in terminal.run(command).stdout


def test_the_sample_of_the_guide_fits_the_example_lists(terminal: Terminal) -> None:
    a_list_of_groups(terminal, sample())
    terminal.run("import", "departments", "examples/departments.csv")
    done = terminal.run("check")
    assert done.returncode == 0
    assert "科室名单里没有" not in done.stdout
    (terminal.folder / "suifang.db").write_bytes(b"no database")
    assert "没有核对" in terminal.run("check").stdout


def test_what_failed_is_tried_again_by_a_command(terminal: Terminal) -> None:
    assert terminal.run("migrate").returncode == 0
    done = terminal.run("channels", "retry", "wechat")
    assert done.returncode == 0
    assert "wechat:0 条消息" in done.stdout


def test_check_warns_where_no_group_would_hear_of_a_missing_list(terminal: Terminal) -> None:
    terminal.settings["SUIFANG_INBOX"] = str(terminal.folder)
    assert "SUIFANG_INBOX: 没有一个群" in terminal.run("check").stdout
    group = '[[group]]\nname = "信息科"\nchannel = "wecom"\naddress = "env:GROUP_XN_KEY"\n'
    a_list_of_groups(terminal, f'{group}roles = ["it"]\n')
    done = terminal.run("check")
    assert done.returncode == 0, done.stdout
    assert "SUIFANG_INBOX" not in done.stdout
