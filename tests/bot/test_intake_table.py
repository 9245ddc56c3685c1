"""Files of every kind to rows."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.intake.headers import DISCHARGES
from bot.intake.table import Kind, Table, kind_of, read_table

EXAMPLES = Path(__file__).parents[2] / "examples"
HEADER = "住院号,姓名,出院日期,科室,联系电话"
ROW = "0026000001,王小明,2026-11-15,心内科,13900001001"


def _text(*lines: str, encoding: str = "utf-8", line_end: str = "\r\n") -> bytes:
    return line_end.join(lines).encode(encoding)


def _codes(table: Table) -> list[str]:
    return [fault.code for fault in table.faults]


def _xlsx(*sheets: list[list[object]], hidden: int | None = None) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
        if number == hidden:
            sheet.sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_text_is_read_in_any_encoding_and_with_any_separator(
    encoding: str, delimiter: str
) -> None:
    lines = [line.replace(",", delimiter) for line in (HEADER, ROW)]
    table = read_table(_text(*lines, encoding=encoding), "list.xls")
    assert table.kind is Kind.TEXT
    assert [row["name"] for row in table.rows] == ["王小明"]
    assert table.faults == ()


@pytest.mark.parametrize("name", ["亅甲", "乗甲", "施𠮷样", "吕䶮品"])
def test_characters_with_a_separator_as_second_byte_stay_whole(name: str) -> None:
    content = _text(HEADER, ROW.replace("王小明", name), encoding="gb18030")
    assert read_table(content, "list.csv").rows[0]["name"] == name


def test_the_kind_is_told_by_content_and_not_by_name() -> None:
    page = "<table><tr><td>住院号</td><td>姓名</td><td>出院日期</td></tr></table>"
    assert kind_of(_text(HEADER)) is Kind.TEXT
    assert kind_of(page.encode()) is Kind.MARKUP
    assert kind_of(_xlsx([["姓名"]])) is Kind.XLSX


def test_the_header_is_found_below_titles_and_lines_keep_their_numbers() -> None:
    table = read_table(_text("出院患者名单", "", HEADER, ROW, "", ROW), "list.csv")
    assert table.header_line == 3
    assert [row.line for row in table.rows] == [4, 6]


def test_a_header_over_two_rows_is_one_header() -> None:
    table = read_table(
        _text(
            "住院号,姓名,出院日期,联系人,,", ",,,姓名,关系,电话", "1,王小明,20261115,王样,儿子,x"
        ),
        "list.csv",
    )
    assert table.columns[3:] == ("contact_name", "contact_relation", "contact_phone")
    assert table.rows[0]["contact_name"] == "王样"
    assert table.rows[0]["name"] == "王小明"


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("*姓名", "name"),
        ("姓 名", "name"),
        ("出院日期(年月日)", "discharged_on"),
        ("出院日期（必填）", "discharged_on"),
        ("联系电话2", "phone"),
        ("电话(本人)", "phone"),
        ("电话（家属）", "contact_phone"),
        ("inp_no", "inpatient_no"),
        ("ＺＹＨ", "inpatient_no"),
        ("ICD-10", "diagnosis_code"),
        ("家庭住址", None),
    ],
)
def test_a_header_is_matched_however_it_is_dressed(header: str, column: str | None) -> None:
    assert DISCHARGES.canonical(header) == column


def test_columns_nobody_needs_are_named_and_dropped() -> None:
    table = read_table(_text(HEADER + ",家庭住址", ROW + ",示例路1号"), "list.csv")
    assert table.unknown_columns == ("家庭住址",)
    assert "示例路1号" not in table.rows[0].cells.values()
    assert _codes(table) == ["columns_ignored"]


def test_a_missing_required_column_is_named() -> None:
    table = read_table(_text("住院号,姓名", "1,王小明"), "list.csv")
    assert not table.is_readable
    assert "出院日期" in table.faults[0].message
    assert table.rows == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n ", "file_empty"),
        (b"PK\x03\x04broken", "file_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "file_unreadable"),
        ("甲,乙\n1,2".encode(), "header_missing"),
        (b"<html></html>", "file_empty"),
    ],
)
def test_a_file_without_a_list_says_so_and_raises_nothing(content: bytes, code: str) -> None:
    table = read_table(content, "list.xlsx")
    assert _codes(table) == [code]
    assert not table.is_readable


@pytest.mark.parametrize("line", ["合计,1人", "合计:1人", "总计,1", "共1人", "小计,1"])
def test_a_true_total_is_no_patient_and_no_fault(line: str) -> None:
    table = read_table(_text(HEADER, ROW, line), "list.csv")
    assert len(table.rows) == 1
    assert table.faults == ()


def test_a_total_that_differs_from_the_rows_read_is_a_warning() -> None:
    table = read_table(_text(HEADER, ROW, "合计,,23人"), "list.csv")
    assert _codes(table) == ["total_mismatch"]
    assert "23" in table.faults[0].message


def test_subtotals_count_from_the_one_before() -> None:
    table = read_table(_text(HEADER, ROW, ROW, "小计,2", ROW, "小计,1", "合计,3"), "list.csv")
    assert table.faults == ()


def test_a_repeated_header_and_a_footer_are_no_patients() -> None:
    table = read_table(_text(HEADER, ROW, HEADER, ROW, "制表人：示例"), "list.csv")
    assert len(table.rows) == 2
    assert table.faults == ()


def test_same_as_above_is_believed_for_wards_and_refused_for_people() -> None:
    table = read_table(_text(HEADER, ROW, "2,同上,同上,同上,同上"), "list.csv")
    second = table.rows[1]
    assert (second["department"], second["discharged_on"]) == ("心内科", "2026-11-15")
    assert (second["name"], second["phone"]) == ("", "")
    assert _codes(table) == ["ditto_refused", "ditto_refused"]


def test_a_blank_ward_below_a_ward_is_filled_with_a_note_but_never_a_name_or_phone() -> None:
    table = read_table(_text(HEADER, ROW, "2,,,,"), "list.csv")
    second = table.rows[1]
    assert (second["department"], second["discharged_on"]) == ("心内科", "2026-11-15")
    assert (second["name"], second["phone"]) == ("", "")
    assert sorted(_codes(table)) == ["value_filled", "value_filled"]


def test_a_row_with_more_cells_than_the_header_is_not_trusted() -> None:
    table = read_table(_text(HEADER, "1,王小明,2026-11-15,心内科,心衰,13900001001", ROW), "a.csv")
    assert [row.line for row in table.rows] == [3]
    assert _codes(table) == ["row_shifted"]
    assert table.total_rows == 2


def test_one_stray_quote_does_not_swallow_the_rows_below() -> None:
    table = read_table(_text(HEADER, '1,"王小明,2026-11-15,心内科,1', ROW, ROW), "list.csv")
    assert len(table.rows) == 3
    assert "quotes_unbalanced" in _codes(table)


def test_a_line_break_inside_quotes_is_part_of_the_cell() -> None:
    table = read_table(_text(HEADER, '1,"王小\n明","2026-11-15",心内科,"1,2"', ROW), "list.csv")
    assert table.rows[0]["name"] == "王小 明"
    assert table.rows[1].line == 3


def test_bytes_that_cannot_be_decoded_are_counted() -> None:
    content = _text(HEADER, ROW) + b"\r\n2,\xe7\x8e,2026-11-15,x,1"
    table = read_table(content, "list.csv")
    assert len(table.rows) == 2
    assert _codes(table) == ["encoding_damaged"]


def test_two_telephone_columns_are_put_together() -> None:
    table = read_table(_text(HEADER + ",手机号", ROW + ",13900001002"), "list.csv")
    assert table.rows[0]["phone"] == "13900001001、13900001002"


def test_leading_zeros_lost_in_some_rows_are_noticed() -> None:
    rows = [f"002600000{number},王小明,2026-11-15,心内科,1" for number in range(5)]
    table = read_table(_text(HEADER, *rows, "26000009,李示例,2026-11-15,心内科,1"), "list.csv")
    assert _codes(table) == ["zeros_lost"]


def test_a_hidden_sheet_is_not_read_and_the_best_header_wins() -> None:
    header: list[object] = list(HEADER.split(","))
    row: list[object] = list(ROW.split(","))
    notes: list[list[object]] = [["说明"], ["请勿修改"]]
    table = read_table(_xlsx([header, row, row], notes, [header, row], hidden=0), "list.xlsx")
    assert (table.sheet, len(table.rows), table.faults) == ("表2", 1, ())


def test_a_second_sheet_with_patients_is_named_when_it_is_left_out() -> None:
    header: list[object] = list(HEADER.split(","))
    row: list[object] = list(ROW.split(","))
    table = read_table(_xlsx([header, row, row], [header, row]), "list.xlsx")
    assert (table.sheet, _codes(table)) == ("表0", ["sheet_ignored"])


def test_one_character_in_the_last_cell_does_not_eat_the_memory() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADER.split(","))
    sheet["XFD1048576"] = " ."
    content = io.BytesIO()
    book.save(content)
    table = read_table(content.getvalue(), "list.xlsx")
    assert _codes(table) == ["file_too_large"]


def test_formulas_and_tags_stay_text() -> None:
    text = io.StringIO()
    csv.writer(text).writerows(
        [HEADER.split(","), ["1", "=HYPERLINK(1)", "2026-11-15", "<script>", "@SUM(1)"]]
    )
    (row,) = read_table(text.getvalue().encode(), "list.csv").rows
    assert (row["name"], row["department"]) == ("=HYPERLINK(1)", "<script>")


def test_an_xml_spreadsheet_is_read() -> None:
    rows = "".join(
        "<Row>"
        + "".join(f"<Cell><Data>{cell}</Data></Cell>" for cell in line.split(","))
        + "</Row>"
        for line in (HEADER, ROW)
    )
    book = (
        '<?xml version="1.0" encoding="utf-8"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="出院"><Table>{rows}</Table></Worksheet></Workbook>'
    )
    table = read_table(book.encode(), "list.xls")
    assert (table.kind, table.sheet) == (Kind.MARKUP, "出院")
    assert table.rows[0]["name"] == "王小明"


def test_an_entity_in_an_xml_spreadsheet_reads_no_file() -> None:
    book = (
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
        "<Worksheet><Table><Row><Cell><Data>&b;</Data></Cell></Row></Table></Worksheet></Workbook>"
    )
    assert not read_table(book.encode(), "list.xls").is_readable


def test_a_row_does_not_show_its_cells_when_printed() -> None:
    assert "王小明" not in repr(read_table(_text(HEADER, ROW), "list.csv"))


def test_an_old_workbook_cut_short_or_scrambled_is_only_unreadable() -> None:
    content = (EXAMPLES / "discharges_old.xls").read_bytes()
    cut = read_table(content[: len(content) // 2 + 100], "list.xls")
    looped = bytearray(content)
    looped[48:52] = b"\x07\x00\x00\x00"  # the directory is said to begin among the data
    assert _codes(cut) == ["file_unreadable"]
    assert not read_table(bytes(looped), "list.xls").is_readable
