"""HTML tables and XML spreadsheets that hospital systems save under the name .xls."""

import re
from collections.abc import Iterator

from lxml import etree, html

from bot.intake.cells import clean_row
from bot.intake.encoding import decode_marked
from bot.intake.grid import Grid, Merge, UnreadableFileError

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_LINE_BREAK = re.compile(r"<br\b[^>]*>", re.IGNORECASE)
_SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_MAX_SPAN = 20_000
_MAX_WIDTH = 256


def is_markup(content: bytes) -> bool:
    """Tell whether bytes are HTML or an XML spreadsheet."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").replace(b"\0", b"").lower()
    return head.startswith(b"<") and any(
        tag in head for tag in (b"<html", b"<table", b"<?xml", b"<!doctype html", b"<meta")
    )


def read_markup(content: bytes) -> list[Grid]:
    """Return every table of the file as a grid.

    Raises:
        UnreadableFileError: when no table is inside.
    """
    decoded = decode_marked(content)
    text = _DECLARATION.sub("", decoded.text)
    if "urn:schemas-microsoft-com:office:spreadsheet" in text[:4096] and "<Row" in text:
        return _spreadsheet(text)
    parser = html.HTMLParser(remove_comments=True, no_network=True, huge_tree=True)
    try:
        root = html.document_fromstring(_LINE_BREAK.sub("\n", text), parser=parser)
    except etree.ParserError as error:
        raise UnreadableFileError("file_empty") from error
    grids: list[Grid] = []
    for table in root.iter("table"):
        first_line = 1 + sum(len(grid.rows) for grid in grids)
        grids.append(_html_grid(table, str(len(grids) + 1), first_line))
    return grids


def _html_grid(table: html.HtmlElement, name: str, first_line: int) -> Grid:
    rows: list[list[str]] = []
    merges: list[Merge] = []
    open_merges: list[Merge] = []
    for line, row in enumerate(table.xpath("./tr|./tbody/tr|./thead/tr|./tfoot/tr")):
        open_merges = [merge for merge in open_merges if merge.bottom >= line]
        texts, started = _html_row(row, line, open_merges)
        merges += started
        open_merges += started
        rows.append(clean_row(texts))
    return Grid(name, rows, tuple(merges), first_line=first_line)


def _html_row(
    row: html.HtmlElement, line: int, open_merges: list[Merge]
) -> tuple[list[str], list[Merge]]:
    """Lay out one row around the cells that reach down into it from above."""
    taken = {at for merge in open_merges for at in range(merge.left, merge.right + 1)}
    texts: list[str] = []
    started: list[Merge] = []
    for cell in row.iterchildren("td", "th"):
        while len(texts) in taken:
            texts.append("")
        left, height, width = len(texts), _span(cell, "rowspan"), _span(cell, "colspan")
        if height > 1:
            started.append(Merge(line, left, line + height - 1, left + width - 1))
        texts += [str(cell.text_content())] + [""] * (width - 1)
    return texts, started


def _span(cell: html.HtmlElement, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    limit = _MAX_WIDTH if name == "colspan" else _MAX_SPAN
    return min(int(value), limit) if value.isdecimal() and int(value) else 1


def _spreadsheet(text: str) -> list[Grid]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(text.encode(), parser=parser)
    return [
        Grid(str(sheet.get(f"{_SPREADSHEET}Name")), list(_spreadsheet_rows(sheet)))
        for sheet in root.iter(f"{_SPREADSHEET}Worksheet")
        if sheet.find(".//{*}Visible") is None
    ]


def _spreadsheet_rows(sheet: etree._Element) -> Iterator[list[str]]:
    line = 1
    for row in sheet.iter(f"{_SPREADSHEET}Row"):
        index = int(row.get(f"{_SPREADSHEET}Index", line))
        yield from ([] for _ in range(min(index - line, _MAX_SPAN)))
        line = index + 1
        texts: list[str] = []
        for cell in row.iter(f"{_SPREADSHEET}Cell"):
            place = int(cell.get(f"{_SPREADSHEET}Index", len(texts) + 1))
            texts += [""] * min(place - 1 - len(texts), _MAX_SPAN)
            texts.append("".join(str(part) for part in cell.itertext()))
        yield clean_row(texts)
