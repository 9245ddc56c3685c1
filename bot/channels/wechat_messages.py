"""WeChat's XML: what is pushed to us, read strictly; what we answer, written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

_DEEPEST: Final = 8
_MOST_NODES: Final = 400
_LONGEST_FIELD: Final = 8192
# nothing stands before the root but a declaration: so there is no document type either
_START: Final = re.compile(rb"\s*(?:<\?xml[^<>]{0,100}\?>\s*)?<xml>")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class MalformedMessage(ValueError):
    """What came is not what WeChat sends; its content is in no message of ours."""


@dataclass(frozen=True, slots=True)
class Push:
    """One pushed message: its fields by name, and the entries of the lists it may hold."""

    fields: Mapping[str, str] = field(repr=False)
    entries: tuple[Mapping[str, str], ...] = field(default=(), repr=False)

    def get(self, name: str) -> str:
        """Return a field, empty when it is not there."""
        return self.fields.get(name, "")


def read_push(raw: bytes, longest: int = _LONGEST_FIELD) -> Push:
    """Read a message; raises MalformedMessage for whatever no message of WeChat's can be.

    A document type, bad UTF-8, NUL, a field that stands there twice, deep or endless nesting.
    """
    root = _root(raw)
    fields: dict[str, str] = {}
    entries: list[Mapping[str, str]] = []
    for child in _elements(root):
        name = str(child.tag)
        if name in fields:
            raise MalformedMessage
        fields[name] = _text(child, longest)
        entries += [_leaves(group, longest) for group in _groups(child)]
    return Push(fields, tuple(entry for entry in entries if entry))


def text_reply(to: str, sender: str, text: str, at: int) -> str:
    """Write a passive answer; `to` is the openid, `sender` our account, `at` Unix seconds."""
    return (
        f"<xml><ToUserName>{_cdata(to)}</ToUserName><FromUserName>{_cdata(sender)}</FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType>{_cdata('text')}</MsgType>"
        f"<Content>{_cdata(text)}</Content></xml>"
    )


def sealed_reply(sealed: str, signature: str, timestamp: str, nonce: str) -> str:
    """Write the envelope of a sealed answer."""
    return (
        f"<xml><Encrypt>{_cdata(sealed)}</Encrypt><MsgSignature>{_cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
    )


def _root(raw: bytes) -> etree._Element:
    """Parse; entities, document types and the network stay out."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedMessage from None
    if b"\x00" in raw or not _START.match(raw):
        raise MalformedMessage
    # the parser says UTF-8 whatever the declaration of the document says
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        raise MalformedMessage from None
    _refuse_depth(root)
    return root


def _refuse_depth(root: etree._Element) -> None:
    depth, nodes = 0, 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        nodes += event == "start"
        if depth > _DEEPEST or nodes > _MOST_NODES:
            raise MalformedMessage


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    return (child for child in parent if isinstance(child.tag, str))


def _groups(child: etree._Element) -> Iterator[etree._Element]:
    """Consents and receipts come as lists, what the menu scanned as one group."""
    if child.tag == "ScanCodeInfo":
        yield child
    yield from (entry for entry in _elements(child) if entry.tag == "List")


def _leaves(entry: etree._Element, longest: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for leaf in _elements(entry):
        if str(leaf.tag) in found:
            raise MalformedMessage
        found[str(leaf.tag)] = _text(leaf, longest)
    return found


def _text(element: etree._Element, longest: int) -> str:
    text = (element.text or "").strip()
    if len(text) > longest:
        raise MalformedMessage
    return text


def _cdata(text: str) -> str:
    clean = _NOT_XML.sub("", text)
    return f"<![CDATA[{clean.replace(']]>', ']]]]><![CDATA[>')}]]>"
