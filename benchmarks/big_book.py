"""Make a list of appointments of any length and the list of sessions it fits, always the same.

    python benchmarks/big_book.py 20000 sessions.csv appointments.csv

Nobody in it exists: telephone numbers begin with 139, ID numbers with 999999, a place that is none.
"""

import csv
import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from dialogs.identity import check_character

SESSIONS = ["门诊", "医生", "日期", "时间", "限号数", "现场号"]
APPOINTMENTS = [
    "预约号", "状态", "姓名", "证件号码", "联系电话", "门诊", "医生", "就诊日期", "时段",
    "初诊/复诊", "预约方式", "同意提醒",
]  # fmt: skip
CLINICS = 40
DAYS = 20
HALVES = ("上午", "下午")
FIRST_DAY = dt.date(2026, 11, 24)


def sessions() -> Iterator[Sequence[object]]:
    """Return the header and two sessions a clinic and day."""
    yield SESSIONS
    for number in range(CLINICS * DAYS * len(HALVES)):
        clinic, place = divmod(number, DAYS * len(HALVES))
        day, half = divmod(place, len(HALVES))
        yield [*_where(clinic), FIRST_DAY + dt.timedelta(days=day), HALVES[half], 20, 4]


def appointments(count: int) -> Iterator[Sequence[object]]:
    """Return the header and `count` rows."""
    yield APPOINTMENTS
    for number in range(count):
        turn, clinic = divmod(number, CLINICS)
        name, doctor = _where(clinic)
        id_no = f"999999{1940 + number // 1000}0101{number % 1000:03}"
        yield [
            f"B{number:07}", "已预约", f"测试{number}", id_no + check_character(id_no),
            f"139{number:08}", name, doctor, FIRST_DAY + dt.timedelta(days=turn % DAYS),
            HALVES[turn // DAYS % len(HALVES)], "复诊", "电话", "是",
        ]  # fmt: skip


def _where(clinic: int) -> tuple[str, str]:
    return f"门诊{clinic:02}", f"医生{clinic:02}"


def _write(path: Path, rows: Iterator[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(rows)


if __name__ == "__main__":
    _write(Path(sys.argv[2]), sessions())
    _write(Path(sys.argv[3]), appointments(int(sys.argv[1])))
