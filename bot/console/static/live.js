// Keeps an open page true: refreshes what changed, counts down, rings. Without it pages still work.
"use strict";

const body = document.body;
const said = body.dataset;
const title = document.title;
let skew = new Date(said.now) - Date.now(); // the hospital's clock against this computer's
let version = null;
let rings = false;
let unclaimed = 0;
let ended = false;

// ---- time ---------------------------------------------------------------------------------
const now = () => Date.now() + skew;

function span(milliseconds) {
  const minutes = Math.floor(milliseconds / 60000);
  if (minutes < 60) {
    const seconds = String(Math.floor(milliseconds / 1000) % 60).padStart(2, "0");
    return said.seconds.replace("{m}", minutes).replace("{s}", seconds);
  }
  if (minutes < 2880) {
    return said.hours.replace("{h}", Math.floor(minutes / 60)).replace("{m}", minutes % 60);
  }
  return said.days.replace("{n}", Math.floor(minutes / 1440));
}

function ago(milliseconds) {
  const minutes = Math.floor(milliseconds / 60000);
  if (minutes < 1) return said.justNow;
  if (minutes < 60) return said.minutesAgo.replace("{n}", minutes);
  return said.hoursAgo.replace("{n}", Math.floor(minutes / 60));
}

function countDown() {
  for (const clock of document.querySelectorAll("[data-left]")) {
    const left = new Date(clock.dataset.left) - now();
    clock.textContent = (left < 0 ? said.overdue : said.leftWords).replace("{span}", span(Math.abs(left)));
    clock.classList.toggle("over", left < 0);
  }
  for (const time of document.querySelectorAll("[data-ago]")) {
    time.textContent = ago(now() - new Date(time.dataset.ago));
  }
}

// ---- sound and title ----------------------------------------------------------------------
const sound = document.querySelector("[data-sound]");
let audio = null;

function allowSound() {
  if (!audio) {
    const Audio = window.AudioContext || window.webkitAudioContext;
    if (!Audio) return;
    audio = new Audio();
  }
  audio.resume().then(() => {
    sound.setAttribute("aria-pressed", "true");
    sound.textContent = said.soundOn;
  });
}

function tone(at, pitch) {
  const wave = audio.createOscillator();
  const volume = audio.createGain();
  wave.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.28);
  wave.connect(volume).connect(audio.destination);
  wave.start(at);
  wave.stop(at + 0.3);
}

function ring() {
  if (!audio || audio.state !== "running") return;
  tone(audio.currentTime, 880);
  tone(audio.currentTime + 0.32, 1175);
}

let blink = false;
function everySecond() {
  countDown();
  blink = !blink;
  document.title = rings && blink ? `🔴 ${unclaimed || ""} ${said.new}` : title;
}

let beat = 0;
function everyFewSeconds() {
  if ((rings || ended) && beat++ < 200) ring();
}

// ---- what changed -------------------------------------------------------------------------
async function refresh() {
  for (const part of document.querySelectorAll("[data-refresh]")) {
    const headers = { Accept: "text/html" };
    if (part.dataset.seen) headers["If-None-Match"] = part.dataset.seen; // else it is all read again
    const answer = await fetch(part.dataset.refresh, { headers });
    if (answer.status === 401) return end();
    if (!answer.ok) continue;
    part.dataset.seen = answer.headers.get("ETag") ?? "";
    const focused = part.contains(document.activeElement) && document.activeElement.closest("form");
    const opened = [...part.querySelectorAll("details")].map((one) => one.open);
    const below = part.querySelector(".talk");
    const place = below ? below.scrollTop : 0;
    part.innerHTML = await answer.text(); // our own page, escaped on the server
    part.querySelectorAll("details").forEach((one, n) => { one.open = Boolean(opened[n]); });
    if (below) part.querySelector(".talk").scrollTop = place;
    if (focused) part.querySelector(`form[action="${focused.getAttribute("action")}"] button`)?.focus();
  }
  countDown();
}

function take(news) {
  if (news.ended) return end();
  skew = new Date(news.now) - Date.now();
  if (news.version === undefined) return;
  if (news.rings && !rings) beat = 0;
  rings = news.rings;
  unclaimed = news.unclaimed;
  for (const count of document.querySelectorAll("[data-unclaimed]")) {
    count.hidden = !unclaimed;
    count.textContent = unclaimed;
  }
  if (version !== null && version !== news.version) refresh();
  version = news.version;
}

// ---- the line -----------------------------------------------------------------------------
const link = document.querySelector("[data-link]");
let pause = 1000;

function show(connected) {
  link.classList.toggle("off", !connected);
  link.textContent = ended ? said.ended : connected ? said.live : said.offline;
}

function end() {
  ended = true;
  rings = false;
  show(false);
}

async function ask() {
  try {
    const answer = await fetch("/staff/pulse", { headers: { Accept: "application/json" } });
    if (answer.status === 401) return end();
    if (answer.ok) take(await answer.json());
  } catch {
    show(false);
  }
}

function connect() {
  if (ended) return;
  const line = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/staff/ws`);
  line.onopen = () => { pause = 1000; show(true); };
  line.onmessage = (message) => take(JSON.parse(message.data));
  line.onclose = () => {
    if (ended) return;
    show(false);
    ask();
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, 15000);
  };
}

// not on pointerdown: the word in the head changes, the page may move, and the press would miss its button
document.addEventListener("click", allowSound, { once: true });
document.addEventListener("keydown", allowSound, { once: true });
sound.addEventListener("click", allowSound);
for (const talk of document.querySelectorAll(".talk")) talk.scrollTop = talk.scrollHeight;
countDown();
setInterval(everySecond, 1000);
setInterval(everyFewSeconds, 4000);
connect();
