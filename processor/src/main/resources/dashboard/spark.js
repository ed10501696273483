// A row's own small chart: how many messages each bucket had, and the hard-bounced ones of them.
import { h } from "./dom.js";
import { count } from "./format.js";

const WIDTH = 120;
const HEIGHT = 22;
/** More do not show in so little width. */
const BARS_MAX = 40;

/** @param rows one for each bucket */
export function spark(rows, span) {
  const bars = merged(rows);
  const most = Math.max(1, ...bars.map((bar) => bar.total));
  const step = WIDTH / Math.max(1, bars.length);
  const width = Math.max(1, step - 1);
  const rects = bars.map((bar, place) => {
    const high = (HEIGHT * bar.total) / most;
    const hard = bar.hard === 0 ? 0 : Math.max(1.5, (HEIGHT * bar.hard) / most);
    const x = (place * step).toFixed(2);
    return [
      bar.total > 0 && h("rect", { class: "all", x, y: (HEIGHT - high).toFixed(2), width: width.toFixed(2), height: high.toFixed(2) }),
      hard > 0 && h("rect", { class: "hard", x, y: (HEIGHT - hard).toFixed(2), width: width.toFixed(2), height: hard.toFixed(2) }),
    ];
  });
  const total = bars.reduce((sum, bar) => sum + bar.total, 0);
  const hard = bars.reduce((sum, bar) => sum + bar.hard, 0);
  const words = `${count(total)} messages, ${count(hard)} of them hard-bounced, in ${span.words}; at most ${count(most)} in one bar`;
  return h("svg", { class: "spark", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: "img", "aria-label": total === 0 ? "No messages" : words }, rects);
}

function merged(rows) {
  const each = Math.ceil(rows.length / BARS_MAX);
  const bars = [];
  rows.forEach((row, place) => {
    if (place % each === 0) {
      bars.push({ total: 0, hard: 0 });
    }
    const bar = bars[bars.length - 1];
    bar.total += row.messages.total;
    bar.hard += row.parts.hard;
  });
  return bars;
}
