// Rates and counts as tiles and tables show them: with what they are worth in a sign and a word, never in a colour alone.
import { h } from "./dom.js";
import { count, limit, NOT_REPORTED, percent } from "./format.js";
import { limitsOf } from "./definitions.js";

const SIGNS = { warn: "▲", critical: "■" };

/** A count; what nobody reports says so. */
export function counted(number) {
  return number === null || number === undefined ? quiet(NOT_REPORTED) : count(number);
}

function quiet(text) {
  return h("span", { class: "quiet" }, text);
}

/** The level of a rate, for what is coloured beside its words. */
export function levelOf(rate) {
  return rate && SIGNS[rate.verdict] ? rate.verdict : "";
}

/** The word for what a rate is worth; nothing where it is judged and good, or has no limits. */
export function mark(rate) {
  if (!rate || rate.value === null) {
    return null;
  }
  if (!rate.judged) {
    return h("span", { class: "mark", title: "Not judged: fewer than 100 in the denominator." }, "n<100");
  }
  const level = levelOf(rate);
  return level && h("span", { class: `mark ${level}` }, h("span", { "aria-hidden": "true" }, `${SIGNS[level]} `), level);
}

/** In a cell of a table. */
export function rateCell(rate) {
  if (rate === null || rate === undefined) {
    return quiet(NOT_REPORTED);
  }
  if (rate.value === null) {
    return quiet("–");
  }
  return h("span", { class: `rate ${rate.judged ? levelOf(rate) : "unjudged"}` }, mark(rate), " ", percent(rate.value));
}

/** Where a rate stands between nothing and its limits. */
export function limitBar(rate, name) {
  const limits = limitsOf(name);
  if (!limits || !rate || rate.value === null) {
    return null;
  }
  const end = Math.max(limits.critical * 1.4, rate.value * 1.1);
  const at = (share) => (100 * Math.min(share, end)) / end;
  return h(
    "div",
    { class: "limits" },
    h(
      "svg",
      { class: `limit-bar ${rate.judged ? levelOf(rate) : "unjudged"}`, viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" },
      h("rect", { class: "ground", x: 0, y: 2, width: 100, height: 4 }),
      h("rect", { class: "value", x: 0, y: 2, width: at(rate.value), height: 4 }),
      [limits.warn, limits.critical].map((each) => h("line", { class: "tick", x1: at(each), x2: at(each), y1: 0, y2: 8 })),
    ),
    h("span", { class: "limit-words" }, `limits ${limit(limits.warn)} and ${limit(limits.critical)}`),
  );
}
