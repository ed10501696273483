// One sender domain: the numbers of a span, the way of its mail, who should not be written to, its topic, and its events.
import { Failure, get } from "../api.js";
import { TrendChart } from "../charts.js";
import { h, swap } from "../dom.js";
import { count, percent, time } from "../format.js";
import { term } from "../definitions.js";
import { EventList } from "../eventlist.js";
import { failedNotice, Panel } from "../panel.js";
import { providers } from "../providers.js";
import { chosen, RangeChoice } from "../range.js";
import { counted, rateCell } from "../rates.js";
import { here, link } from "../router.js";
import { rowsOf, settled } from "../series.js";
import { Suppressions } from "../suppressions.js";
import { table } from "../table.js";
import { foreign, visible } from "../text.js";
import { glance, timeToOpen } from "../tiles.js";
import { routeOf } from "../topics.js";

export class Domain {
  #domain;
  #range = new RangeChoice();
  #head = h("div", { class: "scope" });
  #parts = h("div", {});
  #numbers = new Panel("At a glance", { wide: true });
  #trend = new Panel("Trend", { wide: true });
  #chart = new TrendChart();
  #funnel = new Panel("From message to open");
  #standings = new Panel("Every message, by status");
  #providers = new Panel("Recipient providers");
  #topic = new Panel("Topic");
  #suppressions;
  #events;
  #latest = 0;

  constructor(main, domain, session) {
    this.#domain = domain;
    this.title = visible(domain);
    this.#suppressions = new Suppressions(domain);
    this.#events = new EventList(domain);
    swap(
      main,
      h("div", { class: "page-head" }, h("div", {}, h("p", { class: "crumb" }, h("a", { href: link([], { range: here().query.get("range") }) }, "Overview"), " /"), h("h1", {}, foreign(domain))), this.#range.element),
      this.#head,
      this.#parts,
    );
    swap(
      this.#parts,
      this.#numbers.element,
      this.#trend.element,
      h("div", { class: "columns" }, h("div", {}, this.#funnel.element, session.admin ? this.#topic.element : null), this.#standings.element),
      this.#providers.element,
      this.#suppressions.element,
      this.#events.element,
    );
    this.session = session;
  }

  close() {
    this.#chart.close();
  }

  update() {
    this.#range.show();
  }

  async refresh(fresh) {
    const mine = ++this.#latest;
    const span = chosen();
    await Promise.all([this.#refreshNumbers(mine, span, fresh), this.#suppressions.refresh(fresh), this.#events.refresh(fresh), this.#refreshTopic(fresh)]);
  }

  async #refreshNumbers(mine, span, fresh) {
    const path = `/v1/domains/${encodeURIComponent(this.#domain)}`;
    const [state, series] = await Promise.allSettled([
      get(path),
      get(`${path}/series`, { bucket: span.bucket, from: span.from.toISOString(), to: span.to.toISOString() }),
    ]);
    if (mine !== this.#latest) {
      return;
    }
    if (state.status === "fulfilled") {
      this.#parts.hidden = false;
      this.#showState(fresh.of(state.value));
    } else {
      this.#fail(state.reason, fresh, [this.#funnel, this.#standings, this.#providers]);
    }
    if (state.status === "fulfilled" && series.status === "fulfilled") {
      this.#showSpan(state.value, fresh.of(series.value), span);
    } else {
      this.#fail((state.reason ?? series.reason), fresh, [this.#numbers, this.#trend]);
    }
  }

  #fail(failure, fresh, panels) {
    if (!(failure instanceof Failure)) {
      throw failure;
    }
    fresh.failed(failure);
    if (failure.status === 404) {
      swap(this.#head, failedNotice(failure));
    }
    this.#parts.hidden = failure.status === 404;
    panels.forEach((panel) => panel.failed(failure));
  }

  #showState(state) {
    swap(this.#head, "Counted since ", time(state.countedSince), "; last event ", time(state.lastEventAt), "; posted as ", state.sources.map((source, place) => [place > 0 && ", ", foreign(source, 40)]), ".");
    this.#funnel.show(funnel(state), timeToOpen(state));
    this.#standings.show(standings(state));
    this.#providers.show(providers(state));
  }

  #showSpan(state, series, span) {
    this.#numbers.show(glance([series], [state], span));
    this.#trend.title.textContent = `Messages of ${span.each}, ${span.whole}`;
    this.#trend.keep(this.#chart.element);
    this.#chart.show(rowsOf([series], span), span);
  }

  async #refreshTopic(fresh) {
    if (this.session.admin) {
      await this.#topic.load(routeOf(this.#domain, fresh), (route) => route);
    }
  }
}

/** How many are left after each step, of all that there were. */
function funnel(state) {
  const { messages, reactions } = state;
  const steps = [
    ["total", "Messages", messages.total],
    ["deliveryRate", "Settled", settled(messages)],
    ["delivered", "Delivered", messages.delivered],
    ["openedMessages", "Opened", reactions.openedMessages],
    ["clickedMessages", "Clicked", reactions.clickedMessages],
  ];
  return h(
    "ol",
    { class: "funnel" },
    steps.map(([name, words, number]) => {
      const share = number === null || messages.total === 0 ? null : number / messages.total;
      return h(
        "li",
        {},
        h("span", { class: "funnel-name" }, term(name, words)),
        h("svg", { class: "funnel-bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, h("rect", { class: "ground", width: 100, height: 10 }), h("rect", { class: "value", width: 100 * (share ?? 0), height: 10 })),
        h("span", { class: "funnel-number" }, counted(number), share === null ? null : h("span", { class: "quiet" }, ` ${percent(share)}`)),
      );
    }),
  );
}

const STANDINGS = ["delivered", "softBounced", "hardBounced", "undeterminedBounced", "dropped", "rejected", "failed", "deferred", "pending"];

function standings({ messages, softRecovered, rates }) {
  const silent = STANDINGS.filter((name) => messages[name] === null);
  return [
    table({
      caption: "Messages by their status now, since counting began",
      items: STANDINGS.filter((name) => !silent.includes(name)),
      columns: [
        { head: "Status", cell: (name) => term(name) },
        { head: term("total"), number: true, cell: (name) => counted(messages[name]) },
        { head: "Share", number: true, cell: (name) => (messages[name] && messages.total > 0 ? percent(messages[name] / messages.total) : "–") },
      ],
    }),
    silent.length > 0 && h("p", { class: "note" }, "Not reported by its sources: ", silent.map((name, place) => [place > 0 && ", ", term(name)]), "."),
    h("p", { class: "note" }, term("softBounceRate"), ": ", rateCell(rates.softBounce), "; ", term("softRecovered"), ": ", counted(softRecovered), rates.softBounce && softRecovered !== null ? ` of ${count(rates.softBounce.of)}` : "", "."),
  ];
}
