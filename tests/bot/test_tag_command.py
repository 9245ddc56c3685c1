"""The tag, weights and lexicon commands: real processes, and the lexicon that follows its file."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

from openpyxl import Workbook, load_workbook

from bot.own_lexicon import OwnLexiconFile
from bot.tagging import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
RUDE = "分诊那位甩脸子，问一句就吼人"


def run(*arguments: str, given: str = "", lexicon: Path | None = None) -> tuple[int, str]:
    """Run a command of main.py and return its exit code and what it printed."""
    own = {"SUIFANG_LEXICON": str(lexicon)} if lexicon else {}
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-W", "error", "main.py", *arguments],
        cwd=ROOT,
        input=given.encode(),
        capture_output=True,
        check=False,
        env={**os.environ, **own},
    )
    return done.returncode, done.stdout.decode()


def test_json_lines_are_tagged_in_order() -> None:
    given = "\n".join(json.dumps({"id": n, "text": text}) for n, text in ((7, RUDE), (8, "好的")))
    code, out = run("tag", given=given)
    first, second = (json.loads(line) for line in out.splitlines())
    assert code == 0
    assert tuple(first) == COLUMNS
    assert (first["id"], first["is_complaint"], first["categories"]) == (7, True, ["attitude"])
    assert all(piece["words"] in RUDE for piece in first["evidence"])
    assert (second["id"], second["is_complaint"], second["severity"]) == (8, False, "none")


def test_bad_lines_are_named_by_number_and_the_good_ones_go_on() -> None:
    code, out = run("tag", given=f'no json\n{{"id":2}}\n{{"id":3,"text":"{RUDE}"}}\n')
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [(answer["id"], answer.get("line")) for answer in answers] == [
        (None, 1),
        (2, 2),
        (3, None),
    ]
    assert RUDE not in answers[0]["error"]


def test_a_csv_becomes_a_csv(tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text(f"编号,留言内容\nA1,{RUDE}\nA2,\n", encoding="gb18030")
    code, _ = run("tag", str(file), "--out", str(out))
    with out.open(encoding="utf-8-sig", newline="") as written:
        rows = list(csv.DictReader(written))
    assert code == 1
    assert [row["id"] for row in rows] == ["A1", "A2"]
    assert (rows[0]["categories"], rows[0]["severity"]) == ("attitude", "medium")


def test_a_workbook_becomes_a_workbook(tmp_path: Path) -> None:
    file, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "text"])
    sheet.append(["B1", RUDE])
    book.save(file)
    code, _ = run("tag", str(file), "--out", str(out))
    rows = list(load_workbook(out).worksheets[0].iter_rows(values_only=True))
    assert code == 0
    assert rows[0] == COLUMNS
    assert rows[1][:3] == ("B1", True, "attitude")


def test_a_formula_in_a_message_is_harmless_in_a_list(tmp_path: Path) -> None:
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text("id,text\n=1+1,好的\n", encoding="utf-8")
    run("tag", str(file), "--out", str(out))
    assert "'=1+1" in out.read_text("utf-8-sig")


def test_a_list_without_messages_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("姓名,电话\n", encoding="utf-8")
    assert run("tag", str(file))[0] == 2


def test_the_hospitals_own_words_are_used(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("望江石 self_harm\n", encoding="utf-8")
    given = json.dumps({"id": 1, "text": "今晚去望江石坐坐"})
    answer = json.loads(run("tag", given=given, lexicon=words)[1])
    assert answer["urgent_type"] == ["self_harm"]


def test_a_lexicon_is_checked_line_by_line(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("望江石 self_harm\n谢谢 attitude\n", encoding="utf-8")
    code, out = run("lexicon", "check", str(words))
    assert code == 1
    assert out.splitlines()[1].startswith("第 2 行")


def test_what_the_model_learnt_of_a_word_is_shown() -> None:
    code, out = run("weights", "%fault attitude")
    assert code == 0
    assert any(line.split()[2] == "attitude" for line in out.splitlines())


def test_a_changed_lexicon_is_read_again_without_a_restart(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    file = OwnLexiconFile(words)
    assert file.current().words == ()
    words.write_text("望江石 self_harm\n", encoding="utf-8")
    assert [own.word for own in file.current().words] == ["望江石"]
    words.write_text("望江石 self_harm\n黑风洞 process\n", encoding="utf-8")
    assert [own.word for own in file.current().words] == ["望江石", "黑风洞"]
    words.unlink()
    assert file.current().words == ()
