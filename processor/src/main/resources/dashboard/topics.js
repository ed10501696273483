// Where the events of a domain go.
import { get } from "./api.js";
import { h } from "./dom.js";
import { time } from "./format.js";
import { foreign } from "./text.js";

export const KINDS = { own: "its own topic", overflow: "the topic that domains share", ignored: "nowhere: ignored" };
export const REASONS = {
  "first-event": "its first event came",
  rule: "a rule of the settings",
  cap: "as many domains have a topic of their own as may have one",
  volume: "its volume",
  "by-hand": "by hand",
  existing: "the topic was there already",
  creating: "its own topic is being made",
  "creation-refused": "Kafka refuses to make its own topic",
  "made-again": "its topic was deleted and made again",
};

/** The route of one domain, in words. */
export async function routeOf(domain, fresh) {
  try {
    const { topics } = fresh.of(await get("/v1/topics", { domain }));
    return topics.length > 0 ? inWords(topics[0]) : h("p", { class: "quiet" }, "No event of it has been routed yet.");
  } catch (failure) {
    fresh.failed(failure);
    throw failure;
  }
}

function inWords(route) {
  const before = route.previous;
  return [
    h("p", {}, "Events go to ", KINDS[route.route] ?? route.route, route.topic && [": ", h("code", {}, foreign(route.topic))], " since ", time(route.since), ` (${REASONS[route.reason] ?? route.reason}).`),
    before && h("p", {}, "Before, they went to ", KINDS[before.route] ?? before.route, before.topic && [": ", h("code", {}, foreign(before.topic))], " since ", time(before.since), "."),
    route.topic && h("p", { class: "note" }, "Readers use ", h("code", {}, "isolation.level=read_committed"), "."),
  ];
}
