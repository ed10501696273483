// Where the events of each domain go.
import { get } from "../api.js";
import { h, swap } from "../dom.js";
import { time } from "../format.js";
import { Panel } from "../panel.js";
import { here, link, withParameters } from "../router.js";
import { pager, table } from "../table.js";
import { foreign } from "../text.js";
import { REASONS } from "../topics.js";

const PAGE = 50;

export class Topics {
  title = "Topics";
  #list = new Panel("Routes", { wide: true });

  constructor(main) {
    swap(main, h("div", { class: "page-head" }, h("h1", {}, "Topics")), h("p", { class: "scope" }, "Where the events of each domain go: to a topic of its own, or to the one that domains share. A change copies nothing: what came before it stays where it was."), this.#list.element);
  }

  async refresh(fresh) {
    const cursor = here().query.get("cursor");
    this.#list.about(cursor ?? "");
    const asking = get("/v1/topics", { limit: PAGE, cursor }).then(fresh.of.bind(fresh));
    asking.catch((failure) => fresh.failed(failure));
    await this.#list.load(asking, ({ topics, nextCursor }) => [
      table({
        caption: "Routes, by domain",
        items: topics,
        empty: "No event has been routed yet.",
        columns: [
          { head: "Domain", cell: ({ domain }) => h("a", { href: link(["domains", domain]), "data-key": `route-${domain}` }, foreign(domain, 60)) },
          { head: "Goes to", cell: ({ route }) => route },
          { head: "Topic", wide: true, cell: ({ topic }) => (topic ? h("code", {}, foreign(topic, 80)) : "–") },
          { head: "Since (UTC)", cell: ({ since }) => time(since) },
          { head: "Why", wide: true, cell: ({ reason }) => REASONS[reason] ?? reason },
          { head: "Before", wide: true, cell: ({ previous }) => (previous ? [previous.route, previous.topic && [" ", h("code", {}, foreign(previous.topic, 60))]] : "–") },
        ],
      }),
      pager(!cursor, nextCursor && withParameters({ cursor: nextCursor }), withParameters({ cursor: null })),
    ]);
  }
}
