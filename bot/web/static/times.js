/**
 * Says instants as the book's own zone has them, and lets book time run between two looks at it.
 *
 * The machine's date is never used: book time may be days ahead of it. Knows nothing of what happens when.
 */

/** Instants in words, in one time zone. Accepts ISO strings in UTC. */
export class BookTimes {
  #time;
  #day;
  #year;
  #key;

  constructor(timezone) {
    const format = (locale, parts) => new Intl.DateTimeFormat(locale, { timeZone: timezone, ...parts });
    this.#time = format("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.#day = format("en-GB", { weekday: "long", day: "numeric", month: "long" });
    this.#year = format("en-GB", { year: "numeric" });
    this.#key = format("sv-SE", { year: "numeric", month: "2-digit", day: "2-digit" });
  }

  /** "07:40" */
  time(at) {
    return this.#time.format(new Date(at));
  }

  /** "Friday 20 November", with the year only where it is not the year of `now`. */
  day(at, now = at) {
    const day = this.#day.format(new Date(at)).replace(",", "");
    const year = this.#year.format(new Date(at));
    return year === this.#year.format(new Date(now)) ? day : `${day} ${year}`;
  }

  /** "2026-11-20": the civil day, for grouping. */
  dayKey(at) {
    return this.#key.format(new Date(at));
  }

  /** The time alone on the day of `beside`, with the weekday on any other. */
  timeBeside(at, beside) {
    if (this.dayKey(at) === this.dayKey(beside)) return this.time(at);
    return `${this.day(at, beside).slice(0, 3)} ${this.time(at)}`;
  }
}

/**
 * Book time as last heard from the server, running on at normal speed. Tells `onMinute` at every new
 * minute.
 */
export class BookClock {
  #heard = null;
  #heardAt = 0;
  #timer = 0;
  #onMinute;

  constructor(onMinute) {
    this.#onMinute = onMinute;
  }

  set(now) {
    this.#heard = Date.parse(now);
    this.#heardAt = performance.now();
    this.#tick();
  }

  now() {
    return new Date(this.#heard + (performance.now() - this.#heardAt));
  }

  #tick() {
    clearTimeout(this.#timer);
    const now = this.now();
    this.#onMinute(now);
    this.#timer = setTimeout(() => this.#tick(), 60_000 - (now.getTime() % 60_000) + 20);
  }
}
