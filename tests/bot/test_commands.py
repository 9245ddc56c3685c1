"""The command line as the IT officer types it: real processes, real files."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[2]


class Terminal:
    """A folder with settings of its own, and a prompt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = {
            "SUIFANG_DATABASE_URL": f"sqlite://{folder / 'suifang.db'}",
            "SUIFANG_KEY_FILE": str(folder / "keys.json"),
            "SUIFANG_APPROVALS_FILE": str(folder / "approvals.toml"),
            "SUIFANG_PLANS_FILE": str(folder / "plans.toml"),
            "SUIFANG_LEGAL_BASIS": "医疗服务必需",
        }

    def run(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command; warnings of our own code are errors."""
        clean = {key: value for key, value in os.environ.items() if "SUIFANG" not in key}
        return subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "-W", "error", "main.py", *arguments],
            cwd=ROOT,
            env={**clean, **self.settings, "COLUMNS": "200"},
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A prompt in an empty folder."""
    return Terminal(tmp_path)


def test_every_command_explains_itself(terminal: Terminal) -> None:
    commands = ["run", "demo", "import", "talk", "migrate", "check", "settings", "export", "slips"]
    shown = terminal.run("--help").stdout
    assert all(command in shown for command in commands)
    assert all(terminal.run(command, "--help").returncode == 0 for command in commands[:3])


def test_check_names_all_bad_settings_at_once_and_no_secret(terminal: Terminal) -> None:
    terminal.settings |= {
        "SUIFANG_DATABASE_URL": "postgres://u:hunter2@h/d",
        "SUIFANG_WEB_PORT": "eighty",
        "SUIFANG_TIMEZONE": "Mars/Olympus",
        "SUIFANG_QUIET_HOURS": "25:00-26:00",
    }
    done = terminal.run("check")
    assert done.returncode == 1
    for name in ("WEB_PORT", "TIMEZONE", "QUIET_HOURS"):
        assert f"SUIFANG_{name}" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


def test_check_passes_on_the_shipped_content_and_says_what_nobody_signed(
    terminal: Terminal,
) -> None:
    done = terminal.run("check")
    assert done.returncode == 0
    assert "fu-d3@1 还没有人签字批准" in done.stdout
    (terminal.folder / "approvals.toml").write_text(
        '[fu-d3]\nversion = "1"\nby = "王医生"\non = 2026-11-01\n', encoding="utf-8"
    )
    assert "fu-d3@1 还没有人签字批准" not in terminal.run("check").stdout


def test_a_broken_approvals_file_is_named_with_its_place(terminal: Terminal) -> None:
    (terminal.folder / "approvals.toml").write_text("[fu-d3]\nby = 'x'\n", encoding="utf-8")
    done = terminal.run("check")
    assert done.returncode == 1
    assert "approvals.toml: fu-d3" in done.stdout


def test_a_list_is_imported_printed_and_exported(terminal: Terminal) -> None:
    for kind in ("departments", "staff", "discharges"):
        done = terminal.run("import", kind, f"examples/{kind}.csv")
        assert done.returncode == 0, done.stdout + done.stderr
    slips = terminal.folder / "slips.pdf"
    assert terminal.run("slips", str(slips)).returncode == 0
    assert "王小明" in "".join(page.extract_text() for page in PdfReader(slips).pages)
    answers = terminal.folder / "answers.csv"
    assert terminal.run("export", "responses", str(answers)).returncode == 0
    assert answers.read_text(encoding="utf-8-sig").startswith("response_id,")


def test_nothing_of_a_patient_stands_readable_in_the_database_file(terminal: Terminal) -> None:
    terminal.run("import", "departments", "examples/departments.csv")
    terminal.run("import", "discharges", "examples/discharges.csv")
    file = terminal.folder / "suifang.db"
    sqlite3.connect(file).execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    raw = file.read_bytes()
    assert "心内科".encode() in raw
    for secret in ("王小明", "13900001001"):
        assert secret.encode() not in raw
    assert file.stat().st_mode & 0o077 == 0
    assert (terminal.folder / "keys.json").stat().st_mode & 0o077 == 0


def test_a_wrong_key_file_is_refused_and_nothing_is_overwritten(terminal: Terminal) -> None:
    terminal.run("import", "departments", "examples/departments.csv")
    other = Terminal(terminal.folder / "other")
    other.folder.mkdir()
    other.run("import", "departments", "examples/departments.csv")
    wrong = (other.folder / "keys.json").read_bytes()
    (terminal.folder / "keys.json").write_bytes(wrong)
    before = (terminal.folder / "suifang.db").read_bytes()
    done = terminal.run("run")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "key" in done.stderr.lower()
    assert (terminal.folder / "suifang.db").read_bytes() == before
    assert (terminal.folder / "keys.json").read_bytes() == wrong


def test_folders_that_do_not_exist_yet_are_made_private(terminal: Terminal) -> None:
    new = terminal.folder / "var"
    terminal.settings |= {
        "SUIFANG_DATABASE_URL": f"sqlite://{new / 'suifang.db'}",
        "SUIFANG_KEY_FILE": str(new / "keys.json"),
    }
    assert terminal.run("migrate").returncode == 0
    assert new.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("command", [["migrate"], ["run"], ["slips", "x.pdf"]])
def test_a_bad_database_address_is_told_in_a_sentence(
    terminal: Terminal, command: list[str]
) -> None:
    terminal.settings["SUIFANG_DATABASE_URL"] = "oracle://secret@somewhere"
    done = terminal.run(*command)
    assert done.returncode == 2
    assert "BadDatabaseUrl" in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_migrating_twice_says_that_there_is_nothing_to_do(terminal: Terminal) -> None:
    assert "已升级" in terminal.run("migrate").stdout
    assert "已是最新" in terminal.run("migrate").stdout


def test_talk_reads_lines_and_always_ends_with_an_outcome(terminal: Terminal) -> None:
    lines = terminal.run("talk", "fu-d3", given="1\n打错了\n").stdout.splitlines()
    assert lines[0].startswith("< ")
    assert lines[1] == "> 1"
    assert lines[-1] == "# wrong_number"
    assert terminal.run("talk", "fu-d3").stdout.splitlines()[-1] == "# expired"


@pytest.mark.parametrize(
    "arguments",
    [
        ["talk", "no-such-form"],
        ["talk", "fu-d3", "--set", "nonsense=1"],
        ["talk", "fu-d3", "--channel", "pigeon"],
        ["talk", "fu-d3", "--at", "yesterday"],
        ["slips", "x.pdf", "--day", "soon"],
        ["export", "responses", "answers.doc"],
        ["import", "discharges", "no-such-file.csv"],
    ],
)
def test_a_wrong_word_is_answered_with_a_sentence_not_a_traceback(
    terminal: Terminal, arguments: list[str]
) -> None:
    done = terminal.run(*arguments)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert done.stdout + done.stderr


def test_the_plans_are_shown_with_the_hospitals_own(terminal: Terminal) -> None:
    own = terminal.folder / "plans.toml"
    own.write_text('[rule.heart]\ndiagnosis = ["I21"]\nplan = "central"\n', encoding="utf-8")
    shown = terminal.run("plans").stdout
    assert "三轮 (three_rounds),默认" in shown
    assert "规则 heart: 集中4-7工作日" in shown


def test_each_row_of_a_list_is_told_its_plan_and_nobody_is_named(terminal: Terminal) -> None:
    own = terminal.folder / "plans.toml"
    own.write_text('[rule.operated]\noperation = true\nplan = "post_operative"', encoding="utf-8")
    terminal.run("import", "departments", "examples/departments.csv")
    done = terminal.run("plans", "examples/discharges.csv")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert any("术后伤口(rule:operated)" in line for line in lines)
    assert any("三轮(default)" in line for line in lines)
    assert all(line.startswith("第") for line in lines)


def test_faults_of_the_plans_are_told_at_once_and_nothing_starts(terminal: Terminal) -> None:
    own = terminal.folder / "plans.toml"
    own.write_text(
        '[rule.a]\nplan = "nowhere"\noperation = true\n[rule.b]\nplan = "central"\n',
        encoding="utf-8",
    )
    checked = terminal.run("check")
    assert checked.returncode == 1
    assert "plans.toml [规则 a] 没有这个方案:nowhere" in checked.stdout
    assert "plans.toml [规则 b] 规则没有条件" in checked.stdout
    started = terminal.run("run")
    assert started.returncode == 2
    assert "plans.toml [规则 a] 没有这个方案:nowhere" in started.stderr


def test_a_default_plan_nobody_wrote_is_a_fault_of_the_settings(terminal: Terminal) -> None:
    terminal.settings["SUIFANG_PLAN"] = "weekly"
    assert "SUIFANG_PLAN 没有这个方案:weekly" in terminal.run("check").stdout
