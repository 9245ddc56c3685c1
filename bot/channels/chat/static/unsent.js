// What was written but not yet acknowledged: kept in this tab only, until the server has it.

const NAME = "unsent";

export class Unsent {
  // `owner` marks whose words they are: on a shared phone nobody sends another's.
  constructor(owner) {
    this.owner = owner;
    this.messages = this.load();
    this.save();
  }

  get first() {
    return this.messages[0];
  }

  add(message) {
    this.messages.push(message);
    this.save();
  }

  remove(cid) {
    this.messages = this.messages.filter((message) => message.cid !== cid);
    this.save();
  }

  load() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(NAME));
      return kept && kept.owner === this.owner ? kept.messages : [];
    } catch (error) {
      return [];
    }
  }

  save() {
    try {
      if (!this.messages.length) sessionStorage.removeItem(NAME);
      else sessionStorage.setItem(NAME, JSON.stringify({ owner: this.owner, messages: this.messages }));
    } catch (error) {
      console.warn("no room to keep unsent words", error.name);
    }
  }
}

export function newCid() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
