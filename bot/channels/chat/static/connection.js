// One way in and out: a WebSocket, or asking again and again where the network lets none through.

const BEAT = 25000;
const PATIENCE = 12000;
const ASK_EVERY = 3000;
const TRY_SOCKET_AGAIN = 60000;
const PAUSES = [300, 1000, 2000, 5000, 10000];

export class Connection {
  // after(): the last position known; onFrame(frame); onState("open" | "closed" | "ended")
  constructor({ csrf, after, onFrame, onState }) {
    Object.assign(this, { csrf, after, onFrame, onState });
    this.refusals = 0;
    this.tries = 0;
    this.state = "closed";
    this.opened = false;
    this.socket = null;
    this.over = false;
    addEventListener("online", () => this.now());
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
    setInterval(() => this.beat(), BEAT);
    this.open();
  }

  get ready() {
    return this.state === "open";
  }

  send(frame) {
    if (this.polling) this.post(frame);
    else if (this.ready) this.socket.send(JSON.stringify(frame));
  }

  // Something was not answered in time: this line is dead, even if it does not know it yet.
  reset() {
    if (this.polling || !this.socket) return;
    const dead = this.socket;
    dead.onopen = dead.onmessage = dead.onclose = null;
    dead.close();
    this.closed();
  }

  open() {
    if (this.over) return;
    clearTimeout(this.timer);
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws?after=${this.after()}`);
    this.socket = socket;
    this.opened = false;
    const giveUp = setTimeout(() => socket.close(), PATIENCE);
    // Some networks let a socket open and nothing through: only what answers is a connection.
    socket.onopen = () => socket.send('{"beat":true}');
    socket.onmessage = (event) => {
      if (!this.opened) {
        clearTimeout(giveUp);
        this.opened = true;
        this.polling = false;
        this.refusals = this.tries = 0;
        this.report("open");
      }
      this.take(JSON.parse(event.data));
    };
    socket.onclose = () => {
      clearTimeout(giveUp);
      this.closed();
    };
  }

  closed() {
    clearTimeout(this.waiting);
    this.socket = null;
    if (this.over) return;
    if (!this.opened) this.refusals += 1;
    this.opened = false;
    if (!this.polling) this.report("closed");
    if (this.refusals >= 2) this.poll();
    else this.timer = setTimeout(() => this.open(), PAUSES[Math.min(this.tries++, PAUSES.length - 1)]);
  }

  take(frame) {
    if (frame.beat) clearTimeout(this.waiting);
    else if (frame.ended) this.end();
    else this.onFrame(frame);
  }

  end() {
    this.over = true;
    clearTimeout(this.asking);
    this.report("ended");
  }

  // The server answers again: perhaps it was away, and sockets get through after all.
  heard() {
    const wasAway = this.state !== "open";
    this.report("open");
    if (wasAway && !this.socket) this.open();
  }

  report(state) {
    if (state === this.state) return;
    this.state = state;
    this.onState(state);
  }

  now() {
    if (this.over) return;
    if (this.polling) this.ask();
    else if (!this.socket) this.open();
    else this.beat();
  }

  beat() {
    if (this.polling || !this.ready) return;
    this.send({ beat: true });
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.reset(), PATIENCE);
  }

  poll() {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.polling && this.open(), TRY_SOCKET_AGAIN);
    if (this.polling) return;
    this.polling = true;
    this.ask();
  }

  async ask() {
    clearTimeout(this.asking);
    await this.fetch(`/chat/lines?after=${this.after()}`, {});
    if (this.polling && !this.over) this.asking = setTimeout(() => this.ask(), ASK_EVERY);
  }

  async post(frame) {
    if (frame.cid) this.onFrame({ typing: true });
    await this.fetch(`/chat/messages?after=${this.after()}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": this.csrf },
      body: JSON.stringify(frame),
    });
    if (frame.cid) this.onFrame({ typing: false });
  }

  // A photo goes by itself; true when the server took it, otherwise the name of what was wrong.
  async sendPhoto(cid, file) {
    const form = new FormData();
    form.append("photo", file);
    const headers = { "X-CSRF-Token": this.csrf };
    const answer = await this.fetch(`/chat/photos?cid=${cid}`, { method: "POST", headers, body: form });
    return answer && answer.frames ? true : (answer && answer.notice) || "photo_failed";
  }

  async fetch(path, options) {
    try {
      const response = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
      if (response.status === 401) return this.end();
      const answer = await response.json();
      if (this.polling) this.heard();
      (answer.frames || []).forEach((frame) => this.take(frame));
      return answer;
    } catch (error) {
      if (this.polling) this.report("closed");
      return null;
    }
  }
}
