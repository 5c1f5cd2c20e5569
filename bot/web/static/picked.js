/**
 * What somebody has picked to send with her next message: by a button, by dragging it onto her phone, or pasted.
 *
 * Knows nothing of how it is sent, and keeps no file that is larger than the server takes.
 */

import { element, icon } from "./elements.js";
import { isShown } from "./pictures.js";

const MOST_FILES = 20;
const LARGEST = 32 * 1024 * 1024;

/** `onChange()` is called when the files have changed, `onProblem(sentence)` when some cannot be taken. */
export class Picked {
  /** The files in a row, each with a button that leaves it out; hidden while there is none. */
  tray = element("ul", { class: "tray", "aria-label": "To be sent", hidden: true });
  /** The button that opens the browser's own window for choosing. */
  button;
  #input;
  #files = []; // {file, url}
  #on;

  constructor(name, { onChange, onProblem }) {
    this.#on = { onChange, onProblem };
    this.#input = element("input", {
      type: "file",
      name: "file",
      multiple: true,
      hidden: true,
      onchange: () => {
        this.#add([...this.#input.files]);
        this.#input.value = ""; // The same file may be chosen again.
      },
    });
    this.button = element(
      "button",
      {
        type: "button",
        class: "icon-button pick",
        "aria-label": `Add pictures or files on ${name}'s phone`,
        title: "Add pictures or files",
        onclick: () => this.#input.click(),
      },
      icon("picture"),
      this.#input,
    );
  }

  /** Files may be dragged onto `place` and pasted into `field`. */
  listen(place, field) {
    let depth = 0; // A drag enters a child before it leaves its parent.
    const leave = () => {
      depth = 0;
      delete place.dataset.dropping;
    };
    const brings = (event) => event.dataTransfer?.types.includes("Files");
    place.addEventListener("dragenter", (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      depth += 1;
      place.dataset.dropping = "";
    });
    place.addEventListener("dragover", (event) => brings(event) && event.preventDefault());
    place.addEventListener("dragleave", () => {
      depth -= 1;
      if (depth <= 0) leave();
    });
    place.addEventListener("drop", (event) => {
      leave();
      if (!brings(event)) return;
      event.preventDefault();
      this.#add([...event.dataTransfer.files]);
      field.focus({ preventScroll: true });
    });
    field.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      this.#add(files);
    });
  }

  get isEmpty() {
    return this.#files.length === 0;
  }

  /** Everything that was picked, which from now on is whoever's takes it: `[{file, url}]`. */
  take() {
    const taken = this.#files;
    this.#files = [];
    this.#draw();
    return taken;
  }

  #add(files) {
    const kept = [...this.#files];
    let size = kept.reduce((sum, { file }) => sum + file.size, 0);
    let problem = "";
    for (const file of files) {
      if (kept.length === MOST_FILES) problem ||= `${MOST_FILES} files are the most in one message.`;
      else if (size + file.size > LARGEST) problem ||= "That is too large: 32 MB together is the most.";
      else {
        size += file.size;
        kept.push({ file, url: URL.createObjectURL(file) });
      }
    }
    this.#files = kept;
    if (problem) this.#on.onProblem(problem);
    this.#draw();
  }

  #leaveOut(place) {
    URL.revokeObjectURL(this.#files[place].url);
    this.#files = this.#files.filter((_, at) => at !== place);
    this.#draw();
    const next = this.tray.querySelectorAll("button")[Math.min(place, this.#files.length - 1)];
    (next ?? this.button).focus({ preventScroll: true });
  }

  #draw() {
    this.tray.hidden = this.isEmpty;
    this.tray.replaceChildren(
      ...this.#files.map(({ file, url }, place) =>
        element(
          "li",
          {},
          isShown(file.type)
            ? element("img", { src: url, alt: file.name })
            : element("span", { class: "tray-file" }, icon("file"), file.name),
          element(
            "button",
            {
              type: "button",
              class: "leave-out",
              "aria-label": `Leave ${file.name} out`,
              onclick: () => this.#leaveOut(place),
            },
            icon("close"),
          ),
        ),
      ),
    );
    this.#on.onChange();
  }
}
