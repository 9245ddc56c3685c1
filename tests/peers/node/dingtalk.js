"use strict";
// Posts to a DingTalk robot by dingtalk-robot-sender.
const ChatBot = require("dingtalk-robot-sender");
const { ready, serve } = require("./lines");

ready();
serve({
  async dingtalk({ url, key: accessToken, secret, text, everybody }) {
    const bot = new ChatBot({ baseUrl: `${url}/robot/send`, accessToken, secret });
    const { data } = await bot.text(text, { isAtAll: everybody });
    return data.errcode;
  },
});
