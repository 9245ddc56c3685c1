"""A font for Chinese on paper: an embedded one where the machine has it, else the reader's own."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

# TrueType outlines only: the CFF outlines of Noto CJK cannot be embedded by reportlab.
KNOWN_PLACES = (
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"),
    Path("C:/Windows/Fonts/msyh.ttc"),
    Path("C:/Windows/Fonts/simhei.ttf"),
    Path("/System/Library/Fonts/STHeiti Light.ttc"),
)
# Adobe's name for the Song face that every PDF reader replaces by a Chinese font of its own.
READERS_FONT = "STSong-Light"
# The dot in 买买提·艾力: readers' Chinese fonts often lack the narrow one.
NAME_DOT, WIDE_NAME_DOT = "\u00b7", "\u30fb"


def chinese_font(own: Path | None = None) -> str:
    """Register a Chinese font with reportlab and return its name.

    `own` is a TrueType file of the hospital's choice; ValueError when it cannot be embedded.
    """
    if own is None:
        return first_font(KNOWN_PLACES)
    name = _embedded(own)
    if name is None:
        raise ValueError(f"{own} is not a TrueType font that can be embedded")
    return name


def first_font(places: Iterable[Path]) -> str:
    """Take the first of these fonts that can be embedded, else the reader's own."""
    found = next((name for place in places if (name := _embedded(place))), None)
    return found or _readers_font()


@cache
def _embedded(path: Path) -> str | None:
    if not path.is_file():
        return None
    try:
        font = TTFont(f"chinese-{path.stem}", path)
    except TTFError:
        return None
    registerFont(font)
    return str(font.fontName)


@cache
def _readers_font() -> str:
    registerFont(UnicodeCIDFont(READERS_FONT))
    return READERS_FONT
