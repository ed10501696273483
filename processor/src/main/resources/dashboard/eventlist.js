// The events of one domain, the newest first, page by page; which of them stands in the URL. Where the page is does not: it would grow stale.
import { get } from "./api.js";
import { h } from "./dom.js";
import { columns } from "./events.js";
import { Once } from "./once.js";
import { Panel } from "./panel.js";
import { go, here, withParameters } from "./router.js";
import { none, table } from "./table.js";

const PAGE = 20;
const TYPES = {
  "": "All events",
  delivered: "Delivered",
  bouncedHard: "Hard bounces",
  bouncedSoft: "Soft bounces",
  bounced: "All bounces",
  deferred: "Deferred",
  opened: "Opened",
  clicked: "Clicked",
  complained: "Complained",
  unsubscribed: "Unsubscribed",
  dropped: "Dropped",
  rejected: "Rejected",
  failed: "Failed",
  unknown: "Of an unknown type",
};

/** Which events the URL asks for; all of them if it asks for none that there are. */
function asked() {
  const type = here().query.get("events") ?? "";
  return Object.hasOwn(TYPES, type) ? type : "";
}

export class EventList {
  #domain;
  #type = h("select", { "aria-label": "Which events" }, Object.entries(TYPES).map(([value, words]) => h("option", { value }, words)));
  #panel;
  #shown = asked();
  #cursor = null;
  #once = new Once((fresh) => this.#load(fresh));

  constructor(domain) {
    this.#domain = domain;
    this.#panel = new Panel("Latest events", { wide: true, head: [this.#type, this.#once.button] });
    this.element = this.#panel.element;
    this.#type.value = this.#shown;
    this.#type.addEventListener("change", () => go(withParameters({ events: this.#type.value })));
  }

  #goTo(cursor) {
    this.#cursor = cursor;
    return this.#once.again();
  }

  refresh(fresh) {
    if (this.#shown !== asked()) {
      this.#shown = asked();
      this.#type.value = this.#shown;
      return this.#goTo(null);
    }
    return this.#once.ask(fresh);
  }

  async #load(fresh) {
    const parameters = { domain: this.#domain, type: this.#shown, limit: PAGE, cursor: this.#cursor };
    this.#panel.about(`${this.#shown} ${this.#cursor}`);
    const asking = get("/v1/events", parameters).then(fresh.of.bind(fresh));
    asking.catch((failure) => fresh.failed(failure));
    return this.#panel.load(asking, ({ events, nextCursor, partial }) => [
      table({ caption: `Events of ${this.#domain}, the newest first`, columns: columns(events, { withDomain: false }), items: events, empty: none({ nextCursor, partial }, !this.#cursor, "No such event is kept.") }),
      h(
        "p",
        { class: "pager" },
        this.#cursor && h("button", { type: "button", "data-key": "events-first", onclick: () => this.#goTo(null) }, "Newest"),
        nextCursor && h("button", { type: "button", "data-key": "events-next", onclick: () => this.#goTo(nextCursor) }, "Older"),
      ),
    ]);
  }
}
