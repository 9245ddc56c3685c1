"""The list of groups: keys from elsewhere, every fault named at once, no key in a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.group_list import BadGroups, load_groups
from models.hospital import StaffRole

KEYS = {"XN_KEY": "wecom-key", "DD_KEY": "ding-key", "DD_SECRET": "ding-secret"}
GOOD = """
[[group]]
name = "心内科"
channel = "wecom"
address = "env:XN_KEY"
departments = ["XN"]
backup = "总值班"

[[group]]
name = "总值班"
channel = "dingtalk"
address = "env:DD_KEY"
secret = "file:{secret}"
roles = ["medical_affairs", "complaint_office"]
mentions = false

[[group]]
name = "电报"
channel = "telegram"
address = "-1001234567890"
"""


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A list whose second group has its secret in a file."""
    (tmp_path / "secret").write_text("from-file\n", encoding="utf-8")
    path = tmp_path / "groups.toml"
    path.write_text(GOOD.replace("{secret}", str(tmp_path / "secret")), encoding="utf-8")
    return path


def faults(path: Path, text: str) -> str:
    """What is wrong with a list."""
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadGroups) as caught:
        load_groups(path, KEYS)
    return str(caught.value)


def test_keys_come_from_the_environment_and_from_files(listed: Path) -> None:
    ward, house, telegram = load_groups(listed, KEYS)
    assert (ward.address, ward.departments, ward.backup) == (
        "wecom-key",
        frozenset({"XN"}),
        "总值班",
    )
    assert (house.address, house.secret, house.mentions) == ("ding-key", "from-file", False)
    assert house.roles == {StaffRole.MEDICAL_AFFAIRS, StaffRole.COMPLAINT_OFFICE}
    assert telegram.address == "-1001234567890"


def test_without_a_list_there_are_no_groups(tmp_path: Path) -> None:
    assert load_groups(None, {}) == []
    (tmp_path / "empty.toml").write_text("", encoding="utf-8")
    assert load_groups(tmp_path / "empty.toml", {}) == []


def test_every_fault_is_named_at_once_and_no_key_is(tmp_path: Path) -> None:
    said = faults(
        tmp_path / "groups.toml",
        """
        [[group]]
        name = "a"
        channel = "dingtalk"
        address = "the-very-key"
        backup = "nobody"
        [[group]]
        name = "a"
        channel = "wecom"
        address = "env:MISSING"
        [[group]]
        name = "c"
        channel = "wecom"
        address = "file:/nowhere/at/all"
        [[group]]
        name = "d"
        channel = "wecom"
        address = "env:XN_KEY"
        [[group]]
        name = "e"
        channel = "wecom"
        address = "env:XN_KEY"
        """,
    )
    for fault in (
        "the same name twice (a)",
        "a.backup: no other group is called nobody",
        "a.secret: a robot of dingtalk must be signed",
        "a.address: write env:NAME or file:PATH, not the key itself",
        "a.address: nothing there",
        "c.address: nothing there",
        "the same address twice (wecom)",
    ):
        assert fault in said
    assert "the-very-key" not in said
    assert "wecom-key" not in said


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('channel = "irc"', "group 1.channel"),
        ('name = ""', "group 1.name"),
        ('name = "a b"', "group 1.name"),
        ('roles = ["king"]', "group 1.roles"),
        ('colour = "red"', "group 1.colour"),
    ],
)
def test_what_the_list_does_not_know_is_refused(tmp_path: Path, line: str, fault: str) -> None:
    known = {"name": '"a"', "channel": '"wecom"', "address": '"env:XN_KEY"'}
    name, _, value = line.partition(" = ")
    body = "\n".join(f"{key} = {said}" for key, said in {**known, name: value}.items())
    assert fault in faults(tmp_path / "groups.toml", f"[[group]]\n{body}\n")


def test_a_file_that_cannot_be_read_is_named_without_its_content(tmp_path: Path) -> None:
    path = tmp_path / "groups.toml"
    assert "groups.toml" in faults(path, "[[group")
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(BadGroups, match="not UTF-8"):
        load_groups(path, KEYS)
    with pytest.raises(BadGroups, match="nowhere"):
        load_groups(tmp_path / "nowhere.toml", KEYS)
