// Which span of time a page is about: whole buckets in UTC, up to the one that is not over yet.
import { now } from "./api.js";
import { h, swap } from "./dom.js";
import { day, dayAndTime, dayAndYear } from "./format.js";
import { go, here, withParameters } from "./router.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Hours are kept for 90 days; from two weeks on, days are easier to read. */
const HOURS_UP_TO = 14 * DAY;
const HOURS_KEPT = 89 * DAY;

const PRESETS = {
  "24h": { words: "24\u00a0h", whole: "the last 24 hours", buckets: 24, length: HOUR },
  "7d": { words: "7\u00a0days", whole: "the last 7 days", buckets: 7 * 24, length: HOUR },
  "30d": { words: "30\u00a0days", whole: "the last 30 days", buckets: 30, length: DAY },
};
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** What the URL says, or the last 24 hours. */
export function chosen(query = here().query) {
  const key = query.get("range") ?? "24h";
  return (key === "custom" && custom(query)) || preset(Object.hasOwn(PRESETS, key) ? key : "24h");
}

function preset(key) {
  const { words, whole, buckets, length } = PRESETS[key];
  const to = (Math.floor(now().getTime() / length) + 1) * length;
  return span(key, words, whole, to - buckets * length, to, length);
}

function custom(query) {
  const from = dayOf(query.get("from"));
  const last = dayOf(query.get("to"));
  if (from === null || last === null || last < from) {
    return null;
  }
  const to = last + DAY;
  const isShort = to - from <= HOURS_UP_TO && from > now().getTime() - HOURS_KEPT;
  const words = `${dayAndYear(new Date(from))} to ${dayAndYear(new Date(last))}`;
  return span("custom", words, words, from, to, isShort ? HOUR : DAY);
}

function dayOf(text) {
  const millis = DATE.test(text ?? "") ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(millis) ? null : millis;
}

function span(key, words, whole, from, to, length) {
  return {
    key,
    words,
    whole,
    from: new Date(from),
    to: new Date(to),
    length,
    bucket: length === HOUR ? "hour" : "day",
    each: length === HOUR ? "each hour" : "each day",
    label: length === HOUR ? dayAndTime : day,
  };
}

/** Links for the spans, and two dates for any other. */
export class RangeChoice {
  constructor() {
    this.element = h("div", { class: "range", role: "group", "aria-label": "Time range, UTC" });
    this.show();
  }

  show() {
    const span = chosen();
    const today = now().toISOString().slice(0, 10);
    const links = Object.entries(PRESETS).map(([key, { words }]) =>
      h("a", { href: withParameters({ range: key, from: null, to: null, cursor: null }), "data-key": `range-${key}`, "aria-current": span.key === key && "true" }, words));
    const from = h("input", { type: "date", name: "from", max: today, required: true, "aria-label": "First day", "data-key": "range-from" });
    const to = h("input", { type: "date", name: "to", max: today, required: true, "aria-label": "Last day", "data-key": "range-to" });
    from.value = here().query.get("from") ?? span.from.toISOString().slice(0, 10);
    to.value = here().query.get("to") ?? today;
    const form = h(
      "form",
      { class: "range-custom", onsubmit: (event) => {
        event.preventDefault();
        go(withParameters({ range: "custom", from: from.value, to: to.value, cursor: null }));
      } },
      from, " – ", to,
      h("button", { type: "submit", "data-key": "range-go" }, "Show"),
    );
    const summary = () => other.querySelector("summary");
    const fold = (event) => {
      if (event.key === "Escape" && other.open) {
        other.open = false;
        summary().focus();
      }
    };
    const other = h("details", { open: span.key === "custom", onkeydown: fold }, h("summary", { "data-key": "range-custom" }, "Custom"), form);
    swap(this.element, links, other);
  }
}
