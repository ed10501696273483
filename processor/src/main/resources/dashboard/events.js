// Events as rows: live ones, those of a domain, and those that a search found.
import { h } from "./dom.js";
import { dayAndClock, time } from "./format.js";
import { link } from "./router.js";
import { foreign } from "./text.js";

const SIGNS = {
  delivered: "✓",
  opened: "◉",
  clicked: "◉",
  sent: "→",
  deferred: "▲",
  bounced: "▲",
  dropped: "■",
  rejected: "■",
  failed: "■",
  complained: "■",
  unsubscribed: "■",
  unknown: "?",
};

/** The type in a sign and words. */
export function typeOf({ type, bounceType }) {
  const isHard = bounceType === "hard";
  const sign = isHard ? "■" : (SIGNS[type] ?? "·");
  const level = sign === "■" ? "critical" : sign === "▲" ? "warn" : "";
  return h("span", { class: `mark ${level}` }, h("span", { "aria-hidden": "true" }, `${sign} `), bounceType ? `${bounceType} bounce` : type);
}

export function toMessage(event) {
  return h("a", { href: link(["messages", event.senderDomain, event.messageId]), "data-key": `message-${event.id}`, title: "The time line of this message" }, foreign(event.messageId, 40));
}

/** The columns of a table of these events, without those that are the same in every row. */
export function columns(events, { withDomain }) {
  return [
    { head: "Time (UTC)", cell: (event) => time(event.occurredAt, dayAndClock) },
    { head: "Event", cell: typeOf },
    withDomain && { head: "Domain", cell: (event) => h("a", { href: link(["domains", event.senderDomain]), "data-key": `domain-${event.id}` }, foreign(event.senderDomain, 48)) },
    { head: "Recipient", cell: recipient },
    { head: "Message", cell: toMessage },
    events.some((event) => event.reason) && { head: "Reason", less: true, cell: (event) => (event.reason ? foreign(event.reason, 60) : h("span", { class: "quiet" }, "–")) },
  ].filter(Boolean);
}

/** As the token lets see it: in full, masked, or by its key alone. */
export function recipient({ recipient: address, recipientKey: key }) {
  if (address) {
    return foreign(address, 48);
  }
  return key ? h("span", { class: "quiet" }, "key ", h("code", {}, key.slice(0, 8))) : h("span", { class: "quiet" }, "nobody named");
}
