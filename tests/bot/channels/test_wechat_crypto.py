"""The official vectors of WeChat's message push, and what is none of it."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechat_crypto import MessageKey, UnreadableMessage, is_signed, sign

# developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.md, message_push.html
KEY = MessageKey("AAAAA", base64.b64decode("A" * 43 + "="), "wxba5fad812f8e6fb9")
PUSHED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqz"
    "DpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede"
    "2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAl"
    "r7F9mFUPAJGj04="
)
ANSWERED = (
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
)


@pytest.mark.parametrize(
    ("parts", "signature"),
    [
        (("1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (("1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        (("1714112445", "415670741", PUSHED), "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"),
        (("1713424427", "415670741", ANSWERED), "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"),
    ],
)
def test_the_official_signatures_are_ours(parts: tuple[str, ...], signature: str) -> None:
    assert sign("AAAAA", *parts) == signature
    assert is_signed(signature, "AAAAA", *parts)
    assert not is_signed(signature, "AAAAB", *parts)
    assert not is_signed("ä" * 40, "AAAAA", *parts)


def test_the_official_messages_are_opened() -> None:
    assert b'"Event":"debug_demo"' in KEY.open(PUSHED)
    assert KEY.open(ANSWERED) == b'{"demo_resp":"good luck"}'


def test_the_official_answer_is_sealed_byte_for_byte() -> None:
    assert KEY.seal(b'{"demo_resp":"good luck"}', b"707722b803182950") == ANSWERED


@given(st.text(max_size=300))
def test_what_is_sealed_is_opened(text: str) -> None:
    message = text.encode("utf-8", "ignore")
    assert KEY.open(KEY.seal(message)) == message


def test_another_account_s_message_is_not_opened() -> None:
    other = MessageKey(KEY.token, KEY.key, "wx0000000000000000")
    with pytest.raises(UnreadableMessage):
        other.open(PUSHED)


@pytest.mark.parametrize("bad", ["", "A", "====", "AAAA", "ä", PUSHED[:-4], PUSHED[4:], "A" * 64])
def test_what_is_no_sealed_message_is_not_opened(bad: str) -> None:
    with pytest.raises(UnreadableMessage):
        KEY.open(bad)
