"use strict";
// Opens and seals as @wecom/crypto and wechat-crypto do.
const wecom = require("@wecom/crypto");
const WeChatCrypto = require("wechat-crypto");
const { ready, serve } = require("./lines");

const libraries = {
  "@wecom/crypto": {
    open: ({ key }, sealed) => wecom.decrypt(key, sealed),
    seal: ({ key, id }, message) => wecom.encrypt(key, message, id),
    sign: ({ token }, stamp, nonce, sealed) => wecom.getSignature(token, stamp, nonce, sealed),
  },
  "wechat-crypto": {
    open: (account, sealed) => crypto(account).decrypt(sealed),
    seal: (account, message) => crypto(account).encrypt(message),
    sign: (account, stamp, nonce, sealed) => crypto(account).getSignature(stamp, nonce, sealed),
  },
};

function crypto({ token, key, id }) {
  return new WeChatCrypto(token, key, id);
}

const library = libraries[process.argv[2]];

ready();
serve({
  open({ account, sealed, signature, stamp, nonce }) {
    if (library.sign(account, stamp, nonce, sealed) !== signature) throw new Error("signature");
    const { message, id } = library.open(account, sealed);
    if (id !== account.id) throw new Error("account");
    return message;
  },
  seal({ account, message, stamp, nonce }) {
    const sealed = library.seal(account, message);
    return { sealed, signature: library.sign(account, stamp, nonce, sealed) };
  },
});
