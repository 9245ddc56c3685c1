"""Make a discharge list of any length, the same one every time.

    python benchmarks/big_list.py 20000 list.csv
    python benchmarks/big_list.py 20000 list.xlsx

Nobody in it exists: telephone numbers begin with 1390000 or 1380000 and names are made of the
Heavenly Stems. One row in fifty is dirty, as in life.
"""

import csv
import datetime as dt
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook

HEADER = [
    "病案号", "住院号", "住院次数", "姓名", "性别", "年龄", "联系电话", "联系人", "关系",
    "联系人电话", "出院科室", "病区", "床号", "入院日期", "出院日期", "离院方式", "诊断编码",
    "出院诊断", "手术名称", "主管医生", "责任护士", "复诊日期", "随访要求", "随访同意", "费用类别",
]  # fmt: skip
DEPARTMENTS = ("心内科", "内分泌科", "普外科", "肿瘤科", "儿科")
DIAGNOSES = (
    ("I10.x00", "高血压病"),
    ("E11.900", "2型糖尿病"),
    ("K80.100", "胆囊结石伴慢性胆囊炎"),
    ("Z51.102", "结肠恶性肿瘤术后化疗"),
    ("J18.000", "支气管肺炎"),
)
STEMS = "甲乙丙丁戊己庚辛壬癸"
LAST_DAY = dt.date(2026, 11, 21)
DIRTY_EVERY = 50


def row(number: int) -> list[str]:
    """Return row `number`, counted from 0."""
    left = LAST_DAY - dt.timedelta(days=number % 40)
    kind = number % len(DEPARTMENTS)
    code, diagnosis = DIAGNOSES[kind]
    phone = f"1390000{number % 10000:04d}" if number % 2 else f"1380000{number % 10000:04d}"
    name = "".join(STEMS[int(digit)] for digit in f"{number % 1000:03d}")
    return [
        f"B{number:08d}", f"{number:010d}", str(1 + number % 3), name, "男女"[number % 2],
        f"{20 + number % 70}岁", "无" if number % DIRTY_EVERY == 0 else phone, name[0] + "样",
        "子女", f"1390000{(number * 7) % 10000:04d}", DEPARTMENTS[kind], f"{kind + 1}病区",
        f"{number % 60}床", f"{left - dt.timedelta(days=7):%Y-%m-%d}", f"{left:%Y/%m/%d} 10:30",
        "1", code, diagnosis, "", "周示教", "刘责护", f"{left + dt.timedelta(days=30):%Y.%m.%d}",
        "按时服药，两周后门诊复查", "是", "医保",
    ]  # fmt: skip


def rows(count: int) -> Iterator[list[str]]:
    """Return the header and `count` rows."""
    yield HEADER
    yield from (row(number) for number in range(count))


def as_csv(count: int, encoding: str = "gb18030") -> bytes:
    """Return the list as comma separated text."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows(count))
    return text.getvalue().encode(encoding)


def as_xlsx(count: int) -> bytes:
    """Return the list as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("出院")
    for cells in rows(count):
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def main() -> None:
    """Write the list a command line asks for."""
    count, path = int(sys.argv[1]), Path(sys.argv[2])
    path.write_bytes(as_xlsx(count) if path.suffix == ".xlsx" else as_csv(count))


if __name__ == "__main__":
    main()
