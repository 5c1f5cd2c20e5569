/**
 * Shows one person's phone: who she is, what she may choose, her messages, and where she writes.
 *
 * Knows nothing of other phones, of the child's book, or of the server.
 */

import { element, icon, KeyedList, spoken } from "./elements.js";
import { Picked } from "./picked.js";
import { mediaOf } from "./pictures.js";
import { StaysAtNewest } from "./scroll.js";

const LONGEST_QUOTE = 90;
const NOTICE_LIFE = 7_000;
/** A choice of another day can still be typed; its buttons would only stand in the way of today's. */
const CHOICES_SHOWN_FOR = 12 * 3600 * 1000;

/** What somebody in this role might write first; shown until she has written something. */
const FIRST_WORDS = {
  parent: "bad night, teething",
  key_person: "Ella slept 11-12, ate half",
  childminder: "Ella ate all her tea",
};

/**
 * One phone. `actions` are `send(text, replyTo, files)`, `edit(seq, text)`, `press(token)`, `retry(key)`,
 * `discard(key)`, `share(id, value)` and `close()`; what came of them arrives through `showMessages`.
 */
export class Phone {
  person;
  element;
  #actions;
  #times;
  #log;
  #list;
  #scroll;
  #text;
  #context;
  #notice;
  #noticeTimer = 0;
  #sharing;
  #suggestion;
  #picked;
  #shown = [];
  #words = new Map(); // key -> what its bubble said when it was last drawn
  #answering = null; // seq
  #changing = null; // seq
  #draft = "";
  #current = null; // key of the message the arrow keys are on

  constructor(person, times, tone, actions) {
    this.person = person;
    this.#times = times;
    this.#actions = actions;
    this.element = this.#build(tone);
    this.#list = new KeyedList(this.#log, (item, row, fresh) => this.#draw(item, row, fresh));
  }

  /** `items` as `Conversation.shown()` gives them; `now` is book time. */
  showMessages(items, now) {
    const before = this.#shown;
    const focused = this.#log.contains(document.activeElement) ? document.activeElement : null;
    const focusedKey = focused?.closest("[data-key]")?.dataset.key;
    const focusedToken = focused?.dataset.token;
    this.#shown = items;
    const bySeq = new Map(items.filter((item) => item.seq !== null).map((item) => [item.seq, item]));
    const last = items.at(-1)?.key ?? null;
    const there = items.some((item) => item.key === this.#current);
    if (!there || (!focused && this.#current === before.at(-1)?.key)) this.#current = last;
    const rows = [];
    let day = null;
    for (const item of items) {
      const at = item.at ?? now;
      const key = this.#times.dayKey(at);
      if (key !== day) {
        day = key;
        const name = this.#times.day(at, now);
        rows.push({ key: `day-${key}`, kind: "day", mark: name, name });
      }
      const quote = item.replyTo === null ? null : this.#quote(bySeq.get(item.replyTo));
      const isOld = now - new Date(at) > CHOICES_SHOWN_FOR;
      const shown = isOld ? { ...item, buttons: [] } : item;
      rows.push({ ...shown, kind: "message", quote, mark: JSON.stringify([shown, quote]) });
    }
    if (items.length === 0) rows.push({ key: "nothing", kind: "nothing", mark: "nothing" });
    this.#list.show(rows);
    this.#pointAt(this.#current);
    const news = items.length > before.length && last !== before.at(-1)?.key;
    if (news && items.at(-1)?.mine) this.#scroll.goThere();
    else this.#scroll.contentChanged(news);
    if (focused && !focused.isConnected) this.#focusAgain(focusedKey, focusedToken);
    if (this.#log.getAttribute("aria-busy") === "true") {
      this.#scroll.goThere();
      this.#log.setAttribute("aria-busy", "false");
      // Only what comes from now on is read out, not the days before.
      requestAnimationFrame(() => this.#log.setAttribute("aria-live", "polite"));
    }
    if (this.#answering !== null && !bySeq.has(this.#answering)) this.#leaveContext();
    if (this.#changing !== null && !bySeq.has(this.#changing)) this.#leaveContext();
  }

  /** `switches` as the interface gives them. */
  showSharing(switches) {
    this.#sharing.show(
      switches.map((one) => ({ ...one, key: one.id, tag: "fieldset", mark: JSON.stringify(one) })),
    );
  }

  say(sentence) {
    clearTimeout(this.#noticeTimer);
    this.#notice.textContent = sentence;
    this.#noticeTimer = setTimeout(() => (this.#notice.textContent = ""), NOTICE_LIFE);
  }

  focus() {
    this.#text.focus({ preventScroll: true });
  }

  #build(tone) {
    const { id, name, about, role } = this.person;
    const heading = `phone-${id}-name`;
    this.#log = element("div", {
      class: "log",
      role: "log",
      "aria-live": "off",
      "aria-busy": "true",
      "aria-label": `Messages on ${name}'s phone`,
      onkeydown: (event) => this.#arrow(event),
      onfocusin: (event) => this.#focused(event),
    });
    const newest = element("button", { type: "button", class: "to-newest", hidden: true });
    newest.append(icon("down"), "New message");
    this.#scroll = new StaysAtNewest(this.#log, newest);
    this.#text = element("textarea", {
      name: "text",
      id: `phone-${id}-text`,
      rows: "1",
      placeholder: `Write as ${name}`,
      autocomplete: "off",
      enterkeyhint: "send",
      "aria-describedby": `phone-${id}-keys`,
      oninput: () => this.#grow(),
      onkeydown: (event) => this.#typed(event),
    });
    this.#picked = new Picked(name, {
      onChange: () => this.#leaveChange(),
      onProblem: (sentence) => this.say(sentence),
    });
    this.#context = element("div", { class: "composer-context", hidden: true });
    this.#notice = element("p", { class: "phone-notice", role: "alert" });
    const words = FIRST_WORDS[role.replaceAll(" ", "_")];
    this.#suggestion = element(
      "p",
      { class: "suggestion", hidden: words === undefined },
      element(
        "button",
        { type: "button", class: "suggested", onclick: () => this.#suggest(words) },
        element("span", { class: "suggested-try" }, "Try"),
        ` “${words}”`,
      ),
    );
    const sharing = element("div", { class: "sharing" });
    this.#sharing = new KeyedList(sharing, (one, row) => this.#drawSwitch(one, row));
    const parts = element(
      "section",
      { class: "phone", id: `phone-${id}`, "data-person": id, "data-tone": tone, "aria-labelledby": heading },
      element(
        "header",
        { class: "phone-head" },
        element("span", { class: "avatar", "aria-hidden": "true" }, name.slice(0, 1)),
        element(
          "div",
          { class: "phone-who" },
          element("h3", { id: heading }, name),
          element("p", {}, about ?? ""),
        ),
        element(
          "button",
          {
            type: "button",
            class: "icon-button",
            "aria-label": `Close ${name}'s phone`,
            onclick: this.#actions.close,
          },
          icon("close"),
        ),
      ),
      sharing,
      element("div", { class: "log-frame" }, this.#log, newest, this.#notice),
      element(
        "form",
        { class: "composer", onsubmit: (event) => this.#submit(event) },
        this.#suggestion,
        this.#context,
        this.#picked.tray,
        element(
          "div",
          { class: "composer-row" },
          this.#picked.button,
          element("label", { class: "hidden", for: `phone-${id}-text` }, `Message from ${name}`),
          this.#text,
          element("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send")),
        ),
        element(
          "p",
          { class: "hidden", id: `phone-${id}-keys` },
          "Enter sends, Shift and Enter begins a new line.",
        ),
      ),
    );
    this.#picked.listen(parts, this.#text);
    return parts;
  }

  #draw(item, row, fresh) {
    if (item.kind === "day") {
      row.className = "day";
      row.replaceChildren(element("span", {}, item.name));
      return;
    }
    if (item.kind === "nothing") {
      row.className = "nothing";
      row.textContent = "No messages yet.";
      return;
    }
    const before = this.#words.get(item.key);
    this.#words.set(item.key, item.text);
    row.className = "message";
    row.tabIndex = -1;
    row.dataset.key = item.key;
    row.dataset.from = item.mine ? "me" : "bookbag";
    row.dataset.state = item.withdrawn ? "withdrawn" : item.state;
    if (item.seq === null) delete row.dataset.seq;
    else row.dataset.seq = item.seq;
    const filled = this.#log.getAttribute("aria-busy") === "false";
    if (fresh && filled && !item.silent) row.classList.add("arrives");
    if (!fresh && before !== item.text) row.classList.add("altered");
    row.replaceChildren(this.#bubbleOf(item), ...this.#choicesOf(item), ...this.#troubleOf(item));
  }

  #bubbleOf(item) {
    const who = spoken(item.mine ? `${this.person.name}: ` : "Bookbag: ");
    const bubble = element("div", { class: "bubble" }, who);
    if (item.withdrawn) {
      bubble.append(element("p", { class: "words withdrawn" }, "Taken back"));
    } else {
      if (item.quote) {
        bubble.append(
          element(
            "p",
            { class: "quote" },
            element("b", {}, item.quote.who),
            element("span", {}, item.quote.text),
          ),
        );
      }
      bubble.append(...mediaOf(item.media, "in this message", "-1"));
      if (item.text !== "") {
        bubble.append(element("p", { class: "words", "data-words": true }, ...ticksKept(item.text)));
      }
    }
    bubble.append(this.#metaOf(item));
    if (!item.withdrawn && item.seq !== null) bubble.append(this.#handlesOf(item));
    return bubble;
  }

  #metaOf(item) {
    const meta = element("p", { class: "meta" });
    if (item.edited && item.mine && !item.withdrawn) meta.append("edited ");
    if (item.at !== null) meta.append(element("time", { datetime: item.at }, this.#times.time(item.at)));
    if (!item.mine) {
      if (item.silent) meta.append(icon("quiet"), spoken("without sound"));
      return meta;
    }
    const [words, drawing] = {
      pending: ["sending…", "clock"],
      unsure: ["checking…", "clock"],
      saving: [" saving…", "clock"],
      failed: ["not sent", "not"],
    }[item.state] ?? [null, "tick"];
    meta.append(words ?? spoken(" sent"), icon(drawing));
    return meta;
  }

  #handlesOf(item) {
    const handles = element(
      "div",
      { class: "handles" },
      element(
        "button",
        { type: "button", class: "handle", tabindex: "-1", onclick: () => this.#answer(item.seq) },
        icon("reply"),
        "Reply",
      ),
    );
    if (item.mine && item.media.length === 0) {
      handles.append(
        element(
          "button",
          { type: "button", class: "handle", tabindex: "-1", onclick: () => this.#change(item.seq) },
          icon("edit"),
          "Edit",
        ),
      );
    }
    return handles;
  }

  #choicesOf(item) {
    if (item.withdrawn || item.buttons.length === 0) return [];
    const waiting = item.buttons.some((button) => button.pressed);
    return [
      element(
        "div",
        { class: "choices", role: "group", "aria-label": "Choices" },
        ...item.buttons.map((button) =>
          element(
            "button",
            {
              type: "button",
              class: "choice",
              "data-token": button.token,
              // Not `disabled`: that would throw the focus away while she waits for the answer.
              "aria-disabled": waiting ? "true" : null,
              "data-pressed": button.pressed ? "yes" : null,
              onclick: () => waiting || this.#actions.press(button.token),
            },
            button.label,
          ),
        ),
      ),
    ];
  }

  #troubleOf(item) {
    if (item.state !== "failed") return [];
    return [
      element(
        "div",
        { class: "choices", role: "group", "aria-label": "Not sent" },
        choice("Try again", () => this.#actions.retry(item.key)),
        choice("Discard", () => this.#actions.discard(item.key)),
      ),
    ];
  }

  #drawSwitch(one, row) {
    const name = `sharing-${this.person.id}-${one.id}`;
    const focused = row.contains(document.activeElement);
    row.className = "switch";
    row.dataset.sharing = one.id;
    row.replaceChildren(
      element("legend", {}, one.label),
      element(
        "div",
        { class: "segments" },
        ...one.choices.map((choice) =>
          element(
            "label",
            { class: "segment" },
            element("input", {
              type: "radio",
              name,
              value: choice.value,
              checked: choice.value === one.value,
              onchange: () => this.#actions.share(one.id, choice.value),
            }),
            element("span", {}, choice.label),
          ),
        ),
      ),
    );
    if (focused) row.querySelector("input:checked")?.focus({ preventScroll: true });
  }

  #quote(item) {
    if (!item || item.withdrawn) return { who: "", text: "A message taken back" };
    const text = item.text.replace(/\s+/g, " ");
    const short = [...text].length > LONGEST_QUOTE ? `${[...text].slice(0, LONGEST_QUOTE).join("")}…` : text;
    return { who: item.mine ? this.person.name : "Bookbag", text: short || "A picture" };
  }

  #answer(seq) {
    const quote = this.#quote(this.#shown.find((item) => item.seq === seq));
    this.#leaveContext();
    this.#answering = seq;
    this.#enterContext("Replying to", quote.text);
  }

  /** With something picked it is a new message: words of another are no longer being changed. */
  #leaveChange() {
    if (this.#changing !== null && !this.#picked.isEmpty) this.#leaveContext();
  }

  #change(seq) {
    const item = this.#shown.find((one) => one.seq === seq);
    if (!item) return;
    this.#leaveContext();
    this.#changing = seq;
    this.#draft = this.#text.value;
    this.#text.value = item.text;
    this.#enterContext("Changing your message", this.#quote(item).text);
  }

  #enterContext(title, text) {
    this.#context.replaceChildren(
      element("p", { class: "quote" }, element("b", {}, title), element("span", {}, text)),
      element(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": this.#changing === null ? "Do not reply to it" : "Leave it as it was",
          onclick: () => {
            this.#leaveContext();
            this.#text.focus();
          },
        },
        icon("close"),
      ),
    );
    this.#context.hidden = false;
    this.#grow();
    this.#text.focus();
    this.#text.setSelectionRange(this.#text.value.length, this.#text.value.length);
  }

  #leaveContext() {
    if (this.#changing !== null) this.#text.value = this.#draft;
    this.#draft = "";
    this.#answering = null;
    this.#changing = null;
    this.#context.hidden = true;
    this.#context.replaceChildren();
    this.#grow();
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (text === "" && this.#picked.isEmpty) return;
    const answering = this.#answering;
    const changing = this.#changing;
    if (changing === null) this.#text.value = "";
    this.#leaveContext();
    this.#text.focus({ preventScroll: true });
    this.#suggestion.hidden = true;
    if (changing === null) this.#actions.send(text, answering, this.#picked.take());
    else if (!this.#shown.some((item) => item.seq === changing && item.text === text)) {
      this.#actions.edit(changing, text);
    }
  }

  #suggest(words) {
    this.#text.value = words;
    this.#grow();
    this.#text.focus();
  }

  #typed(event) {
    // While a word is being composed (Japanese, dictation, some keyboards), Enter belongs to the composing.
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      this.#text.form.requestSubmit();
    } else if (event.key === "Escape" && !this.#context.hidden) {
      event.preventDefault();
      this.#leaveContext();
    }
  }

  #grow() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`;
  }

  #focusAgain(key, token) {
    const row = this.#list.row(key);
    const choices = [...(row?.querySelectorAll(".choice") ?? [])];
    const button = choices.find((one) => token !== undefined && one.dataset.token === token);
    (button || row || this.#text).focus({ preventScroll: true });
  }

  #pointAt(key) {
    // The log is one stop for the Tab key; the arrows move within it, and a message's own handles follow it.
    for (const row of this.#log.querySelectorAll(".message")) {
      const on = row.dataset.key === key;
      row.tabIndex = on ? 0 : -1;
      for (const one of row.querySelectorAll(".handle, .picture")) one.tabIndex = on ? 0 : -1;
    }
  }

  #focused(event) {
    // A choice is a stop of its own: reaching it must not make the Tab key skip the messages after it.
    if (event.target.classList.contains("choice")) return;
    const key = event.target.closest(".message")?.dataset.key;
    if (!key || key === this.#current) return;
    this.#current = key;
    this.#pointAt(key);
  }

  #arrow(event) {
    if (!event.target.classList.contains("message")) return;
    const rows = [...this.#log.querySelectorAll(".message")];
    const here = rows.indexOf(event.target);
    const there = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (there === undefined) return;
    event.preventDefault();
    rows[there]?.focus();
  }
}

/** A name and its tick stay on one line; the text itself is as it came. */
function ticksKept(text) {
  return text.split(/(\S+ ✓)/).map((part, place) =>
    place % 2 === 1 ? element("span", { class: "together" }, part) : part,
  );
}

function choice(label, onclick) {
  return element("button", { type: "button", class: "choice", onclick }, label);
}
