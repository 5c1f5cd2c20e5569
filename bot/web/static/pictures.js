/**
 * Shows what hangs on a message or an entry: pictures in a grid, each as a whole when it is chosen, films and
 * recordings to play, and everything else to save.
 *
 * Knows nothing of phones, books or the server; whatever is not kept by the page's own server is left out.
 */

import { element, icon } from "./elements.js";

const SHOWN = new Set(["image/jpeg", "image/png", "image/webp", "image/gif"]);

/** Whether a browser shows this type as a picture. */
export const isShown = (type) => SHOWN.has(type);

/**
 * Elements for `media` as the interface gives it, `[{url, type}]`; `of` says where they are ("in this message").
 * With `tabindex` the pictures are given it, for whoever moves the focus himself.
 */
export function mediaOf(media, of, tabindex = null) {
  const own = media.filter((one) => new URL(one.url, document.baseURI).origin === location.origin);
  const pictures = own.filter((one) => isShown(one.type));
  const others = own.filter((one) => !isShown(one.type));
  const grid =
    pictures.length === 0
      ? []
      : [
          element(
            "div",
            { class: "pictures", "data-pictures": pictures.length },
            ...pictures.map((_, place) => thumbnail(pictures, place, of, tabindex)),
          ),
        ];
  return [...grid, ...others.map((one) => unlike(one, of))];
}

/** "Picture 2 of 3 in this message", or without a number where there is one. */
function nameOf(place, count, of) {
  return count === 1 ? `Picture ${of}` : `Picture ${place + 1} of ${count} ${of}`;
}

function thumbnail(pictures, place, of, tabindex) {
  const name = nameOf(place, pictures.length, of);
  return element(
    "button",
    {
      type: "button",
      class: "picture",
      tabindex,
      "data-picture": place + 1,
      title: "Show it whole",
      onclick: () => new Viewer(pictures, of).open(place),
    },
    element("img", { src: pictures[place].url, alt: name, loading: "lazy", decoding: "async" }),
  );
}

function unlike({ url, type }, of) {
  if (type?.startsWith("video/")) {
    return element("video", { class: "film", src: url, controls: true, playsinline: true, preload: "metadata", "aria-label": `Film ${of}` });
  }
  if (type?.startsWith("audio/")) {
    return element("audio", {
      class: "recording",
      src: url,
      controls: true,
      preload: "metadata",
      "aria-label": `Recording ${of}`,
    });
  }
  const link = element("a", { href: url, download: true }, icon("file"), fileWords(type));
  return element("p", { class: "words file" }, link);
}

function fileWords(type) {
  if (type === "application/pdf") return "Attached PDF";
  if (type?.startsWith("image/")) return "Attached picture, to save";
  return "Attached file";
}

/** One picture as large as the page, with the others of its album beside it. Closed, it is gone. */
class Viewer {
  #pictures;
  #of;
  #place = 0;
  #dialog;
  #image = element("img", { alt: "" });
  #count = element("p", { class: "viewer-count", "aria-live": "polite" });

  constructor(pictures, of) {
    this.#pictures = pictures;
    this.#of = of;
    const several = pictures.length > 1;
    const step = (name, label, by) =>
      element(
        "button",
        { type: "button", class: `icon-button viewer-${name}`, "aria-label": label, onclick: () => this.#go(by) },
        icon(name),
      );
    this.#dialog = element(
      "dialog",
      {
        class: "viewer",
        "aria-label": `Pictures ${of}`,
        onkeydown: (event) => this.#key(event),
        onclick: (event) => event.target === this.#dialog && this.#dialog.close(),
        onclose: () => this.#dialog.remove(),
      },
      element(
        "button",
        { type: "button", class: "icon-button viewer-close", "aria-label": "Close", onclick: () => this.#dialog.close() },
        icon("close"),
      ),
      this.#image,
      several ? step("before", "The picture before", -1) : null,
      several ? step("after", "The next picture", 1) : null,
      this.#count,
    );
  }

  /** The focus is in it until it is closed, and then where it was. */
  open(place) {
    document.body.append(this.#dialog);
    this.#place = place;
    this.#show();
    this.#dialog.showModal();
  }

  #go(by) {
    const count = this.#pictures.length;
    this.#place = (this.#place + by + count) % count;
    this.#show();
  }

  #show() {
    const count = this.#pictures.length;
    this.#image.src = this.#pictures[this.#place].url;
    this.#image.alt = nameOf(this.#place, count, this.#of);
    this.#count.textContent = count > 1 ? `${this.#place + 1} of ${count}` : "";
  }

  #key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined || this.#pictures.length < 2) return;
    event.preventDefault();
    this.#go(by);
  }
}
