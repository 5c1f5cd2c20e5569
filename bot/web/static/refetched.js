/**
 * Fetches one thing again whenever it may have changed, until what is shown is what the server has.
 *
 * Knows neither what the thing is nor why it may have changed.
 */

import { ApiRefusal, ApiSilence } from "./book_api.js";

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5_000;

/**
 * One thing, and how to get it.
 *
 * Never two fetches at once, so an older answer cannot follow a newer one; a wish that comes during a fetch
 * is answered by one that begins after it. A fetch without an answer is tried again until there is one; a
 * refusal is taken as an answer.
 */
export class Refetched {
  #fetch;
  #running = null;
  #again = false;

  /** `fetchAndApply` gets the thing and puts it where it belongs. */
  constructor(fetchAndApply) {
    this.#fetch = fetchAndApply;
  }

  /** Resolves when a fetch that began after this call has been applied. */
  refresh() {
    this.#again = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run() {
    let wait = FIRST_WAIT;
    try {
      while (this.#again) {
        this.#again = false;
        try {
          await this.#fetch();
          wait = FIRST_WAIT;
        } catch (problem) {
          if (problem instanceof ApiRefusal) continue;
          if (!(problem instanceof ApiSilence)) throw problem;
          this.#again = true;
          const pause = wait;
          await new Promise((resolve) => setTimeout(resolve, pause));
          wait = Math.min(wait * 2, LONGEST_WAIT);
        }
      }
    } finally {
      this.#running = null;
    }
  }
}
