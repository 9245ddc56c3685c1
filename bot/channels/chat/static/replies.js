// The buttons below the last question: one tap, or several taps and a confirmation.

import { part } from "./transcript.js";

const LONG = 9;

// Choices that say something of their own, such as free times, and not just yes or no.
export function isList(line) {
  return !line.several && line.options.some((option) => option.label.length > LONG);
}

export class Replies {
  constructor(box, words, choose) {
    Object.assign(this, { box, words, choose });
  }

  clear() {
    this.box.hidden = true;
    this.box.replaceChildren();
  }

  offer(line) {
    this.clear();
    if (!line.options.length) return;
    const buttons = line.options.map((option, place) => this.button(line, option, option.number ?? place + 1));
    if (line.several) this.box.append(part("p", "", this.words.several));
    this.box.append(...buttons);
    if (line.several) this.box.append(this.confirmation(line, buttons));
    this.box.classList.toggle("stacked", line.options.some((option) => option.label.length > LONG));
    this.box.hidden = false;
  }

  button(line, option, number) {
    const button = part("button");
    button.type = "button";
    button.dataset.key = option.key;
    button.dataset.label = option.label;
    button.append(part("b", "", String(number)), part("span", "", option.label));
    if (line.several) {
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => this.toggle(button));
    } else {
      button.addEventListener("click", () => this.choose(line.turn, [option.key], option.label));
    }
    return button;
  }

  toggle(button) {
    const pressed = button.getAttribute("aria-pressed") === "true";
    button.setAttribute("aria-pressed", String(!pressed));
    this.confirm.disabled = !this.box.querySelector('[aria-pressed="true"]');
  }

  confirmation(line, buttons) {
    const confirm = part("button", "main", this.words.confirm);
    confirm.type = "button";
    confirm.disabled = true;
    confirm.addEventListener("click", () => {
      const chosen = buttons.filter((button) => button.getAttribute("aria-pressed") === "true");
      const labels = chosen.map((button) => button.dataset.label).join(this.words.separator);
      this.choose(line.turn, chosen.map((button) => button.dataset.key), labels);
    });
    this.confirm = confirm;
    return confirm;
  }
}
