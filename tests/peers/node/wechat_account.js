"use strict";
// A WeChat service account by the middleware `wechat`: it echoes what it is told.
const express = require("express");
const wechat = require("wechat");
const { ready } = require("./lines");

const [token, appid, encodingAESKey] = process.argv.slice(2);
const app = express();
// express 5 makes `query` anew at each look; the middleware writes into it
app.use((request, _response, next) => {
  Object.defineProperty(request, "query", { value: request.query, writable: true });
  next();
});
app.use(
  "/wx",
  wechat({ token, appid, encodingAESKey }, (request, response) => {
    const { Content: content, Event: event } = request.weixin;
    response.reply(content === "静默" ? "" : `回声:${content || event}`);
  }),
);
const server = app.listen(0, "127.0.0.1", () => ready(server.address().port));
