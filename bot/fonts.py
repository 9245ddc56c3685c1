"""The font of everything on paper: Noto Sans SC, embedded, so that a PDF looks alike everywhere."""

from __future__ import annotations

from functools import cache
from threading import Lock

from pylopdf_fonts_zh_cn import sans_path
from reportlab.pdfbase.pdfmetrics import registerFont

from bot.outlines import embeddable

_NAME = "paper"
_ONE_AT_A_TIME = Lock()


def chinese_font() -> str:
    """Register the font with reportlab, once, and return its name; any thread may ask."""
    with _ONE_AT_A_TIME:
        return _registered()


@cache
def _registered() -> str:
    registerFont(embeddable(_NAME, sans_path()))
    return _NAME
