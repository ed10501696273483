// The line under the head of every page: how fresh it is, how the sources are, what waits in the spool, what is unreadable.
import { get, now } from "./api.js";
import { h, swap } from "./dom.js";
import { clock, count, duration, many } from "./format.js";
import { link } from "./router.js";
import { health, silentSeconds, spoolOf } from "./sources.js";

const EVERY_MILLIS = 15_000;
const LETTERS_MAX = 100;
const DAY = 86_400_000;
const SIGNS = { "": "●", warn: "▲", critical: "■" };

export class Status {
  #element = document.getElementById("status");
  #fresh = h("p", { class: "status-fresh" });
  #health = h("ul", { class: "status-health" });
  #sources = null;
  #letters = null;
  #timer = null;
  #isAdmin = false;
  #summary = null;

  constructor() {
    swap(this.#element, this.#fresh, this.#health);
    setInterval(() => this.#showFresh(), 1_000);
  }

  begin(session) {
    this.#isAdmin = session.admin;
    this.#element.hidden = false;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => !document.hidden && this.refresh(), EVERY_MILLIS);
    return this.refresh();
  }

  /** Asks nothing until it begins again. */
  pause() {
    clearInterval(this.#timer);
  }

  end() {
    this.pause();
    this.#element.hidden = true;
    this.#summary = null;
  }

  /** Shows how fresh the page is, and goes on to count how long that is ago. */
  show(fresh) {
    this.#summary = fresh;
    this.#showFresh();
  }

  #showFresh() {
    if (this.#summary === null) {
      swap(this.#fresh, h("span", { class: "quiet" }, "Asking…"));
      return;
    }
    const { asOf, lag, faults } = this.#summary.summary();
    const level = faults.some((fault) => fault.level === "critical") ? "critical" : faults.length > 0 ? "warn" : "";
    swap(
      this.#fresh,
      h("span", { class: `mark ${level}`, "aria-hidden": "true" }, SIGNS[level], " "),
      asOf === null ? "No answer yet says up to when it counts" : ["Counted up to ", h("time", { datetime: asOf, title: `${asOf} (UTC)` }, clock(new Date(asOf))), " UTC, ", duration(lag), " ago"],
      faults.map(({ level, word }) => [" · ", h("strong", { class: `mark ${level}` }, word)]),
    );
  }

  async refresh() {
    if (this.#isAdmin) {
      const since = new Date(now().getTime() - DAY).toISOString();
      [this.#sources, this.#letters] = await Promise.all([
        get("/v1/sources").catch((failure) => ({ failure })),
        get("/v1/dead-letters", { limit: LETTERS_MAX, from: since }).catch((failure) => ({ failure })),
      ]);
    }
    swap(this.#health, this.#isAdmin ? [this.#sourceWords(), this.#spoolWords(), this.#letterWords()] : h("li", { class: "quiet" }, "This token does not open the state of sources and dead letters."));
  }

  #sourceWords() {
    if (this.#sources.failure) {
      return item("critical", ["sources"], `sources: not answered (${this.#sources.failure.title})`);
    }
    const { sources, stale } = this.#sources;
    const silent = sources.filter((source) => health(source) === "silent");
    const refused = sources.filter((source) => health(source) === "refused");
    const old = stale ? " (stale)" : "";
    const faults = [
      silent.length > 0 && `${count(silent.length)} of ${count(sources.length)} sources silent, for up to ${duration(Math.max(...silent.map(silentSeconds)))}`,
      refused.length > 0 && `the last post of ${count(refused.length)} of ${count(sources.length)} sources was refused`,
    ].filter(Boolean);
    if (faults.length > 0) {
      return item("warn", ["sources"], `${faults.join("; ")}${old}`);
    }
    return item(stale ? "warn" : "", ["sources"], sources.length === 0 ? `no source heard of yet${old}` : `${many(sources.length, "source")} heard of${old}`);
  }

  #spoolWords() {
    if (this.#sources.failure) {
      return null;
    }
    const waiting = spoolOf(this.#sources.sources);
    return item(waiting > 0 ? "warn" : "", ["sources"], `spool ${count(waiting)}`);
  }

  #letterWords() {
    if (this.#letters.failure) {
      return item("critical", ["dead-letters"], `dead letters: not answered (${this.#letters.failure.title})`);
    }
    const number = this.#letters.deadLetters.length;
    const some = this.#letters.nextCursor || this.#letters.partial ? `${count(number)} or more` : count(number);
    return item(number > 0 ? "warn" : "", ["dead-letters"], `dead letters in 24 h: ${some}`);
  }
}

function item(level, path, words) {
  return h("li", {}, h("a", { href: link(path), "data-key": `status-${path}-${words.slice(0, 5)}` }, h("span", { class: `mark ${level}`, "aria-hidden": "true" }, SIGNS[level], " "), words));
}
