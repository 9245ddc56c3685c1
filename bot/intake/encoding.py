"""Bytes of a text file to text, whatever the hospital system wrote."""

import codecs
import re
from dataclasses import dataclass, field

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOST = "\ufffd"
_TOLERATED = 0.01  # share of bad characters that still makes a file UTF-8
_DECLARED = re.compile(
    rb"charset\s*=\s*[\"']?\s*([\w-]+)|encoding\s*=\s*[\"']([\w-]+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, how it was encoded, and how many characters could not be saved."""

    text: str = field(repr=False)
    encoding: str
    lost: int = 0


def decode(content: bytes) -> Decoded:
    """Decode by byte order mark, then UTF-16 by its zero bytes, then UTF-8, then GB18030.

    The whole block is decoded before anything is split: the second byte of a GBK character
    may be a separator.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _forced(content[len(mark) :], encoding)
    if b"\0" in content[:4096]:
        return _forced(content, _byte_order(content[:4096]))
    return _strict(content, "utf-8") or _strict(content, "gb18030") or _damaged(content)


def decode_marked(content: bytes) -> Decoded:
    """Decode markup, believing the encoding it declares when that works."""
    found = _DECLARED.search(content[:2048])
    if found:
        name = (found[1] or found[2]).decode("ascii").lower()
        name = "gb18030" if name.startswith("gb") else name
        declared = _strict(content, name) if _is_known(name) else None
        if declared:
            return declared
    return decode(content)


def _is_known(name: str) -> bool:
    try:
        return name.startswith(("utf-8", "utf8", "gb")) and bool(codecs.lookup(name))
    except LookupError:
        return False


def _strict(content: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(content.decode(encoding).lstrip("\ufeff"), encoding)
    except UnicodeDecodeError:
        return None


def _forced(content: bytes, encoding: str) -> Decoded:
    text = content.decode(encoding, errors="replace")
    return Decoded(text, encoding, text.count(_LOST))


def _byte_order(head: bytes) -> str:
    """Tabs, digits and line ends have a zero byte behind them in little-endian files."""
    return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"


def _damaged(content: bytes) -> Decoded:
    utf8 = _forced(content, "utf-8")
    chinese = sum(char > "\x7f" for char in utf8.text)
    return utf8 if utf8.lost <= _TOLERATED * chinese + 1 else _forced(content, "gb18030")
