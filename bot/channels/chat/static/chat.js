// The page of the chat: what comes in is shown, what is written is sent until it has arrived.

import { Connection } from "./connection.js";
import { Replies, isList } from "./replies.js";
import { Transcript } from "./transcript.js";
import { Unsent, newCid } from "./unsent.js";

const PATIENCE = 15000;
const TYPING_ENDS = 15000;
const LARGEST_PHOTO = 8 * 1024 * 1024;
const PHOTO_TYPES = ["image/jpeg", "image/png", "image/webp"];

const $ = (id) => document.getElementById(id);
const data = document.body.dataset;
const words = JSON.parse(data.words);
const title = document.title;

const transcript = new Transcript($("log"), words, { in: data.me, out: data.avatar });
const replies = new Replies($("replies"), words, choose);
const unsent = new Unsent(data.csrf.slice(0, 16));
const drafts = new Map();
const arrived = new Map();
const timers = {};
let last = 0;
let missed = 0;
let marked = false;
let flight = null;
let question = null;
// the list that is being answered, with its bubble: it stays readable there
let listed = null;
// the first bubble of what we said last: it is read from its beginning
let answer = null;

later(() => warn(words.connecting), "offline", 1500);
const connection = new Connection({ csrf: data.csrf, after: () => last, onFrame: take, onState: changed });

// ---- what comes in

function take(frame) {
  if (frame.ack) return settle(frame.ack, frame.position);
  if (frame.notice) return refuse(frame);
  if ("typing" in frame) return showTyping(frame.typing);
  if (frame.position && !transcript.has(frame.position)) show(frame);
}

function show(line) {
  const wasLow = isAtEnd();
  if (line.direction === "out") arrive(line);
  else question = null;
  dropDraft(line.position);
  const row = transcript.add(line);
  // a question that takes an offer's place leaves its list as well, with nothing chosen
  if (listed && (line.direction === "in" || line.options.length)) {
    transcript.leaveList(listed.row, listed.options, line.direction === "in" ? line.text : "");
    listed = null;
  }
  if (line.direction === "in") answer = null;
  else if (!answer || transcript.isFirstOfItsTime(row)) answer = row;
  last = Math.max(last, line.position);
  if (line.direction === "out" && line.options.length) {
    question = line;
    listed = isList(line) ? { row, options: line.options } : null;
  }
  if (line.direction === "out") $("photo").parentElement.classList.toggle("wanted", line.photo);
  offer();
  if (wasLow || line.direction === "in") scrollToEnd();
  seen();
}

// "New" is what was never read: since the last visit, or while another tab was in front.
function arrive(line) {
  showTyping(false);
  const wasThere = line.position <= Number(data.latest);
  if (!line.unread || !(wasThere ? last : document.hidden)) return;
  if (!marked) transcript.addFresh();
  marked = true;
  if (wasThere) return;
  missed += 1;
  document.title = `(${missed}) ${title}`;
}

function offer() {
  const wasLow = isAtEnd();
  if (question && !unsent.first) replies.offer(question);
  else replies.clear();
  if (wasLow) scrollToEnd();
}

function showTyping(on) {
  $("typing").hidden = !on;
  if (on) {
    later(() => showTyping(false), "typing", TYPING_ENDS);
    scrollToEnd();
  }
}

function seen() {
  later(markSeen, "seen", 300);
}

function markSeen() {
  if (last && !document.hidden && connection.ready) connection.send({ seen: last });
}

// ---- what goes out

function say(text) {
  post({ cid: newCid(), text }, text);
}

function choose(turn, keys, label) {
  post({ cid: newCid(), key: keys.join(","), turn }, label);
  $("scroller").focus({ preventScroll: true });
}

function post(frame, label) {
  const message = { ...frame, label };
  unsent.add(message);
  draw(message);
  question = answer = null;
  replies.clear();
  transcript.removeFresh();
  marked = false;
  scrollToEnd();
  flush();
}

function draw(message) {
  const row = transcript.draft(message.label);
  row.append(state(words.sending));
  drafts.set(message.cid, row);
  $("unsent").append(row);
}

// One at a time and in order; the next goes when this one is acknowledged.
function flush() {
  if (flight || !unsent.first || !connection.ready) return;
  const { label, ...frame } = unsent.first;
  flight = frame.cid;
  later(() => {
    flight = null;
    connection.reset();
    flush();
  }, "flight", PATIENCE);
  connection.send(frame);
}

function settle(cid, position) {
  unsent.remove(cid);
  const row = drafts.get(cid);
  if (row) {
    const image = row.querySelector("img");
    if (image) transcript.keepPicture(position, image.src);
    if (row.querySelector(".state")) row.querySelector(".state").remove();
    arrived.set(position, row);
    drafts.delete(cid);
  }
  if (transcript.has(position)) dropDraft(position);
  offer();
  if (flight === cid) {
    flight = null;
    clearTimeout(timers.flight);
  }
  flush();
}

// The transcript's own bubble takes the place of the draft.
function dropDraft(position) {
  const row = arrived.get(position);
  if (row) row.remove();
  arrived.delete(position);
}

function refuse({ notice, cid, wait }) {
  banner(words[notice] || words.bad, 6000);
  showTyping(false);
  if (flight !== cid) return;
  clearTimeout(timers.flight);
  flight = null;
  if (wait) {
    later(flush, "wait", wait * 1000 + 200);
    return;
  }
  unsent.remove(cid);
  const row = drafts.get(cid);
  if (row) row.querySelector(".state").replaceWith(state(words.refused));
  offer();
  flush();
}

async function sendPhoto(cid, file, row) {
  row.querySelector(".state").replaceWith(state(words.sending));
  const taken = await connection.sendPhoto(cid, file);
  if (taken === true) return;
  banner(words[taken] || words.photo_failed, 6000);
  const again = state(words.retry, "button");
  again.addEventListener("click", () => sendPhoto(cid, file, row));
  row.querySelector(".state").replaceWith(again);
}

function state(text, tag = "span") {
  const element = document.createElement(tag);
  element.className = "state";
  element.textContent = text;
  return element;
}

// ---- the page

function changed(now) {
  if (now === "open") {
    flight = null;
    clearTimeout(timers.flight);
    banner("");
    flush();
    seen();
  } else if (now === "closed") {
    flight = null;
    later(() => warn(words.offline), "offline", 1500);
  } else {
    banner(words.ended);
    replies.clear();
    showTyping(false);
    for (const control of $("compose").elements) control.disabled = true;
  }
}

function later(action, name, delay) {
  clearTimeout(timers[name]);
  timers[name] = setTimeout(action, delay);
}

function warn(text) {
  if (!connection.ready) banner(text);
}

function banner(text, lasting) {
  clearTimeout(timers.offline);
  clearTimeout(timers.banner);
  $("banner").textContent = text;
  $("banner").hidden = !text;
  if (lasting) later(() => banner(""), "banner", lasting);
}

// The end, but never so far that the beginning of what was just said is out of sight.
function restingPlace() {
  const box = $("scroller");
  const end = box.scrollHeight - box.clientHeight;
  return answer ? Math.min(end, answer.offsetTop - box.offsetTop - 8) : end;
}

function isAtEnd() {
  return restingPlace() - $("scroller").scrollTop < 120;
}

function scrollToEnd() {
  $("scroller").scrollTop = restingPlace();
}

function grow() {
  const input = $("words");
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 2}px`;
}

function submit(event) {
  event.preventDefault();
  const text = $("words").value;
  if (!text.trim()) return;
  // what is too long stays in the field: nobody's story is cut or lost
  if ([...text].length > Number($("words").dataset.longest)) return banner(words.too_long, 6000);
  $("words").value = "";
  grow();
  say(text);
}

$("compose").addEventListener("submit", submit);

$("words").addEventListener("input", grow);
$("words").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
});

$("photo").addEventListener("change", () => {
  const file = $("photo").files[0];
  $("photo").value = "";
  if (!file) return;
  if (!PHOTO_TYPES.includes(file.type)) return banner(words.photo_kind, 6000);
  if (file.size > LARGEST_PHOTO) return banner(words.photo_large, 6000);
  const cid = newCid();
  const row = transcript.draft("", URL.createObjectURL(file));
  row.append(state(words.sending));
  drafts.set(cid, row);
  $("unsent").append(row);
  scrollToEnd();
  sendPhoto(cid, file, row);
});

document.addEventListener("visibilitychange", () => {
  marked = false;
  if (document.hidden) return;
  document.title = title;
  missed = 0;
  seen();
});

function setLarge(on) {
  document.documentElement.classList.toggle("large", on);
  $("large").setAttribute("aria-pressed", String(on));
  grow();
  scrollToEnd();
}

$("large").addEventListener("click", () => {
  const on = !document.documentElement.classList.contains("large");
  setLarge(on);
  localStorage.setItem("large", on ? "1" : "");
});

setLarge(localStorage.getItem("large") === "1");
unsent.messages.forEach(draw);
scrollToEnd();
