// Events as they come (`/v1/live`). The browser itself goes on where it was cut off; what it gives up is begun again. Only while
// somebody looks: a browser has six connections to a server, and pages in other tabs, or gone back from, would hold them all.

const AGAIN_MILLIS = 5_000;

export class Live {
  #source = null;
  #timer = null;
  #heard;
  #wasLive = false;
  #look = () => (document.hidden ? this.#leave() : this.#come());
  #leaving = () => this.#leave();
  #coming = () => this.#look();

  /**
   * Begins to listen.
   *
   * @param heard is told of `state` (`connecting`, `live`, `failed`, or `away` while nobody looks), of each `event`, of how many were
   *   `skipped` since there were too many to show, and of a `gap`: something was missed while the line was cut, or nobody looked
   */
  constructor(heard) {
    this.#heard = heard;
    document.addEventListener("visibilitychange", this.#look);
    window.addEventListener("pagehide", this.#leaving);
    window.addEventListener("pageshow", this.#coming);
    this.#look();
  }

  close() {
    document.removeEventListener("visibilitychange", this.#look);
    window.removeEventListener("pagehide", this.#leaving);
    window.removeEventListener("pageshow", this.#coming);
    this.#leave();
  }

  #leave() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#heard.state("away");
  }

  #come() {
    if (this.#source === null) {
      if (this.#wasLive) {
        this.#heard.gap();
      }
      this.#open();
    }
  }

  #open() {
    this.#heard.state("connecting");
    const source = new EventSource("/v1/live");
    this.#source = source;
    source.onopen = () => {
      this.#wasLive = true;
      this.#heard.state("live");
    };
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
}
