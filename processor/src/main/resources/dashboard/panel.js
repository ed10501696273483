// A part of a page that is loaded by itself: it says that it loads, what it found, or why it could not.
import { announce, forReaders, h, swap } from "./dom.js";
import { clock } from "./format.js";
import { now } from "./api.js";

let numbers = 0;

export class Panel {
  #body;
  #notice;
  #since = null;
  #asked = 0;
  #subject = "";
  #shownSubject = "";

  /** @param head what stands beside the title: notes, controls */
  constructor(title, { level = 2, head = [], wide = false } = {}) {
    const id = `panel-${++numbers}`;
    this.#notice = h("div", {});
    this.#body = h("div", { class: "panel-body" }, h("p", { class: "quiet" }, "Loading…"));
    this.title = h(`h${level}`, { id }, title);
    this.element = h(
      "section",
      { class: wide ? "panel wide" : "panel", "aria-labelledby": id },
      h("div", { class: "panel-head" }, this.title, head),
      this.#notice,
      this.#body,
    );
  }

  /** What comes next is about this. If that fails, what was shown of something else goes: it would stand under a wrong name. */
  about(subject) {
    this.#subject = subject;
  }

  show(...children) {
    this.#shown();
    swap(this.#body, children);
  }

  #shown() {
    this.#since = now();
    this.#shownSubject = this.#subject;
    swap(this.#notice);
  }

  /** Shows an element that stays the same and changes by itself. */
  keep(element) {
    this.#shown();
    if (element.parentNode !== this.#body) {
      this.#body.replaceChildren(element);
    }
  }

  /** What was found before of the same subject stays, and says how old it is. */
  failed(failure) {
    if (!this.#notice.hasChildNodes()) {
      announce(`${this.title.textContent}: ${failure.title}.`);
    }
    if (this.#shownSubject !== this.#subject) {
      this.#since = null;
    }
    if (this.#since === null) {
      swap(this.#body);
    }
    swap(this.#notice, failedNotice(failure, this.#since));
  }

  /** Waits for an answer and shows what is made of it, or the failure; which of them, is told. */
  async load(asking, showing) {
    const mine = ++this.#asked;
    try {
      const answer = await asking;
      // Whoever asked later shows what he wants to see, even if that answer came first.
      if (mine === this.#asked) {
        this.show(gaps(answer), showing(answer));
      }
      return true;
    } catch (failure) {
      if (failure.status === undefined) {
        throw failure;
      }
      if (mine !== this.#asked) {
        return true;
      }
      this.failed(failure);
      return failure.status === 404;
    }
  }
}

/** What an answer says about itself, if it is not all there is: it stands with what was answered, for as long as that does. */
export function gaps({ asOf, partial, stale }) {
  return [
    partial && warning("Not every instance has answered: something is missing here. Ask again."),
    !partial && stale && warning(`This is as of ${clock(new Date(asOf))} UTC, and not fresher.`),
  ];
}

/** A failure, in words: never an empty place, and never a number. */
export function failedNotice(failure, since = null) {
  if (failure.status === 404 || failure.status === 410) {
    return warning(failure.detail || failure.title);
  }
  const age = since === null ? "" : ` What is shown here is from ${clock(since)} UTC.`;
  const code = failure.status ? ` (${failure.status}${failure.code ? ` ${failure.code}` : ""})` : "";
  return h(
    "p",
    { class: "notice failed" },
    h("span", { "aria-hidden": "true" }, "✕ "),
    forReaders("Failed: "),
    h("strong", {}, failure.title),
    code,
    failure.detail ? `. ${failure.detail}` : ".",
    age,
  );
}

/** Something worth a look. */
export function warning(...children) {
  return h("p", { class: "notice warned" }, h("span", { "aria-hidden": "true" }, "▲ "), children);
}
