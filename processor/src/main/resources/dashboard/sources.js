// How the sources are, in a few words.
import { now } from "./api.js";

/** A source that is heard of, silent, or that refuses posts. */
export function health(source) {
  return source.silentSince ? "silent" : "heard of";
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
