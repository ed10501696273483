// The mailbox providers of the recipients of one domain: where its mail is taken, and where not.
import { h } from "./dom.js";
import { count } from "./format.js";
import { rateCell } from "./rates.js";
import { table } from "./table.js";
import { term } from "./definitions.js";

const NAMES = { gmail: "Gmail", microsoft: "Microsoft", "yahoo-aol": "Yahoo and AOL", apple: "Apple", comcast: "Comcast", proton: "Proton", gmx: "GMX and WEB.DE", zoho: "Zoho", other: "All others" };

/** @param state of a domain, with `recipientGroups` */
export function providers(state) {
  const groups = [...state.recipientGroups].sort((one, other) => other.messages.total - one.messages.total);
  return [
    table({
      caption: `Recipient providers of ${state.domain}, since counting began`,
      items: groups,
      empty: "No message has been counted.",
      columns: [
        { head: "Provider", cell: ({ group }) => NAMES[group] ?? group },
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
