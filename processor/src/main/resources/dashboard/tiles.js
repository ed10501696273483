// The numbers at a glance: of a span of time, and since counting began.
import { h } from "./dom.js";
import { count, dayAndTime, dayAndYear, duration, many, NOT_REPORTED, percent } from "./format.js";
import { warning } from "./panel.js";
import { limitBar, levelOf, mark } from "./rates.js";
import { isGone, keptFrom, messagesOf, rateOver, ratesOf, settled } from "./series.js";
import { term } from "./definitions.js";

/** @param words what the number is made of, in a line or two */
function tile(name, value, words, { level = "", bar = null, label } = {}) {
  return h("li", { class: `tile ${level}` }, h("h3", {}, term(name, label)), h("p", { class: "tile-value" }, value), bar, h("p", { class: "tile-words" }, words));
}

function missing(name, words, label) {
  return h("li", { class: "tile" }, h("h3", {}, term(name, label)), h("p", { class: "tile-value missing" }, NOT_REPORTED), h("p", { class: "tile-words" }, words));
}

function rateTile(name, key, rate, words, label) {
  if (rate === null) {
    return missing(name, words(null), label);
  }
  const shown = rate.value === null ? "–" : percent(rate.value);
  return tile(name, [shown, " ", mark(rate)], words(rate), { level: rate.judged ? levelOf(rate) : "", bar: limitBar(rate, key), label });
}

/** The numbers of these series at a glance, with what is not kept of the span; none of them if that is all of it: 0 would be wrong. */
export function glance(series, states, span) {
  const messages = messagesOf(series, states);
  return [keptNote(series, span), !isGone(series, span) && tiles({ messages, rates: ratesOf(messages), states, span })];
}

/** Six tiles: four of the span, two of everything that was counted. */
function tiles({ messages, rates, states, span }) {
  const open = [messages.pending, messages.deferred].filter((each) => each !== null);
  const waiting = open.length === 0 ? "pending: not reported" : `${count(open.reduce((a, b) => a + b, 0))} pending or deferred`;
  const over = (rate, one) => (rate.value === null ? `no ${one} message` : `${count(rate.of)} of ${count(rate.over)} ${one}`);
  return h(
    "ul",
    { class: "tiles" },
    tile("total", count(messages.total), `${count(settled(messages))} settled; ${span.words}`),
    rateTile("deliveryRate", "delivery", rates.delivery, (rate) => `${over(rate, "settled")}; ${span.words}`),
    rateTile("hardBounceRate", "hardBounce", rates.hardBounce, (rate) => `${over(rate, "settled")}; ${span.words}`),
    messages.softBounced === null ? missing("softBounced", `${waiting}; ${span.words}`, "Soft-bounced now") : tile("softBounced", count(messages.softBounced), `${waiting}; ${span.words}`, { label: "Soft-bounced now" }),
    rateTile("openRate", "open", rateOver(states, "open"), (rate) => (rate === null ? "no source reports opens" : `${over(rate, "delivered")}; since counting began`)),
    rateTile("complaintRate", "complaint", rateOver(states, "complaint"), (rate) => (rate === null ? "no source reports complaints; this is not 0" : `${over(rate, "delivered")}; since counting began`)),
  );
}

/** That the numbers of these series begin later than the span, if they do. */
function keptNote(series, span) {
  const from = keptFrom(series, span);
  if (from === null) {
    return null;
  }
  const begin = span.bucket === "hour" ? `${dayAndTime(from)} UTC` : dayAndYear(from);
  return isGone(series, span)
    ? warning(`Nothing of this range is kept any more: numbers of ${span.each} are kept from ${begin} on.`)
    : warning(`The range is not whole: numbers of ${span.each} are kept from ${begin} on, and what was before is not in them.`);
}

/** The time that people take to open, of one domain. */
export function timeToOpen({ timeToOpen }) {
  const { p50Seconds, p95Seconds, count: number } = timeToOpen;
  return number === 0 || p50Seconds === null
    ? h("p", { class: "quiet" }, term("timeToOpen"), ": no message has both a delivery and an open by a person.")
    : h("p", {}, term("timeToOpen"), ": half within ", h("strong", {}, duration(p50Seconds)), ", 95 % within ", h("strong", {}, duration(p95Seconds)), `, of ${many(number, "message")}.`);
}
