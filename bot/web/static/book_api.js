/**
 * Speaks the demo's JSON interface, and tells a refusal from silence.
 *
 * An `ApiRefusal` means the server answered and nothing was done; an `ApiSilence` means no answer came, and
 * what was asked may or may not have been done. Knows nothing of the page.
 */

const PATIENCE = 15_000;
const PATIENCE_WITH_FILES = 60_000;

export class ApiRefusal extends Error {
  constructor(status) {
    super(`The book answered ${status}.`);
    this.status = status;
  }
}

export class ApiSilence extends Error {}

export class BookApi {
  people() {
    return this.#ask("GET", "/api/people");
  }

  async messages(person) {
    return (await this.#ask("GET", `/api/people/${encodeURIComponent(person)}/messages`)).messages;
  }

  /**
   * The message's number, by which it can be found again.
   *
   * `id` is one per message, however often it is sent: a browser may itself repeat a request whose connection
   * broke, and only the server can then tell the second copy from a second message.
   */
  async send(person, text, replyTo, id, files = []) {
    const letter = replyTo === null ? { text } : { text, reply_to: replyTo };
    const path = `/api/people/${encodeURIComponent(person)}/messages`;
    const body = files.length === 0 ? letter : withFiles(letter, files);
    return (await this.#ask("POST", path, body, { "Idempotency-Key": id })).seq;
  }

  edit(person, seq, text) {
    return this.#ask("POST", `/api/people/${encodeURIComponent(person)}/messages/${seq}/edit`, { text });
  }

  press(person, token) {
    return this.#ask("POST", `/api/people/${encodeURIComponent(person)}/press`, { token });
  }

  children() {
    return this.#ask("GET", "/api/children");
  }

  async thread(child) {
    return (await this.#ask("GET", `/api/children/${encodeURIComponent(child)}/thread`)).entries;
  }

  async sharing(person) {
    return (await this.#ask("GET", `/api/sharing/${encodeURIComponent(person)}`)).switches;
  }

  share(person, id, value) {
    return this.#ask("POST", `/api/sharing/${encodeURIComponent(person)}`, { id, value });
  }

  clock() {
    return this.#ask("GET", "/api/clock");
  }

  moveClock(move) {
    return this.#ask("POST", "/api/clock", move);
  }

  async #ask(method, path, body, headers = {}) {
    let answer;
    let text;
    const isForm = body instanceof FormData;
    const isJson = body !== undefined && !isForm;
    try {
      answer = await fetch(path, {
        method,
        cache: "no-store",
        headers: isJson ? { "Content-Type": "application/json", ...headers } : headers,
        body: isJson ? JSON.stringify(body) : body,
        signal: AbortSignal.timeout(isForm ? PATIENCE_WITH_FILES : PATIENCE),
      });
      text = await answer.text();
    } catch (cause) {
      throw new ApiSilence(`${method} ${path} got no answer`, { cause });
    }
    if (answer.ok) return text === "" ? {} : JSON.parse(text);
    // A 5xx may come after the work was done, so it says as little as no answer at all.
    if (answer.status >= 500) throw new ApiSilence(`${method} ${path} got ${answer.status}`);
    throw new ApiRefusal(answer.status);
  }
}

function withFiles(letter, files) {
  const form = new FormData();
  for (const [name, value] of Object.entries(letter)) form.append(name, value);
  for (const { file } of files) form.append("file", file, file.name);
  return form;
}
