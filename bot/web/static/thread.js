/**
 * Shows one child's book: what was written, by whom, under which topics, and who heard of it or did not and
 * why.
 *
 * Knows nothing of phones, messages or the server.
 */

import { element, icon, KeyedList, spoken } from "./elements.js";
import { mediaOf } from "./pictures.js";
import { StaysAtNewest } from "./scroll.js";

/** Where the word people use is not the name the book files under. */
const TOPIC_WORDS = { meals: "food", medication: "medicine", family_news: "family" };

const MOST_NAMED = 3;

/** What is not here yet, by how it was sent. */
const COMING = {
  video: "video",
  video_note: "video",
  animation: "video",
  voice: "voice note",
  audio: "recording",
  document: "file",
};

const STATES = {
  corrected: { sign: "Corrected", empty: "" },
  moved: { sign: "Moved", empty: "Filed here by mistake, moved." },
  withdrawn: { sign: "Taken back", empty: "Taken back by its author." },
};

/** The book panel. `toneOf(name)` gives a person's colour, `onChoose(id)` hears which child is wanted. */
export class Thread {
  #element;
  #times;
  #toneOf;
  #pages;
  #list;
  #scroll;
  #select;
  #title;
  #fresh = true;
  #lastKey = null;

  constructor(container, times, { toneOf, onChoose }) {
    this.#element = container;
    this.#times = times;
    this.#toneOf = toneOf;
    this.#title = element("h2", { id: "book-title", class: "hidden" }, "The child's book");
    this.#select = element("select", {
      id: "child",
      name: "child",
      onchange: () => onChoose(this.#select.value),
    });
    this.#pages = element("div", { class: "pages", tabindex: "0", role: "region", "aria-label": "Entries" });
    const newest = element("button", { type: "button", class: "to-newest", hidden: true });
    newest.append(icon("down"), "New entry");
    this.#scroll = new StaysAtNewest(this.#pages, newest);
    this.#list = new KeyedList(this.#pages, (item, row, fresh) => this.#draw(item, row, fresh));
    container.replaceChildren(
      element(
        "header",
        { class: "book-head" },
        this.#title,
        element("label", { for: "child" }, "The book of"),
        element("div", { class: "child-choice" }, this.#select, icon("down")),
      ),
      element("div", { class: "log-frame" }, this.#pages, newest),
    );
  }

  showChildren(children, chosen) {
    this.#select.replaceChildren(
      ...children.map(({ id, name }) => element("option", { value: id, selected: id === chosen }, name)),
    );
    this.#name(children.find((child) => child.id === chosen)?.name);
  }

  /** Another child's book is about to be shown: begin at its newest line, and let nothing look new. */
  turnTo(name) {
    this.#fresh = true;
    this.#list.show([]);
    this.#name(name);
  }

  /** `entries` as the interface gives them; `now` is book time. */
  show(entries, now) {
    const items = [];
    let day = null;
    for (const entry of [...entries].sort((one, other) => Date.parse(one.at) - Date.parse(other.at))) {
      const key = this.#times.dayKey(entry.at);
      if (key !== day) {
        day = key;
        const name = this.#times.day(entry.at, now);
        const today = key === this.#times.dayKey(now);
        items.push({ key: `day-${key}`, kind: "day", tag: "h3", mark: `${name}${today}`, name, today });
      }
      items.push({
        key: `entry-${entry.id}`,
        kind: "entry",
        tag: "article",
        entry,
        now,
        // What is still to come reads otherwise once its minute has come.
        mark: JSON.stringify([entry, entry.audience.some(isComing) && this.#times.time(now)]),
      });
    }
    if (items.length === 0) items.push({ key: "nothing", kind: "nothing", tag: "p", mark: "nothing" });
    this.#list.show(items);
    const last = items.at(-1).key;
    if (this.#fresh) this.#scroll.goThere();
    else this.#scroll.contentChanged(last !== this.#lastKey);
    this.#lastKey = last;
    this.#fresh = false;
  }

  #name(name) {
    this.#title.textContent = name ? `${name}'s book` : "The child's book";
    this.#pages.setAttribute("aria-label", name ? `Entries in ${name}'s book` : "Entries");
  }

  #draw(item, row, fresh) {
    if (item.kind === "day") {
      row.className = "book-day";
      row.replaceChildren(item.name, item.today ? element("span", {}, " · today") : "");
      return;
    }
    if (item.kind === "nothing") {
      row.className = "nothing";
      row.textContent = "Nothing is written yet.";
      return;
    }
    const { entry } = item;
    row.className = "entry";
    row.dataset.entry = entry.id;
    row.dataset.state = entry.state;
    if (fresh && !this.#fresh) row.classList.add("arrives");
    row.replaceChildren(
      element("time", { class: "entry-time", datetime: entry.at }, this.#times.time(entry.at)),
      element(
        "div",
        { class: "entry-body" },
        this.#wordsOf(entry),
        ...mediaOf(entry.media ?? [], `in ${entry.author}'s note`),
        ...(entry.coming ?? []).map((kind) => element("p", { class: "gone" }, `${COMING[kind] ?? "photo"} coming`)),
        ...(entry.corrections ?? []).map((one) => this.#correctionOf(one, entry)),
        this.#factsOf(entry),
        this.#bylineOf(entry),
        this.#audienceOf(entry, item.now),
      ),
    );
  }

  #wordsOf(entry) {
    // A correction that is shown below says it better than a sign would.
    const isSaidBelow = entry.state === "corrected" && (entry.corrections ?? []).length > 0;
    const state = isSaidBelow ? null : STATES[entry.state];
    const words = element("p", { class: "entry-words" });
    if (state) words.append(element("span", { class: "sign" }, state.sign), " ");
    const isPictured = (entry.media ?? []).length + (entry.coming ?? []).length > 0;
    if (entry.text === "" && isPictured && !state) return null;
    if (entry.text === "") words.append(element("span", { class: "gone" }, state?.empty || "No words."));
    else if (["withdrawn", "moved"].includes(entry.state)) words.append(element("s", {}, entry.text));
    else words.append(element("span", { "data-words": true }, entry.text));
    return words;
  }

  #correctionOf(correction, entry) {
    const line = element(
      "p",
      { class: "correction" },
      "Corrected ",
      element("time", { datetime: correction.at }, this.#times.timeBeside(correction.at, entry.at)),
    );
    const isSaidAbove = !correction.text || correction.text === entry.text;
    if (!isSaidAbove) line.append(": ", element("q", {}, correction.text));
    return line;
  }

  #factsOf(entry) {
    const inFull = (fact) => (typeof fact === "string" ? fact : (fact.text ?? fact.label));
    const facts = (entry.facts ?? []).map(inFull).filter(Boolean);
    if (facts.length === 0) return null;
    const lines = facts.map((fact) => element("li", {}, fact));
    return element("ul", { class: "facts", "aria-label": "Facts" }, ...lines);
  }

  #bylineOf(entry) {
    const byline = element(
      "div",
      { class: "byline" },
      element(
        "span",
        { class: "author", "data-tone": this.#toneOf(entry.author) },
        spoken("by "),
        entry.author,
      ),
    );
    if (entry.topics.length > 0) {
      byline.append(
        element(
          "ul",
          { class: "topics", "aria-label": "Topics" },
          ...entry.topics.map((topic) =>
            element(
              "li",
              { class: "topic", "data-topic": topic },
              TOPIC_WORDS[topic] ?? topic.replaceAll("_", " "),
            ),
          ),
        ),
      );
    }
    return byline;
  }

  /** Four lines at most: told and when, to be told and when, not told and why, and who finds it in her own book. */
  #audienceOf(entry, now) {
    const others = entry.audience.filter((one) => one.person !== entry.author);
    const told = others.filter((one) => one.told);
    const coming = others.filter(isComing);
    const colleagues = others.filter(isColleague);
    const not = others.filter((one) => !one.told && !one.at && !isColleague(one));
    const beside = (one) => this.#times.timeBeside(one.at, entry.at);
    const lines = [];
    if (told.length > 0) {
      const said = gathered(told, (one) => (one.at ? beside(one) : ""));
      lines.push(line("told", "tick", "Told", said.map(([when, names]) => [names, when])));
    }
    if (coming.length > 0) {
      const said = gathered(coming, (one) => (Date.parse(one.at) <= now.getTime() ? "now" : beside(one)));
      lines.push(line("coming", "clock", "To be told", said.map(([when, names]) => [names, when])));
    }
    if (not.length > 0) {
      const said = gathered(not, (one) => sentence(one.reason ?? ""));
      lines.push(line("not", "not", "Not told", said.map(([why, names]) => [names, why && `: ${why}`])));
    }
    if (colleagues.length > 0) {
      const names = colleagues.map((one) => one.person);
      lines.push(line("colleagues", "book", "In their own book", [[names, ""]]));
    }
    if (lines.length === 0) return null;
    return element("ul", { class: "audience", "aria-label": "Who hears of it" }, ...lines);
  }
}

/** Not told yet, and it is known when. */
const isComing = (one) => !one.told && Boolean(one.at);

/** Works where somebody was told, or where it was written, and need not be told herself. */
const isColleague = (one) => !one.told && one.why === "colleagues";

/** One line of the audience; `said` is a list of [who, what is said after them]. */
function line(kind, drawing, title, said) {
  const words = element("span", {}, element("span", { class: "audience-title" }, title));
  said.forEach(([names, after], place) => {
    words.append(place === 0 ? " " : after.startsWith(":") ? ". " : ", ", named(names, kind === "colleagues"));
    if (after) words.append(after.startsWith(":") ? after : ` ${after}`);
  });
  return element("li", { "data-audience": kind }, icon(drawing), words);
}

/** The names of a few; of many the first two and how many others, the rest for who listens or points at it. */
function named(names, isColleagues) {
  const all = inWords(names);
  if (names.length <= (isColleagues ? 1 : MOST_NAMED)) return element("b", {}, all);
  const shown = isColleagues
    ? `${names.length} colleagues`
    : `${names.slice(0, 2).join(", ")} and ${names.length - 2} others`;
  return element("b", { title: all }, element("span", { "aria-hidden": "true" }, shown), spoken(all));
}

/** People under what is said of them, in the order of first mention: [["07:30", ["Priya", "Dawn"]], …]. */
function gathered(people, saying) {
  const groups = new Map();
  for (const one of people) {
    const said = saying(one);
    groups.set(said, [...(groups.get(said) ?? []), one.person]);
  }
  return [...groups];
}

function inWords(names) {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** A reason as words, also where it came as a code ("not_shared"). */
function sentence(reason) {
  return /^[a-z]+(_[a-z]+)+$/.test(reason) ? reason.replaceAll("_", " ") : reason.replace(/\.$/, "");
}
