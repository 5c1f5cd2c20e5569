/**
 * Hears from the server that something has changed, comes back by itself after a break, and fetches anew.
 *
 * What was missed during a break is never guessed: every (re)connection calls `onConnected`, which fetches
 * everything. Knows nothing of what the names in an event mean.
 */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5_000;

/** The event stream. `onState` hears "ok" or "reconnecting". */
export class LiveEvents {
  #source = null;
  #wait = FIRST_WAIT;
  #timer = 0;
  #on;

  constructor({ onConnected, onChanged, onState }) {
    this.#on = { onConnected, onChanged, onState };
  }

  connect() {
    clearTimeout(this.#timer);
    this.#source?.close();
    const source = new EventSource("/api/events");
    this.#source = source;
    source.addEventListener("open", () => {
      this.#wait = FIRST_WAIT;
      this.#on.onState("ok");
      this.#on.onConnected();
    });
    source.addEventListener("changed", (event) => this.#on.onChanged(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      // A browser gives up for good on some answers, and waits as it likes on others: the waiting is ours.
      source.close();
      if (source !== this.#source) return;
      this.#on.onState("reconnecting");
      this.#timer = setTimeout(() => this.connect(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    });
  }
}
