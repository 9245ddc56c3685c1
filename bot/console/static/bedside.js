// Beside the bed: shows within seconds that the patient's phone is bound, or that the test came.
"use strict";

const way = document.querySelector("[data-way]");

async function look() {
  if (document.hidden) return;
  const answer = await fetch(way.dataset.way, { headers: { Accept: "text/html" } });
  if (answer.ok) way.innerHTML = await answer.text(); // our own page, escaped on the server
  else clearInterval(looking);
}

const looking = setInterval(look, 3000);
