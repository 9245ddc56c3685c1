"""The month of follow-up from the command line, as the IT officer types it."""

from __future__ import annotations

from pathlib import Path

from tests.bot.test_commands import Terminal, terminal

__all__ = ["terminal"]


def test_the_month_is_written_and_a_bad_month_department_or_ending_is_named(
    terminal: Terminal, tmp_path: Path
) -> None:
    assert terminal.run("migrate").returncode == 0
    for kind, ending in (("monthly", "xlsx"), ("monthly", "pdf"), ("unfinished", "xlsx")):
        file = tmp_path / f"{kind}.{ending}"
        done = terminal.run("report", kind, "2026-03", str(file))
        assert done.returncode == 0, done.stderr
        assert file.stat().st_size > 1000
        assert "没有出院" in done.stdout
    refusals = {
        ("monthly", "2026-13", "m.xlsx"): "月份写作 2026-10",
        ("unfinished", "2026", "m.xlsx"): "月份写作 2026-10",
        ("monthly", "2026-03", "m.doc"): ".xlsx 或 .pdf",
        ("unfinished", "2026-03", "m.pdf"): ".xlsx 结尾",
        ("monthly", "2100-01", "m.xlsx"): "还没有开始",
        ("monthly", "2026-03", "m.xlsx", "--department", "ZZ"): "没有这个科室",
    }
    for arguments, words in refusals.items():
        refused = terminal.run("report", *arguments)
        assert refused.returncode == 2
        assert words in refused.stderr
    assert not Path("m.xlsx").exists()
