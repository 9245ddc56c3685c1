"""The list of all SMS texts to hand in to a provider: in its syntax, counted and linted (R234)."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.channels.sms_lint import lint
from bot.channels.sms_segments import length, parts, signed
from bot.channels.sms_shapes import Shape, shapes
from bot.channels.sms_templates import FIXED, JOIN
from bot.exports import harmless
from dialogs.catalog import Catalog, load_catalog, load_tables
from dialogs.wording import fill

PROVIDERS: Final = ("aliyun", "tencent", "twilio", "kannel")
_RUN: Final = re.compile(r"(?:\{[a-z_0-9]+\})+")
_ONE: Final = re.compile(r"\{([a-z_0-9]+)\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One text as it is filed: `text` in the provider's syntax, `faults` what it will object to."""

    id: str
    text: str
    variables: tuple[str, ...]
    filled: str
    length: int
    segments: int
    repeats: bool
    faults: tuple[str, ...]


def entries(
    catalog: Catalog, provider: str, signature: str, fixed: Mapping[str, str] | None = None
) -> list[Entry]:
    """List every text for a provider; questions asked again stand at the end.

    `fixed` values (of sms_templates.FIXED) are written into the text, and are no variables then.
    """
    known = fixed or {}
    patients: dict[str, str] = load_tables("talk", catalog.language)["samples"]
    samples = {**_tables()["samples"], **patients, **known}
    settled = (replace(shape, words=_settled(shape.words, known)) for shape in shapes(catalog))
    found = [_entry(shape, provider, signature, samples) for shape in settled]
    return sorted(found, key=lambda entry: entry.repeats)


def write_filing(
    path: Path,
    provider: str,
    signature: str = "",
    fixed: Mapping[str, str] | None = None,
    language: str = "zh",
) -> int:
    """Write the list as xlsx, as CSV, or as the TOML file of codes to be filled in.

    `signature` defaults to that of the samples; `fixed` is what the hospital has written into the
    texts (hosp, fixed_url, switchboard). Returns how many texts there are; raises ValueError for
    another kind of file or provider.
    """
    if provider not in PROVIDERS:
        raise ValueError(f"no provider {provider!r}")
    sample: str = load_tables("talk", language)["samples"]["hosp"]
    found = entries(load_catalog(language), provider, signature or sample, fixed)
    writers = {".xlsx": _write_xlsx, ".csv": _write_csv, ".toml": _write_toml}
    if path.suffix not in writers:
        raise ValueError(f"no such kind of file: {path.suffix or path.name}")
    writers[path.suffix](path, found)
    return len(found)


def _settled(words: str, fixed: Mapping[str, str]) -> str:
    """Write fixed values into a text and leave all other variables as they are."""
    known = {name: value for name, value in fixed.items() if name in FIXED and value}
    return _ONE.sub(lambda found: known.get(found[1], found[0]), words)


def _entry(shape: Shape, provider: str, signature: str, samples: dict[str, str]) -> Entry:
    filled = fill(shape.words, samples)
    whole = signed(signature, filled)
    text, names = _in_syntax(shape.words, provider)
    faults = lint(shape, filled, samples, provider)
    return Entry(
        shape.id, text, names, whole, length(whole), len(parts(whole)), shape.repeats, faults
    )


def _in_syntax(words: str, provider: str) -> tuple[str, tuple[str, ...]]:
    """Write variables as the provider does; with Tencent those side by side become one."""
    names: list[str] = []

    def number(run: re.Match[str]) -> str:
        names.append(JOIN.join(_ONE.findall(run[0])))
        return f"{{{len(names)}}}"

    if provider == "tencent":
        return _RUN.sub(number, words), tuple(names)
    names = list(dict.fromkeys(_ONE.findall(words)))
    return (_ONE.sub(r"${\1}", words) if provider == "aliyun" else words), tuple(names)


def _rows(found: Iterable[Entry]) -> list[list[Any]]:
    words, said = _tables()["words"], _tables()["faults"]
    rows: list[list[Any]] = [list(_tables()["columns"].values())]
    for entry in found:
        kind = words["repeated" if entry.repeats else "asked"]
        faults = ";".join(_say(said, fault) for fault in entry.faults)
        names = ",".join(entry.variables)
        texts = [entry.id, entry.text, names, entry.filled]
        rows.append([*map(harmless, texts), entry.length, entry.segments, kind, faults])
    return rows


def _say(said: dict[str, str], fault: str) -> str:
    code, _, detail = fault.partition(":")
    return f"{said[code]}:{detail}" if detail else said[code]


def _write_csv(path: Path, found: Sequence[Entry]) -> None:
    """UTF-8 with BOM, so that Excel shows Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(_rows(found))


def _write_xlsx(path: Path, found: Sequence[Entry]) -> None:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    sheet.title = _tables()["words"]["sheet"]
    for row in _rows(found):
        sheet.append(row)
    sheet.freeze_panes = "B2"
    book.save(path)


def _write_toml(path: Path, found: Sequence[Entry]) -> None:
    """Write what SUIFANG_SMS_TEMPLATES reads, without codes; what nobody files is left out."""
    lines = [_tables()["words"]["head"]]
    for entry in found:
        if "banned" not in entry.faults:
            names = ", ".join(f'"{name}"' for name in entry.variables)
            text = entry.text.replace("\n", " ")
            lines.append(f'# {text}\n["{entry.id}"]\ncode = ""\nvariables = [{names}]\n')
    path.write_text("\n".join(lines), encoding="utf-8")


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("sms_filing.toml").read_text(encoding="utf-8"))
