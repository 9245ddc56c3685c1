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
CSV_ROWS = [
    # a good row, with full-width digits, a no-break space and a line break
    ["1", "0026000101", "王小\n明", "男", "５６岁", "199999197003140019", "１３９００００１１０１", "", "心内科", "2026/11/12", "1", "高血压病", "医保"],
    # "same as above" for the ward and the date, several numbers in a cell
    ["2", "0026000102", "李 示 例", "女", "88", "", "13900001102/0510-88881102 儿子", "", "同上", "同上", "医嘱离院", "心力衰竭", "医保"],
    # a minority name with the wrong dot, a compact date, +86 and spaces
    ["3", "0026000103", "阿依•示例", "女", "47岁", "", "+86 139 0000 1103", "", "心内科", "20261113", "1", "高血压病", "自费"],
    # Excel has destroyed the identity number and the telephone
    ["4", "0026000104", "赵样本", "男", "61", "1.99999E+17", "1.39E+10", "13900002104", "心内科", "2026.11.14", "1", "心肌梗死", "医保"],
    # a wrong checksum, a placeholder telephone
    ["5", "0026000105", "钱测试", "女", "55", "199999197101080020", "13800000000", "", "内分泌科", "2026年11月14日", "1", "2型糖尿病", "医保"],
    # leading zeros lost, a discharge in the future
    ["6", "26000106", "孙虚构", "男", "77", "", "13900001106", "", "内分泌科", "2027-11-15", "1", "2型糖尿病", "医保"],
    # the same stay twice: the last row counts
    ["7", "0026000107", "周范文", "女", "64", "", "13900001107", "", "内分泌科", "2026-11-15", "1", "2型糖尿病", "医保"],
    ["8", "0026000107", "周范文", "女", "64", "", "13900001117", "", "内分泌科", "2026-11-15", "1", "2型糖尿病", "医保"],
    # two names under one number: neither can be trusted
    ["9", "0026000108", "吴举例", "男", "45", "", "13900001108", "", "普外科", "2026-11-15", "1", "阑尾炎", "医保"],
    ["10", "0026000108", "郑模拟", "女", "36", "", "13900001109", "", "普外科", "2026-11-15", "1", "胆囊结石", "医保"],
    # nobody to write to: an unknown person, a death, a missing name
    ["11", "0026000111", "无名氏", "男", "", "", "", "", "普外科", "2026-11-16", "1", "外伤", ""],
    ["12", "0026000112", "冯演示", "男", "82", "", "13900001112", "", "普外科", "2026-11-16", "死亡", "结肠恶性肿瘤", "医保"],
    ["13", "0026000113", "", "男", "40", "", "13900001113", "", "普外科", "2026-11-16", "1", "疝", "医保"],
    # children: ages in months and as a fraction, no guardian
    ["14", "0026000114", "尤小样", "男", "3岁2月", "", "13900001114", "", "儿科", "2026-11-17", "1", "肺炎", "医保"],
    ["15", "0026000115", "许小例", "女", "15/30", "", "无", "0510-88881115", "儿科", "2026-11-17", "1", "新生儿黄疸", "医保"],
    # one telephone at four patients, rare characters, a formula and a tag that stay text
    ["16", "0026000116", "施𠮷样", "男", "38", "", "13900001999", "", "精神科", "2026-11-18", "1", "=1+1", "医保"],
    ["17", "0026000117", "吕䶮品", "女", "31", "", "13900001999", "", "精神科", "2026-11-18", "4", "<b>抑郁发作</b>", "医保"],
    ["18", "0026000118", "何样例", "男", "29", "", "13900001999", "", "精神科", "2026-11-18", "1", "焦虑", "医保"],
    ["19", "0026000119", "张样例", "女", "50", "", "13900001999", "", "精神科", "2026-11-18", "1", "失眠", "医保"],
    # long ago, and a date nobody can read
    ["20", "0026000120", "孔样例", "男", "67", "", "13900001120", "", "精神科", "2026-08-01", "1", "焦虑", "医保"],
    ["21", "0026000121", "曹样例", "女", "58", "", "13900001121", "", "精神科", "11/18/26", "1", "焦虑", "医保"],
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
    sheet = book.active
    sheet.title = "出院"
    sheet.append([TITLE])
    sheet.append(["病区", "住院号", "姓名", "身份证号", "电话", "联系人", None, None, "出院日期"])
    sheet.append([None, None, None, None, None, "姓名", "关系", "电话", None])
    day = dt.datetime(2026, 11, 16)  # noqa: DTZ001 - a cell of Excel has no zone
    rows = [
        ["心内一病区", 26000201, "王小明", "199999195803140034", 13900001201, "王样", "儿子", 13900003201, day],
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
