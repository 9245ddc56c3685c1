// The bubbles. Text is only ever set as text; nothing that was written can become markup.

const GAP = 5 * 60 * 1000;
const ZONE = { timeZone: "Asia/Shanghai" };
const CALLABLE = /(打|call )(120)(?!\d)|(0\d{2,3}-\d{7,8}|1[3-9]\d{9}|400-?\d{3}-?\d{4})(?!\d)/gi;

export class Transcript {
  constructor(log, words, avatars) {
    Object.assign(this, { log, words, avatars });
    this.rows = new Map();
    this.pictures = new Map();
    const lang = document.documentElement.lang;
    this.day = new Intl.DateTimeFormat(lang, { ...ZONE, month: "long", day: "numeric" });
    this.clock = new Intl.DateTimeFormat(lang, { ...ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  has(position) {
    return this.rows.has(position);
  }

  add(line) {
    this.addTime(new Date(line.at));
    const row = this.row(line.direction, line.text, line.progress);
    this.rows.set(line.position, row);
    if (line.picture) this.showPicture(row, this.pictures.get(line.position));
    this.log.append(row);
    return row;
  }

  isFirstOfItsTime(row) {
    return row.previousSibling !== null && row.previousSibling.className === "mark";
  }

  // The picture stays on the screen of who took it; the server gives it back to nobody but staff.
  keepPicture(position, url) {
    this.pictures.set(position, url);
    if (this.has(position)) this.showPicture(this.rows.get(position), url);
  }

  // A bubble of one's own that the server does not have yet.
  draft(text, pictureUrl) {
    const row = this.row("in", text);
    if (pictureUrl) this.showPicture(row, pictureUrl);
    return row;
  }

  addFresh() {
    this.removeFresh();
    this.fresh = this.mark(this.words.fresh, "mark fresh");
    this.log.append(this.fresh);
  }

  removeFresh() {
    if (this.fresh) this.fresh.remove();
    this.fresh = null;
  }

  addTime(at) {
    const day = this.day.format(at);
    if (this.last && at - this.last < GAP && day === this.lastDay) return;
    const text = day === this.lastDay ? this.clock.format(at) : `${day} ${this.clock.format(at)}`;
    this.log.append(this.mark(text, "mark"));
    this.last = at;
    this.lastDay = day;
  }

  mark(text, name) {
    const item = document.createElement("li");
    item.className = name;
    item.textContent = text;
    return item;
  }

  row(direction, text, progress) {
    const row = document.createElement("li");
    row.className = `line ${direction}`;
    const avatar = part("span", "avatar", this.avatars[direction]);
    avatar.setAttribute("aria-hidden", "true");
    const bubble = part("div", "bubble");
    bubble.append(part("span", "unseen", direction === "in" ? this.words.you : this.words.they));
    if (progress) bubble.append(part("span", "progress", progress));
    const said = part("span", "said");
    if (direction === "out") said.append(...withNumbers(text));
    else said.append(text);
    bubble.append(said);
    row.append(avatar, bubble);
    return row;
  }

  // What was offered stays in the bubble once its buttons are gone, the chosen one marked.
  leaveList(row, options, text) {
    const said = text.trim();
    const list = part("ul", "offered");
    for (const [place, option] of options.entries()) {
      const number = String(option.number ?? place + 1);
      const item = part("li", "", `${number}. ${option.label}`);
      if (said === option.label || said === number) {
        item.className = "chosen";
        item.setAttribute("aria-current", "true");
      }
      list.append(item);
    }
    row.querySelector(".bubble").append(list);
  }

  showPicture(row, url) {
    const said = row.querySelector(".said");
    if (!url) {
      said.textContent = this.words.picture;
      return;
    }
    const image = document.createElement("img");
    image.src = url;
    image.alt = this.words.picture;
    said.replaceChildren(image);
  }
}

// Numbers that may have to be called at once can be tapped.
function withNumbers(text) {
  const pieces = [];
  let from = 0;
  for (const found of text.matchAll(CALLABLE)) {
    const number = found[2] || found[3];
    const link = part("a", "", number);
    link.href = `tel:${number.replace(/-/g, "")}`;
    pieces.push(text.slice(from, found.index) + (found[1] || ""), link);
    from = found.index + found[0].length;
  }
  return [...pieces, text.slice(from)];
}

export function part(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
