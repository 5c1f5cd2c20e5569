/**
 * Opens and closes the small panels of the page's head.
 *
 * Escape, a click elsewhere and leaving it with the Tab key close a panel. Knows nothing of what is in one.
 */

export class Disclosure {
  #button;
  #panel;
  #onOpen;

  constructor(button, panel, onOpen = () => {}) {
    this.#button = button;
    this.#panel = panel;
    this.#onOpen = onOpen;
    button.addEventListener("click", () => (panel.hidden ? this.open() : this.close()));
    panel.parentElement.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || panel.hidden) return;
      event.stopPropagation();
      this.close();
      button.focus();
    });
    panel.parentElement.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !panel.parentElement.contains(event.relatedTarget)) this.close();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!panel.parentElement.contains(event.target)) this.close();
    });
  }

  open() {
    this.#panel.hidden = false;
    this.#button.setAttribute("aria-expanded", "true");
    this.#onOpen();
  }

  close() {
    this.#panel.hidden = true;
    this.#button.setAttribute("aria-expanded", "false");
  }
}
