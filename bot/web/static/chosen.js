/**
 * Remembers, in this browser, which phones are open and whose book is shown.
 *
 * Knows nothing else, and keeps no words of anybody. Where the browser keeps nothing, nothing is remembered.
 */

const PHONES = "bookbag.phones";
const CHILD = "bookbag.child";

/** The ids last left open, or null if nobody ever chose. */
export function rememberedPhones() {
  try {
    const kept = JSON.parse(localStorage.getItem(PHONES));
    return Array.isArray(kept) ? kept : null;
  } catch {
    return null;
  }
}

export function rememberPhones(ids) {
  keep(PHONES, JSON.stringify(ids));
}

export function rememberedChild() {
  try {
    return localStorage.getItem(CHILD);
  } catch {
    return null;
  }
}

export function rememberChild(id) {
  keep(CHILD, id);
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing still shows everything.
  }
}
