// Which sender domain is in trouble, and why: all of them at a glance, the worst first, and one of them beside it.
import { csv, Failure, get } from "../api.js";
import { TrendChart } from "../charts.js";
import { h, swap } from "../dom.js";
import { count, dayAndTime, many, time } from "../format.js";
import { meaning, term } from "../definitions.js";
import { Feed } from "../feed.js";
import { Panel } from "../panel.js";
import { providers } from "../providers.js";
import { chosen, RangeChoice } from "../range.js";
import { rateCell } from "../rates.js";
import { become, go, here, link, withParameters } from "../router.js";
import { isGone, messagesOf, ratesOf, rowsOf } from "../series.js";
import { spark } from "../spark.js";
import { pager, sortHead, table } from "../table.js";
import { glance } from "../tiles.js";
import { foreign } from "../text.js";
import { Trouble } from "../trouble.js";

const PAGE = 25;
const CSV_PAGE = 1000;
const CSV_PAGES_MAX = 20;
const KEPT_MILLIS = 60_000;
const SORTS = { hardBounceRate: "Hard-bounce rate", volume: "Volume", openRate: "Open rate", lastEvent: "Last event", name: "Name" };
const TITLES = {
  hardBounceRate: "Sender domains, the worst first",
  volume: "Sender domains, the largest first",
  openRate: "Sender domains, the most opened first",
  lastEvent: "Sender domains, the latest first",
  name: "Sender domains by name",
};
const TYPING_MILLIS = 300;

export class Overview {
  title = "Overview";
  #range = new RangeChoice();
  #scope = h("p", { class: "scope" });
  #trouble = new Trouble();
  #numbers = new Panel("At a glance", { wide: true });
  #trend = new Panel("Trend", { wide: true });
  #chart = new TrendChart();
  #search = new SearchField();
  #sort = sortField();
  #note = h("p", { class: "note", role: "status" });
  #domains = new Panel("Sender domains", {
    wide: true,
    head: [this.#search.element, this.#sort, h("button", { type: "button", onclick: () => this.#save() }, "Save as CSV"), this.#note],
  });
  #providers = new Panel("Recipient providers");
  #latest = 0;

  /** @param onEvent is told of each live event */
  constructor(main, onEvent) {
    this.feed = new Feed(onEvent);
    swap(
      main,
      h("div", { class: "page-head" }, h("h1", {}, "Overview"), this.#range.element),
      this.#scope,
      this.#trouble.element,
      this.#numbers.element,
      this.#trend.element,
      this.#domains.element,
      this.#providers.element,
      this.feed.element,
    );
  }

  close() {
    this.feed.close();
    this.#chart.close();
  }

  update() {
    this.#range.show();
    this.#search.show();
    this.#sort.value = sortOf(here().query);
  }

  async refresh(fresh) {
    const mine = ++this.#latest;
    const span = chosen();
    const { query } = here();
    const focus = query.get("domain");
    try {
      const list = await this.#list(query, fresh);
      const rows = await this.#withSeries(list, focus, span, fresh);
      if (mine !== this.#latest) {
        return;
      }
      this.#show(list, rows, rows.some(({ state }) => state.domain === focus) ? focus : null, span, query);
      await Promise.all([this.#trouble.show({ rows, partial: list.partial }, span, fresh), this.#showProviders(mine, fresh)]);
    } catch (failure) {
      if (!(failure instanceof Failure)) {
        throw failure;
      }
      fresh.failed(failure);
      [this.#trouble, this.#numbers, this.#trend, this.#domains, this.#providers].forEach((panel) => panel.failed(failure));
    }
  }

  async #list(query, fresh) {
    return fresh.of(await get("/v1/domains", { sort: sortOf(query), search: query.get("search"), limit: PAGE, cursor: query.get("cursor") }));
  }

  /** Each domain with its series, or the failure to get that. One that is looked at alone need not be on this page of the list. */
  async #withSeries(list, focus, span, fresh) {
    const states = [...list.domains];
    if (focus && !states.some((state) => state.domain === focus)) {
      await get(`/v1/domains/${encodeURIComponent(focus)}`).then((state) => states.push(fresh.of(state)), unlessNothing);
    }
    return Promise.all(states.map((state) => withSeries(state, span, fresh)));
  }

  #show(list, all, focus, span, query) {
    const rows = focus ? all.filter(({ state }) => state.domain === focus) : all;
    const known = rows.filter(({ series }) => series);
    const failed = rows.length - known.length;
    const subject = JSON.stringify([focus, span.key, span.whole, query.get("search"), query.get("cursor"), sortOf(query)]);
    swap(this.#scope, scope(list, rows, focus, query, span), failed > 0 && ` ${count(failed)} of them could not be asked and are not in these numbers.`);
    this.#numbers.about(subject);
    this.#trend.about(subject);
    this.#trend.title.textContent = `Messages of ${span.each}, ${span.whole}`;
    if (failed > 0 && known.length === 0) {
      const failure = rows.find((row) => row.failure).failure;
      this.#numbers.failed(failure);
      this.#trend.failed(failure);
    } else {
      const series = known.map((row) => row.series);
      this.#numbers.show(glance(series, known.map(({ state }) => state), span));
      this.#trend.keep(this.#chart.element);
      this.#chart.show(rowsOf(series, span), span);
    }
    this.#domains.show(domainTable(all.filter(({ state }) => list.domains.includes(state)), focus, span, query), pager(!query.get("cursor"), list.nextCursor && withParameters({ cursor: list.nextCursor }), withParameters({ cursor: null })));
    this.#domains.title.textContent = TITLES[sortOf(query)];
    this.focus = focus ?? list.domains[0]?.domain;
  }

  async #showProviders(mine, fresh) {
    const domain = this.focus;
    this.#providers.about(domain ?? "");
    if (!domain) {
      this.#providers.title.textContent = "Recipient providers";
      this.#providers.show(h("p", { class: "quiet" }, "No domain is listed."));
      return;
    }
    const name = () => swap(this.#providers.title, "Recipient providers of ", foreign(domain, 60));
    try {
      const state = fresh.of(await get(`/v1/domains/${encodeURIComponent(domain)}`));
      if (mine === this.#latest) {
        name();
        this.#providers.show(providers(state), h("p", {}, h("a", { href: link(["domains", domain], { range: here().query.get("range") }), "data-key": "open-domain" }, "Open the page of ", foreign(domain, 60))));
      }
    } catch (failure) {
      if (!(failure instanceof Failure)) {
        throw failure;
      }
      fresh.failed(failure);
      if (mine === this.#latest) {
        name();
        this.#providers.failed(failure);
      }
    }
  }

  async #save() {
    const { query } = here();
    this.#note.textContent = "CSV: asking…";
    try {
      const { text, rows, isWhole, partial, stale } = await csv("/v1/domains", { sort: sortOf(query), search: query.get("search"), limit: CSV_PAGE }, CSV_PAGES_MAX);
      const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
      h("a", { href: address, download: "mailtide-domains.csv" }).click();
      setTimeout(() => URL.revokeObjectURL(address), KEPT_MILLIS);
      const gaps = [!isWhole && " These are the first; the API has more, page by page.", partial && " ▲ Not every instance has answered: some are missing. Save again.", stale && " ▲ Its numbers are not fresh."];
      this.#note.textContent = `CSV: ${many(rows, "domain")}, since counting began.${gaps.filter(Boolean).join("")}`;
    } catch (failure) {
      this.#note.textContent = `✕ CSV failed: ${failure.title}.`;
    }
  }
}

function sortOf(query) {
  const sort = query.get("sort") ?? "";
  return Object.hasOwn(SORTS, sort) ? sort : "hardBounceRate";
}

async function withSeries(state, span, fresh) {
  const path = `/v1/domains/${encodeURIComponent(state.domain)}/series`;
  try {
    const series = fresh.of(await get(path, { bucket: span.bucket, from: span.from.toISOString(), to: span.to.toISOString() }));
    return { state, series };
  } catch (failure) {
    fresh.failed(failure);
    return { state, failure };
  }
}

/** One that nobody has heard of is left out, and all others are shown. */
function unlessNothing(failure) {
  if (failure.status !== 404) {
    throw failure;
  }
}

function scope(list, rows, focus, query, span) {
  const search = query.get("search");
  const matching = search ? [" with ", foreign(search, 40), " in their name"] : "";
  if (focus) {
    return ["The domain ", h("strong", {}, foreign(focus)), `, ${span.whole}. `, h("a", { href: withParameters({ domain: null }), "data-key": "all-domains" }, "All domains")];
  }
  if (query.get("domain")) {
    return ["Nothing has been heard of ", foreign(query.get("domain"), 60), ". ", h("a", { href: withParameters({ domain: null }), "data-key": "all-domains" }, "All domains")];
  }
  if (list.partial) {
    return ["Only ", h("strong", {}, `${many(rows.length, "domain")}, of the instances that have answered`), matching, `; ${span.whole}.`];
  }
  const isPart = list.nextCursor || query.get("cursor");
  return isPart
    ? ["The ", h("strong", {}, `${count(rows.length)} domains listed below`), matching, `, not all of them; ${span.whole}.`]
    : [h("strong", {}, rows.length === 1 ? "The only domain" : `All ${count(rows.length)} domains`), matching, `, ${span.whole}.`];
}

function domainTable(rows, focus, span, query) {
  const inSpan = `In ${span.whole}`;
  const ever = "Since counting began";
  const inWords = (words, level = "quiet") => h("span", { class: level }, words);
  const known = (row, show) => (isGone([row.series], span) ? inWords("not kept") : show(messagesOf([row.series], [row.state])));
  const ofSpan = (show) => (row) => (row.series ? known(row, show) : inWords("✕ failed", "mark critical"));
  const sortable = (sort, words, name = "") => {
    const sorted = sortOf(query) === sort && (sort === "name" ? "ascending" : "descending");
    return { sorted, head: sortHead(words, sort, sorted, meaning(name)) };
  };
  return table({
    caption: `Sender domains by ${SORTS[sortOf(query)].toLowerCase()}`,
    items: rows,
    empty: query.get("search") ? "No domain has this in its name." : "No domain has been heard of yet. The sources page says where to post.",
    row: ({ state }) => (state.domain === focus ? { "aria-current": "true", class: "focus" } : {}),
    columns: [
      { pin: true, ...sortable("name", "Domain"), cell: ({ state }) => h("a", { href: withParameters({ domain: state.domain === focus ? null : state.domain }), "data-key": `focus-${state.domain}`, title: "Shows this domain above and beside" }, foreign(state.domain, 44)) },
      { group: inSpan, begins: true, head: term("total"), number: true, cell: ofSpan((messages) => count(messages.total)) },
      { group: inSpan, head: term("hardBounceRate", "Hard bounce"), number: true, cell: ofSpan((messages) => rateCell(ratesOf(messages).hardBounce)) },
      { group: inSpan, head: term("deliveryRate", "Delivery"), number: true, cell: ofSpan((messages) => rateCell(ratesOf(messages).delivery)) },
      { group: inSpan, head: "Messages, hard-bounced", cell: ({ series }) => (series ? spark(rowsOf([series], span), span) : null) },
      { group: ever, begins: true, ...sortable("volume", "Messages", "total"), number: true, cell: ({ state }) => count(state.messages.total) },
      { group: ever, ...sortable("hardBounceRate", "Hard bounce", "hardBounceRate"), number: true, cell: ({ state }) => rateCell(state.rates.hardBounce) },
      { group: ever, head: term("softBounceRate", "Soft bounce"), number: true, cell: ({ state }) => rateCell(state.rates.softBounce) },
      { group: ever, ...sortable("openRate", "Open", "openRate"), number: true, cell: ({ state }) => rateCell(state.rates.open) },
      { group: ever, ...sortable("lastEvent", "Last event", "lastEventAt"), cell: ({ state }) => time(state.lastEventAt, dayAndTime) },
    ],
  });
}

class SearchField {
  #timer;
  #problem = h("span", { class: "field-problem", role: "status" });
  #field = h("input", { type: "search", name: "search", maxlength: 253, autocomplete: "off", spellcheck: "false", "aria-label": "Search for a domain", placeholder: "Domain", oninput: () => this.#typed() });
  element = h("span", { class: "field" }, this.#field, this.#problem);

  constructor() {
    this.show();
  }

  /** What the URL says, which changes with a step back, too; a space that is being typed stays. */
  show() {
    clearTimeout(this.#timer);
    const search = here().query.get("search") ?? "";
    if (this.#field.value.trim() !== search) {
      this.#field.value = search;
      this.#problem.textContent = "";
    }
  }

  #typed() {
    clearTimeout(this.#timer);
    // What looks like an address never gets into the URL.
    const isAddress = this.#field.value.includes("@");
    this.#problem.textContent = isAddress ? "A domain, please: addresses are looked up on the page of messages." : "";
    if (!isAddress) {
      this.#timer = setTimeout(() => become(withParameters({ search: this.#field.value.trim(), cursor: null })), TYPING_MILLIS);
    }
  }
}

function sortField() {
  const field = h("select", { "aria-label": "Sort by" }, Object.entries(SORTS).map(([value, words]) => h("option", { value }, words)));
  field.value = sortOf(here().query);
  field.addEventListener("change", () => go(withParameters({ sort: field.value, cursor: null })));
  return field;
}
