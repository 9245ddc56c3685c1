"use strict";
// The protocol with a peer: a JSON object a line in, its answer or its fault a line out.
const readline = require("readline");

/** Say `ready` with a port, if there is one. */
function ready(port = true) {
  console.log(JSON.stringify({ ready: port }));
}

/** Answer each question by the function it names with `do`. */
async function serve(answers) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { do: name, ...question } = JSON.parse(line);
    let said;
    try {
      said = { answer: (await answers[name](question)) ?? null };
    } catch (fault) {
      said = { fault: String(fault).slice(0, 500) };
    }
    console.log(JSON.stringify(said));
  }
  process.exit(0);
}

module.exports = { ready, serve };
