// Whom a domain should not write to any more, and the check of addresses: those go in a body, and are kept nowhere here.
import { get, post } from "./api.js";
import { h, swap } from "./dom.js";
import { recipient } from "./events.js";
import { clock, time } from "./format.js";
import { Once } from "./once.js";
import { failedNotice, Panel, warning } from "./panel.js";
import { none, table } from "./table.js";
import { foreign } from "./text.js";

const PAGE = 10;
const REASONS = { "hard-bounce": "hard bounce", complaint: "complaint", unsubscribe: "unsubscribed", "soft-bounces": "soft bounces in a row" };
const FACTS = { "hard-bounce": "hardBounce", complaint: "complaint", unsubscribe: "unsubscribe" };

export class Suppressions {
  #domain;
  #panel;
  #result = h("div", { role: "status" });
  #cursor = null;
  #checks = 0;
  #once = new Once((fresh) => this.#load(fresh));

  constructor(domain) {
    this.#domain = domain;
    this.#panel = new Panel("Not to be written to", { wide: true, head: [this.#once.button] });
    this.element = this.#panel.element;
    this.#panel.element.append(this.#form(), this.#result);
  }

  refresh(fresh) {
    return this.#once.ask(fresh);
  }

  async #load(fresh) {
    this.#panel.about(this.#cursor ?? "");
    const asking = get("/v1/suppressions", { domain: this.#domain, limit: PAGE, cursor: this.#cursor }).then(fresh.of.bind(fresh));
    asking.catch((failure) => fresh.failed(failure));
    return this.#panel.load(asking, ({ suppressions, nextCursor, partial }) => [
      table({ caption: `Recipients that ${this.#domain} should not write to`, items: suppressions, empty: none({ nextCursor, partial }, !this.#cursor, "Nobody: no hard bounce, complaint or unsubscription stands."), columns: columns() }),
      h(
        "p",
        { class: "pager" },
        this.#cursor && h("button", { type: "button", "data-key": "suppressions-first", onclick: () => this.#goTo(null) }, "First"),
        nextCursor && h("button", { type: "button", "data-key": "suppressions-next", onclick: () => this.#goTo(nextCursor) }, "More"),
      ),
    ]);
  }

  #goTo(cursor) {
    this.#cursor = cursor;
    return this.#once.again();
  }

  #form() {
    const field = h("input", { type: "text", name: "address", required: true, maxlength: 1000, autocomplete: "off", spellcheck: "false", inputmode: "email", id: "check-address" });
    return h(
      "form",
      { class: "line-form", onsubmit: (event) => {
        event.preventDefault();
        this.#check(field.value.trim());
      } },
      h("label", { for: "check-address" }, "May this address be written to?"),
      field,
      h("button", { type: "submit" }, "Check"),
    );
  }

  async #check(address) {
    const mine = ++this.#checks;
    const shown = await post("/v1/suppressions/check", { domain: this.#domain, addresses: [address] }).then(
      (answer) => answer.recipients.map((recipient) => verdict(recipient, answer)),
      failedNotice,
    );
    // The answer for an address that was asked for before may be the later one.
    if (mine === this.#checks) {
      swap(this.#result, shown);
    }
  }
}

/** What speaks against somebody is true of a part, too; that nothing does is only true of the whole. */
function verdict({ address, suppress, reasons }, { asOf, partial, stale }) {
  if (!suppress && partial) {
    return warning("Whether ", foreign(address, 60), " may be written to cannot be told now: not every instance has answered. Check again.");
  }
  return suppress
    ? h("p", { class: "notice warned" }, h("span", { "aria-hidden": "true" }, "■ "), "Do not write to ", foreign(address, 60), ": ", reasons.map((reason) => REASONS[reason] ?? reason).join(", "), ".")
    : h("p", { class: "notice" }, h("span", { "aria-hidden": "true" }, "✓ "), "Nothing is known against writing to ", foreign(address, 60), stale ? `, as of ${clock(new Date(asOf))} UTC.` : ".");
}

/** When the latest thing happened that still speaks against somebody. */
function latest(row) {
  const facts = row.reasons.map((reason) => (reason === "soft-bounces" ? row.softBounces?.[0] : row[FACTS[reason]]));
  return facts.map((fact) => fact?.at).filter(Boolean).sort().at(-1);
}

function columns() {
  return [
    { head: "Recipient", cell: recipient },
    { head: "Reason", cell: ({ reasons }) => reasons.map((reason) => REASONS[reason] ?? reason).join(", ") },
    { head: "Since (UTC)", cell: (row) => time(latest(row)) },
    { head: "Last delivery (UTC)", cell: ({ delivery }) => (delivery ? time(delivery.at) : "–") },
  ];
}
