// The list of events as they come, which can be held still.
import { announce, h, swap } from "./dom.js";
import { columns } from "./events.js";
import { count, many } from "./format.js";
import { Live } from "./live.js";
import { Panel } from "./panel.js";
import { table } from "./table.js";

const SHOWN_MAX = 30;
const TELL_MILLIS = 10_000;
const WORDS = {
  connecting: "◌ connecting",
  live: "● live",
  away: "◌ not listening while nobody looks",
  failed: "✕ no live events: the server does not give them; tried again every 5 s",
};

export class Feed {
  #panel;
  #state = h("span", { class: "feed-state" });
  #button;
  #events = [];
  #waiting = [];
  #isPaused = false;
  #skipped = 0;
  #missed = false;
  #untold = 0;
  #onEvent;

  /** @param onEvent is told of each event, whether it is shown or not */
  constructor(onEvent) {
    this.#onEvent = onEvent;
    this.#button = h("button", { type: "button", "aria-pressed": "false", onclick: () => this.#pause() }, "Pause");
    this.#panel = new Panel("Live events", { wide: true, head: [this.#state, this.#button] });
    this.element = this.#panel.element;
    this.#show();
    this.live = new Live({
      state: (state) => {
        this.#state.className = `feed-state ${state}`;
        swap(this.#state, WORDS[state]);
      },
      event: (event) => this.#take(event),
      skipped: (number) => {
        this.#skipped += number;
        if (number > 0) {
          this.#show();
        }
      },
      gap: () => {
        this.#missed = true;
        this.#show();
      },
    });
    this.timer = setInterval(() => this.#tell(), TELL_MILLIS);
  }

  close() {
    this.live.close();
    clearInterval(this.timer);
  }

  #take(event) {
    this.#onEvent(event);
    this.#untold++;
    const into = this.#isPaused ? this.#waiting : this.#events;
    into.unshift(event);
    into.length = Math.min(into.length, SHOWN_MAX);
    if (this.#isPaused) {
      this.#label();
    } else {
      this.#show();
    }
  }

  #pause() {
    this.#isPaused = !this.#isPaused;
    this.#button.setAttribute("aria-pressed", String(this.#isPaused));
    if (!this.#isPaused) {
      this.#events = [...this.#waiting, ...this.#events].slice(0, SHOWN_MAX);
      this.#waiting = [];
      this.#show();
    }
    this.#label();
  }

  #label() {
    const waiting = this.#waiting.length;
    const some = waiting === SHOWN_MAX ? `${waiting} or more` : count(waiting);
    this.#button.textContent = this.#isPaused ? `Go on (${some} new)` : "Pause";
  }

  #show() {
    const notes = [
      this.#skipped > 0 && `${many(this.#skipped, "event")} came too fast to be shown; all are counted.`,
      this.#missed && "The line was cut, or nobody looked at this page: some events are not in this list; all are counted.",
    ].filter(Boolean);
    this.#panel.show(
      table({ caption: "The latest events, the newest first", columns: columns(this.#events, { withDomain: true }), items: this.#events, empty: "None has come since this page was opened. What comes is shown at once." }),
      notes.map((note) => h("p", { class: "note" }, note)),
    );
  }

  /** Now and then, so that a busy stream does not talk without a pause. */
  #tell() {
    if (this.#untold > 0 && !this.#isPaused) {
      announce(`${many(this.#untold, "new event")}.`);
      this.#untold = 0;
    }
  }
}
