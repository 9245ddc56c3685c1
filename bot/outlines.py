"""An OpenType font for paper: its cubic outlines drawn anew as the quadratic ones of TrueType.

reportlab embeds TrueType alone, and Noto Sans SC is none. So it is shown a font of the same widths
without outlines, and is given those of the letters a paper uses when it writes the paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Final

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont as OpenType
from fontTools.ttLib.tables._g_l_y_f import Glyph
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace, TTFontFile

_MISSING: Final = ".notdef"
# how far a curve may be from the one it stands for, in thousandths of the letter's size
_EXACT: Final = 1.0


def embeddable(name: str, path: Path) -> TTFont:
    """Return a font for reportlab under a name; of an OpenType font with cubic outlines."""
    letters = _Letters(path)
    font = TTFont(name, letters.truetype((), drawn=True))
    font.face = _Face(letters)
    return font


class _Letters:
    """The letters of a font file, read by one paper at a time: reading moves in the file."""

    def __init__(self, path: Path) -> None:
        self._one_paper = Lock()
        self._font = OpenType(path, lazy=True)
        self._drawings = self._font.getGlyphSet()
        self._widths = self._font["hmtx"].metrics
        self.names: dict[int, str] = self._font.getBestCmap()

    def truetype(self, codes: Iterable[int], *, drawn: bool) -> BytesIO:
        """Write a TrueType font of some letters by their code points, with outlines or without."""
        named = {code: self.names[code] for code in codes if code in self.names}
        order = list(dict.fromkeys([_MISSING, *named.values()]))
        builder = FontBuilder(self._font["head"].unitsPerEm, isTTF=True)
        builder.setupGlyphOrder(order)
        builder.setupCharacterMap(named)
        with self._one_paper:
            builder.setupGlyf({name: self._draw(name) if drawn else Glyph() for name in order})
        builder.setupHorizontalMetrics({name: self._widths[name] for name in order})
        self._measure(builder)
        return _written(builder)

    def _draw(self, name: str) -> Glyph:
        pen = TTGlyphPen(None)
        self._drawings[name].draw(Cu2QuPen(pen, _EXACT, reverse_direction=True))
        return pen.glyph()

    def _measure(self, builder: FontBuilder) -> None:
        """Height and name as in the file."""
        head, signs = self._font["hhea"], self._font["OS/2"]
        builder.setupHorizontalHeader(ascent=head.ascent, descent=head.descent)
        builder.setupOS2(sCapHeight=signs.sCapHeight, usWeightClass=signs.usWeightClass)
        builder.setupNameTable({"psName": self._font["name"].getDebugName(6)})
        builder.setupPost(keepGlyphNames=False)


def _written(builder: FontBuilder) -> BytesIO:
    # the same letters give the same bytes
    builder.font.recalcTimestamp = False
    builder.font["head"].created = builder.font["head"].modified = 0
    out = BytesIO()
    builder.font.save(out)
    out.seek(0)
    return out


class _Face(TTFontFace):  # type: ignore[misc] # reportlab has no types
    """The widths of all letters; the outlines of those a paper uses."""

    def __init__(self, letters: _Letters) -> None:
        self._letters = letters
        super().__init__(letters.truetype(letters.names, drawn=False))

    def makeSubset(self, subset: list[int]) -> bytes:  # noqa: N802 - reportlab's name
        """Write the font of some letters, as reportlab asks for it when it saves a paper."""
        drawn = TTFontFile(self._letters.truetype(subset, drawn=True))
        found: bytes = drawn.makeSubset(subset)
        return found
