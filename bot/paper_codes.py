"""Codes to scan, drawn on paper as vectors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import segno
from reportlab.pdfgen.canvas import Canvas


@dataclass(frozen=True, slots=True)
class PaperCode:
    """A code on paper: what it holds, the words below it, and the words that say how long."""

    link: str = field(repr=False)
    scan: str
    until: str = ""


def draw_code(canvas: Canvas, link: str, corner: tuple[float, float], size: float) -> None:
    """Draw a code of that size with its lower left corner there; a run of modules is one figure."""
    rows = list(segno.make(link, error="m", micro=False).matrix_iter(border=0))
    module = size / len(rows)
    left, bottom = corner
    path = canvas.beginPath()
    for y, row in enumerate(rows):
        for start, length in dark_runs(row):
            edge = bottom + size - (y + 1) * module
            path.rect(left + start * module, edge, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def dark_runs(row: Iterable[int]) -> list[tuple[int, int]]:
    """List the runs of dark modules of one row as (start, length)."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((x, 1))
    return runs
