// One message: for each recipient what became of it, and the time line of its events.
import { get } from "../api.js";
import { BodyView } from "../body.js";
import { h, swap } from "../dom.js";
import { recipient, typeOf } from "../events.js";
import { dayAndClock, many, time } from "../format.js";
import { askUpToWhen } from "../freshness.js";
import { Once } from "../once.js";
import { Panel, warning } from "../panel.js";
import { link } from "../router.js";
import { table } from "../table.js";
import { foreign } from "../text.js";

const STATUSES = {
  pending: "pending",
  deferred: "deferred",
  softBounced: "soft-bounced",
  undeterminedBounced: "bounced, kind unknown",
  delivered: "delivered",
  failed: "failed",
  rejected: "rejected",
  dropped: "dropped",
  hardBounced: "hard-bounced",
};
const BAD = new Set(["failed", "rejected", "dropped", "hardBounced"]);

export class Message {
  title = "Message";
  #domain;
  #id;
  #body;
  #once = new Once((fresh) => this.#load(fresh));
  #panel = new Panel("Time line", { wide: true, head: [this.#once.button] });

  /** @param session says whether the token opens bodies */
  constructor(main, domain, id, session) {
    this.#domain = domain;
    this.#id = id;
    this.#body = session.recipients ? new BodyView(domain, id) : null;
    swap(
      main,
      h("div", { class: "page-head" }, h("div", {}, h("p", { class: "crumb" }, h("a", { href: link(["domains", domain]) }, foreign(domain, 60)), " /"), h("h1", {}, "Message"), h("p", { class: "message-id" }, foreign(id, 300)))),
      this.#panel.element,
      this.#body?.element ?? [],
    );
  }

  close() {
    this.#body?.close();
  }

  async refresh(fresh) {
    await Promise.all([this.#once.ask(fresh), askUpToWhen(fresh)]);
  }

  async #load(fresh) {
    const asking = get(`/v1/messages/${encodeURIComponent(this.#id)}`, { domain: this.#domain }).then(fresh.of.bind(fresh)).then(({ partial, ...answer }) => ({ ...answer, isCut: partial }));
    asking.catch((failure) => fresh.failed(failure));
    return this.#panel.load(asking, ({ recipients, isCut }) => [
      h("p", {}, `${many(recipients.length, "recipient")}. Repeated events are left out; the order is that of the provider's clock, whatever the order of arrival was.`),
      isCut && warning("There are more recipients or events than are shown here."),
      recipients.map((row, place) => timeLine(row, place, this.#body)),
      this.#body === null && h("p", { class: "note" }, "Bodies name people: a token with the scope ", h("code", {}, "recipients"), " shows them here."),
    ]);
  }
}

function timeLine(row, place, body) {
  const level = BAD.has(row.status) ? "critical" : row.status === "softBounced" || row.status === "undeterminedBounced" ? "warn" : "";
  const sign = { critical: "■ ", warn: "▲ " }[level] ?? (row.status === "delivered" ? "✓ " : "· ");
  return h(
    "article",
    { class: "recipient" },
    h("h3", {}, recipient(row), " ", row.status && h("span", { class: `mark ${level}` }, h("span", { "aria-hidden": "true" }, sign), STATUSES[row.status] ?? row.status)),
    table({
      caption: `Events of recipient ${place + 1}, in the order of time`,
      items: row.events,
      columns: [
        { head: "Time (UTC)", cell: (event) => time(event.occurredAt, dayAndClock) },
        { head: "Event", cell: typeOf },
        body && { head: "Body", cell: (event) => body.button(event, `${event.bounceType ?? ""} ${event.type} at ${event.occurredAt}`.trim()) },
        { head: "Place in the raw topic", cell: (event) => h("code", {}, `${event.rawPartition}:${event.rawOffset}`) },
        { head: "Receipt", less: true, cell: (event) => h("code", {}, foreign(event.receiptId, 40)) },
        { head: "Event id", less: true, cell: (event) => h("code", {}, event.id.slice(0, 12)) },
      ].filter(Boolean),
    }),
  );
}
