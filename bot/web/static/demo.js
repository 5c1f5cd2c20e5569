/**
 * Wires the page: who is open, what is fetched when, and where it is shown.
 *
 * The only module that knows all the others; none of them knows it.
 */

import { BookApi } from "./book_api.js";
import { rememberChild, rememberedChild, rememberedPhones, rememberPhones } from "./chosen.js";
import { Conversation } from "./conversation.js";
import { Disclosure } from "./disclosure.js";
import { element, icon, KeyedList, spoken } from "./elements.js";
import { LiveEvents } from "./live.js";
import { Phone } from "./phone.js";
import { Refetched } from "./refetched.js";
import { Thread } from "./thread.js";
import { BookClock, BookTimes } from "./times.js";

const TONES = 6;
const NARROWEST_PHONE = 272;
const GAP = 12;
const BOOK = "book";
const IN_VIEW = 0.6;
const PATIENCE = 2_500;

class DemoPage {
  #api = new BookApi();
  #times;
  #clock = new BookClock((now) => this.#showClock(now));
  #people = []; // as the interface gives them, in its order
  #children = [];
  #child = null;
  #entries = null;
  #conversations = new Map(); // person id -> Conversation
  #sharing = new Map(); // person id -> {switches, refetched}
  #phones = new Map(); // person id -> Phone, in the order they stand
  #inView = new Set(); // what the eye can see now: person ids, and the book
  #bookIsNew = false;
  #thread;
  #tabs;
  #peopleList;
  #peoplePanel;
  #watcher;
  #frame = document.querySelector("#phones");
  #stage = document.querySelector(".stage");
  #book = document.querySelector("#book");

  #whoAndWhat = new Refetched(async () => {
    const [people, children, clock] = await Promise.all([
      this.#api.people(),
      this.#api.children(),
      this.#api.clock(),
    ]);
    this.#takePeople(people, children, clock);
  });

  #threadOfChild = new Refetched(async () => {
    const child = this.#child;
    const entries = await this.#api.thread(child);
    // She may have turned to another child while this one was on its way.
    if (child !== this.#child) return;
    const known = new Set(this.#entries?.map((entry) => entry.id));
    const news = this.#entries !== null && entries.some((entry) => !known.has(entry.id));
    this.#entries = entries;
    this.#bookIsNew ||= news && !this.#inView.has(BOOK);
    this.#thread.show(entries, this.#clock.now());
    this.#showTabs();
  });

  async start() {
    const [tabs, people] = [document.querySelector(".tabs"), document.querySelector(".people")];
    this.#tabs = new KeyedList(tabs, (tab, row) => this.#drawTab(tab, row));
    this.#peopleList = new KeyedList(people, (one, row) => this.#drawPerson(one, row));
    this.#watcher = new IntersectionObserver((seen) => this.#see(seen), { threshold: [0, IN_VIEW] });
    new ResizeObserver(() => this.#fit()).observe(this.#stage);
    this.#wireHead();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      for (const id of this.#inView) this.#look(id);
      this.#showTabs();
      this.#refreshAll();
    });
    const live = new LiveEvents({
      onConnected: () => this.#refreshAll(),
      onChanged: (change) => this.#changed(change),
      onState: (state) => this.#showConnection(state),
    });
    live.connect();
    addEventListener("online", () => live.connect());
  }

  async #refreshAll() {
    await this.#whoAndWhat.refresh();
    const inSight = this.#child === null ? [] : [this.#threadOfChild.refresh()];
    for (const [id, conversation] of this.#conversations) {
      const both = [conversation.refresh(), this.#sharing.get(id).refetched.refresh()];
      if (this.#phones.has(id)) inSight.push(...both);
    }
    // Shown once everything is there, so that nothing moves while it arrives; but nothing is waited for long.
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    await Promise.race([Promise.all(inSight), patience]);
    delete this.#stage.dataset.waiting;
  }

  #changed({ people = [], children = [], clock }) {
    if (!this.#times) return;
    if (clock) this.#clock.set(clock);
    if (people.some((id) => !this.#conversations.has(id)) || children.some((id) => !this.#knows(id))) {
      this.#refreshAll();
      return;
    }
    for (const id of people) {
      this.#conversations.get(id).refresh();
      this.#sharing.get(id).refetched.refresh();
    }
    if (children.includes(this.#child)) this.#threadOfChild.refresh();
  }

  #knows(child) {
    return this.#children.some((one) => one.id === child);
  }

  #takePeople(people, children, clock) {
    const first = !this.#times;
    this.#people = people;
    this.#children = children;
    if (first) {
      this.#times = new BookTimes(clock.timezone);
      this.#thread = new Thread(this.#book, this.#times, {
        toneOf: (name) => this.#tone(this.#people.findIndex((person) => person.name === name)),
        onChoose: (id) => this.#turnTo(id),
      });
      this.#watcher.observe(this.#book);
      this.#book.dataset.panel = BOOK;
    }
    this.#clock.set(clock.now);
    for (const person of people) this.#meet(person);
    if (first) {
      const remembered = rememberedPhones()?.filter((id) => this.#conversations.has(id));
      const open = remembered ?? people.filter((person) => person.open).map((person) => person.id);
      for (const id of open) this.#open(id);
      // The book was there before the phones; where one thing is seen at a time, the first phone is that one.
      this.#stage.scrollLeft = 0;
    }
    if (!this.#knows(this.#child)) {
      const wanted = rememberedChild();
      this.#child = (this.#knows(wanted) ? wanted : children[0]?.id) ?? null;
      this.#entries = null;
    }
    this.#thread.showChildren(children, this.#child);
    this.#showPeople();
    this.#fit();
  }

  #meet(person) {
    if (this.#conversations.has(person.id)) return;
    this.#conversations.set(
      person.id,
      new Conversation(person.id, this.#api, {
        onChange: () => this.#showMessages(person.id),
        onProblem: (sentence) => this.#phones.get(person.id)?.say(sentence),
      }),
    );
    const sharing = { switches: [] };
    sharing.refetched = new Refetched(async () => {
      sharing.switches = await this.#api.sharing(person.id);
      this.#phones.get(person.id)?.showSharing(sharing.switches);
    });
    this.#sharing.set(person.id, sharing);
  }

  #tone(place) {
    return place < 0 ? 0 : (place % TONES) + 1;
  }

  #open(id) {
    const place = this.#people.findIndex((person) => person.id === id);
    const person = this.#people[place];
    const conversation = this.#conversations.get(id);
    const phone = new Phone(person, this.#times, this.#tone(place), {
      send: (text, replyTo, files) => conversation.send(text, replyTo, files),
      edit: (seq, text) => conversation.edit(seq, text),
      press: (token) => conversation.press(token),
      retry: (key) => conversation.retry(key),
      discard: (key) => conversation.discard(key),
      share: (switchId, value) => this.#share(id, switchId, value),
      close: () => this.#close(id),
    });
    phone.element.dataset.panel = id;
    this.#phones.set(id, phone);
    this.#frame.append(phone.element);
    phone.showSharing(this.#sharing.get(id).switches);
    if (conversation.loaded) this.#showMessages(id);
    this.#watcher.observe(phone.element);
    this.#fit();
    return phone;
  }

  #openAndGo(id) {
    const phone = this.#phones.get(id) ?? this.#open(id);
    this.#remember();
    this.#go(id);
    // Where there is only a finger, focus in the field would throw up the keyboard before anything is read.
    if (matchMedia("(hover: hover)").matches) phone.focus();
    else phone.element.querySelector(".icon-button").focus({ preventScroll: true });
  }

  #close(id) {
    const standing = [...this.#phones.keys()];
    const place = standing.indexOf(id);
    const phone = this.#phones.get(id);
    this.#watcher.unobserve(phone.element);
    phone.element.remove();
    this.#phones.delete(id);
    this.#inView.delete(id);
    this.#remember();
    this.#fit();
    const next = this.#phones.get(standing[place + 1] ?? standing[place - 1]);
    const button = next?.element.querySelector(".phone-head .icon-button");
    (button ?? document.querySelector("#open-phone")).focus();
  }

  #remember() {
    rememberPhones([...this.#phones.keys()]);
    this.#showPeople();
  }

  async #share(person, id, value) {
    try {
      await this.#api.share(person, id, value);
    } catch {
      this.#phones.get(person)?.say("Not changed: the book did not answer. Try again.");
      this.#phones.get(person)?.showSharing([]);
      this.#phones.get(person)?.showSharing(this.#sharing.get(person).switches);
    }
    this.#sharing.get(person).refetched.refresh();
  }

  #turnTo(child) {
    this.#child = child;
    this.#entries = null;
    rememberChild(child);
    this.#thread.turnTo(this.#children.find((one) => one.id === child)?.name);
    this.#showTabs();
    this.#threadOfChild.refresh();
  }

  #showMessages(id) {
    const conversation = this.#conversations.get(id);
    if (!conversation.loaded) return;
    this.#phones.get(id)?.showMessages(conversation.shown(), this.#clock.now());
    if (this.#inView.has(id)) this.#look(id);
    this.#showTabs();
    this.#showPeople();
  }

  #showClock(now) {
    if (!this.#times) return;
    const clock = document.querySelector("[data-clock]");
    clock.dateTime = now.toISOString();
    clock.querySelector(".clock-date").textContent = this.#times.day(now);
    clock.querySelector(".clock-comma").textContent = ", ";
    clock.querySelector(".clock-time").textContent = this.#times.time(now);
    clock.querySelector(".clock-label").textContent = " · book time";
    if (this.#entries !== null) this.#thread.show(this.#entries, now);
  }

  #showConnection(state) {
    const sign = document.querySelector("[data-connection]");
    sign.dataset.connection = state;
    sign.textContent = state === "ok" ? "" : "Reconnecting…";
  }

  #showPeople() {
    const unread = (id) => !this.#phones.has(id) && this.#conversations.get(id).unread() > 0;
    this.#peopleList.show(
      this.#people.map((person, place) => {
        const state = { open: this.#phones.has(person.id), unread: unread(person.id) };
        return { key: person.id, tag: "li", mark: JSON.stringify([person, state]), person, place, ...state };
      }),
    );
    document.querySelector("[data-unread-closed]").hidden = !this.#people.some((person) => unread(person.id));
  }

  #drawPerson({ person, place, open, unread }, row) {
    const focused = row.contains(document.activeElement);
    row.replaceChildren(
      element(
        "button",
        {
          type: "button",
          class: "person",
          "data-open": person.id,
          "data-tone": this.#tone(place),
          "data-is-open": open,
          onclick: () => this.#choosePerson(person.id),
        },
        element("span", { class: "avatar", "aria-hidden": "true" }, person.name.slice(0, 1)),
        element(
          "span",
          { class: "person-who" },
          element("b", {}, person.name),
          " ",
          element("span", {}, person.about ?? ""),
        ),
        unread ? element("span", { class: "dot" }, spoken("something new")) : null,
        element("span", { class: "person-open" }, icon("tick"), spoken(open ? "open" : "")),
      ),
    );
    if (focused) row.firstElementChild.focus();
  }

  #choosePerson(id) {
    this.#peoplePanel.close();
    this.#openAndGo(id);
  }

  /** How many phones stand side by side, and whether tabs are needed to reach the others. */
  #fit() {
    if (!this.#times) return;
    const count = this.#phones.size;
    document.querySelector(".no-phones").hidden = count > 0;
    this.#frame.hidden = count === 0;
    this.#stage.style.setProperty("--count", Math.max(1, count));
    const room = Math.floor((this.#frame.clientWidth + GAP) / (NARROWEST_PHONE + GAP));
    const columns = Math.max(1, Math.min(count, room));
    this.#stage.style.setProperty("--columns", columns);
    this.#stage.toggleAttribute("data-more", columns < count);
    this.#showTabs();
  }

  #see(seen) {
    for (const { target, isIntersecting, intersectionRatio } of seen) {
      const id = target.dataset.panel;
      if (isIntersecting && intersectionRatio >= IN_VIEW) this.#inView.add(id);
      else this.#inView.delete(id);
      if (this.#inView.has(id)) this.#look(id);
    }
    this.#showTabs();
  }

  /** What stands in view has been seen, if the page itself can be. */
  #look(id) {
    if (document.visibilityState !== "visible") return;
    if (id === BOOK) this.#bookIsNew = false;
    else this.#conversations.get(id)?.seen();
  }

  #showTabs() {
    if (!this.#times) return;
    const tabs = [...this.#phones.values()].map(({ person }) => ({
      id: person.id,
      name: person.name,
      drawing: "phone",
      unread: this.#conversations.get(person.id).unread() > 0,
    }));
    const child = this.#children.find((one) => one.id === this.#child);
    const name = child ? `${child.name}'s book` : "Book";
    tabs.push({ id: BOOK, name, drawing: "book", unread: this.#bookIsNew });
    this.#tabs.show(
      tabs.map((tab) => {
        const here = this.#inView.has(tab.id);
        return { ...tab, key: tab.id, here, mark: JSON.stringify([tab, here]) };
      }),
    );
  }

  #drawTab({ id, name, drawing, unread, here }, row) {
    const focused = row.contains(document.activeElement);
    row.className = "tab";
    row.dataset.tab = id;
    row.replaceChildren(
      element(
        "button",
        { type: "button", "aria-current": here ? "true" : null, onclick: () => this.#go(id) },
        icon(drawing),
        name,
        unread ? element("span", { class: "dot" }, spoken(", something new")) : null,
      ),
    );
    if (focused) row.firstElementChild.focus({ preventScroll: true });
    if (here) row.parentElement?.scrollTo({ left: row.offsetLeft - 60 });
  }

  #go(id) {
    const panel = id === BOOK ? this.#book : this.#phones.get(id).element;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    panel.scrollIntoView({ behavior: still ? "instant" : "smooth", inline: "start", block: "nearest" });
  }

  #wireHead() {
    const find = (selector) => document.querySelector(selector);
    this.#peoplePanel = new Disclosure(find("#open-phone"), find("#open-phone-panel"));
    const clockPanel = new Disclosure(find("#move-clock"), find("#move-clock-panel"));
    const problem = find(".panel-problem");
    const move = async (wish) => {
      problem.textContent = "";
      try {
        const { now } = await this.#api.moveClock(wish);
        this.#clock.set(now);
        clockPanel.close();
        find("#move-clock").focus();
        this.#refreshAll();
      } catch {
        problem.textContent = "No answer. Look at the time above before you try again.";
        this.#whoAndWhat.refresh();
      }
    };
    for (const button of document.querySelectorAll("[data-forward]")) {
      button.addEventListener("click", () => move({ forward_seconds: Number(button.dataset.forward) }));
    }
    for (const button of document.querySelectorAll("[data-until]")) {
      button.addEventListener("click", () => move({ until: button.dataset.until }));
    }
    find("#move-clock-until").addEventListener("submit", (event) => {
      event.preventDefault();
      move({ until: find("#until").value });
    });
    find("[data-reopen]").addEventListener("click", () => {
      const usual = this.#people.filter((person) => person.open);
      for (const person of usual) this.#open(person.id);
      this.#remember();
      if (usual[0]) this.#openAndGo(usual[0].id);
    });
  }
}

new DemoPage().start();
