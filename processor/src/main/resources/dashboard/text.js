// Shows text that somebody else wrote: what has no shape of its own, or turns what follows around, is named instead.
import { h } from "./dom.js";

const SHOWN_MAX = 96;
const TITLE_MAX = 2000;
/** So long it stands on one line. */
const SHORT_MAX = 24;

// Controls, bidirectional marks and overrides, zero-width characters, tags, lone surrogates.
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|\p{Cs}/gu;

/** The same with every character that cannot be seen written as its number. */
export function visible(text) {
  return String(text).replace(
    UNSEEN,
    (unseen) => `⟨U+${unseen.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
  );
}

/** The same for a text that stands by itself: line breaks and tabs stay. */
export function visibleLines(text) {
  return String(text)
    .split("\n")
    .map((line) => line.replace(/\r$/, "").split("\t").map(visible).join("\t"))
    .join("\n");
}

function cut(text, max) {
  const shown = Array.from(text.length > 4 * max ? text.slice(0, 4 * max) : text);
  return shown.length > max ? shown.slice(0, max - 1).join("") + "…" : text;
}

/** Isolated, so that it cannot reach what stands beside it; a long one is cut and whole, or nearly, in its title. */
export function foreign(text, max = SHOWN_MAX) {
  const whole = visible(text);
  const shown = cut(whole, max);
  return h("bdi", { class: shown.length > SHORT_MAX ? "foreign" : "foreign short", title: shown === whole ? null : cut(whole, TITLE_MAX) }, shown);
}
