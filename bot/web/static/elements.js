/**
 * Makes page elements out of data, and keeps a list of them in step with a list of things.
 *
 * Text is only ever set as text, never read as markup. Knows nothing of phones, books or the server.
 */

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, listeners (keys beginning "on") and children; empty children are left out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** One of the drawings kept in the page's sheet; decoration only, so its meaning must be said beside it. */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  drawing.append(use);
  return drawing;
}

/** Words for those who listen to the page rather than look at it. */
export function spoken(text) {
  return element("span", { class: "hidden" }, text);
}

/**
 * The children of one container, kept in step with a list of items.
 *
 * An item is `{key, mark, …}`: the same key keeps its element, and the element is drawn again only when the
 * mark has changed. So nothing blinks, and focus, selection and scrolling survive every refresh.
 */
export class KeyedList {
  #container;
  #draw;
  #rows = new Map();

  /** `draw(item, row)` fills `row`; `row` is an empty element made for the item, or the one it had before. */
  constructor(container, draw) {
    this.#container = container;
    this.#draw = draw;
  }

  row(key) {
    return this.#rows.get(key)?.row;
  }

  show(items) {
    const wanted = new Set(items.map((item) => item.key));
    for (const [key, kept] of this.#rows) {
      if (wanted.has(key)) continue;
      kept.row.remove();
      this.#rows.delete(key);
    }
    let place = this.#container.firstElementChild;
    for (const item of items) {
      let kept = this.#rows.get(item.key);
      if (!kept) {
        kept = { row: document.createElement(item.tag ?? "div"), mark: undefined };
        this.#rows.set(item.key, kept);
      }
      if (kept.mark !== item.mark) {
        const fresh = kept.mark === undefined;
        kept.mark = item.mark;
        this.#draw(item, kept.row, fresh);
      }
      if (kept.row === place) place = place.nextElementSibling;
      else this.#container.insertBefore(kept.row, place);
    }
  }
}
