"use strict";
// An SMS centre by `smpp`: takes what is submitted, reports it delivered, sends what people write.
const smpp = require("smpp");
const { ready, serve } = require("./lines");

const [user, password] = process.argv.slice(2);
const UCS2 = 8;
const IN_PARTS = 0x40;
const RECEIPT = 4;
const UNITS = 67;
const sessions = new Set();
const taken = [];

const server = smpp.createServer((session) => {
  session.on("error", () => {});
  session.on("close", () => sessions.delete(session));
  session.on("bind_transceiver", (bind) => {
    if (bind.system_id !== user || bind.password !== password) {
      session.send(bind.response({ command_status: smpp.ESME_RBINDFAIL }));
      session.close();
      return;
    }
    session.send(bind.response({ system_id: "peer" }));
    sessions.add(session);
  });
  session.on("enquire_link", (asked) => session.send(asked.response()));
  session.on("unbind", (asked) => {
    session.send(asked.response());
    session.close();
  });
  session.on("submit_sm", (submitted) => take(session, submitted));
});

function take(session, submitted) {
  const { message, udh } = submitted.short_message;
  taken.push({
    to: submitted.destination_addr,
    from: submitted.source_addr,
    coding: submitted.data_coding,
    header: udh ? Buffer.concat(udh).toString("hex") : "",
    text: message,
    reports: submitted.registered_delivery & 1,
  });
  const id = `m${taken.length}`;
  session.send(submitted.response({ message_id: id }));
  if (submitted.registered_delivery & 1) report(session, submitted, id);
}

function report(session, submitted, id) {
  session.deliver_sm({
    source_addr: submitted.destination_addr,
    destination_addr: submitted.source_addr,
    esm_class: RECEIPT,
    receipted_message_id: id,
    message_state: smpp.consts.MESSAGE_STATE.DELIVERED,
    short_message:
      `id:${id} sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 ` +
      "stat:DELIVRD err:000 text:",
  });
}

function write(session, { source, target, text, order }) {
  const from = { source_addr: source, destination_addr: target, data_coding: UCS2 };
  const units = Buffer.from(text, "utf16le").swap16();
  if (order.length === 1) return session.deliver_sm({ ...from, short_message: { message: units } });
  for (const part of order)
    session.deliver_sm({
      ...from,
      esm_class: IN_PARTS,
      short_message: {
        udh: Buffer.from([5, 0, 3, 7, order.length, part]),
        message: units.subarray(2 * UNITS * (part - 1), 2 * UNITS * part),
      },
    });
}

server.listen(0, "127.0.0.1", () => {
  ready(server.address().port);
  serve({
    bound: () => sessions.size,
    taken: () => taken.splice(0),
    write: (said) => sessions.forEach((session) => write(session, said)),
  });
});
