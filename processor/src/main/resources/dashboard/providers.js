// The mailbox providers of the recipients of one domain: where its mail is taken, and where not.
import { h } from "./dom.js";
import { count } from "./format.js";
import { levelOf, rateCell } from "./rates.js";
import { table } from "./table.js";
import { term } from "./definitions.js";

const NAMES = { gmail: "Gmail", microsoft: "Microsoft", "yahoo-aol": "Yahoo and AOL", apple: "Apple", comcast: "Comcast", proton: "Proton", gmx: "GMX and WEB.DE", zoho: "Zoho", other: "All others" };

const RANKS = { critical: 0, warn: 1, "": 2 };

export function nameOf({ group }) {
  return NAMES[group] ?? group;
}

/** The worst first, then the largest. */
export function byTrouble(groups) {
  const rank = ({ rates }) => RANKS[levelOf(rates.hardBounce)];
  return [...groups].sort((one, other) => rank(one) - rank(other) || other.messages.total - one.messages.total);
}

/** @param state of a domain, with `recipientGroups` */
export function providers(state) {
  const groups = byTrouble(state.recipientGroups);
  return [
    table({
      caption: `Recipient providers of ${state.domain}, since counting began`,
      items: groups,
      empty: "No message has been counted.",
      columns: [
        { head: "Provider", cell: nameOf },
        { head: term("total"), number: true, cell: ({ messages }) => count(messages.total) },
        { head: term("deliveryRate", "Delivery"), number: true, cell: ({ rates }) => rateCell(rates.delivery) },
        { head: term("hardBounceRate", "Hard bounce"), number: true, cell: ({ rates }) => rateCell(rates.hardBounce) },
        { head: term("softBounceRate", "Soft bounce"), number: true, cell: ({ rates }) => rateCell(rates.softBounce) },
        { head: term("openRate", "Open"), number: true, cell: ({ rates }) => rateCell(rates.open) },
      ],
    }),
    h("p", { class: "note" }, "Since counting began. ", term("recipientGroups", "How providers are told apart")),
  ];
}
