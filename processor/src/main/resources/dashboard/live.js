// Events as they come (`/v1/live`). The browser itself goes on where it was cut off; what it gives up is begun again.

const AGAIN_MILLIS = 5_000;

export class Live {
  #source = null;
  #timer = null;
  #heard;

  /**
   * Begins to listen.
   *
   * @param heard is told of `state` (`connecting`, `live` or `failed`), of each `event`, of how many were `skipped` since there
   *   were too many to show, and of a `gap`: something was missed while the line was cut
   */
  constructor(heard) {
    this.#heard = heard;
    this.#open();
  }

  #open() {
    this.#heard.state("connecting");
    const source = new EventSource("/v1/live");
    this.#source = source;
    source.onopen = () => this.#heard.state("live");
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) {
        this.#heard.state("failed");
        this.#timer = setTimeout(() => this.#open(), AGAIN_MILLIS);
      } else {
        this.#heard.state("connecting");
      }
    };
    source.addEventListener("event", (message) => this.#heard.event(JSON.parse(message.data)));
    source.addEventListener("beat", (message) => this.#heard.skipped(JSON.parse(message.data).skipped ?? 0));
    source.addEventListener("gap", () => this.#heard.gap());
  }

  close() {
    clearTimeout(this.#timer);
    this.#source.close();
  }
}
