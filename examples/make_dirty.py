"""Make the dirty example files, so that a reader can see what is wrong in each of them.

    python examples/make_dirty.py

Everybody in them is invented; the telephone numbers begin with 1390000 or end in 8888xxxx, the
identity numbers with the unassigned area 199999. Run it again after a change here; the files it
writes are kept in the repository.
"""  # noqa: INP001 - a script, not a package

import csv
import datetime as dt
import html
import io
from pathlib import Path

import xlwt
from openpyxl import Workbook

HERE = Path(__file__).parent
TITLE = "示例医院出院患者名单"
CSV_HEADER = [
    "序号", "住院号", "*姓名", "性别", "年龄", "身份证号码", "联系电话", "家属电话", "科室",
    "出院日期(年月日)", "离院方式", "出院诊断", "费用类别",
]  # fmt: skip


def patient(number: str, name: str, phone: str, **cells: str) -> list[str]:
    """Return a row that is good but for the cells named."""
    usual = {
        "序号": number.lstrip("0")[-2:],
        "住院号": number,
        "*姓名": name,
        "性别": "女",
        "年龄": "48",
        "联系电话": phone,
        "科室": "心内科",
        "出院日期(年月日)": "2026-11-15",
        "离院方式": "1",
        "出院诊断": "高血压病",
        "费用类别": "医保",
    }
    named = {"出院日期(年月日)" if key == "出院日期" else key: cells[key] for key in cells}
    return [(usual | named).get(column, "") for column in CSV_HEADER]


CSV_ROWS = [
    # full-width digits and a line break in a good row
    patient(
        "0026000101", "王小\n明", "１３９００００１１０１",
        性别="男", 年龄="５６岁", 身份证号码="199999197003140019", 出院日期="2026/11/12",
    ),
    # "same as above" for the ward and the date, several numbers in a cell
    patient(
        "0026000102", "李 示 例", "13900001102/0510-88881102 儿子",
        科室="同上", 出院日期="同上", 离院方式="医嘱离院",
    ),
    # a minority name with the wrong dot, a compact date, +86 and spaces
    patient("0026000103", "阿依•示例", "+86 139 0000 1103", 出院日期="20261113"),
    # Excel has destroyed the identity number and the telephone
    patient(
        "0026000104", "赵样本", "1.39E+10",
        身份证号码="1.99999E+17", 家属电话="13900002104", 出院日期="2026.11.14",
    ),
    # a wrong checksum, a placeholder telephone
    patient(
        "0026000105", "钱测试", "13800000000",
        身份证号码="199999197101080020", 出院日期="2026年11月14日",
    ),
    # leading zeros lost, a discharge in the future
    patient("26000106", "孙虚构", "13900001106", 出院日期="2027-11-15"),
    # the same stay twice: the last row counts
    patient("0026000107", "周范文", "13900001107"),
    patient("0026000107", "周范文", "13900001117"),
    # two names under one number: neither can be trusted
    patient("0026000108", "吴举例", "13900001108"),
    patient("0026000108", "郑模拟", "13900001109"),
    # an unknown person, a death, a missing name
    patient("0026000111", "无名氏", ""),
    patient("0026000112", "冯演示", "13900001112", 离院方式="死亡"),
    patient("0026000113", "", "13900001113"),
    # children: ages in months and as a fraction of a month, no guardian
    patient("0026000114", "尤小样", "13900001114", 年龄="3岁2月", 科室="儿科"),
    patient("0026000115", "许小例", "无", 年龄="15/30", 科室="儿科", 家属电话="0510-88881115"),
    # one telephone at four patients, rare characters, a formula and a tag that stay text
    patient("0026000116", "施𠮷样", "13900001999", 出院诊断="=1+1"),
    patient("0026000117", "吕䶮品", "13900001999", 出院诊断="<b>抑郁发作</b>", 离院方式="4"),
    patient("0026000118", "何样例", "13900001999"),
    patient("0026000119", "张样例", "13900001999"),
    # long ago, and a date nobody can be sure of
    patient("0026000120", "孔样例", "13900001120", 出院日期="2026-08-01"),
    patient("0026000121", "曹样例", "13900001121", 出院日期="11/18/26"),
]  # fmt: skip


def dirty_csv() -> bytes:
    """Return GB18030 text: titles above, a repeated header, a wrong total, a footer below."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([TITLE])
    writer.writerow([])
    writer.writerow(CSV_HEADER)
    writer.writerows(CSV_ROWS[:12])
    writer.writerow(CSV_HEADER)
    writer.writerows(CSV_ROWS[12:])
    writer.writerow(["合计", "", "23人"])
    writer.writerow(["制表人：示例", "", "", "打印日期 2026-11-22"])
    return text.getvalue().encode("gb18030")


def dirty_xlsx() -> bytes:
    """Return a workbook: two header rows, merged wards and dates, numbers for texts."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "出院"
    sheet.append([TITLE])
    sheet.append(["病区", "住院号", "姓名", "身份证号", "电话", "联系人", None, None, "出院日期"])
    sheet.append([None, None, None, None, None, "姓名", "关系", "电话", None])
    day = dt.datetime(2026, 11, 16)  # noqa: DTZ001 - a cell of Excel has no zone
    rows: list[list[str | int | dt.datetime | None]] = [
        [
            "心内一病区", 26000201, "王小明", "199999195803140034", 13900001201,
            "王样", "儿子", 13900003201, day,
        ],
        [None, 26000202, "李示例", 199999193807020049, "13900001202", None, None, None, None],
        [None, 26000203, None, None, 13900001203, None, None, None, None],
        ["外一病区", 26000204, "陈试用", None, 13900001204, None, None, None, 46343],
        [None, 26000205, "褚练习", None, 13900001205, "褚样", "丈夫", None, "2026-11-18 09:30:00"],
    ]  # fmt: skip
    for row in rows:
        sheet.append(row)
    sheet.append(["合计：5人"])
    for area in ("A1:I1", "F2:H2", "A4:A6", "I4:I6", "A7:A8", "C5:C6", "A9:I9"):
        sheet.merge_cells(area)
    hidden = book.create_sheet("旧数据", 0)
    hidden.sheet_state = "hidden"
    hidden.append(["住院号", "姓名", "出院日期", "电话", "病区", "性别", "年龄"])
    hidden.append(["1", "不应读取", "2026-11-01", "13900009999", "旧", "男", "1"])
    book.active = 1
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def html_xls() -> bytes:
    """Return a web page named .xls, in GB2312, its ward and date spanning rows."""
    head = ["病区", "住院号", "姓名", "联系电话", "出院时间", "离院方式"]
    cells = "".join(f"<th>{html.escape(name)}</th>" for name in head)
    body = (
        "<tr><td rowspan=2>肿瘤病区</td><td>0026000301</td><td>韩示范</td><td>13900001301</td>"
        "<td rowspan=2>2026-11-18 10:05:00</td><td>医嘱离院</td></tr>"
        "<tr><td>0026000302</td><td>杨&nbsp;仿真</td><td>13900001302<br>0510-88881302</td>"
        "<td>&nbsp;</td></tr>"
        "<tr><td>儿科病区</td><td>0026000303</td><td>&lt;i&gt;何小试</td><td>13900001303</td>"
        "<td>2026-11-19 08:00:00</td><td>自动出院</td></tr>"
        "<tr><td>总计</td><td colspan=5>3</td></tr>"
    )
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head>'
        f"<body><table><tr><td colspan=6>{TITLE}</td></tr></table>"
        f"<table border=1><tr>{cells}</tr>{body}</table></body></html>"
    )
    return page.encode("gb18030")


def old_xls() -> bytes:
    """Return a real Excel 97 workbook with dates, numbers and a merged ward."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    date = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for at, name in enumerate(["科室", "住院号", "姓名", "手机号", "出院日期", "年龄"]):
        sheet.write(1, at, name)
    sheet.write(0, 0, TITLE)
    sheet.write_merge(2, 3, 0, 0, "内分泌科")
    people = [("0026000401", "周范文", 13900001401, 64), ("0026000402", "吴举例", 13900001402, 45)]
    for line, (number, name, phone, age) in enumerate(people, 2):
        for at, value in enumerate([number, name, phone], 1):
            sheet.write(line, at, value)
        sheet.write(line, 4, dt.date(2026, 11, 15), date)
        sheet.write(line, 5, age)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


FILES = {
    "discharges_dirty.csv": dirty_csv,
    "discharges_dirty.xlsx": dirty_xlsx,
    "discharges_html.xls": html_xls,
    "discharges_old.xls": old_xls,
}

if __name__ == "__main__":
    for name, make in FILES.items():
        (HERE / name).write_bytes(make())
