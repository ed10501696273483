// How the sources are, in a few words.
import { now } from "./api.js";

/** A source that is silent, refused, or heard of. */
export function health(source) {
  if (source.silentSince) {
    return "silent";
  }
  return lastRefusal(source) === null ? "heard of" : "refused";
}

/** Why the latest post was refused; null if one has been accepted since. When it came is known to the second. */
export function lastRefusal({ accepted, lastSeenAt, refused, refusedAt }) {
  const reasons = Object.keys(refused).filter((reason) => refused[reason] > 0);
  const latest = reasons.filter((reason) => Date.parse(refusedAt?.[reason]) >= Date.parse(lastSeenAt));
  // An older ingest does not say when.
  return latest[0] ?? (accepted === 0 ? (reasons[0] ?? null) : null);
}

export function refusedOf(source) {
  return Object.values(source.refused).reduce((sum, number) => sum + number, 0);
}

/** Each instance of ingest has one spool, which all of its sources share: it counts once. */
export function spoolOf(sources) {
  const byInstance = new Map();
  for (const source of sources) {
    for (const each of source.instances) {
      byInstance.set(each.instance, Math.max(byInstance.get(each.instance) ?? 0, each.spoolWaiting));
    }
  }
  return [...byInstance.values()].reduce((sum, number) => sum + number, 0);
}

export function silentSeconds(source) {
  return (now() - new Date(source.silentSince)) / 1000;
}
