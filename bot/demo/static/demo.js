"use strict";
// The demo's frame: shows the clock and where the story stands, and runs the clock forward.
const order = ["list", "message", "answer", "alert", "claim", "closed", "complaint"];
const clock = document.getElementById("clock");
const next = document.getElementById("next");
const room = document.getElementById("room");
const seat = document.getElementById("seat");
const phone = document.getElementById("phone");

function tell(state) {
  clock.textContent = state.clock;
  next.textContent = state.next || document.body.dataset.nothing;
  const at = order.indexOf(state.chapter);
  for (const step of document.querySelectorAll(".story li")) {
    const place = order.indexOf(step.dataset.chapter);
    step.classList.toggle("done", place < at);
    step.classList.toggle("now", place === at);
  }
}

async function look() {
  try {
    const answer = await fetch("/demo/state");
    if (answer.ok) tell(await answer.json());
  } catch (fault) {
    clock.textContent = "…";
  }
}

document.getElementById("forward").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await fetch("/demo/next", { method: "POST" });
  if (answer.ok) tell(await answer.json());
  // time has passed: whoever sits there signs in again
  room.src = seat.value;
});

seat.addEventListener("change", () => {
  room.src = seat.value;
});

document.getElementById("holder").addEventListener("change", (event) => {
  phone.src = `/demo/phone/${event.target.value}`;
});

async function comesBack() {
  for (;;) {
    await new Promise((done) => setTimeout(done, 700));
    try {
      if ((await fetch("/demo/state")).ok) return;
    } catch (fault) {
      clock.textContent = "…";
    }
  }
}

for (const form of document.querySelectorAll('form[action="/demo/again"]')) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await fetch("/demo/again", { method: "POST", body: new FormData(form) });
    await comesBack();
    window.location.assign("/demo");
  });
}

look();
setInterval(look, 1000);
