"""The read command: a real process, JSON lines in, JSON lines out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-11-23T09:00"
APPOINTMENT = "2026-11-26T08:30"


def read(*lines: str | bytes | dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    """Feed lines to the command and return its exit code and its answers."""
    given = b"\n".join(
        line if isinstance(line, bytes) else _line(line).encode("utf-8") for line in lines
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "main.py", "read"],
        cwd=ROOT,
        input=given,
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def _line(line: str | dict[str, Any]) -> str:
    return line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)


def reply(text: str, context: str = "reminder", **more: Any) -> dict[str, Any]:
    """Make one line of input."""
    return {"id": text, "text": text, "context": context, "now": NOW, **more}


def test_every_reply_is_answered_with_its_id_in_order() -> None:
    code, answers = read(
        reply("好的,准时到", appointment=APPOINTMENT),
        reply("去不了了,取消吧", appointment=APPOINTMENT),
        reply("120/80", "number", question="今早血压是多少?"),
        reply("没吃", "yesno", question="药按时吃了吗?"),
        reply("5", "scale5", question="1=非常满意 2=满意 3=一般 4=不满意 5=很不满意"),
    )
    assert code == 0
    assert [(answer["intent"], answer["value"]) for answer in answers] == [
        ("confirm", None),
        ("cancel", None),
        ("answer_number", [120, 80]),
        ("answer_yesno", False),
        ("answer_scale", 1),
    ]
    assert answers[0]["id"] == "好的,准时到"
    assert answers[2]["unit"] == "mmHg"


def test_a_wish_holds_only_the_keys_that_were_said() -> None:
    code, answers = read(reply("改到下周三下午两点", appointment=APPOINTMENT))
    assert code == 0
    assert answers[0]["intent"] == "reschedule"
    assert answers[0]["when"] == {"date": "2026-12-02", "time": "14:00", "period": "afternoon"}


def test_no_wish_is_null_and_the_evidence_is_the_patients_words() -> None:
    _, answers = read(reply("唔嚟喇,唔該取消", appointment=APPOINTMENT))
    assert answers[0]["when"] is None
    assert "取消" in answers[0]["evidence"]


def test_a_bad_line_is_named_and_the_good_ones_go_on() -> None:
    code, answers = read(
        reply("可以"),
        "{not json",
        {"id": 7, "text": "可以", "context": "holiday", "now": NOW},
        {"id": 8, "context": "none", "now": NOW},
        reply("可以", now="soon"),
        b'{"text": "\xff"}',
        "",
        "[1, 2]",
        reply("不来了"),
    )
    assert code == 1
    assert [answer.get("intent") for answer in answers if "error" not in answer] == [
        "confirm",
        "cancel",
    ]
    bad = [(answer["id"], answer["line"]) for answer in answers if "error" in answer]
    assert bad == [(None, 2), (7, 3), (8, 4), ("可以", 5), (None, 6), (None, 8)]
    assert all(answer["error"] for answer in answers if "error" in answer)


def test_a_fault_does_not_repeat_what_the_patient_wrote() -> None:
    _, answers = read({"id": 1, "text": ["机密"], "context": "none", "now": NOW})
    assert "机密" not in json.dumps(answers, ensure_ascii=False)


def test_nothing_in_gives_nothing_out() -> None:
    assert read(b"") == (0, [])


def test_an_answer_comes_before_the_next_line_is_given() -> None:
    """A program may talk to the command: a line is answered without waiting for the end."""
    process = subprocess.Popen(
        [sys.executable, "main.py", "read"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdin
        assert process.stdout
        for text in ("1", "2"):
            process.stdin.write(json.dumps(reply(text)).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == text
        process.stdin.close()
    assert process.returncode == 0
