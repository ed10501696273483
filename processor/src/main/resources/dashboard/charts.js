// The trend of a span: messages of each bucket by what became of them, and beneath them the hard-bounce rate with its limits.
import { h, swap } from "./dom.js";
import { count, hourAndMinute, limit, percent } from "./format.js";
import { limitsOf, term } from "./definitions.js";
import { joined } from "./series.js";
import { table } from "./table.js";

const uPlot = window.uPlot;

/** From the bottom to the top. The pattern tells them apart where colours do not. */
const PARTS = [
  { name: "delivered", words: "Delivered", sign: "plain" },
  { name: "soft", words: "Soft-bounced", sign: "hatched" },
  { name: "hard", words: "Hard-bounced", sign: "dark" },
  { name: "other", words: "Other", sign: "dotted" },
];
const AXIS_LEFT = 58;
const RIGHT = 22;
const nothing = (rows) => (rows.length === 0 ? "Nothing of this span is kept any more." : "No message began in this span.");

/** A colour of the style sheet, as the theme has it now. */
function colour(name) {
  const probe = h("span", { hidden: true });
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function pattern(sign, paint) {
  if (sign === "plain" || sign === "dark") {
    return paint;
  }
  const size = 6;
  const tile = h("canvas", { width: size, height: size });
  const context = tile.getContext("2d");
  context.fillStyle = colour("surface");
  context.fillRect(0, 0, size, size);
  context.fillStyle = paint;
  context.strokeStyle = paint;
  context.lineWidth = 2.4;
  if (sign === "dotted") {
    context.fillRect(1, 1, 2, 2);
    context.fillRect(4, 4, 2, 2);
  } else {
    context.beginPath();
    for (const shift of [-size, 0, size]) {
      context.moveTo(shift, size);
      context.lineTo(shift + size, 0);
    }
    context.stroke();
  }
  return context.createPattern(tile, "repeat");
}

export class TrendChart {
  #place = h("div", { class: "chart" });
  #rates = h("div", { class: "chart" });
  #readout = h("output", { class: "readout" });
  #note = h("p", { class: "note" });
  #numbers = h("div", {});
  #plots = [];
  #rows = [];
  #span = null;
  #at = null;

  constructor() {
    const frame = h(
      "div",
      { class: "charts", role: "group", tabindex: "0", "aria-label": "Trend. Left and right arrows read out one time after the other; the numbers are in the table below.", onkeydown: (event) => this.#step(event) },
      this.#place,
      h("p", { class: "chart-title" }, term("hardBounceRate"), " of the messages that began then"),
      this.#rates,
    );
    this.element = h("div", { class: "trend" }, legend(), frame, this.#readout, this.#note, h("details", { class: "numbers" }, h("summary", {}, "The same as a table"), this.#numbers));
    this.redraw = () => this.#draw();
    window.addEventListener("mailtide-theme", this.redraw);
    this.resizing = new ResizeObserver(() => this.#resize());
    this.resizing.observe(this.#place);
  }

  close() {
    window.removeEventListener("mailtide-theme", this.redraw);
    this.resizing.disconnect();
    this.#plots.forEach((plot) => plot.destroy());
    this.#plots = [];
  }

  show(rows, span) {
    const isSame = this.#span?.key === span.key && this.#rows.length === rows.length && this.#plots.length > 0;
    this.#rows = rows;
    this.#span = span;
    swap(this.#numbers, numbers(rows, span));
    swap(this.#note, note(rows, span));
    if (isSame && this.#plots[0].data[0][0] === seconds(rows[0], span)) {
      this.#plots[0].setData(stacked(rows, span));
      this.#plots[1].setData(judgedRates(joined(rows).groups, span));
    } else {
      this.#draw();
    }
    this.#tell();
  }

  #draw() {
    this.#plots.forEach((plot) => plot.destroy());
    this.#plots = [];
    if (this.#rows.length === 0) {
      return;
    }
    const width = Math.max(200, this.#place.clientWidth);
    const follow = (plot) => {
      this.#at = plot.cursor.idx ?? null;
      this.#tell();
    };
    this.#plots = [
      new uPlot(volume(width, this.#span, follow), stacked(this.#rows, this.#span), this.#place),
      new uPlot(rateLine(width, this.#span), judgedRates(joined(this.#rows).groups, this.#span), this.#rates),
    ];
  }

  #resize() {
    const width = this.#place.clientWidth;
    this.#plots.forEach((plot) => width > 0 && width !== plot.width && plot.setSize({ width, height: plot.height }));
  }

  #step(event) {
    const move = { ArrowLeft: -1, ArrowRight: 1, Home: -this.#rows.length, End: this.#rows.length }[event.key];
    if (move === undefined || this.#rows.length === 0) {
      return;
    }
    event.preventDefault();
    const from = this.#at ?? (move < 0 ? this.#rows.length : -1);
    this.#at = Math.min(this.#rows.length - 1, Math.max(0, from + move));
    const plot = this.#plots[0];
    plot.setCursor({ left: plot.valToPos(plot.data[0][this.#at], "x"), top: 10 }, false);
    this.#tell();
  }

  #tell() {
    const row = this.#rows[this.#at ?? -1];
    const words = row ? sentence(row, this.#span) : "";
    // It is read out whenever it is set.
    if (this.#readout.textContent !== words) {
      this.#readout.textContent = words;
    }
  }
}

function legend() {
  return h("ul", { class: "legend" }, PARTS.map(({ name, words, sign }) => h("li", {}, h("span", { class: `swatch ${name} ${sign}`, "aria-hidden": "true" }), words)));
}

function sentence({ start, messages, parts, rates }, span) {
  const hard = rates.hardBounce;
  const share = hard.value === null ? "nothing settled" : `hard-bounce rate ${percent(hard.value)}${hard.judged ? "" : " (not judged, n<100)"}`;
  return `${span.label(start)}: ${count(messages.total)} messages, ${count(parts.delivered)} delivered, ${count(parts.soft)} soft-bounced, ${count(parts.hard)} hard-bounced; ${share}`;
}

function note(rows, span) {
  const { each, groups } = joined(rows);
  const some = groups.filter((group) => group.messages.total > 0);
  const unjudged = some.filter((group) => !group.rates.hardBounce.judged).length;
  if (some.length === 0) {
    return nothing(rows);
  }
  const drawn = each > 1 ? `Each point of the line stands for ${each} ${span.bucket}s, so that there is enough to judge by. ` : "";
  return unjudged === 0 ? drawn : `${drawn}Left out: ${unjudged} of ${some.length} points, since fewer than 100 settled messages are not judged. The table has every ${span.bucket}.`;
}

function numbers(rows, span) {
  return table({
    caption: `Messages of ${span.each}, ${span.whole}`,
    items: rows.filter((row) => row.messages.total > 0).reverse(),
    empty: nothing(rows),
    columns: [
      { head: span.bucket === "hour" ? "Hour (UTC)" : "Day (UTC)", cell: (row) => span.label(row.start) },
      { head: "Messages", number: true, cell: (row) => count(row.messages.total) },
      ...PARTS.map(({ name, words }) => ({ head: words, number: true, cell: (row) => count(row.parts[name]) })),
      { head: "Hard-bounce rate", number: true, cell: ({ rates: { hardBounce } }) => (hardBounce.value === null ? "–" : `${hardBounce.judged ? "" : "n<100 "}${percent(hardBounce.value)}`) },
    ],
  });
}

function seconds(row, span) {
  return (row.start.getTime() + span.length / 2) / 1000;
}

/** The highest first, so that each covers the one before up to its own top. */
function stacked(rows, span) {
  const tops = PARTS.map(() => []);
  for (const row of rows) {
    let top = 0;
    PARTS.forEach(({ name }, place) => {
      top += row.parts[name];
      tops[place].push(top);
    });
  }
  return [rows.map((row) => seconds(row, span)), ...tops.reverse()];
}

function judgedRates(groups, span) {
  const middle = ({ start, buckets }) => (start.getTime() + (buckets * span.length) / 2) / 1000;
  return [groups.map(middle), groups.map(({ rates: { hardBounce } }) => (hardBounce.judged ? hardBounce.value : null))];
}

function base(width, height, span, follow) {
  return {
    width,
    height,
    padding: [10, RIGHT, 0, 0],
    legend: { show: false },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), "Etc/UTC"),
    cursor: { sync: { key: "trend" }, y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: true, range: [span.from.getTime() / 1000, span.to.getTime() / 1000] } },
    hooks: follow ? { setCursor: [follow] } : {},
  };
}

function timeAxis(span, show) {
  return {
    stroke: colour("quiet"),
    grid: { show: false },
    ticks: { show, stroke: colour("line"), size: 4 },
    size: show ? 30 : 6,
    space: 64,
    values: (plot, at) => (show ? at.map((second) => axisLabel(new Date(second * 1000), span)) : at.map(() => "")),
  };
}

function axisLabel(date, span) {
  const isMidnight = date.getUTCHours() === 0 && date.getUTCMinutes() === 0;
  return span.bucket === "day" || isMidnight ? span.label(date).replace(" 00:00", "") : hourAndMinute(date);
}

function valueAxis(values) {
  return { stroke: colour("quiet"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, size: AXIS_LEFT, space: 34, values };
}

function volume(width, span, follow) {
  const bars = uPlot.paths.bars({ size: [0.82, 28] });
  const whole = (plot, at) => at.map((number) => (Number.isInteger(number) ? count(number) : ""));
  return {
    ...base(width, 190, span, follow),
    axes: [timeAxis(span, false), valueAxis(whole)],
    scales: { ...base(width, 190, span, follow).scales, y: { range: (plot, least, most) => [0, Math.max(4, most * 1.05)] } },
    series: [{}, ...[...PARTS].reverse().map(({ name, words, sign }) => ({ label: words, fill: pattern(sign, colour(name)), stroke: colour(name), width: 0.5, paths: bars, points: { show: false } }))],
  };
}

function rateLine(width, span) {
  const limits = limitsOf("hardBounce");
  const top = limits ? limits.critical * 1.3 : 0.05;
  const paint = colour("text");
  return {
    ...base(width, 130, span),
    axes: [timeAxis(span, true), valueAxis((plot, at) => at.map((share) => limit(share)))],
    scales: { ...base(width, 130, span).scales, y: { range: (plot, least, most) => [0, Math.max(top, (most ?? 0) * 1.15)] } },
    series: [{}, { label: "Hard-bounce rate", stroke: paint, width: 1.6, spanGaps: false, points: { show: true, size: 5, fill: paint } }],
    hooks: { drawAxes: [(plot) => limits && limitLines(plot, limits)], draw: [(plot) => limits && limitWords(plot, limits)] },
  };
}

function limitLines(plot, limits) {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.setLineDash([6 * scale, 4 * scale]);
  ctx.lineWidth = 1.4 * scale;
  for (const level of ["warn", "critical"]) {
    const y = Math.round(plot.valToPos(limits[level], "y", true));
    ctx.strokeStyle = colour(level);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

/** Over the line, with an edge of the ground around them, so that both can be read where they meet. */
function limitWords(plot, limits) {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * scale}px system-ui, sans-serif`;
  ctx.textAlign = "right";
  ctx.textBaseline = "bottom";
  for (const level of ["warn", "critical"]) {
    const words = `${level} ${limit(limits[level])}`;
    const right = bbox.left + bbox.width - 4 * scale;
    const bottom = Math.round(plot.valToPos(limits[level], "y", true)) - 2 * scale;
    ctx.strokeStyle = colour("surface");
    ctx.lineWidth = 4 * scale;
    ctx.strokeText(words, right, bottom);
    ctx.fillStyle = colour(level);
    ctx.fillText(words, right, bottom);
  }
  ctx.restore();
}
