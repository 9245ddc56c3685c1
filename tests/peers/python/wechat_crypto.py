"""Opens and seals as WeChatCrypto does: of wechatpy, or of odoo-wechatpy under the same name."""

import re

from wechatpy.crypto import WeChatCrypto

from tests.peers.python.lines import serve

Account = dict[str, str]


def open_sealed(account: Account, sealed: str, signature: str, stamp: str, nonce: str) -> str:
    """Return the message of a push of ours; raises where its signature is wrong."""
    push = f"<xml><ToUserName>gh</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    opened = _crypto(account).decrypt_message(push, signature, stamp, nonce)
    return opened if isinstance(opened, str) else opened.decode()


def seal(account: Account, message: str, stamp: str, nonce: str) -> dict[str, str]:
    """Return a sealed answer and its signature."""
    answer = _crypto(account).encrypt_message(message, nonce, stamp)
    return {"sealed": _field("Encrypt", answer), "signature": _field("MsgSignature", answer)}


def _crypto(account: Account) -> WeChatCrypto:
    return WeChatCrypto(account["token"], account["key"], account["id"])


def _field(name: str, answer: str) -> str:
    found = re.search(rf"<{name}><!\[CDATA\[(.*?)\]\]></{name}>", answer, re.DOTALL)
    return found[1] if found else ""


if __name__ == "__main__":
    serve({"open": open_sealed, "seal": seal})
