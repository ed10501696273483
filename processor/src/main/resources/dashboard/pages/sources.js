// Who posts: what came in, what was refused and why, what waits; and how to point a provider here.
import { get } from "../api.js";
import { copyButton } from "../copy.js";
import { h, swap } from "../dom.js";
import { count, duration, time } from "../format.js";
import { Panel } from "../panel.js";
import { health, lastRefusal, refusedOf, silentSeconds } from "../sources.js";
import { table } from "../table.js";
import { foreign, visible } from "../text.js";

const MASK = "••••••••";
const REFUSALS = {
  "wrong-secret": "The URL ends in another secret, or in none",
  "address-not-allowed": "Not from an address that may post",
  "rate-limited": "Too many posts of this source",
  "signature-missing": "It should be signed, and is not",
  "signature-timestamp": "Signed at another time: compare the clocks",
  "signature-wrong": "Signed with another secret",
  "body-too-large": "Larger than the limit of the settings",
  "body-incomplete": "The connection closed before its end",
  "body-too-slow": "It came too slowly",
  "too-many-bodies": "Too many at once",
  "spool-full": "Neither Kafka nor the spool took it: the spool is full",
  "spool-failed": "Neither Kafka nor the spool took it: the spool's disk failed",
  "spool-busy": "Neither Kafka nor the spool took it: the spool's disk is too slow",
  stopping: "This ingest was stopping",
  internal: "A mistake of Mailtide: its log has the reason",
};

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
      return [table({ caption: "Sources, by name", items: sources, empty: "No source has been heard of yet: nothing was posted since ingest was started.", columns: columns() }), lastRefusals(sources), sources.map(instances)];
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
    { head: "Waiting in the spool", number: true, cell: ({ spoolWaiting }) => count(spoolWaiting) },
  ];
}

/** Of a silent one, too, it is said that its last post was refused: it may have given up for that. */
function state(source) {
  const refusal = lastRefusal(source);
  const words = [health(source) === "silent" && `silent for ${duration(silentSeconds(source))}`, refusal !== null && ["last post refused: ", h("code", {}, foreign(refusal, 40))]].filter(Boolean);
  return words.length > 0
    ? h("span", { class: "mark warn" }, h("span", { "aria-hidden": "true" }, "▲ "), words.map((each, place) => [place > 0 && "; ", each]))
    : h("span", { class: "mark" }, h("span", { "aria-hidden": "true" }, "✓ "), "heard of");
}

function reasons(refused) {
  const entries = Object.entries(refused).filter(([, number]) => number > 0);
  return entries.length === 0 ? h("span", { class: "quiet" }, "none") : entries.map(([reason, number], place) => [place > 0 && ", ", h("code", {}, foreign(reason, 60)), " ", count(number)]);
}

/** Of each source and reason the last one, the latest first. */
function lastRefusals(sources) {
  const rows = sources.flatMap(({ source, refused, refusedAt }) => Object.entries(refused).filter(([, number]) => number > 0).map(([reason, number]) => ({ source, reason, number, at: refusedAt?.[reason] ?? "" })));
  rows.sort((one, other) => other.at.localeCompare(one.at) || other.number - one.number);
  return [
    h("h3", {}, "The last refusals"),
    table({
      caption: "Refusals of each source by reason, the latest first",
      items: rows,
      empty: sources.length === 0 ? "None." : "None: every post was accepted.",
      columns: [
        { head: "Reason", cell: ({ reason }) => h("code", {}, foreign(reason, 60)) },
        { head: "Which means", wide: true, cell: ({ reason }) => REFUSALS[reason] ?? "–" },
        { head: "Source", cell: ({ source }) => foreign(source, 40) },
        { head: "Last (UTC)", cell: ({ at }) => time(at) },
        { head: "How often", number: true, cell: ({ number }) => count(number) },
      ],
    }),
    rows.length > 0 && h("p", { class: "note" }, "Counted since each ingest was started. A post that names no source of the settings is in no row here."),
  ];
}

function instances(source) {
  return (
    source.instances.length > 1 &&
    h(
      "details",
      {},
      h("summary", {}, "Instances of ", foreign(source.source, 40)),
      table({
        caption: `Instances of ingest that took posts of ${visible(source.source)}`,
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
  return h("p", { class: "command" }, h("code", {}, line), copyButton(line));
}
