// The one thing a printed list needs of a script. Without it the browser's own menu prints.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
