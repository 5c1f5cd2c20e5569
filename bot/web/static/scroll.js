/**
 * Keeps a scrolling list at its newest line for as long as its reader is there, and says so when he is not.
 *
 * Knows nothing of what is in the list.
 */

const NEAR = 48;

/** `button` is shown when something newer lies below what is seen; it leads there. */
export class StaysAtNewest {
  #list;
  #button;
  #there = true;

  constructor(list, button) {
    this.#list = list;
    this.#button = button;
    list.addEventListener("scroll", () => this.#look(), { passive: true });
    button.addEventListener("click", () => this.goThere());
    // The list grows and shrinks with the keyboard of a telephone, the composer and the window.
    new ResizeObserver(() => this.#there && this.goThere()).observe(list);
  }

  /** Call after the content has changed; `news` says that something was added at the end. */
  contentChanged(news) {
    if (this.#there) this.goThere();
    else if (news) this.#button.hidden = false;
  }

  goThere() {
    this.#list.scrollTop = this.#list.scrollHeight;
    this.#there = true;
    this.#button.hidden = true;
  }

  #look() {
    if (this.#list.clientHeight === 0) return;
    this.#there = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < NEAR;
    if (this.#there) this.#button.hidden = true;
  }
}
