/**
 * What one person's phone holds: every message once, in order, with what she has just done shown at once.
 *
 * What the server says is the truth; what is on its way there is laid over it and taken off when the server
 * has it. Knows nothing of how any of it looks.
 */

import { ApiRefusal } from "./book_api.js";
import { Refetched } from "./refetched.js";

const OVERLAY_LIFE = 6_000;

const sameWords = (one, other) => plain(one) === plain(other);
const plain = (text) => text.normalize("NFC").replace(/\s+/g, " ").trim();

/** The page no longer shows the files themselves: the server has them, or nobody wants them. */
const letGo = (letter) => letter.files.forEach(({ url }) => URL.revokeObjectURL(url));

/**
 * The messages of one person.
 *
 * `onChange()` is called whenever `shown()` may have changed, `onProblem(sentence)` when something she did
 * was not done.
 */
export class Conversation {
  person;
  loaded = false;
  #api;
  #onChange;
  #onProblem;
  #messages = new Map();
  #letters = []; // sent or being sent, oldest first, until the server lists them
  #edits = new Map(); // seq -> {text, until}
  #pressed = new Map(); // token -> until
  #keys = new Map(); // seq -> the key its letter had, so that it keeps its place on the page
  #lettersWritten = 0;
  #posting = false;
  #seenUpTo = 0;
  #refetched;

  constructor(person, api, { onChange, onProblem }) {
    this.person = person;
    this.#api = api;
    this.#onChange = onChange;
    this.#onProblem = onProblem;
    this.#refetched = new Refetched(async () => this.#take(await api.messages(person)));
  }

  refresh() {
    return this.#refetched.refresh();
  }

  /**
   * Everything to show, oldest first. Each has `key`, `seq` (null until the server has it), `mine`, `text`,
   * `at` (null until then), `buttons`, `media`, `replyTo`, `withdrawn`, `edited`, `silent` and `state`:
   * "there", "pending", "sent", "unsure", "failed", or "saving" for an edit on its way.
   */
  shown() {
    const listed = [...this.#messages.values()].sort((one, other) => one.seq - other.seq);
    return [
      ...listed.map((message) => this.#asShown(message)),
      ...this.#letters.map((letter) => ({
        key: letter.key,
        seq: letter.seq,
        mine: true,
        text: letter.text,
        at: null,
        buttons: [],
        media: letter.files.map(({ file, url }) => ({ url, type: file.type })),
        replyTo: letter.replyTo,
        withdrawn: false,
        edited: false,
        silent: true,
        state: letter.state,
      })),
    ];
  }

  find(seq) {
    const message = this.#messages.get(seq);
    return message ? this.#asShown(message) : null;
  }

  /** How many came with a sound since she last looked. */
  unread() {
    const rang = (message) => message.from !== "me" && !message.silent && !message.withdrawn;
    const since = [...this.#messages.values()].filter((message) => message.seq > this.#seenUpTo);
    return since.filter(rang).length;
  }

  /** She has looked. */
  seen() {
    this.#seenUpTo = this.#newest();
  }

  /** Sends in the order of writing, one at a time; `files` are `[{file, url}]`, and the addresses ours to let go. */
  send(text, replyTo = null, files = []) {
    this.#lettersWritten += 1;
    this.#letters.push({
      key: `letter-${this.#lettersWritten}`,
      id: crypto.randomUUID(),
      text,
      replyTo,
      files,
      seq: null,
      state: "pending",
      after: null, // the newest message there was when it first left
    });
    this.#onChange();
    this.#post();
  }

  /** Sends a failed one again, unless it turns out to have arrived after all. */
  async retry(key) {
    const letter = this.#letters.find((one) => one.key === key && one.state === "failed");
    if (!letter) return;
    letter.state = "unsure";
    this.#onChange();
    await this.refresh();
    if (!this.#letters.includes(letter)) return;
    letter.state = "pending";
    this.#onChange();
    this.#post();
  }

  discard(key) {
    const gone = this.#letters.filter((one) => one.key === key && one.state === "failed");
    gone.forEach(letGo);
    this.#letters = this.#letters.filter((one) => !gone.includes(one));
    this.#onChange();
  }

  async edit(seq, text) {
    this.#edits.set(seq, { text, until: Infinity });
    this.#onChange();
    try {
      await this.#api.edit(this.person, seq, text);
      this.#fade(this.#edits.get(seq));
    } catch (problem) {
      this.#edits.delete(seq);
      this.#onProblem(
        problem instanceof ApiRefusal
          ? "This message can no longer be changed."
          : "Not changed: no answer. Try again.",
      );
      this.#onChange();
    }
    await this.refresh();
  }

  async press(token) {
    if (this.#pressed.has(token)) return;
    const press = { until: Infinity };
    this.#pressed.set(token, press);
    this.#onChange();
    try {
      await this.#api.press(this.person, token);
      this.#fade(press);
    } catch (problem) {
      this.#pressed.delete(token);
      this.#onProblem(
        problem instanceof ApiRefusal
          ? "That choice is no longer open."
          : "No answer to that tap. Try again.",
      );
      this.#onChange();
    }
    await this.refresh();
  }

  #newest() {
    return Math.max(0, ...this.#messages.keys());
  }

  #asShown(message) {
    const edit = this.#edits.get(message.seq);
    return {
      key: this.#keys.get(message.seq) ?? `seq-${message.seq}`,
      seq: message.seq,
      mine: message.from === "me",
      text: edit ? edit.text : message.text,
      at: message.at,
      buttons: (message.buttons ?? []).map((button) => ({
        ...button,
        pressed: this.#pressed.has(button.token),
      })),
      media: message.media ?? [],
      replyTo: message.reply_to ?? null,
      withdrawn: Boolean(message.withdrawn),
      edited: Boolean(message.edited),
      silent: Boolean(message.silent),
      state: edit ? "saving" : "there",
    };
  }

  #take(messages) {
    const first = !this.loaded;
    this.loaded = true;
    this.#messages = new Map(messages.map((message) => [message.seq, message]));
    if (first) this.#seenUpTo = this.#newest();
    this.#matchLetters();
    const now = Date.now();
    for (const [seq, edit] of this.#edits) {
      const there = this.#messages.get(seq);
      if (!there || sameWords(there.text, edit.text) || edit.until < now) this.#edits.delete(seq);
    }
    const buttons = messages.flatMap((message) => message.buttons ?? []);
    const offered = new Set(buttons.map((button) => button.token));
    for (const [token, press] of this.#pressed) {
      if (!offered.has(token) || press.until < now) this.#pressed.delete(token);
    }
    this.#onChange();
  }

  /**
   * A letter the server lists is the server's: by its number, or by its words where the number never came
   * back.
   */
  #matchLetters() {
    const taken = new Set(this.#letters.map((letter) => letter.seq).filter((seq) => seq !== null));
    const left = [];
    for (const letter of this.#letters) {
      if (letter.seq === null && letter.state !== "failed" && letter.after !== null) {
        const arrived = [...this.#messages.values()]
          .filter((message) => message.from === "me" && message.seq > letter.after && !taken.has(message.seq))
          .filter((message) => !this.#keys.has(message.seq) && sameWords(message.text, letter.text))
          .filter((message) => (message.media ?? []).length === letter.files.length)
          .sort((one, other) => one.seq - other.seq)[0];
        if (arrived) {
          letter.seq = arrived.seq;
          taken.add(arrived.seq);
        }
      }
      if (letter.seq !== null && this.#messages.has(letter.seq)) {
        this.#keys.set(letter.seq, letter.key);
        letGo(letter);
      } else left.push(letter);
    }
    this.#letters = left;
  }

  async #post() {
    if (this.#posting) return;
    this.#posting = true;
    try {
      let letter;
      while ((letter = this.#letters.find((one) => one.state === "pending" && one.seq === null))) {
        await this.#postOne(letter);
      }
    } finally {
      this.#posting = false;
    }
  }

  async #postOne(letter) {
    // Until the messages are here, nothing tells one that is there already from this one arriving.
    if (!this.loaded) await this.refresh();
    letter.after ??= this.#newest();
    try {
      const seq = await this.#api.send(this.person, letter.text, letter.replyTo, letter.id, letter.files);
      letter.state = "sent";
      if (letter.seq === null) letter.seq = seq;
      this.#matchLetters();
      this.#onChange();
      this.refresh();
    } catch (problem) {
      if (problem instanceof ApiRefusal) {
        letter.state = "failed";
        this.#onChange();
        return;
      }
      // No answer: it may be there all the same. Only a look can tell, and sending twice would be worse.
      letter.state = "unsure";
      this.#onChange();
      await this.refresh();
      if (this.#letters.includes(letter)) letter.state = "failed";
      this.#onChange();
    }
  }

  #fade(overlay) {
    if (!overlay) return;
    overlay.until = Date.now() + OVERLAY_LIFE;
    setTimeout(() => this.refresh(), OVERLAY_LIFE + 50);
  }
}
