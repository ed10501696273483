// Adds up the series of domains. Null is what no source of a domain reports: it adds nothing, and alone it stays null.
import { rate } from "./judge.js";
import { limitsOf } from "./definitions.js";

const STANDINGS = ["pending", "deferred", "softBounced", "undeterminedBounced", "delivered", "failed", "rejected", "dropped", "hardBounced"];

function plus(sum, number) {
  return number === null || number === undefined ? sum : (sum ?? 0) + number;
}

function added(into, counts) {
  for (const [name, number] of Object.entries(counts)) {
    into[name] = plus(into[name] ?? null, number);
  }
}

/**
 * All messages of these series, by status.
 *
 * @param states of the same domains: what they report is 0 in a span in which nothing happened, and not unknown
 */
export function messagesOf(series, states) {
  const sum = { total: 0 };
  for (const name of STANDINGS) {
    sum[name] = states.every((state) => (state.messages[name] ?? null) === null) ? null : 0;
  }
  for (const one of series) {
    for (const bucket of one.buckets) {
      added(sum, bucket.messages);
    }
  }
  return sum;
}

export function settled(messages) {
  return messages.total - (messages.pending ?? 0) - (messages.deferred ?? 0);
}

/** The rates that the messages of a span allow for. Who opened a message is not in a bucket: it is in no rate here. */
export function ratesOf(messages) {
  const over = settled(messages);
  return {
    delivery: rate(messages.delivered ?? 0, over),
    hardBounce: rate(messages.hardBounced ?? 0, over, limitsOf("hardBounce")),
  };
}

/** Since when buckets of these series are kept, if that is within the span or after it; null if the span is whole. */
export function keptFrom(series, span) {
  const latest = Math.max(...series.map((one) => Date.parse(one.keptFrom ?? one.from)));
  return latest > span.from.getTime() ? new Date(latest) : null;
}

/** Whether nothing of the span is kept any more. */
export function isGone(series, span) {
  return (keptFrom(series, span) ?? span.from) >= span.to;
}

/** One row for each bucket of the span, those without messages too. What is no longer kept has no row. */
export function rowsOf(series, span) {
  const begins = keptFrom(series, span) ?? span.from;
  const rows = new Map();
  const first = Math.ceil((begins.getTime() - span.from.getTime()) / span.length);
  for (let at = span.from.getTime() + first * span.length; at < span.to.getTime(); at += span.length) {
    rows.set(at, { start: new Date(at), messages: { total: 0 } });
  }
  for (const one of series) {
    for (const bucket of one.buckets) {
      const row = rows.get(Date.parse(bucket.start));
      if (row) {
        added(row.messages, bucket.messages);
      }
    }
  }
  return [...rows.values()].map((row) => ({ ...row, rates: ratesOf(row.messages), parts: parts(row.messages) }));
}

/** Into how many buckets joined the rate is drawn: the fewest with which most of them can be judged. */
const JOINS = [1, 2, 3, 4, 6, 12, 24];
const MOST = 0.8;
const POINTS_MIN = 3;

/** These rows, so many joined that a rate can be judged, mostly; as they are if none can be. */
export function joined(rows) {
  let best = { each: 1, groups: joinedBy(rows, 1), share: 0 };
  for (const each of JOINS) {
    const groups = joinedBy(rows, each);
    const some = groups.filter((group) => group.messages.total > 0);
    const share = some.filter((group) => group.rates.hardBounce.judged).length / Math.max(1, some.length);
    if (groups.length >= POINTS_MIN && share > best.share) {
      best = { each, groups, share };
    }
    if (best.share >= MOST) {
      break;
    }
  }
  return best;
}

/** Counted from the end, so that the latest group is whole. */
function joinedBy(rows, each) {
  const groups = [];
  for (let end = rows.length; end > 0; end -= each) {
    const part = rows.slice(Math.max(0, end - each), end);
    const messages = { total: 0 };
    part.forEach((row) => added(messages, row.messages));
    groups.unshift({ start: part[0].start, buckets: part.length, messages, rates: ratesOf(messages) });
  }
  return groups;
}

/** A bucket in the four parts that the chart shows; together they are all of it. */
function parts(messages) {
  const delivered = messages.delivered ?? 0;
  const soft = (messages.softBounced ?? 0) + (messages.undeterminedBounced ?? 0);
  const hard = messages.hardBounced ?? 0;
  return { delivered, soft, hard, other: messages.total - delivered - soft - hard };
}

/** The sum of the same rate of several domains. */
export function rateOver(states, name) {
  const reported = states.map((state) => state.rates[name]).filter((one) => one !== null && one !== undefined);
  if (reported.length === 0) {
    return null;
  }
  const sum = (part) => reported.reduce((all, one) => all + one[part], 0);
  return rate(sum("of"), sum("over"), limitsOf(name));
}
