// How fresh a page is: as its oldest answer; and what is wrong with any of them.
import { get, now } from "./api.js";

/** For pages that ask nothing again by themselves: up to when an answer would count now. */
export async function askUpToWhen(fresh) {
  await get("/v1/domains", { limit: 1 }).then(fresh.of.bind(fresh), fresh.failed.bind(fresh));
}

/** What the answers of one refresh of a page said about themselves. */
export class Freshness {
  #asOf = null;
  #stale = false;
  #partial = false;
  #failures = 0;

  /** Takes note, and hands the answer on. */
  of(answer) {
    if (answer.asOf && (this.#asOf === null || answer.asOf < this.#asOf)) {
      this.#asOf = answer.asOf;
    }
    this.#stale ||= answer.stale === true;
    this.#partial ||= answer.partial === true;
    return answer;
  }

  /** Takes note of a failure. That nothing is there is an answer. */
  failed(failure) {
    if (failure.status !== 404) {
      this.#failures++;
    }
  }

  /** For people: a word, a sign, and how it is meant. */
  summary() {
    const lag = this.#asOf === null ? null : Math.max(0, (now() - new Date(this.#asOf)) / 1000);
    const faults = [];
    if (this.#failures > 0) {
      faults.push({ level: "critical", word: `${this.#failures} not answered` });
    }
    if (this.#partial) {
      faults.push({ level: "critical", word: "partial: something is missing" });
    }
    if (this.#stale) {
      faults.push({ level: "warn", word: "stale: older than 10 s, or from a copy" });
    }
    return { asOf: this.#asOf, lag, faults };
  }
}
