// Who posts: what came in, what was refused and why, what waits; and how to point a provider here.
import { get } from "../api.js";
import { announce, h, swap } from "../dom.js";
import { count, duration, time } from "../format.js";
import { Panel } from "../panel.js";
import { health, refusedOf, silentSeconds } from "../sources.js";
import { table } from "../table.js";
import { foreign } from "../text.js";

const MASK = "••••••••";

export class Sources {
  title = "Sources";
  #list = new Panel("What came in", { wide: true });
  #setUp = new Panel("Where to post", { wide: true });

  constructor(main) {
    swap(main, h("div", { class: "page-head" }, h("h1", {}, "Sources")), this.#list.element, this.#setUp.element, testEvent());
  }

  async refresh(fresh) {
    const asking = get("/v1/sources").then(fresh.of.bind(fresh));
    asking.catch((failure) => {
      fresh.failed(failure);
      this.#setUp.failed(failure);
    });
    await this.#list.load(asking, ({ sources }) => {
      this.#setUp.show(setUp(sources));
      return [table({ caption: "Sources, by name", items: sources, empty: "No source has been heard of yet: nothing was posted since ingest was started.", columns: columns() }), sources.map(instances)];
    });
  }
}

function columns() {
  return [
    { head: "Source", cell: ({ source }) => foreign(source, 40) },
    { head: "State", cell: state },
    { head: "Last seen (UTC)", cell: ({ lastSeenAt }) => time(lastSeenAt) },
    { head: "Accepted", number: true, cell: ({ accepted }) => count(accepted) },
    { head: "Refused", number: true, cell: (source) => count(refusedOf(source)) },
    { head: "Refused by reason", cell: ({ refused }) => reasons(refused) },
    { head: "Waiting in the spool", number: true, cell: ({ spoolWaiting }) => count(spoolWaiting) },
  ];
}

function state(source) {
  return health(source) === "silent"
    ? h("span", { class: "mark warn" }, h("span", { "aria-hidden": "true" }, "▲ "), `silent for ${duration(silentSeconds(source))}`)
    : h("span", { class: "mark" }, h("span", { "aria-hidden": "true" }, "✓ "), "heard of");
}

function reasons(refused) {
  const entries = Object.entries(refused).filter(([, number]) => number > 0);
  return entries.length === 0 ? h("span", { class: "quiet" }, "none") : entries.map(([reason, number], place) => [place > 0 && ", ", h("code", {}, reason), " ", count(number)]);
}

function instances(source) {
  return (
    source.instances.length > 1 &&
    h(
      "details",
      {},
      h("summary", {}, "Instances of ", foreign(source.source, 40)),
      table({
        caption: `Instances of ingest that took posts of ${source.source}`,
        items: source.instances,
        columns: [
          { head: "Instance", cell: ({ instance }) => foreign(instance, 60) },
          { head: "Counted since (UTC)", cell: ({ countedSince }) => time(countedSince) },
          { head: "Last seen (UTC)", cell: ({ lastSeenAt }) => time(lastSeenAt) },
          { head: "Accepted", number: true, cell: ({ accepted }) => count(accepted) },
          { head: "Refused by reason", cell: ({ refused }) => reasons(refused) },
          { head: "Spool", number: true, cell: ({ spoolWaiting }) => count(spoolWaiting) },
        ],
      }),
    )
  );
}

function setUp(sources) {
  const names = sources.length > 0 ? sources.map(({ source }) => source) : ["paubox-main"];
  return [
    h("p", {}, "In Paubox: Settings, Webhooks, one endpoint for all events, with this URL. The host is the one under which ingest can be reached from outside; its port is 8080 unless it is set."),
    h(
      "dl",
      { class: "urls" },
      names.map((name) => [h("dt", {}, foreign(name, 40)), h("dd", {}, h("code", {}, "https://", h("em", {}, "your-ingest-host"), "/webhooks/", foreign(name, 40), "/", h("span", { title: "The secret is not known to this page" }, MASK)))]),
    ),
    h("p", {}, "The secret is never shown here. Where ", h("code", {}, "./mailtide up"), " runs, this prints the whole URL:"),
    command("grep webhookUrl data/up.json"),
    h("p", { class: "note" }, "Elsewhere it is the setting ", h("code", {}, "source.NAME.secret"), ", or the file that ", h("code", {}, "source.NAME.secret-file"), " names."),
  ];
}

function testEvent() {
  const panel = new Panel("Send a test event", { wide: true });
  panel.show(
    h("p", {}, "This posts the sample of Paubox's documentation, a hard bounce of the domain ", h("code", {}, "xxxxxxx.com"), ". It is shown among the live events of the overview within a second:"),
    command("./mailtide send-sample"),
  );
  return panel.element;
}

function command(line) {
  const copy = h("button", { type: "button", onclick: async () => {
    try {
      await navigator.clipboard.writeText(line);
      copy.textContent = "Copied";
      announce("Copied.");
    } catch (refused) {
      copy.textContent = "Select it and copy";
    }
  } }, "Copy");
  return h("p", { class: "command" }, h("code", {}, line), copy);
}
