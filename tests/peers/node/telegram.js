"use strict";
// telegram-test-api behind a front that mends what it does unlike Telegram (docs/channels/peers.md).
const express = require("express");
const TelegramServer = require("telegram-test-api");
const { ready, serve } = require("./lines");

const TICK = 30;
const peer = new TelegramServer({ host: "127.0.0.1" });
const formatted = TelegramServer.formatUpdate;
// confirmed by the offset of a later call only, as Telegram does
const waiting = [];
let hook;

TelegramServer.formatUpdate = (update) => {
  const shown = formatted(update);
  if (shown.callback_query) shown.callback_query.chat_instance = "1";
  return shown;
};

const ok = (result) => ({ ok: true, result });
const failed = (code, description) => ({ ok: false, error_code: code, description });

const mended = {
  getMe: (_fields, response) =>
    response.json(ok({ id: 4200001, is_bot: true, first_name: "随访", username: "peer_bot" })),
  setWebhook: (fields, response) => {
    hook = fields;
    response.json(ok(true));
  },
  deleteWebhook: (_fields, response) => {
    hook = undefined;
    response.json(ok(true));
  },
  answerCallbackQuery: (_fields, response) => response.json(ok(true)),
  sendMessage: (fields, response, next) => {
    if (!(fields.text || "").trim()) {
      return response.status(400).json(failed(400, "Bad Request: message text is empty"));
    }
    if (fields.text.length > 4096) {
      return response.status(400).json(failed(400, "Bad Request: message is too long"));
    }
    // the peer shows fields as they came, and only some of them read
    if (fields.link_preview_options) {
      fields.link_preview_options = JSON.parse(fields.link_preview_options);
    }
    return next();
  },
  getUpdates: (fields, response, _next, token) => {
    const until = Date.now() + 1000 * Number(fields.timeout || 0);
    while (waiting.length && waiting[0].update_id < Number(fields.offset || 0)) waiting.shift();
    const look = () => {
      waiting.push(...peer.getUpdates(token));
      if (waiting.length || Date.now() >= until || response.destroyed) {
        response.json(ok(waiting));
      } else setTimeout(look, TICK);
    };
    look();
  },
};

const front = express();
front.use(express.json(), express.urlencoded({ extended: true }));
front.use((request, _response, next) => {
  request._body = true; // how the peer's older express is told that the body has been read
  next();
});
front.all("/bot:token/:method", (request, response, next) => {
  const { token, method } = request.params;
  const mend = mended[method];
  return mend ? mend(request.body, response, next, token) : next();
});
front.use(peer.webServer);

/** Bring one update to the webhook, with the secret that was agreed; the status it answers. */
async function bring(update, secret) {
  const headers = {
    "Content-Type": "application/json",
    "X-Telegram-Bot-Api-Secret-Token": secret ?? hook.secret_token,
  };
  const body = JSON.stringify(update);
  return (await fetch(hook.url, { method: "POST", headers, body })).status;
}

const server = front.listen(0, "127.0.0.1", () => {
  ready(server.address().port);
  serve({
    hooked: () => Boolean(hook),
    async bring({ token, secret, twice }) {
      const statuses = [];
      for (const update of peer.getUpdates(token)) {
        statuses.push(await bring(update, secret));
        if (twice) statuses.push(await bring(update, secret));
      }
      return statuses;
    },
  });
});
