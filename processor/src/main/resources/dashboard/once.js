// What is about people is asked for once, and again when somebody wants it: each time is written down in the access log.
import { h } from "./dom.js";

const QUIETLY = { of: (answer) => answer, failed: () => {} };

export class Once {
  #asking;
  #wasAnswered = false;

  /** @param asking asks and shows; its promise says whether there was an answer */
  constructor(asking) {
    this.#asking = asking;
    this.button = h("button", { type: "button", onclick: () => this.again() }, "Ask again");
  }

  /** Asks, unless that was answered before. */
  async ask(fresh) {
    if (!this.#wasAnswered) {
      this.#wasAnswered = await this.#asking(fresh);
    }
  }

  async again() {
    this.#wasAnswered = await this.#asking(QUIETLY);
  }
}
